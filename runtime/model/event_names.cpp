#include "model/event_names.hpp"

#include "base/edit_distance.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace rookery::model {
namespace {

struct Name {
    std::string text;    ///< "messageCreate", "discord:RAW_NAME"
    std::size_t prefix;  ///< length of "discord:"
    EventType type;
    bool alias;  ///< a raw name that is served under a schema name
};

std::uint64_t hash_of(std::string_view prefix, std::string_view rest) noexcept {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
    std::uint64_t hash = prefix.size() * kFactor;
    const auto mix = [&](std::uint64_t word) {
        hash = (hash ^ word) * kFactor;
        hash ^= hash >> 29U;
    };
    if (!prefix.empty()) {
        mix(static_cast<unsigned char>(prefix.front()));
    }
    while (rest.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, rest.data(), 8);
        mix(word);
        rest.remove_prefix(8);
    }
    std::uint64_t word = rest.size();
    for (const char c : rest) {
        word = word << 8U | static_cast<unsigned char>(c);
    }
    mix(word);
    return hash;
}

/// Append-only, so that readers need no lock: a slot is written once, after what it points at.
class Registry {
  public:
    static Registry& instance() {
        // Never destroyed: names outlive main() in events that do.
        static auto& registry = *new Registry;
        return registry;
    }

    [[nodiscard]] const Name* find(std::string_view prefix, std::string_view rest) const noexcept {
        for (std::size_t slot = hash_of(prefix, rest) & kMask;; slot = (slot + 1) & kMask) {
            const Name* const name = slots_[slot].load(std::memory_order_acquire);
            if (name == nullptr) {
                return nullptr;
            }
            const std::string_view text = name->text;
            if (name->prefix == (prefix.empty() ? 0 : prefix.size() + 1) &&
                text.substr(name->prefix) == rest && text.substr(0, prefix.size()) == prefix) {
                return name;
            }
        }
    }

    [[nodiscard]] const Name* find(std::string_view full) const noexcept {
        const std::size_t colon = full.find(':');
        return colon == std::string_view::npos
                   ? find({}, full)
                   : find(full.substr(0, colon), full.substr(colon + 1));
    }

    [[nodiscard]] std::string_view name(EventType type) const noexcept {
        const auto index = static_cast<std::size_t>(type);
        const Name* const name =
            index < by_type_.size() ? by_type_[index].load(std::memory_order_acquire) : nullptr;
        return name == nullptr ? std::string_view("unknown") : std::string_view(name->text);
    }

    Result<EventType> add_dynamic(std::string_view platform, std::string_view raw_name) {
        const std::scoped_lock lock(mutex_);
        if (const Name* const known = find(platform, raw_name)) {
            return known->type;
        }
        if (next_ == by_type_.size()) {
            return Error(ErrorKind::limit, "more than " + std::to_string(EventNames::kMaxDynamic) +
                                               " different names of unknown events");
        }
        const EventType type{static_cast<std::uint16_t>(next_)};
        add(platform, raw_name, type, false);
        return type;
    }

  private:
    static constexpr std::size_t kSlots = 16384;
    static constexpr std::size_t kMask = kSlots - 1;

    Registry() {
        for (const EventInfo& info : event_infos()) {
            add({}, info.name, EventType{static_cast<std::uint16_t>(next_)}, false);
        }
        for (const PlatformInfo* const platform : platforms()) {
            for (const RawEventInfo& raw : platform->raw_events) {
                if (raw.event) {
                    add(platform->name, raw.name, *raw.event, true);
                }
            }
        }
    }

    void add(std::string_view prefix, std::string_view rest, EventType type, bool alias) {
        auto name = std::make_unique<Name>();
        name->text =
            prefix.empty() ? std::string(rest) : std::string(prefix) + ':' + std::string(rest);
        name->prefix = name->text.size() - rest.size();
        name->type = type;
        name->alias = alias;
        if (!alias) {
            by_type_[next_++].store(name.get(), std::memory_order_release);
        }
        std::size_t slot = hash_of(prefix, rest) & kMask;
        while (slots_[slot].load(std::memory_order_relaxed) != nullptr) {
            slot = (slot + 1) & kMask;
        }
        slots_[slot].store(name.get(), std::memory_order_release);
        names_.push_back(std::move(name));
    }

    std::mutex mutex_;  ///< of writers
    std::size_t next_ = 0;
    std::vector<std::unique_ptr<Name>> names_;
    std::array<std::atomic<const Name*>, kEventCount + EventNames::kMaxDynamic> by_type_{};
    std::array<std::atomic<const Name*>, kSlots> slots_{};
};

std::string nearest(std::string_view wrong) {
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, wrong.size() / 3) + 1;
    for (const EventInfo& info : event_infos()) {
        if (const std::size_t edits = edit_distance(wrong, info.name); edits < least) {
            least = edits;
            best = info.name;
        }
    }
    return best.empty() ? std::string() : ": did you mean " + std::string(best) + "?";
}

bool is_raw_name(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '-';
    });
}

}  // namespace

const RawEventInfo* PlatformInfo::find_raw(std::string_view raw_name) const noexcept {
    const auto found = std::lower_bound(
        raw_events.begin(), raw_events.end(), raw_name,
        [](const RawEventInfo& info, std::string_view wanted) { return info.name < wanted; });
    return found != raw_events.end() && found->name == raw_name ? &*found : nullptr;
}

const RawEventInfo* PlatformInfo::find(EventType type) const noexcept {
    const auto index = static_cast<std::size_t>(type);
    return index < by_type.size() ? by_type[index] : nullptr;
}

const RawEventInfo* PlatformInfo::find(std::string_view raw_name, EventType type) const noexcept {
    const RawEventInfo* const raw = find_raw(raw_name);
    if (raw != nullptr && raw->event == type) {
        return raw;
    }
    for (const RawEventInfo& info : derived) {
        if (info.event == type && info.name == raw_name) {
            return &info;
        }
    }
    const RawEventInfo* const usual = find(type);
    return usual != nullptr || static_cast<std::size_t>(type) < kEventCount ? usual : raw;
}

const PlatformInfo* find_platform(std::string_view name) noexcept {
    for (const PlatformInfo* const platform : platforms()) {
        if (platform->name == name) {
            return platform;
        }
    }
    return nullptr;
}

Result<EventType> EventNames::intern(std::string_view name) {
    if (name == "*") {
        return kAnyEvent;
    }
    if (name.size() > kMaxName) {
        return Error(ErrorKind::limit,
                     "an event name is longer than " + std::to_string(kMaxName) + " bytes");
    }
    if (const Name* const known = Registry::instance().find(name)) {
        if (known->alias) {
            return Error(ErrorKind::invalid, "the event " + std::string(name) + " is served as " +
                                                 std::string(EventNames::name(known->type)));
        }
        return known->type;
    }
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos) {
        return Error(ErrorKind::invalid, "there is no event " + std::string(name) + nearest(name));
    }
    const PlatformInfo* const platform = find_platform(name.substr(0, colon));
    if (platform == nullptr) {
        return Error(ErrorKind::invalid, "there is no event " + std::string(name) +
                                             ": no platform is named " +
                                             std::string(name.substr(0, colon)));
    }
    return intern_raw(*platform, name.substr(colon + 1));
}

std::optional<EventType> EventNames::find(std::string_view name) {
    if (name == "*") {
        return kAnyEvent;
    }
    const Name* const known = Registry::instance().find(name);
    return known != nullptr && !known->alias ? std::optional(known->type) : std::nullopt;
}

std::string_view EventNames::name(EventType type) {
    return type == kAnyEvent ? std::string_view("*") : Registry::instance().name(type);
}

std::optional<EventType> EventNames::find_raw(const PlatformInfo& platform,
                                              std::string_view raw_name) noexcept {
    const Name* const known = Registry::instance().find(platform.name, raw_name);
    return known != nullptr ? std::optional(known->type) : std::nullopt;
}

Result<EventType> EventNames::intern_raw(const PlatformInfo& platform, std::string_view raw_name) {
    if (const auto known = find_raw(platform, raw_name)) {
        return *known;
    }
    if (raw_name.size() + platform.name.size() + 1 > kMaxName) {
        return Error(ErrorKind::limit,
                     "an event name is longer than " + std::to_string(kMaxName) + " bytes");
    }
    if (!is_raw_name(raw_name)) {
        return Error(ErrorKind::invalid,
                     "the name of a raw event has only letters, digits and _ . - in it");
    }
    return Registry::instance().add_dynamic(platform.name, raw_name);
}

EventNames::Intents EventNames::intents(const PlatformInfo& platform, EventType type) {
    if (type == kAnyEvent) {
        Intents all;
        for (const IntentInfo& intent : platform.intents) {
            all.any |= intent.privileged ? 0 : std::uint64_t{1} << intent.bit;
        }
        return all;
    }
    const RawEventInfo* raw = platform.find(type);
    if (raw == nullptr) {
        const std::string_view full = name(type);
        const std::size_t colon = full.find(':');
        if (colon == std::string_view::npos || full.substr(0, colon) != platform.name) {
            return {};
        }
        raw = platform.find_raw(full.substr(colon + 1));
    }
    return raw == nullptr ? Intents{} : Intents{raw->intents_any, raw->intents_fill};
}

}  // namespace rookery::model
