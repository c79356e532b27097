#pragma once

#include "sim/community/routes.hpp"
#include "sim/holobridge/objects.hpp"

#include <optional>
#include <span>

namespace rookery::sim::holobridge {

using community::Call;

[[nodiscard]] HttpReply data(const Json& value, unsigned status = 200);  ///< {success, data}
[[nodiscard]] HttpReply refuse(unsigned status, const char* code, const std::string& text);
/// A body that the schema refuses: `issues` are {code, path, message}.
[[nodiscard]] HttpReply invalid(Json issues, const char* text = "Invalid request body");

/// What is wrong with one body, as the bridge's schema library lists it.
class Issues {
  public:
    explicit Issues(const Json& body) : body_(body) {}

    void text(const char* key, bool required, std::size_t least, std::size_t most);
    void number(const char* key, std::int64_t least, std::int64_t most);
    void flag(const char* key);
    void list(const char* key, std::size_t most);
    void add(const char* code, const Json& path, const std::string& message);
    [[nodiscard]] std::optional<HttpReply> reply() const;

  private:
    const Json& body_;
    Json list_ = Json::array();
};

/// REST of the bridge, below /api. Simulator thread.
class Rest {
  public:
    explicit Rest(Core& core) : core_(core) {}

    [[nodiscard]] HttpReply answer(const HttpRequest& request);
    /// While lifted nothing is limited.
    void lift(bool lifted) { lifted_ = lifted; }

  private:
    struct Route {
        const char* method;
        const char* pattern;
        const char* scope;
        HttpReply (Rest::*answer)(Call&);
    };
    static std::span<const Route> guild_routes();
    static std::span<const Route> member_routes();
    static std::span<const Route> message_routes();
    static std::span<const Route> channel_routes();
    [[nodiscard]] HttpReply keyed(const HttpRequest& request);
    [[nodiscard]] HttpReply routed(Call& call);
    /// Counts the request; the answer when there were too many.
    std::optional<HttpReply> limit(const HttpRequest& request,
                                   std::vector<std::pair<std::string, std::string>>& headers);

    HttpReply list_guilds(Call& call);
    HttpReply get_guild(Call& call);
    HttpReply list_channels(Call& call);
    HttpReply list_roles(Call& call);
    HttpReply list_nothing(Call& call);
    HttpReply list_bans(Call& call);
    HttpReply find_role(Call& call);
    HttpReply get_role(Call& call);
    HttpReply create_role(Call& call);
    HttpReply edit_role(Call& call);
    HttpReply remove_role(Call& call);
    HttpReply role_members(Call& call);
    HttpReply role_permissions(Call& call);

    HttpReply list_members(Call& call);
    HttpReply find_members(Call& call);
    HttpReply get_member(Call& call);
    HttpReply kick(Call& call);
    HttpReply ban(Call& call);
    HttpReply unban(Call& call);
    HttpReply nickname(Call& call);
    HttpReply member_roles(Call& call);
    HttpReply timeout(Call& call);
    HttpReply end_timeout(Call& call);

    HttpReply list_messages(Call& call);
    HttpReply list_pins(Call& call);
    HttpReply get_message(Call& call);
    HttpReply send(Call& call);
    HttpReply edit(Call& call);
    HttpReply remove(Call& call);
    HttpReply remove_many(Call& call);
    HttpReply react(Call& call);
    HttpReply unreact(Call& call);
    HttpReply clear_reactions(Call& call);
    HttpReply reactors(Call& call);
    HttpReply pin(Call& call);
    HttpReply unpin(Call& call);
    HttpReply crosspost(Call& call);

    HttpReply get_channel(Call& call);
    HttpReply create_channel(Call& call);
    HttpReply edit_channel(Call& call);
    HttpReply remove_channel(Call& call);
    HttpReply create_thread(Call& call);
    HttpReply list_threads(Call& call);

    community::Message* message_of(const Call& call);
    community::Member* member_of(const Call& call);

    Core& core_;
    struct Window {
        SteadyTime began{};
        unsigned used = 0;
    };
    std::map<std::string, Window> windows_;
    bool lifted_ = false;
};

}  // namespace rookery::sim::holobridge
