#pragma once

#include "sim/whatsapp/core.hpp"

namespace rookery::sim::whatsapp {

/// Baileys' objects as they look behind Socket.IO's JSON.
[[nodiscard]] Json time_json(const Core& core, WallTime time);
/// The key of a message; `by` is its author.
[[nodiscard]] Json key_json(Core& core, const std::string& chat, const std::string& id,
                            const std::string& by);
/// A message: one of somebody else as a plain object, one of this account as Baileys' own
/// instances look (times as texts, enums as names).
[[nodiscard]] Json message_json(Core& core, const community::Message& message);
/// A message around some technical content.
[[nodiscard]] Json technical_json(Core& core, const std::string& chat, const std::string& by,
                                  Json content);
[[nodiscard]] Json content_json(Core& core, const community::Message& message);
[[nodiscard]] Json group_json(Core& core, const community::Channel& channel);
[[nodiscard]] Json chat_json(Core& core, const community::Channel& channel);
[[nodiscard]] Json contact_json(const Core& core, const community::Person& person);
/// A member as events of participants name it: an object since 7.x, a JID before.
[[nodiscard]] Json participant_json(const Core& core, const std::string& person, const Json& admin);
/// What "lastDisconnect" holds for a status.
[[nodiscard]] Json boom_json(unsigned status, const std::string& message);

/// The name of a person as its JIDs go in events: hidden or not.
[[nodiscard]] std::string shown_jid(const Core& core, const std::string& person);
/// The person that a JID of any form names; null when there is none.
[[nodiscard]] community::Person* person_of(Core& core, const std::string& jid);

}  // namespace rookery::sim::whatsapp
