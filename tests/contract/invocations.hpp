#pragma once

#include "contract/world.hpp"

#include <string>
#include <vector>

namespace rookery::contract {

/// One in which components mean what they mean to users.
class CommandWorld : public World {
  public:
    CommandWorld() { take_components(); }
};

/// Commands of the drivers: `act` is what the command's handler does beside telling what it was
/// given.
[[nodiscard]] json declare(json definition, const std::string& path, const std::string& act = "");
inline const json kWithdraw = {{"do", "withdraw"}};
inline const json kTrue = {{"ok", true}};

/// The parts of a definition, with `more` put over them.
[[nodiscard]] json definition(const json& more = json::object());
[[nodiscard]] json option(const json& more = json::object());
[[nodiscard]] json with_option(const json& more);

/// What people are, where commands ask for it: alice (2) may nothing, 1 owns the guild.
[[nodiscard]] Result<json> answer_facts(const SeenCall& call);

/// Payloads of events, each with an id of its own; alice writes, or does it.
[[nodiscard]] std::string message(const std::string& content);
[[nodiscard]] std::string interaction(int type, json data);
/// A press of a button; of a menu with what was chosen.
[[nodiscard]] std::string press(const std::string& custom_id, json values = nullptr);

/// What all forms tell of an invocation.
[[nodiscard]] json told(const json& report);

/// What users were told, beside what was asked of the platform: without the custom ids, which no
/// two extensions share.
struct Said {
    std::string operation;
    json arguments;
    std::vector<std::string> custom_ids;

    bool operator==(const Said& other) const {
        return operation == other.operation && arguments == other.arguments;
    }
    friend void PrintTo(const Said& said, std::ostream* out);
};
[[nodiscard]] bool is_said(const SeenCall& call);
/// Waits for that many; takes them.
[[nodiscard]] std::vector<Said> said(World& world, const Form& form, std::size_t count);

}  // namespace rookery::contract
