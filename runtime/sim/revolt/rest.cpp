#include "sim/revolt/rest.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::revolt {
namespace {

constexpr std::string_view kPrefix = "/0.8";

/// What stands at the "{}" of the pattern; nothing when the path is another one.
bool matches(std::string_view pattern, std::string_view path, std::vector<std::string>& out) {
    out.clear();
    while (!pattern.empty() && !path.empty()) {
        pattern.remove_prefix(1);
        path.remove_prefix(1);
        const auto wanted = pattern.substr(0, pattern.find('/'));
        const auto given = path.substr(0, path.find('/'));
        if (wanted == "{}" && !given.empty()) {
            out.push_back(percent_decoded(given));
        } else if (wanted != given) {
            return false;
        }
        pattern.remove_prefix(wanted.size());
        path.remove_prefix(given.size());
    }
    return pattern.empty() && path.empty();
}

bool fits(const Json& value, Field::Kind kind) {
    switch (kind) {
        case Field::Kind::text:
            return value.is_string();
        case Field::Kind::number:
            return value.is_number();
        case Field::Kind::boolean:
            return value.is_boolean();
        case Field::Kind::list:
            return value.is_array();
        case Field::Kind::object:
            return value.is_object();
    }
    return false;
}

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

}  // namespace

HttpReply domain_error(unsigned status, const char* type, Json more) {
    more["type"] = type;
    more["location"] = "crates/delta/src/routes/mod.rs:1:1";
    return json_reply(more, status);
}

HttpReply not_found() { return domain_error(404, "NotFound"); }

HttpReply guard_error(const HttpRequest& request, unsigned status, const char* reason) {
    if (request.header("accept").find("application/json") != std::string_view::npos) {
        return json_reply({{"error",
                            {{"code", status},
                             {"reason", reason},
                             {"description", "The request was refused by the framework."}}}},
                          status);
    }
    HttpReply reply;
    reply.status = status;
    reply.content_type = "text/html; charset=utf-8";
    reply.body = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>" + std::to_string(status) + " " +
                 reason + "</title></head><body><h1>" + reason + "</h1></body></html>";
    return reply;
}

bool check_fields(Call& call, std::span<const Field> fields) {
    for (const auto& field : fields) {
        const auto found = call.body.find(field.name);
        if (found == call.body.end() || found->is_null()) {
            if (field.required) {
                return call.fail(guard_error(call.request, 422, "Unprocessable Entity"));
            }
            continue;
        }
        if (!fits(*found, field.kind)) {
            return call.fail(guard_error(call.request, 422, "Unprocessable Entity"));
        }
        const auto size = found->is_string()  ? characters(found->get_ref<const std::string&>())
                          : found->is_array() ? found->size()
                                              : field.least;
        if (size < field.least || size > field.most) {
            return call.fail(
                domain_error(400, "FailedValidation",
                             {{"error", std::string(field.name) + ": Validation error: length"}}));
        }
    }
    return true;
}

Patch patch_of(const Json& body, std::span<const Field> fields) {
    Patch patch;
    for (const auto& field : fields) {
        const auto found = body.find(field.name);
        if (found != body.end() && !found->is_null()) {
            patch.data[field.name] = *found;
        }
    }
    patch.clear = body.value("remove", Json::array());
    return patch;
}

Json* Call::channel(std::size_t index) {
    auto* found = core.world.channel(parameters[index]);
    if (found == nullptr) {
        failure = not_found();
        return nullptr;
    }
    return may(permission::kViewChannel, *found) ? found : nullptr;
}

Json* Call::message(std::size_t channel_index, std::size_t index) {
    if (channel(channel_index) == nullptr) {
        return nullptr;
    }
    auto* found = core.world.message(parameters[channel_index], parameters[index]);
    if (found == nullptr) {
        failure = not_found();
    }
    return found;
}

Json* Call::server(std::size_t index) {
    auto* found = core.world.server(parameters[index]);
    if (found == nullptr || core.world.member(parameters[index], me()) == nullptr) {
        failure = not_found();
        return nullptr;
    }
    return found;
}

Json* Call::member(const Json& server, std::size_t index) {
    const auto& user = parameters[index] == "@me" ? me() : parameters[index];
    auto* found = core.world.member(server["_id"], user);
    if (found == nullptr) {
        failure = not_found();
    }
    return found;
}

bool Call::may(std::uint64_t right, const Json& channel) {
    return (core.world.permissions(me(), channel) & right) != 0 ||
           fail(domain_error(403, "MissingPermission", {{"permission", permission_name(right)}}));
}

bool Call::may_on(std::uint64_t right, const Json& server) {
    return (core.world.server_permissions(me(), server) & right) != 0 ||
           fail(domain_error(403, "MissingPermission", {{"permission", permission_name(right)}}));
}

Json Call::use_file(const std::string& id, const std::string& tag) {
    const auto found = core.world.files.find(id);
    if (found == core.world.files.end() || found->second.used ||
        found->second.object["tag"] != tag) {
        failure = domain_error(400, "UnknownAttachment");
        return nullptr;
    }
    found->second.used = true;
    return found->second.object;
}

Account* Rest::account_of(const HttpRequest& request) {
    const auto bot = request.header("x-bot-token");
    const auto session = request.header("x-session-token");
    auto* found = core_.world.account_of(bot.empty() ? session : bot);
    return found != nullptr && found->bot == !bot.empty() ? found : nullptr;
}

HttpReply Rest::routed(const HttpRequest& request, const std::string& path) {
    Call call{core_, actions_, state_, request};
    bool known_path = false;
    for (const auto routes :
         {message_routes(), channel_routes(), server_routes(), user_routes(), other_routes()}) {
        for (const auto& route : routes) {
            if (!matches(route.path, path, call.parameters)) {
                continue;
            }
            known_path = true;
            if (route.method != request.method) {
                continue;
            }
            call.account = account_of(request);
            if (route.needs_account && call.account == nullptr) {
                return guard_error(request, 401, "Unauthorized");
            }
            if (route.refused_for_bots && call.account->bot) {
                core_.recorder.violation("is_bot", 0, request.method + " " + path);
                return domain_error(400, "IsBot");
            }
            if (!request.body.empty()) {
                call.body = Json::parse(request.body, nullptr, false);
                if (call.body.is_discarded()) {
                    core_.recorder.violation("malformed_body", 0, request.method + " " + path);
                    return guard_error(request, 400, "Bad Request");
                }
                if (!call.body.is_object()) {
                    return guard_error(request, 422, "Unprocessable Entity");
                }
                // What may be left out may also be null.
                for (auto it = call.body.begin(); it != call.body.end();) {
                    it = it->is_null() ? call.body.erase(it) : std::next(it);
                }
            }
            try {
                return route.handle(call);
            } catch (const Json::exception&) {
                return guard_error(request, 422, "Unprocessable Entity");
            }
        }
    }
    core_.recorder.violation(known_path ? "unknown_method" : "unknown_route", 0,
                             request.method + " " + path);
    return guard_error(request, 404, "Not Found");
}

bool Rest::injected(const HttpRequest& request, HttpReply& reply) {
    auto& faults = core_.faults;
    if (take(faults.limited)) {
        reply = json_reply({{"retry_after", faults.retry_after.count()}}, 429);
        return true;
    }
    if (!take(faults.failing)) {
        return false;
    }
    reply = domain_error(faults.failing_status, faults.failing_type.c_str());
    if (faults.failing_html) {
        auto html = request;
        html.headers.erase("accept");
        reply = guard_error(html, faults.failing_status, "Bad Gateway");
    }
    return true;
}

HttpReply Rest::answer(const HttpRequest& request) {
    std::string path = request.path;
    if (path.starts_with(kPrefix) &&
        (path.size() == kPrefix.size() || path[kPrefix.size()] == '/')) {
        path.erase(0, kPrefix.size());
    }
    if (path.size() > 1 && path.back() == '/') {
        path.pop_back();
    }
    std::vector<std::pair<std::string, std::string>> headers;
    if (!lifted_ && core_.shared.options.rate_limits) {
        const auto* account = account_of(request);
        const auto identity =
            account != nullptr && !account->bot ? account->user : std::string("127.0.0.1");
        const auto standing = limits_.take(bucket_of(request.method, path), identity, headers);
        if (!standing.allowed) {
            if (standing.insisted) {
                core_.recorder.violation("ignored_rate_limit", 0, request.method + " " + path);
            }
            auto reply = json_reply({{"retry_after", standing.reset_after.count()}}, 429);
            reply.headers = std::move(headers);
            return reply;
        }
    }
    HttpReply reply;
    if (!injected(request, reply)) {
        reply = routed(request, path.empty() ? "/" : path);
    }
    if (!take(core_.faults.no_headers)) {
        reply.headers.insert(reply.headers.end(), headers.begin(), headers.end());
    }
    return reply;
}

void Rest::spoil(HttpReply& reply) {
    auto& faults = core_.faults;
    if (take(faults.slow)) {
        reply.delay = faults.slow_by;
    }
    reply.cut = take(faults.cut);
    reply.endless = !reply.cut && take(faults.endless);
    if (take(faults.not_json)) {
        reply.body = "\x1f\x8b this is no JSON {";
    }
}

void Rest::handle(const HttpRequest& request, const HttpResponder& respond) {
    // Events that the request causes come before its answer or after it, by chance.
    const bool after = core_.chance(0.5);
    if (after) {
        gateway_.hold();
    }
    auto reply = answer(request);
    ++state_.requests;
    ++state_.by_status[reply.status];
    core_.recorder.note("rest", 0, request.method + " " + request.path, reply.status);
    spoil(reply);
    respond(std::move(reply));
    if (after) {
        gateway_.release();
    }
}

Json Rest::counts() const {
    Json by_status = Json::object();
    for (const auto& [status, count] : state_.by_status) {
        by_status[std::to_string(status)] = count;
    }
    return {{"requests", state_.requests}, {"by_status", by_status}};
}

}  // namespace rookery::sim::revolt
