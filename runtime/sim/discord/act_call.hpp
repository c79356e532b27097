#pragma once

#include "base/result.hpp"
#include "sim/discord/interactions.hpp"

#include <span>
#include <string>

namespace rookery::sim::discord {

class Rest;

/// One act with its parameters, and the finders that they share.
struct Act {
    Core& core;
    Actions& actions;
    Interactions& interactions;
    Rest& rest;
    const Json& with;
    Error error{ErrorKind::not_found, ""};

    [[nodiscard]] std::string text(const char* key, const std::string& fallback = {}) const {
        return with.value(key, fallback);
    }
    // Null (with `error` set) when there is no such thing.
    Guild* guild();
    Channel* channel();
    User* user();  ///< alice when none is named
    Member* member(Guild& in);
    Message* message(Channel& in);  ///< "last" (when none is named), "last_bot" or an id
    Role* role(Guild& in);          ///< by name or id

    [[nodiscard]] Id bot() const;  ///< the first one when none is named

  private:
    std::nullptr_t fail(const char* what, const std::string& name);
};

struct NamedAct {
    const char* name;
    Result<Json> (*perform)(Act&);
};

[[nodiscard]] std::span<const NamedAct> message_acts();
[[nodiscard]] std::span<const NamedAct> people_acts();
[[nodiscard]] std::span<const NamedAct> guild_acts();
[[nodiscard]] std::span<const NamedAct> rare_acts();

/// An act that is a request of REST, made by a person (`as`, alice when nobody is named).
[[nodiscard]] Result<Json> perform_api_act(Act& act, const std::string& name);
[[nodiscard]] Result<Json> perform_request(Act& act);
[[nodiscard]] std::vector<std::string> api_act_names();

[[nodiscard]] inline Json made(Id id) { return {{"id", id_text(id)}}; }

}  // namespace rookery::sim::discord
