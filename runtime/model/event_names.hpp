#pragma once

#include "base/result.hpp"
#include "model/generated/event_types.hpp"
#include "model/operations.hpp"
#include "model/shape.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rookery::model {

/// "*": every event. Not the type of any event.
inline constexpr EventType kAnyEvent{0xFFFF};

/// One event of the schema; its EventType is its index.
struct EventInfo {
    std::string_view name;  ///< "messageCreate"
    const Shape* shape;
    std::string_view doc;
};

/// What one platform calls an event, and how its payload becomes the normalised one. A raw event
/// that can become several has one such description for each of them; those after the first may
/// have a payload that the platform's adapter makes for them.
struct RawEventInfo {
    std::string_view name;           ///< "MESSAGE_CREATE"
    std::optional<EventType> event;  ///< none: passes through as "discord:NAME"
    const Mapping* mapping;          ///< null: raw
    RawPath at;                      ///< the mapped object; no keys: the payload itself
    std::uint64_t intents_any;       ///< any one of them brings the event; 0: always sent
    std::uint64_t intents_fill;      ///< without them some fields stay empty
    RawPath guild;                   ///< the guild's id; no keys: none
    RawPath channel;
    std::span<const RawPath>
        dedupe;  ///< what tells one occurrence from another; empty: the whole payload
    std::span<const EventType> events;  ///< all that the raw event can become, `event` first
    std::uint32_t context;              ///< bit set of ContextKey: what the mapping reads of it

    [[nodiscard]] bool reads(ContextKey key) const noexcept {
        return (context >> static_cast<unsigned>(key) & 1U) != 0;
    }
};

/// The key's name in the context document: "memberCount".
[[nodiscard]] std::string_view context_key_name(ContextKey key) noexcept;

struct IntentInfo {
    unsigned bit;
    std::string_view name;  ///< "GUILD_MEMBERS"
    bool privileged;        ///< must be switched on in the developer portal
};

struct PlatformInfo {
    std::string_view name;                          ///< "discord"
    std::string_view title;                         ///< "Discord"
    bool digit_ids;                                 ///< ids are decimal numbers; else any texts
    std::span<const PlatformOperation> operations;  ///< sorted by name; what it can do
    std::span<const IntentInfo> intents;
    std::span<const RawEventInfo> raw_events;  ///< sorted by name; what each one becomes first
    std::span<const RawEventInfo> derived;     ///< what raw events become besides
    std::span<const RawEventInfo* const>
        by_type;  ///< by EventType; null where the platform has none

    [[nodiscard]] const RawEventInfo* find_raw(std::string_view raw_name) const noexcept;
    /// The raw event that becomes `type` here, the main one of several; null when none does.
    [[nodiscard]] const RawEventInfo* find(EventType type) const noexcept;
    /// How `type` reads when it comes from that raw event: its own description, else find(type);
    /// for what passes through, the raw event's. Null: nobody knows the event.
    [[nodiscard]] const RawEventInfo* find(std::string_view raw_name,
                                           EventType type) const noexcept;
};

/// Null when there is none of that name.
[[nodiscard]] const PlatformInfo* find_platform(std::string_view name) noexcept;

/// Generated: the platforms, and the events of the schema by EventType.
[[nodiscard]] std::span<const PlatformInfo* const> platforms() noexcept;
[[nodiscard]] std::span<const EventInfo> event_infos() noexcept;

/// The process-wide registry of event names: those of the schema with fixed ids, and
/// "platform:RAW_NAME" ones, which get an id when first interned. Any thread; lookups take no lock.
class EventNames {
  public:
    static constexpr std::size_t kMaxDynamic = 4096;
    static constexpr std::size_t kMaxName = 80;

    /// For subscribing: a name of the schema, "platform:RAW_NAME" or "*". Errors: invalid (with the
    /// nearest name; a raw name that is served under a schema name says which), limit (too many or
    /// too long).
    [[nodiscard]] static Result<EventType> intern(std::string_view name);
    [[nodiscard]] static std::optional<EventType> find(std::string_view name);
    /// "messageCreate", "discord:RAW_NAME", "*".
    [[nodiscard]] static std::string_view name(EventType type);

    /// The type under which a platform's event goes out; none when it is neither in the schema nor
    /// interned: nobody asked for it by name. Fast: meant for every dispatch.
    [[nodiscard]] static std::optional<EventType> find_raw(const PlatformInfo& platform,
                                                           std::string_view raw_name) noexcept;
    /// The same, giving it a type when it has none (somebody listens to "*").
    [[nodiscard]] static Result<EventType> intern_raw(const PlatformInfo& platform,
                                                      std::string_view raw_name);

    /// Intents of which any one brings the event, and those that fill its fields: 0 for events that
    /// are always sent or unknown. kAnyEvent: all that are not privileged.
    struct Intents {
        std::uint64_t any = 0;
        std::uint64_t fill = 0;
    };
    [[nodiscard]] static Intents intents(const PlatformInfo& platform, EventType type);
};

}  // namespace rookery::model
