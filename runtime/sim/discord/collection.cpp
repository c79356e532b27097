#include "sim/discord/collection.hpp"

namespace rookery::sim::discord {
namespace {

/// The guild or the application that the path's first id names; 0 with call.failure set when the
/// caller has nothing to do with it.
Id owner_of(RestCall& call) {
    if (call.route->collection->in_guild) {
        const auto* guild = call.guild(0);
        return guild == nullptr ? 0 : guild->id;
    }
    if (call.bot == nullptr || call.bot->application != call.id(0)) {
        call.failure = error_reply(
            403, 20012, "You are not authorized to perform this action on this application");
        return 0;
    }
    return call.id(0);
}

Json* item_of(RestCall& call, Id owner) {
    const auto& of = *call.route->collection;
    auto* item = owner == 0
                     ? nullptr
                     : call.core.shelf.find(of.kind, owner, of.id_key, call.parameters.back());
    if (item == nullptr && owner != 0) {
        call.failure = error_reply(404, of.unknown_code, of.unknown_text);
    }
    return item;
}

void tell(RestCall& call, Id owner, const char* event, const Json& item) {
    const auto& of = *call.route->collection;
    const Id guild = of.in_guild ? owner : 0;
    if (event != nullptr) {
        auto data = item;
        if (guild != 0) {
            data["guild_id"] = id_text(guild);
        }
        call.actions.announce(event, guild, data);
    }
    if (of.told_whole != nullptr) {
        call.actions.announce(
            of.told_whole, guild,
            {{"guild_id", id_text(guild)}, {of.list_key, call.core.shelf.list(of.kind, owner)}});
    }
}

bool fits(RestCall& call, bool partial) {
    FormErrors errors;
    check_fields(call.body, call.route->collection->fields, partial, errors);
    if (!errors.empty()) {
        call.failure = errors.reply();
    }
    return errors.empty();
}

}  // namespace

Json known_keys(const Json& body, std::span<const Field> fields) {
    Json out = Json::object();
    for (const auto& field : fields) {
        if (body.contains(field.name)) {
            out[field.name] = body[field.name];
        }
    }
    return out;
}

HttpReply list_items(RestCall& call) {
    const Id owner = owner_of(call);
    if (owner == 0) {
        return call.failure;
    }
    const auto& of = *call.route->collection;
    auto items = call.core.shelf.list(of.kind, owner);
    return json_reply(of.wrapped == nullptr ? items : Json{{of.wrapped, std::move(items)}});
}

HttpReply create_item(RestCall& call) {
    const Id owner = owner_of(call);
    if (owner == 0 || !fits(call, false)) {
        return call.failure;
    }
    const auto& of = *call.route->collection;
    auto item = known_keys(call.body, of.fields);
    item[of.id_key] = id_text(call.core.world.next_id());
    if (of.in_guild) {
        item["guild_id"] = id_text(owner);
    }
    if (of.complete != nullptr && !of.complete(call, item)) {
        return call.failure;
    }
    const auto stored = call.core.shelf.add(of.kind, owner, std::move(item));
    tell(call, owner, of.on_create, stored);
    audit(call, of.in_guild ? owner : 0, of.audit_create, stored[of.id_key].get<std::string>(),
          changes_between(nullptr, known_keys(stored, of.fields)));
    return json_reply(stored, of.created_status);
}

HttpReply get_item(RestCall& call) {
    const auto* item = item_of(call, owner_of(call));
    return item == nullptr ? call.failure : json_reply(*item);
}

HttpReply change_item(RestCall& call) {
    const Id owner = owner_of(call);
    auto* item = item_of(call, owner);
    if (item == nullptr || !fits(call, true)) {
        return call.failure;
    }
    const auto& of = *call.route->collection;
    const auto wanted = known_keys(call.body, of.fields);
    const auto changes = changes_between(*item, wanted);
    item->update(wanted);
    const auto stored = *item;
    if (!changes.empty()) {
        tell(call, owner, of.on_update, stored);
        audit(call, of.in_guild ? owner : 0, of.audit_update, call.parameters.back(), changes);
    }
    return json_reply(stored);
}

HttpReply delete_item(RestCall& call) {
    const Id owner = owner_of(call);
    const auto* item = item_of(call, owner);
    if (item == nullptr) {
        return call.failure;
    }
    const auto& of = *call.route->collection;
    const auto gone = *item;
    call.core.shelf.remove(of.kind, owner, of.id_key, call.parameters.back());
    tell(call, owner, of.on_delete, gone);
    audit(call, of.in_guild ? owner : 0, of.audit_delete, call.parameters.back(),
          changes_between(nullptr, known_keys(gone, of.fields)));
    return no_content();
}

}  // namespace rookery::sim::discord
