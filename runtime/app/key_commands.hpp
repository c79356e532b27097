#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/sections.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <span>
#include <string>

namespace rookery::app {

/// What `rookery keys` says.
struct KeyAnswer {
    std::string text;  ///< for people
    nlohmann::json data;
    bool changed = false;  ///< the keys are others now
};

/// What it is said about.
struct KeyPlace {
    std::filesystem::path state;
    std::span<const config::ServerKeySection> given;  ///< of the TOML, where it is known
    std::string url;                                  ///< of the server; empty: none runs
    WallTime now;
};

/// {"what": "new", "name", "scopes", "guilds", "events", "expires"}, {"what": "list"} or {"what":
/// "revoke", "id"}, with the lists as arrays of strings. The caller is the only one that writes in
/// the state directory. The answer to "new" has the secret: it goes to whoever asked, and nowhere
/// else.
[[nodiscard]] Result<KeyAnswer> answer_keys(const nlohmann::json& request, const KeyPlace& place);

/// The same where no runtime runs: takes the state directory's lock. Error exists when one does.
[[nodiscard]] Result<KeyAnswer> answer_keys_alone(const nlohmann::json& request,
                                                  const std::filesystem::path& state);

/// What the TOML takes as `hash`. Error invalid for a text that could be guessed.
[[nodiscard]] Result<std::string> hash_of_key(const std::string& secret);

}  // namespace rookery::app
