#include "platform/discord/cache/discord_cache.hpp"

#include <initializer_list>
#include <utility>

namespace rookery::discord {

using model::ContextKey;

namespace {

KindSet set_of(std::initializer_list<Kind> kinds) {
    KindSet set;
    for (const Kind kind : kinds) {
        set.set(cache::index_of(kind));
    }
    return set;
}

/// What is behind each key of a context.
struct Source {
    ContextKey key;
    KindSet kinds;
};

const std::array kSources = std::to_array<Source>({
    {ContextKey::member, set_of({Kind::member})},
    {ContextKey::user, set_of({Kind::user})},
    {ContextKey::guild, set_of({Kind::guild})},
    {ContextKey::channel, set_of({Kind::channel, Kind::thread})},
    {ContextKey::member_count, set_of({Kind::member})},
    {ContextKey::reaction_count, set_of({Kind::message})},
    {ContextKey::reaction_me, set_of({Kind::message})},
    {ContextKey::names, set_of({Kind::role, Kind::channel, Kind::thread})},
    {ContextKey::permissions, set_of({Kind::role, Kind::guild})},
    {ContextKey::old_permissions, set_of({Kind::role, Kind::guild, Kind::member})},
});

/// What makes no sense without something else.
void complete(KindSet& set) {
    const auto needs = [&](Kind kind, std::initializer_list<Kind> others) {
        if (set[cache::index_of(kind)]) {
            set |= set_of(others);
        }
    };
    needs(Kind::member, {Kind::user});
    needs(Kind::presence, {Kind::user});
    // Whether a list is known follows from the guild.
    needs(Kind::emoji, {Kind::guild});
    needs(Kind::sticker, {Kind::guild});
    needs(Kind::thread_member, {Kind::thread});
}

}  // namespace

DiscordCache::DiscordCache(const model::PlatformInfo& platform, CacheOptions options)
    : platform_(platform),
      options_(std::move(options)),
      entities_(options_.limits, options_.members) {}

KindSet DiscordCache::needs(model::EventType type) const {
    KindSet set;
    const model::RawEventInfo* const event = platform_.find(type);
    if (event == nullptr) {
        return set;
    }
    const auto add_kinds_of = [&](std::string_view raw_name) {
        if (const Handler* const handler = find_handler(raw_name)) {
            set.set(cache::index_of(handler->kind));
        }
    };
    if (event->reads(ContextKey::old) || event->reads(ContextKey::position) ||
        event->reads(ContextKey::old_position)) {
        add_kinds_of(event->name);
    }
    const bool derived = !event->events.empty() && event->events.front() != type;
    const std::string_view name = model::EventNames::name(type);
    if (name == "userUpdate") {
        set |= set_of({Kind::user, Kind::member});
    } else if (name == "messageCreate") {
        // A command that is a text is answered in the guild's language, and the owner may all.
        set |= set_of({Kind::guild});
    } else if (name == "channelPinsUpdate") {
        set |= set_of({Kind::channel, Kind::thread});
    } else if (derived && event->name != "GUILD_CREATE" && event->name != "GUILD_DELETE") {
        add_kinds_of(event->name);
    }
    for (const Source& source : kSources) {
        if (event->reads(source.key)) {
            set |= source.kinds;
        }
    }
    return set;
}

void DiscordCache::follow(const bus::Interest& interest) {
    KindSet wanted;
    if (interest.wants_any()) {
        for (std::size_t type = 0; type < model::kEventCount; ++type) {
            wanted |= needs(static_cast<model::EventType>(type));
        }
    }
    for (const model::EventType type : interest.types()) {
        wanted |= needs(type);
    }
    complete(wanted);
    for (std::size_t kind = 0; kind < cache::kKinds; ++kind) {
        if (options_.kinds[kind] != CacheOptions::Keep::automatic) {
            wanted.set(kind, options_.kinds[kind] == CacheOptions::Keep::always);
        }
    }
    if (wanted != entities_.kept()) {
        entities_.keep(wanted);
    }
}

const Handler* DiscordCache::handler(std::string_view raw_name) const noexcept {
    const KindSet& kept = entities_.kept();
    if (kept.none()) {
        return nullptr;
    }
    const Handler* const found = find_handler(raw_name);
    if (found == nullptr || (!kept[cache::index_of(found->kind)] && (kept & found->also).none())) {
        return nullptr;
    }
    return found;
}

void DiscordCache::clear() {
    const KindSet kept = entities_.kept();
    entities_.keep({});
    entities_.keep(kept);
    seq_ = 0;
}

}  // namespace rookery::discord
