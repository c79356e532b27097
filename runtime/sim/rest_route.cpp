#include "sim/rest_route.hpp"

#include <algorithm>

namespace rookery::sim {

HttpReply json_reply(const Json& body, unsigned status) {
    HttpReply reply;
    reply.status = status;
    reply.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
    return reply;
}

HttpReply no_content() {
    HttpReply reply;
    reply.status = 204;
    return reply;
}

HttpReply error_reply(unsigned status, int code, const std::string& message) {
    return json_reply({{"message", message}, {"code", code}}, status);
}

HttpReply form_error(const std::string& path, const std::string& code, const std::string& message) {
    Json errors = {{"_errors", Json::array({{{"code", code}, {"message", message}}})}};
    for (std::string rest = path; !rest.empty();) {
        const auto dot = rest.rfind('.');
        const auto key = dot == std::string::npos ? rest : rest.substr(dot + 1);
        errors = Json{{key, errors}};
        rest = dot == std::string::npos ? "" : rest.substr(0, dot);
    }
    return json_reply({{"message", "Invalid Form Body"}, {"code", 50035}, {"errors", errors}}, 400);
}

Channel* RestCall::channel(std::size_t index) {
    auto* found = core.world.channel(id(index));
    if (found == nullptr) {
        failure = error_reply(404, 10003, "Unknown Channel");
        return nullptr;
    }
    auto* home = core.world.guild(found->guild);
    const bool inside =
        home != nullptr ? home->members.contains(bot->user) : found->bot == bot->user;
    if (!inside) {
        failure = error_reply(403, 50001, "Missing Access");
        return nullptr;
    }
    return found;
}

Message* RestCall::message(Channel& in, std::size_t index) {
    auto* found = core.world.message(in, id(index));
    if (found == nullptr) {
        failure = error_reply(404, 10008, "Unknown Message");
    }
    return found;
}

Guild* RestCall::guild(std::size_t index) {
    auto* found = core.world.guild(id(index));
    if (found == nullptr || !found->members.contains(bot->user)) {
        failure = error_reply(404, 10004, "Unknown Guild");
        return nullptr;
    }
    return found;
}

Member* RestCall::member(Guild& in, std::size_t index) {
    auto* found = core.world.member(in, parameters[index] == "@me" ? bot->user : id(index));
    if (found == nullptr) {
        failure = error_reply(404, 10007, "Unknown Member");
    }
    return found;
}

std::size_t RestCall::limit(std::size_t fallback, std::size_t most) const {
    const auto wanted = parse_id(request.query_value("limit", std::to_string(fallback)));
    return std::clamp<std::size_t>(wanted.value_or(fallback), 1, most);
}

}  // namespace rookery::sim
