#include "sim/discord/rest_route.hpp"

#include "sim/discord/form.hpp"

#include <algorithm>
#include <cmath>

namespace rookery::sim::discord {

HttpReply error_reply(unsigned status, int code, const std::string& message) {
    return json_reply({{"message", message}, {"code", code}}, status);
}

HttpReply form_error(const std::string& path, const std::string& code, const std::string& message) {
    FormErrors errors;
    errors.add(path, code, message);
    return errors.reply();
}

HttpReply limited_reply(double retry_after, bool global,
                        std::vector<std::pair<std::string, std::string>> headers) {
    auto reply = json_reply({{"message", "You are being rate limited."},
                             {"retry_after", retry_after},
                             {"global", global}},
                            429);
    reply.headers = std::move(headers);
    const auto whole = static_cast<int>(std::ceil(std::max(retry_after, 0.001)));
    reply.headers.emplace_back("Retry-After", std::to_string(whole));
    return reply;
}

Channel* RestCall::channel(std::size_t index) {
    auto* found = core.world.channel(id(index));
    if (found == nullptr) {
        failure = error_reply(404, 10003, "Unknown Channel");
        return nullptr;
    }
    auto* home = core.world.guild(found->guild);
    const bool inside = home != nullptr ? core.world.is_member(*home, actor)
                                        : found->bot == actor || found->recipient == actor;
    if (!inside) {
        failure = error_reply(403, 50001, "Missing Access");
        return nullptr;
    }
    return found;
}

Message* RestCall::message(Channel& in, std::size_t index) {
    auto* found = core.world.message(in, id(index));
    if (found == nullptr || (found->flags & kEphemeral) != 0) {
        failure = error_reply(404, 10008, "Unknown Message");
        return nullptr;
    }
    return found;
}

Guild* RestCall::guild(std::size_t index) {
    auto* found = core.world.guild(id(index));
    if (found == nullptr || !core.world.is_member(*found, actor)) {
        failure = error_reply(404, 10004, "Unknown Guild");
        return nullptr;
    }
    return found;
}

Member* RestCall::member(Guild& in, std::size_t index) {
    auto* found = core.world.member(in, parameters[index] == "@me" ? actor : id(index));
    if (found == nullptr) {
        failure = error_reply(404, 10007, "Unknown Member");
    }
    return found;
}

bool RestCall::sub_limit(const BucketRule& rule, const std::string& key) {
    const auto wait = limits == nullptr ? 0.0 : limits->take_hidden(rule, key);
    if (wait > 0) {
        failure = limited_reply(
            wait, false,
            {{"X-RateLimit-Scope", rule.shared ? "shared" : "user"}, {"Via", "1.1 simulator"}});
    }
    return wait <= 0;
}

std::size_t RestCall::limit(std::size_t fallback, std::size_t most) const {
    const auto wanted = parse_id(request.query_value("limit", std::to_string(fallback)));
    return std::clamp<std::size_t>(wanted.value_or(fallback), 1, most);
}

}  // namespace rookery::sim::discord
