#pragma once

#include "base/clock.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::sim::community {

using Json = nlohmann::json;

struct Person {
    std::string id;
    std::string name;     ///< "alice"
    std::string display;  ///< "Alice"
    bool bot = false;
    std::string status = "online";
};

struct Reaction {
    std::string emoji;  ///< a character, or the id that the platform gives to one
    std::vector<std::string> by;
};

struct Message {
    std::string id;
    std::string channel;
    std::string author;
    std::string text;
    Json content;  ///< the body in the platform's own form; null: nothing but the text
    std::vector<std::string> replies_to;
    WallTime created{};
    std::optional<WallTime> edited;
    bool pinned = false;
    std::vector<Reaction> reactions;
    Json extra = Json::object();  ///< further fields, as the platform names them
};

enum class ChannelType { text, voice, category, thread, direct };

struct Channel {
    std::string id;
    std::string server;  ///< empty for a direct channel
    std::string name;
    std::string topic;
    ChannelType type = ChannelType::text;
    std::string parent;
    std::vector<std::string> people;  ///< of a direct channel
    WallTime created{};
    std::deque<Message> messages;  ///< the newest ones, oldest first
};

struct Role {
    std::string id;
    std::string name;
    unsigned color = 0;
    bool everyone = false;  ///< the one that all members have
    std::uint64_t permissions = 0;
};

struct Member {
    std::string person;
    std::string nick;  ///< empty: none
    std::vector<std::string> roles;
    WallTime joined{};
};

struct Ban {
    std::string person;
    std::string by;
    std::string reason;
    WallTime since{};
};

struct Server {
    std::string id;
    std::string name;
    std::string about;
    std::string owner;
    WallTime created{};
    std::vector<std::string> channels;
    std::vector<Role> roles;  ///< the first is the one of everyone
    std::map<std::string, Member> members;
    std::vector<Ban> bans;
};

enum class What {
    posted,
    edited,
    removed,
    removed_many,
    reacted,
    unreacted,
    reactions_cleared,
    pinned,
    unpinned,
    typing,
    joined,
    left,
    kicked,
    banned,
    unbanned,
    member_changed,
    roles_given,
    channel_made,
    channel_changed,
    channel_gone,
    role_made,
    role_changed,
    role_gone,
    server_made,
    server_changed,
    server_gone,
    presence,
};

/// One thing that happened in a community. Pointers are null where they say nothing, and valid
/// during the call alone; what is gone is shown as it was.
struct Happening {
    What what;
    const Server* server = nullptr;
    const Channel* channel = nullptr;
    const Message* message = nullptr;
    const Person* person = nullptr;  ///< whom it is about
    const Role* role = nullptr;
    std::string by{};      ///< the id of who did it; may be empty
    std::string detail{};  ///< the emoji, the reason of a ban, the text before an edit
    std::vector<std::string> ids{};
};

enum class IdOf { server, channel, direct, person, message, role };

/// The id of the `number`th thing of a world, in the platform's form. `name` is a person's, ""
/// else.
using IdForm = std::function<std::string(IdOf kind, std::uint64_t number, const std::string& name)>;

/// A message to be written.
struct Draft {
    std::string channel;
    std::string author;
    std::string text;
    Json content;
    std::vector<std::string> replies_to;
    std::string id;  ///< empty = a new one
    Json extra = Json::object();
};

struct Seeds {
    unsigned servers = 1;
    unsigned members = 0;  ///< of each server at the least
    std::size_t bots = 1;
};

/// The community that platforms with ids of text show: the same guild, channels and people as the
/// other simulators have, whoever looks at them. Holds state, changes it and tells what happened;
/// how that looks on the wire is the platform's affair. Simulator thread.
class World {
  public:
    World(const Clock& clock, IdForm form, const Seeds& seeds);

    void on_happening(std::function<void(const Happening&)> observer) {
        observers_.push_back(std::move(observer));
    }

    [[nodiscard]] std::string new_id(IdOf kind, const std::string& name = {});
    [[nodiscard]] WallTime now() const { return clock_.wall(); }

    [[nodiscard]] std::list<Server>& servers() { return servers_; }
    [[nodiscard]] std::list<Person>& people() { return people_; }
    [[nodiscard]] Person& bot(std::size_t index = 0) { return *bots_.at(index); }
    // Each null when there is no such thing. A name is looked for without regard to '#' and '@'.
    [[nodiscard]] Person* person(std::string_view name_or_id);
    [[nodiscard]] Server* server(std::string_view name_or_id);  ///< empty: the first
    [[nodiscard]] Channel* channel(std::string_view name_or_id, std::string_view server = {});
    [[nodiscard]] static Role* role(Server& server, std::string_view name_or_id);
    [[nodiscard]] static Message* message(Channel& channel, std::string_view id);
    [[nodiscard]] Server* server_of(const Channel& channel) { return server(channel); }
    [[nodiscard]] Message* find_message(std::string_view channel, std::string_view id);
    void each_channel(const std::function<void(Channel&)>& each);

    Person& add_person(const std::string& name, const std::string& display, bool bot);
    Channel& direct(const std::string& one, const std::string& other);

    Message& post(Draft draft);
    void edit(Channel& channel, Message& message, std::string text, Json content);
    bool remove(Channel& channel, const std::string& id, const std::string& by);
    void remove_many(Channel& channel, const std::vector<std::string>& ids, const std::string& by);
    /// False when there was nothing to change.
    bool react(Channel& channel, Message& message, const std::string& person,
               const std::string& emoji);
    bool unreact(Channel& channel, Message& message, const std::string& person,
                 const std::string& emoji, const std::string& by = {});
    /// All of them, or those with one emoji when it is not empty.
    void clear_reactions(Channel& channel, Message& message, const std::string& emoji,
                         const std::string& by);
    bool pin(Channel& channel, Message& message, bool pinned, const std::string& by);
    void typing(const Channel& channel, const Person& who);

    Server& add_server(const std::string& name, const std::string& by);
    void change_server(Server& server, const std::string& name);
    void remove_server(const std::string& id, const std::string& by);
    Channel& add_channel(Server& server, const std::string& name, ChannelType type,
                         const std::string& by, const std::string& parent = {},
                         const std::string& topic = {});
    void channel_changed(Channel& channel, const std::string& by);
    bool remove_channel(const std::string& id, const std::string& by);
    Role& add_role(Server& server, const std::string& name, unsigned color, const std::string& by);
    void role_changed(Server& server, const Role& role, const std::string& by);
    bool remove_role(Server& server, const std::string& id, const std::string& by);

    bool join(Server& server, Person& person);
    bool leave(Server& server, Person& person, bool kicked, const std::string& by);
    bool ban(Server& server, Person& person, const std::string& by, const std::string& reason);
    bool unban(Server& server, Person& person, const std::string& by);
    bool nick(Server& server, Person& person, const std::string& nick, const std::string& by);
    bool give_role(Server& server, Person& person, const std::string& role, bool given,
                   const std::string& by);
    void presence(Person& person, const std::string& status);

  private:
    Server* server(const Channel& channel);
    Server& make_server(const std::string& name, unsigned members);
    Channel& make_channel(const std::string& server, const std::string& name, ChannelType type);
    void tell(Happening happening);
    [[nodiscard]] Happening about(What what, const Channel& channel, const Message* message,
                                  const std::string& by);

    static constexpr std::size_t kMessagesKept = 400;

    const Clock& clock_;
    IdForm form_;
    std::uint64_t numbered_ = 0;
    std::list<Person> people_;
    std::vector<Person*> bots_;
    std::list<Server> servers_;
    std::map<std::string, Channel, std::less<>> channels_;
    std::vector<std::function<void(const Happening&)>> observers_;
};

}  // namespace rookery::sim::community
