#include "hostapi/command_rights.hpp"

#include <algorithm>
#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

json inner(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : json();
}

std::string field(const json& object, const char* key) {
    const json found = inner(object, key);
    return found.is_string() ? found.get<std::string>() : std::string();
}

/// The channel that a thread is in; empty for any other.
std::string parent_of(const json& channel) {
    return field(channel, "typeName").find("thread") == std::string::npos
               ? std::string()
               : field(channel, "parentId");
}

}  // namespace

void CommandRights::fact(const std::string& operation, const Json& arguments, FactDone done,
                         Millis kept) {
    facts_.get(
        operation, arguments,
        [operation, done = std::move(done)](const Result<FactCache::Fact>& fact) {
            if (fact) {
                done(**fact);
            } else if (fact.error().kind() == ErrorKind::unsupported) {
                done(json());
            } else {
                done(fact.error().within(operation));
            }
        },
        kept);
}

void CommandRights::channel(const FactDone& done) {
    fact("channels.get", {{"channelId", channel_}},
         [self = shared_from_this(), done](Result<json> channel) {
             const std::string parent = channel ? parent_of(*channel) : std::string();
             if (parent.empty()) {
                 done(std::move(channel));
                 return;
             }
             self->fact("channels.get", {{"channelId", parent}}, done);
         });
}

void CommandRights::ask_place(std::function<void(Result<Place>)> done) {
    if (place_) {
        done(*place_);
        return;
    }
    const auto kept = [](const json& value) { return std::make_shared<const json>(value); };
    fact("guilds.get", {{"guildId", guild_}},
         [self = shared_from_this(), kept, done = std::move(done)](const Result<json>& guild) {
             if (!guild) {
                 done(guild.error());
                 return;
             }
             self->fact("roles.list", {{"guildId", self->guild_}},
                        [self, kept, done, guild = kept(*guild)](const Result<json>& roles) {
                            if (!roles) {
                                done(roles.error());
                                return;
                            }
                            self->channel([self, kept, done, guild,
                                           roles = kept(*roles)](const Result<json>& channel) {
                                if (!channel) {
                                    done(channel.error());
                                    return;
                                }
                                self->place_ = Place{guild, roles, kept(*channel)};
                                done(*self->place_);
                            });
                        });
         });
}

void CommandRights::known_channel(const std::string& id, bool parent,
                                  std::function<void(FactCache::Fact)> done) {
    facts_.known(
        "channels.get", {{"channelId", id}},
        [self = shared_from_this(), parent, done = std::move(done)](FactCache::Fact channel) {
            const std::string above =
                channel == nullptr || parent ? std::string() : parent_of(*channel);
            if (above.empty()) {
                done(std::move(channel));
            } else {
                self->known_channel(above, true, done);
            }
        });
}

void CommandRights::known_place(std::function<void(std::optional<Place>)> done) {
    facts_.known("guilds.get", {{"guildId", guild_}},
                 [self = shared_from_this(), done = std::move(done)](const FactCache::Fact& guild) {
                     if (guild == nullptr) {
                         done(std::nullopt);
                         return;
                     }
                     self->facts_.known(
                         "roles.list", {{"guildId", self->guild_}},
                         [self, done, guild](const FactCache::Fact& roles) {
                             if (roles == nullptr) {
                                 done(std::nullopt);
                                 return;
                             }
                             self->known_channel(
                                 self->channel_, false,
                                 [done, guild, roles](const FactCache::Fact& channel) {
                                     done(channel == nullptr
                                              ? std::nullopt
                                              : std::optional(Place{guild, roles, channel}));
                                 });
                         });
                 });
}

/// What a bot keeps may have begun after the guild was told: then roles are missing.
bool CommandRights::all_known(const Place& place, const Json& roles) const {
    const auto has = [&](const std::string& id) {
        return std::any_of(place.roles->begin(), place.roles->end(),
                           [&](const json& role) { return field(role, "id") == id; });
    };
    return place.roles->is_array() && !field(*place.guild, "ownerId").empty() && has(guild_) &&
           std::all_of(roles.begin(), roles.end(), [&](const json& id) {
               return id.is_string() && has(id.get<std::string>());
           });
}

command::Permissions CommandRights::computed(const Place& place, const std::string& user,
                                             const Json& roles) const {
    const std::string owner = field(*place.guild, "ownerId");
    const json overwrites = inner(*place.channel, "permissionOverwrites");
    command::PermissionFacts facts;
    facts.member = user;
    facts.guild = guild_;
    facts.guild_owner = owner;
    facts.own_roles = &roles;
    facts.roles = place.roles.get();
    facts.overwrites = &overwrites;
    return command::compute_permissions(facts);
}

void CommandRights::known(const std::string& user, const Json& roles,
                          std::function<void(std::optional<command::Permissions>)> done) {
    if (!roles.is_array()) {
        done(std::nullopt);
        return;
    }
    known_place([self = shared_from_this(), user, roles,
                 done = std::move(done)](const std::optional<Place>& place) {
        const bool enough = place && self->all_known(*place, roles);
        done(enough ? std::optional(self->computed(*place, user, roles)) : std::nullopt);
    });
}

void CommandRights::of_member(const std::string& user, const Json& roles, Done done) {
    if (!roles.is_array()) {
        fact("members.get", {{"guildId", guild_}, {"userId", user}},
             [self = shared_from_this(), user, done = std::move(done)](const Result<json>& member) {
                 if (!member) {
                     done(member.error());
                     return;
                 }
                 const json found = inner(*member, "roles");
                 self->of_member(user, found.is_array() ? found : json::array(), done);
             });
        return;
    }
    known(user, roles,
          [self = shared_from_this(), user, roles,
           done = std::move(done)](std::optional<command::Permissions> known) {
              if (known) {
                  done(*known);
                  return;
              }
              self->ask_place([self, user, roles, done](const Result<Place>& place) {
                  done(place ? Result<command::Permissions>(self->computed(*place, user, roles))
                             : Result<command::Permissions>(place.error()));
              });
          });
}

void CommandRights::of_bot(Done done) {
    fact(
        "users.me", json::object(),
        [self = shared_from_this(), done = std::move(done)](const Result<json>& me) {
            if (!me) {
                done(me.error());
                return;
            }
            self->of_member(field(*me, "id"), json(), done);
        },
        FactCache::kKeptLong);
}

}  // namespace rookery::hostapi
