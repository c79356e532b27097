#include "sim/revolt/gateway.hpp"

#include "sim/revolt/connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace rookery::sim::revolt {
namespace {

/// The event as that user is told of it: people are shown with their relation to him.
Json for_viewer(const Json& event, const std::string& viewer) {
    if (!event.contains("user") || !event["user"].is_object() ||
        event["user"].value("_id", std::string()) != viewer) {
        return event;
    }
    auto own = event;
    own["user"]["relationship"] = "User";
    return own;
}

}  // namespace

Gateway::~Gateway() = default;

void Gateway::accept(boost::asio::ip::tcp::socket socket) {
    const auto number = ++numbered_;
    auto connection = std::make_shared<Connection>(
        *this, make_ws_channel(std::move(socket), core_.shared.tls), number);
    connections_.emplace(number, connection);
    connection->start();
}

void Gateway::tell(const Json& event, const Wanted& wanted) {
    for (const auto& [number, connection] : connections_) {
        if (connection->ready() && wanted(connection->user())) {
            auto copy = for_viewer(event, connection->user());
            if (holding_) {
                held_.emplace_back([connection, copy] { connection->event(copy); });
            } else {
                connection->event(copy);
            }
        }
    }
}

void Gateway::release() {
    holding_ = false;
    for (const auto& send : std::exchange(held_, {})) {
        send();
    }
}

void Gateway::tell_channel(const std::string& channel, const Json& event) {
    const auto* found = core_.world.channel(channel);
    if (found != nullptr) {
        tell(event, [&](const std::string& user) { return core_.world.sees(user, *found); });
    }
}

void Gateway::tell_server(const std::string& server, const Json& event) {
    tell(event, [&](const std::string& user) { return core_.world.member(server, user); });
}

void Gateway::tell_acquaintances(const std::string& user, const Json& event) {
    tell(event, [&](const std::string& viewer) {
        return viewer == user ||
               std::any_of(
                   core_.world.members.begin(), core_.world.members.end(), [&](const auto& server) {
                       return server.second.contains(user) && server.second.contains(viewer);
                   });
    });
}

void Gateway::tell_user(const std::string& user, const Json& event) {
    tell(event, [&](const std::string& viewer) { return viewer == user; });
}

void Gateway::tell_all(const Json& event) {
    tell(event, [](const std::string&) { return true; });
}

void Gateway::with_visibility(const std::string& server, const Json& event,
                              const std::function<void()>& change) {
    auto& world = core_.world;
    std::map<std::string, std::map<std::string, bool>> before;  // by user, by channel
    const auto visible = [&](const std::string& user) {
        std::map<std::string, bool> out;
        for (const auto& [id, channel] : world.channels) {
            if (channel.value("server", std::string()) == server) {
                out[id] = world.sees(user, channel);
            }
        }
        return out;
    };
    for (const auto& [number, connection] : connections_) {
        if (connection->ready()) {
            before.try_emplace(connection->user(), visible(connection->user()));
        }
    }
    change();
    for (const auto& [user, seen] : before) {
        Json parts = Json::array();
        bool replaced = false;
        for (const auto& [id, sees] : visible(user)) {
            const auto old = seen.find(id);
            const bool saw = old != seen.end() && old->second;
            if (saw == sees) {
                continue;
            }
            // The update of the very channel that appears or vanishes is replaced by that.
            replaced = replaced || (event["type"] == "ChannelUpdate" && event["id"] == id);
            if (sees) {
                auto made = world.channels[id];
                made["type"] = "ChannelCreate";
                parts.push_back(std::move(made));
            } else {
                parts.push_back({{"type", "ChannelDelete"}, {"id", id}});
            }
        }
        const bool hidden = event["type"] == "ChannelUpdate" && world.channel(event["id"]) &&
                            !world.sees(user, *world.channel(event["id"]));
        if (!replaced && !hidden && world.member(server, user) != nullptr) {
            parts.push_back(event);
        }
        if (parts.size() == 1) {
            tell_user(user, parts.front());
        } else if (!parts.empty()) {
            tell_user(user, {{"type", "Bulk"}, {"v", parts}});
        }
    }
}

Result<unsigned> Gateway::inject(const std::string& kind, const Json& with) {
    using Do = std::function<void(Connection&)>;
    const auto unknown_id = std::string("01ZZZZZZZZZZZZZZZZZZZZZZZZ");
    const std::map<std::string, Do> known = {
        {"reset", [](Connection& c) { c.channel().reset(); }},
        {"close",
         [&](Connection& c) {
             c.channel().close(with.value("code", 1001U), with.value("reason", std::string()));
         }},
        {"freeze", [](Connection& c) { c.channel().freeze(true); }},
        {"thaw", [](Connection& c) { c.channel().freeze(false); }},
        {"logout",
         [](Connection& c) {
             c.send({{"type", "Logout"}});
             c.channel().close(1000, "");
         }},
        {"error",
         [&](Connection& c) { c.error(with.value("error", std::string("InternalError"))); }},
        {"unknown_event",
         [&](Connection& c) {
             c.event({{"type", with.value("type", std::string("QuantumEntangle"))},
                      {"id", unknown_id},
                      {"spin", {{"up", true}}}});
         }},
        {"unknown_channel",
         [&](Connection& c) {
             c.event({{"type", "ChannelStartTyping"}, {"id", unknown_id}, {"user", unknown_id}});
         }},
        {"malformed",
         [](Connection& c) {
             c.channel().send(R"({"type":"Message","content":"bro)", c.format() == Format::msgpack);
         }},
        {"half_frame",
         [](Connection& c) {
             // The head of a text frame of 4096 bytes, and the first of these.
             c.channel().send_raw(std::string("\x81\x7e\x10\x00", 4) +
                                  R"({"type":"Message","content":"broken)");
             c.drop();
         }},
        {"server_ping",
         [](Connection& c) {
             c.send({{"type", "Ping"}, {"data", 7}});
         }},
        {"frame", [&](Connection& c) { c.send_text(with.at("text").get<std::string>()); }},
    };
    const auto found = known.find(kind);
    if (found == known.end()) {
        return Error(ErrorKind::not_found, "no fault '" + kind + "'");
    }
    unsigned hit = 0;
    const auto all = connections_;  // a cut changes the map
    for (const auto& [number, connection] : all) {
        if (connection->ready()) {
            found->second(*connection);
            ++hit;
        }
    }
    return hit;
}

void Gateway::log_out(const std::string& user) {
    const auto all = connections_;
    for (const auto& [number, connection] : all) {
        if (connection->ready() && connection->user() == user) {
            connection->send({{"type", "Logout"}});
            connection->channel().close(1000, "");
        }
    }
}

void Gateway::wake_all() {
    const auto all = connections_;
    for (const auto& [number, connection] : all) {
        connection->wake();
    }
}

bool Gateway::online(const std::string& user) const {
    return std::any_of(connections_.begin(), connections_.end(), [&](const auto& entry) {
        return entry.second->ready() && entry.second->user() == user;
    });
}

void Gateway::ended(unsigned number, const std::string& user) {
    connections_.erase(number);
    if (!user.empty() && !online(user)) {
        (*core_.world.user(user))["online"] = false;
        tell_acquaintances(user, {{"type", "UserUpdate"},
                                  {"id", user},
                                  {"data", {{"online", false}}},
                                  {"clear", Json::array()},
                                  {"event_id", nullptr}});
    }
}

Json Gateway::sessions() const {
    Json list = Json::array();
    for (const auto& [number, connection] : connections_) {
        list.push_back({{"connection", number},
                        {"user", connection->user()},
                        {"ready", connection->ready()},
                        {"waiting", connection->waiting()},
                        {"format", connection->format() == Format::json ? "json" : "msgpack"}});
    }
    return {{"sessions", list},           {"connections", connections_.size()},
            {"connects", core_.connects}, {"logins", core_.logins},
            {"pings", core_.pings},       {"events", core_.events}};
}

}  // namespace rookery::sim::revolt
