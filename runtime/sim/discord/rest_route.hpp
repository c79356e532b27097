#pragma once

#include "sim/discord/actions.hpp"
#include "sim/discord/interactions.hpp"
#include "sim/discord/rate_limits.hpp"
#include "sim/http_server.hpp"
#include "sim/multipart.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::sim::discord {

class Gateway;
struct Collection;
struct RestState;
struct Route;

/// One request on its way through a handler.
struct RestCall {
    Core& core;
    Actions& actions;
    Interactions& interactions;
    Gateway& gateway;
    RestState& state;
    const HttpRequest& request;
    RateLimits* limits = nullptr;  ///< null while requests are not limited
    const Route* route = nullptr;
    BotAccount* bot = nullptr;  ///< null on routes that need no token
    Id actor = 0;               ///< who does it: the bot, or a person through an act
    std::vector<std::string> parameters = {};
    Json body = nullptr;
    std::vector<FormPart> files = {};
    HttpReply failure = {};  ///< set when one of the finders below gave null

    [[nodiscard]] Id id(std::size_t index) const { return parse_id(parameters[index]).value_or(0); }
    Channel* channel(std::size_t index);
    Message* message(Channel& channel, std::size_t index);
    Guild* guild(std::size_t index);
    /// "@me" is the bot itself.
    Member* member(Guild& guild, std::size_t index);
    [[nodiscard]] std::size_t limit(std::size_t fallback, std::size_t most) const;
    /// False with `failure` set when a limit that no header tells is spent.
    [[nodiscard]] bool sub_limit(const BucketRule& rule, const std::string& key);
};

struct Route {
    const char* method;
    const char* path;  ///< behind "/api/v10"; "{}" takes one segment
    BucketRule bucket;
    HttpReply (*handle)(RestCall&);
    bool needs_token = true;
    const Collection* collection = nullptr;  ///< of the routes in collection.hpp
    /// Chooses the bucket where it depends on more than the route.
    const BucketRule& (*bucket_of)(RestCall& call) = nullptr;
};

[[nodiscard]] std::span<const Route> basic_routes();
[[nodiscard]] std::span<const Route> channel_routes();
[[nodiscard]] std::span<const Route> collection_routes();
[[nodiscard]] std::span<const Route> command_routes();
[[nodiscard]] std::span<const Route> member_routes();
[[nodiscard]] std::span<const Route> pin_routes();
[[nodiscard]] std::span<const Route> thread_routes();
[[nodiscard]] std::span<const Route> voice_routes();
[[nodiscard]] std::span<const Route> webhook_routes();
[[nodiscard]] std::span<const Route> message_routes();
[[nodiscard]] std::span<const Route> reaction_routes();
[[nodiscard]] std::span<const Route> guild_routes();
[[nodiscard]] std::span<const Route> interaction_routes();

/// What REST remembers between requests.
struct RestState {
    struct Nonce {
        Id message;
        SteadyTime at;
    };
    std::map<std::string, Nonce> nonces;
    std::uint64_t command_overwrites = 0;
    /// Told about each message whose nonce was seen before and that was therefore not written.
    std::function<void(const std::string& content)> on_suppressed;
};

[[nodiscard]] HttpReply error_reply(unsigned status, int code, const std::string& message);
/// 429 with its body and Retry-After.
[[nodiscard]] HttpReply limited_reply(double retry_after, bool global,
                                      std::vector<std::pair<std::string, std::string>> headers);
/// 50035 with one leaf: `path` is "embeds.0.title" or empty for the root.
[[nodiscard]] HttpReply form_error(const std::string& path, const std::string& code,
                                   const std::string& message);

/// What a webhook's own routes do, where the path is also that of an interaction's answers.
[[nodiscard]] HttpReply execute_webhook(RestCall& call);
[[nodiscard]] HttpReply webhook_message(RestCall& call);

/// Checks a message body (for a new message, an edit when `edit`, a follow-up) and fills `draft`.
/// False with call.failure set when it is refused.
[[nodiscard]] bool read_message(RestCall& call, const Json& body, bool edit, Draft& draft);

}  // namespace rookery::sim::discord
