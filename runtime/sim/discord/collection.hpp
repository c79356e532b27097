#pragma once

#include "sim/discord/audit.hpp"
#include "sim/discord/form.hpp"

#include <span>

namespace rookery::sim::discord {

/// A kind of thing that REST can list, create, read, change and delete, all by one mechanism.
struct Collection {
    const char* kind;           ///< name on the shelf
    bool in_guild = true;       ///< the path's first id is a guild; else the application
    const char* id_key = "id";  ///< the key that holds an item's id
    int unknown_code;           ///< what a missing item is answered with
    const char* unknown_text;
    std::span<const Field> fields;  ///< of the body; only these reach the item
    /// Fills what the body does not say, for a new item, or checks more than the fields can.
    /// False with call.failure set when it is refused.
    bool (*complete)(RestCall& call, Json& item) = nullptr;
    unsigned created_status = 200;
    const char* wrapped = nullptr;  ///< lists are answered as {wrapped: [...]}
    // Events; null = none. `told_whole`: one event with the whole list, under `list_key`.
    const char* on_create = nullptr;
    const char* on_update = nullptr;
    const char* on_delete = nullptr;
    const char* told_whole = nullptr;
    const char* list_key = nullptr;
    AuditAction audit_create = AuditAction::none;
    AuditAction audit_update = AuditAction::none;
    AuditAction audit_delete = AuditAction::none;
};

// The handlers of a collection's routes; the route names the collection.
[[nodiscard]] HttpReply list_items(RestCall& call);
[[nodiscard]] HttpReply create_item(RestCall& call);
[[nodiscard]] HttpReply get_item(RestCall& call);
[[nodiscard]] HttpReply change_item(RestCall& call);
[[nodiscard]] HttpReply delete_item(RestCall& call);

/// The body cut down to the keys that the fields name.
[[nodiscard]] Json known_keys(const Json& body, std::span<const Field> fields);

}  // namespace rookery::sim::discord
