#include "server/rest/rest_api.hpp"

#include "base/id_text.hpp"
#include "base/log.hpp"
#include "hostapi/arguments.hpp"
#include "server/rest/api_docs.hpp"
#include "server/rest/flows.hpp"
#include "server/rest/limits.hpp"
#include "server/rest/moment.hpp"
#include "server/rest/operation_call.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

namespace rookery::server::rest {
namespace {

using nlohmann::json;

constexpr std::size_t kLargeBody = std::size_t{16} << 20U;

/// What admit() finds out.
struct Admitted {
    KeyPtr key;
    Router::Match match;
};

Response not_found(const Request& request) {
    return failure(404, "NOT_FOUND", "Route " + request.method + ' ' + request.path + " not found");
}

bool is(const Request& request, std::string_view word) {
    return request.segments.size() >= 2 && request.segments[1] == word;
}

/// Some clients encode the emoji twice; and reactions are named without the mark of animated ones.
/// Whether the ids of all bots' platforms are decimal numbers.
bool digit_ids(const std::vector<BotInfo>& bots) {
    return std::all_of(bots.begin(), bots.end(), [](const BotInfo& bot) {
        const auto* const platform = model::find_platform(bot.platform);
        return platform == nullptr || platform->digit_ids;
    });
}

std::string emoji_of(std::string text) {
    const auto hex = [](char c) -> int {
        const std::string_view digits = "0123456789abcdef";
        const char low = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
        const auto at = digits.find(low);
        return at == std::string_view::npos ? -1 : static_cast<int>(at);
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded =
            text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
        out += coded ? static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])) : text[i];
        i += coded ? 2 : 0;
    }
    return out.starts_with("a:") ? out.substr(2) : out;
}

}  // namespace

struct RestApi::Running {
    std::unique_ptr<Call> call;
    Task<bool> task;  // goes first: it refers to the call
};

RestApi::RestApi(Runtime& runtime, Guard& guard, const Clock& clock)
    : runtime_(runtime), guard_(guard), clock_(clock) {
    for (const Route& route : routes()) {
        router_.add(route);
    }
    router_.add(operation_route());
}

RestApi::~RestApi() = default;

std::optional<Response> RestApi::admit(Exchange& exchange) {
    const Request& request = exchange.request();
    if (is(request, "health") && request.segments.size() == 2) {
        return json_response(
            200, {{"status", "ok"},
                  {"timestamp", iso_time(std::chrono::duration_cast<std::chrono::milliseconds>(
                                             clock_.wall().time_since_epoch())
                                             .count())}});
    }
    if (is(request, "docs") && request.method == "GET") {
        return api_docs(request);
    }
    auto allowed = guard_.admit(request, exchange.response_headers);
    if (auto* refusal = std::get_if<Response>(&allowed)) {
        return std::move(*refusal);
    }
    auto match = router_.find(request.method, request.segments);
    if (!match) {
        return not_found(request);
    }
    KeyPtr key = std::get<KeyPtr>(std::move(allowed));
    std::string_view scope = match->route->scope;
    if (match->route == &operation_route()) {
        const auto* const info = operation_of(*match);
        if (info == nullptr) {
            return not_found(request);
        }
        scope = scope_of(*info);
    }
    if (auto refusal = guard_.require(*key, scope)) {
        if (request.method != "GET") {
            guard_.audit(*key, request.method + ' ' + request.path, "403 INSUFFICIENT_SCOPE",
                         request.peer);
        }
        return refusal;
    }
    exchange.body_limit =
        match->route->large ? std::max(kLargeBody, options_.body_limit) : options_.body_limit;
    exchange.note = std::make_shared<Admitted>(Admitted{std::move(key), std::move(*match)});
    return std::nullopt;
}

std::optional<Response> RestApi::prepare(Call& call, const Router::Match& match) {
    const Route& route = *match.route;
    const bool digits = digit_ids(runtime_.bots());
    std::vector<Issue> issues;
    for (const auto& [name, value] : match.parameters) {
        const std::string key(name);
        const bool id = name.ends_with("Id");
        if (id && !is_id(value, digits)) {
            issues.push_back({key, std::string(id_expected(digits))});
        } else if (!id && (value.empty() || value.size() > 120)) {
            issues.push_back({key, "Expected 1 to 120 bytes"});
        }
        call.path[key] = name == "emoji" ? emoji_of(value) : value;
    }
    if (!issues.empty()) {
        return refuse(nullptr, "Invalid path", issues);
    }
    if (!route.arguments.empty()) {
        call.arguments = json::parse(route.arguments);
    }
    Checked checked;
    checked.digits = digits;
    check_query(route.query, call.request(), checked);
    if (!checked.issues.empty()) {
        return refuse(&route, "Invalid query parameters", checked.issues);
    }
    auto body = route.method == "GET" ? std::variant<json, Response>(json::object())
                                      : read_body(call.request(), options_.holobridge);
    if (auto* refusal = std::get_if<Response>(&body)) {
        return std::move(*refusal);
    }
    Checked written;
    written.digits = digits;
    check_body(route.body, std::get<json>(body), written);
    check_any_of(route, written);
    if (!written.issues.empty()) {
        return refuse(&route, "Invalid request body", written.issues);
    }
    if (!route.body_as.empty()) {
        written.arguments = {{std::string(route.body_as), std::move(written.arguments)}};
    }
    call.arguments.update(checked.arguments);
    call.arguments.update(written.arguments);
    call.aside.update(checked.aside);
    call.aside.update(written.aside);
    for (const auto& [name, value] : call.path.items()) {
        call.arguments[name == route.renamed.from ? std::string(route.renamed.to) : name] = value;
    }
    return std::nullopt;
}

std::optional<Response> RestApi::prepare_operation(Call& call, const model::OperationInfo& info) {
    auto body = read_body(call.request(), options_.holobridge);
    if (auto* refusal = std::get_if<Response>(&body)) {
        return std::move(*refusal);
    }
    const auto dot = info.name.find('.');
    call.path = {{"noun", info.name.substr(0, dot)}, {"verb", info.name.substr(dot + 1)}};
    call.arguments = std::get<json>(std::move(body));
    if (const auto wrong = forbidden_argument(info, call.arguments); !wrong.empty()) {
        return refuse(nullptr, "Invalid request body",
                      {{wrong, "Expected a data URI, or data or base64; paths are not read"}});
    }
    // By the schema here, so that what is wrong is told before anything is asked.
    const auto* const ids = digit_ids(runtime_.bots()) ? model::find_platform("discord") : nullptr;
    if (auto checked = hostapi::check_arguments(info, call.arguments, ids); !checked) {
        return refuse(nullptr, checked.error().message(), {{"", checked.error().message()}});
    }
    // Whoever comes by such an invite has the roles.
    if (info.name == "invites.create" && call.arguments.contains("roleIds")) {
        return guard_.require(*call.key, "write:roles");
    }
    return std::nullopt;
}

void RestApi::handle(ExchangePtr exchange) {
    const auto* const note = std::any_cast<std::shared_ptr<Admitted>>(&exchange->note);
    if (note == nullptr) {
        exchange->respond(not_found(exchange->request()));
        return;
    }
    const std::shared_ptr<Admitted> admitted = *note;
    auto running = std::make_unique<Running>();
    running->call = std::make_unique<Call>(runtime_, channels_, clock_, *admitted->match.route,
                                           admitted->key, exchange);
    Call& call = *running->call;
    call.tells_tokens = options_.holobridge || call.key->has("admin");
    auto refusal = admitted->match.route == &operation_route()
                       ? prepare_operation(call, *operation_of(admitted->match))
                       : prepare(call, admitted->match);
    if (refusal) {
        answer(call, std::move(*refusal));
        return;
    }
    // The task may have ended whenever it gives the thread back.
    const auto end = [this, &call] {
        const auto found = running_.find(&call);
        if (found != running_.end() && found->second->task.done()) {
            running_.erase(found);
        }
    };
    call.resume = [end](std::coroutine_handle<> waiting) {
        const auto finish = end;  // the call, and this function in it, may go
        waiting.resume();
        finish();
    };
    running->task = run(call);
    Running& started = *running;
    running_.emplace(&call, std::move(running));
    started.task.start();
    end();
}

Task<bool> RestApi::run(Call& call) {
    std::optional<Response> response;
    try {
        response = co_await carry_out(call);
    } catch (const std::exception& error) {
        log::get("server")->error("{} {}: {}", call.request().method, call.route.path,
                                  error.what());
        response = failure(500, "INTERNAL_ERROR", "Internal server error");
    }
    answer(call, std::move(*response));
    co_return true;
}

Task<Response> RestApi::carry_out(Call& call) {
    const auto bots = runtime_.bots();
    auto refusal = co_await find_bot(call, bots, options_.bot);
    if (refusal) {
        co_return std::move(*refusal);
    }
    refusal = co_await find_guild(call);
    if (refusal) {
        co_return std::move(*refusal);
    }
    const Flow flow = call.route.flow.empty() ? plain : find_flow(call.route.flow);
    auto given = co_await flow(call);
    if (!given) {
        if (call.route.unknown_empty && given.error().kind() == ErrorKind::not_found) {
            co_return success(call.route, json::array(), {});
        }
        co_return failed(call.route.failure, given.error());
    }
    if (given->instead) {
        co_return std::move(*given->instead);
    }
    co_return success(call.route, given->data, given->next.value_or(""));
}

void RestApi::answer(Call& call, Response response) {
    const Request& request = call.request();
    if (request.method != "GET") {
        std::string outcome = std::to_string(response.status);
        if (response.status >= 400 && response.body) {
            const json body = json::parse(*response.body, nullptr, false);
            outcome += body.is_object() ? ' ' + body.value("code", "") : "";
        }
        guard_.audit(*call.key, request.method + ' ' + request.path, outcome, request.peer);
    }
    call.exchange->respond(std::move(response));
}

}  // namespace rookery::server::rest
