#pragma once

#include "platform/whatsapp/directory.hpp"
#include "platform/whatsapp/values.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Baileys' objects in the form that the mappings of sdk/schema/platforms/whatsapp.lua read: the
/// normalised fields under their own names, ids canonical, times in milliseconds. Anything may come
/// in; what is missing or of another type is left out.
namespace rookery::whatsapp {

/// The content of a WAMessage behind its wrappers: the name of the message's kind
/// ("extendedTextMessage") and its object or text. An empty name: there is none.
struct Content {
    std::string kind;
    const Json* value = nullptr;
};
[[nodiscard]] Content content_of(const Json& message);

/// Whether people see something of it: no reaction, no edit, no key of a group.
[[nodiscard]] bool is_visible(const Content& content);

/// Reads a key, and learns who is who of its alternatives.
[[nodiscard]] MessageKey read_key(const Json& key, Directory& directory);
/// The chat that a message belongs to: its id as a channel.
[[nodiscard]] std::string chat_of(const MessageKey& key, const Directory& directory);
/// Who wrote it; empty: not known.
[[nodiscard]] std::string author_of(const MessageKey& key, Directory& directory);

/// A Message. nullopt: it has no key, or nothing that people see.
[[nodiscard]] std::optional<Json> digest_message(const Json& message, Directory& directory);

[[nodiscard]] Json digest_user(const std::string& id, Directory& directory);
/// `participant`: a JID or {id, admin, ...}.
[[nodiscard]] std::optional<Json> digest_member(const Json& participant, const std::string& group,
                                                Directory& directory);
[[nodiscard]] std::optional<Json> digest_guild(const Json& group, Directory& directory);
[[nodiscard]] std::optional<Json> digest_channel(const Json& chat, Directory& directory);

/// The id of a contact, and what it tells of its name learned; empty: it has none.
[[nodiscard]] std::string learn_contact(const Json& contact, Directory& directory);

/// The JID of {id, phoneNumber, ...} or of a text, canonical, its alternatives learned; empty:
/// none.
[[nodiscard]] std::string person_of(const Json& value, Directory& directory);

}  // namespace rookery::whatsapp
