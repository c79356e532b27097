#include "platform/holobridge/operations.hpp"

#include "base/base64.hpp"
#include "model/event_names.hpp"
#include "net/url.hpp"
#include "rest/operation_request.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <utility>

namespace rookery::holobridge {
namespace {

using nlohmann::json;

constexpr std::string_view kOperations = "/api/operations/";
constexpr std::string_view kRaw = "api.request";

/// A file of this machine means nothing to the other end: its content goes.
Result<json> with_content(const json& value, const discord::UploadRules& rules) {
    const bool one = !value.is_array();
    const auto files = discord::read_uploads(value, rules);
    if (!files) {
        return files.error();
    }
    json list = json::array();
    for (const discord::Upload& file : *files) {
        std::string content = file.data;
        if (!file.path.empty()) {
            std::ifstream stream(file.path, std::ios::binary);
            content.assign(std::istreambuf_iterator<char>(stream), {});
            if (stream.bad() || content.size() != file.size) {
                return Error(ErrorKind::io, file.name + ": cannot be read");
            }
        }
        std::string encoded;
        append_base64(encoded, content);
        json shown = {{"name", file.name}, {"base64", std::move(encoded)}};
        if (!file.description.empty()) {
            shown["description"] = file.description;
        }
        list.push_back(std::move(shown));
    }
    return one && !list.empty() ? list[0] : list;
}

Result<json> argument(const model::OperationParam& param, const json& value,
                      const discord::UploadRules& rules) {
    if (param.type == model::ParamType::files ||
        (param.type == model::ParamType::image && value.is_object())) {
        return with_content(value, rules);
    }
    return value;
}

/// Everything to the one route that another Rookery has for it.
Result<ApiRequest> to_rookery(const gateway::BotCall& call, const discord::UploadRules& rules) {
    ApiRequest request;
    request.method = "POST";
    request.path = std::string(kOperations) + std::string(call.info->noun) + '/' +
                   std::string(call.info->verb);
    request.label = request.path;
    request.body = json::object();
    for (const model::OperationParam& param : call.info->params) {
        const auto given = call.arguments.find(std::string(param.name));
        if (given == call.arguments.end()) {
            continue;
        }
        auto value = argument(param, *given, rules);
        if (!value) {
            return value.error().within(std::string(param.name));
        }
        request.body[std::string(param.name)] = *std::move(value);
    }
    return request;
}

/// Milliseconds until then, which is a time or seconds from now: what a HoloBridge asks for.
json duration(const json& time) {
    if (time.is_number()) {
        return static_cast<std::int64_t>(time.get<double>() * 1'000);
    }
    std::tm parts{};
    const std::string text = rest::plain_text(time);
    const char* const end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    const auto then = end == nullptr ? std::chrono::system_clock::time_point()
                                     : std::chrono::system_clock::from_time_t(::timegm(&parts));
    const auto left = then - std::chrono::system_clock::now();
    return std::max<std::int64_t>(1, std::chrono::duration_cast<Millis>(left).count());
}

/// What the routes of a HoloBridge say in another way than the vocabulary does.
bool put_special(const gateway::BotCall& call, ApiRequest& request) {
    const json& given = call.arguments;
    const auto member = [&] {
        return "/api/guilds/" + net::percent_encode(rest::plain_text(given["guildId"])) +
               "/members/" + net::percent_encode(rest::plain_text(given["userId"]));
    };
    if (call.info->name == "members.addRole" || call.info->name == "members.removeRole") {
        request.method = "PATCH";
        request.label = "/api/guilds/{guildId}/members/{userId}/roles";
        request.path = member() + "/roles";
        const char* const list = call.info->name == "members.addRole" ? "add" : "remove";
        request.body = {{list, json::array({given["roleId"]})}};
    } else if (call.info->name == "members.timeout") {
        request.method = "POST";
        request.label = "/api/guilds/{guildId}/members/{userId}/timeout";
        request.path = member() + "/timeout";
        request.body = {{"duration", duration(given["time"])}};
    } else {
        return false;
    }
    if (given.contains("reason")) {
        request.body["reason"] = given["reason"];
    }
    return true;
}

Error missing(const gateway::BotCall& call, const std::string& what) {
    return {ErrorKind::unsupported, std::string(call.info->name) + ": a HoloBridge has no " + what +
                                        "; another Rookery as the upstream has"};
}

Result<> put(ApiRequest& request, std::string_view target, const json& value) {
    const auto colon = target.find(':');
    const std::string_view kind = target.substr(0, colon);
    const std::string_view key = target.substr(colon + 1);
    if (kind == "path") {
        const std::string text = rest::plain_text(value);
        if (text == "." || text == ".." || !rest::put_into_path(request.path, key, text)) {
            return Error(ErrorKind::invalid, "cannot stand in a path");
        }
    } else if (kind == "query") {
        rest::put_into_query(request.path, key, value);
    } else if (!rest::put_into_body(request.body, kind == "raw" ? "*" : key, value)) {
        return Error(ErrorKind::invalid, "something else is in its place");
    }
    return {};
}

Result<ApiRequest> to_holobridge(const gateway::BotCall& call, const discord::UploadRules& rules) {
    ApiRequest request;
    if (put_special(call, request)) {
        return request;
    }
    const auto* const platform = model::find_platform("holobridge");
    const auto* const operation = model::find_operation(*platform, call.info->name);
    if (operation == nullptr || operation->path.starts_with(kOperations)) {
        return missing(call, "such operation");
    }
    request.method = operation->method;
    request.path = operation->path;
    request.label = operation->path;
    for (std::size_t at = 0; at < call.info->params.size(); ++at) {
        const model::OperationParam& param = call.info->params[at];
        const auto given = call.arguments.find(std::string(param.name));
        if (given == call.arguments.end()) {
            continue;
        }
        const std::string_view target = operation->params[at].target;
        if (target == "adapter" || target.empty()) {
            return missing(call, "parameter " + std::string(param.name) + " there");
        }
        auto value = argument(param, *given, rules);
        auto done = value ? put(request, target, *value) : Result<>(value.error());
        if (!done) {
            return done.error().within(std::string(param.name));
        }
    }
    if (request.method != "GET" && request.body.is_null()) {
        request.body = json::object();
    }
    return request;
}

/// A reply is a message there that says what it answers.
gateway::BotCall as_route(const gateway::BotCall& call) {
    gateway::BotCall out = call;
    if (call.info->name == "messages.reply") {
        out.info = model::find_operation("messages.send");
        out.arguments["replyTo"] = out.arguments["messageId"];
        out.arguments.erase("messageId");
    }
    return out;
}

/// The raw way: a route of the upstream itself.
Result<ApiRequest> raw(const gateway::BotCall& call) {
    ApiRequest request;
    const json& given = call.arguments;
    request.method = rest::plain_text(given.value("method", json("GET")));
    request.path = rest::plain_text(given.value("path", json("")));
    if (!request.path.starts_with("/api/") || request.path.find("/../") != std::string::npos) {
        return Error(ErrorKind::invalid, R"(path: expected one that begins with "/api/")");
    }
    request.label = request.path.substr(0, request.path.find('?'));
    if (const auto query = given.find("query"); query != given.end() && query->is_object()) {
        for (const auto& [key, value] : query->items()) {
            rest::put_into_query(request.path, key, value);
        }
    }
    if (const auto body = given.find("body"); body != given.end()) {
        request.body = *body;
    }
    return request;
}

}  // namespace

Result<ApiRequest> make_request(const gateway::BotCall& call, Upstream upstream,
                                const discord::UploadRules& uploads) {
    auto request = call.info->name == kRaw         ? raw(call)
                   : upstream == Upstream::rookery ? to_rookery(call, uploads)
                                                   : to_holobridge(as_route(call), uploads);
    if (request) {
        request->extension = call.extension;
        request->deadline = call.deadline;
        request->lane = call.lane;
    }
    return request;
}

}  // namespace rookery::holobridge
