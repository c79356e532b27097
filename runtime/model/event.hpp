#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/bots.hpp"
#include "model/event_names.hpp"
#include "model/ports.hpp"
#include "model/view.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::model {

/// What a link knows of an event beside its payload.
struct EventHeader {
    EventType type{};
    const BotInfo* bot = nullptr;  ///< required
    std::uint64_t seq = 0;         ///< of the link's session
    SteadyTime received{};
    DeliveryPtr delivery;  ///< may be null: nobody keeps a ledger
    /// How the payload reads: PlatformInfo::find(raw_name, type). Null: as the platform's main raw
    /// event for the type does.
    const RawEventInfo* raw = nullptr;
    bool late = false;  ///< it happened while the link was down and was fetched afterwards
};

/// A number for an id: itself for a decimal number of up to 64 bits, else a hash that differs from
/// process to process; 0 for an empty text alone. For queues, orders and filters, never shown.
[[nodiscard]] std::uint64_t id_key(std::string_view id) noexcept;

class Event;
using EventPtr = boost::intrusive_ptr<const Event>;

/// One dispatch of a platform: the payload's bytes, those of its context, and an index over them
/// that all handlers share.
/// Immutable; reference-counted; one allocation. Any thread may read it.
class Event final {
  public:
    /// Copies the payload and indexes it. `context`: a JSON object with what the platform's cache
    /// knows beside the payload (RawEventInfo::context says which keys are read), or empty; one
    /// that is no object, or nested too deeply, is left out. Errors, of the payload alone: as of
    /// JsonIndex::build.
    [[nodiscard]] static Result<EventPtr> make(EventHeader header, std::string_view payload,
                                               std::string_view context = {});

    /// The same for a payload whose tokens are known (JsonIndex::scan or JsonIndex::tokens of it).
    [[nodiscard]] static EventPtr make(EventHeader header, std::string_view payload,
                                       std::span<const JsonToken> tokens, std::string_view context);

    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    [[nodiscard]] const EventHeader& header() const noexcept { return header_; }
    [[nodiscard]] EventType type() const noexcept { return header_.type; }
    [[nodiscard]] std::string_view name() const noexcept;  ///< "messageCreate"
    [[nodiscard]] BotId bot() const noexcept { return header_.bot->id; }
    [[nodiscard]] std::string_view bot_name() const noexcept { return header_.bot->name; }
    [[nodiscard]] std::string_view platform() const noexcept { return header_.bot->platform->name; }
    [[nodiscard]] std::string_view raw_name() const noexcept;  ///< "MESSAGE_CREATE"
    [[nodiscard]] std::uint64_t seq() const noexcept { return header_.seq; }
    [[nodiscard]] SteadyTime received() const noexcept { return header_.received; }
    [[nodiscard]] bool late() const noexcept { return header_.late; }
    [[nodiscard]] const DeliveryPtr& delivery() const noexcept { return header_.delivery; }

    /// The payload (`d`), byte for byte.
    [[nodiscard]] std::string_view raw() const noexcept { return {text(), payload_size_}; }
    /// The context, byte for byte, right behind the payload; empty when there is none.
    [[nodiscard]] std::string_view raw_context() const noexcept {
        return {text() + payload_size_, context_size_};
    }
    [[nodiscard]] JsonNode root() const noexcept { return {text(), tokens(), 0}; }
    /// The payload in the normalised shape; for events that pass through, a raw view.
    [[nodiscard]] View view() const noexcept;
    /// A view given away as numbers (View::node().index(), Mapping::id), checked: a default View
    /// when they cannot be of this event.
    [[nodiscard]] View view_at(std::uint32_t node, MappingId mapping) const noexcept;

    /// The ids as the platform writes them, borrowed from the event; empty when it has none.
    [[nodiscard]] std::string_view guild_text() const noexcept;
    [[nodiscard]] std::string_view channel_text() const noexcept;
    /// id_key() of them.
    [[nodiscard]] std::uint64_t guild_key() const noexcept { return id_key(guild_text()); }
    [[nodiscard]] std::uint64_t channel_key() const noexcept { return id_key(channel_text()); }

    /// The same for every delivery of one occurrence, different otherwise: "messageCreate:1234".
    [[nodiscard]] std::string dedupe_key() const;

    /// What it occupies.
    [[nodiscard]] std::size_t bytes() const noexcept;

  private:
    friend void intrusive_ptr_add_ref(const Event* event) noexcept {
        event->references_.fetch_add(1, std::memory_order_relaxed);
    }
    friend void intrusive_ptr_release(const Event* event) noexcept {
        if (event->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            destroy(event);
        }
    }
    static void destroy(const Event* event) noexcept;

    Event(EventHeader&& header, const Mapping& mapping)
        : header_(std::move(header)), mapping_(&mapping) {}
    ~Event() = default;

    [[nodiscard]] std::string_view id_at(const RawPath* path,
                                         std::string_view usual) const noexcept;

    // The tokens follow the object (the payload's, the context's, and one that ends them), the
    // texts follow the tokens.
    [[nodiscard]] const JsonToken* tokens() const noexcept {
        return reinterpret_cast<const JsonToken*>(this + 1);
    }
    [[nodiscard]] const char* text() const noexcept {
        return reinterpret_cast<const char*>(tokens() + token_count_ + 1);
    }

    mutable std::atomic<std::uint32_t> references_{0};
    std::uint32_t token_count_ = 0;
    std::uint32_t payload_size_ = 0;
    std::uint32_t context_size_ = 0;
    EventHeader header_;
    const Mapping* mapping_;
};

}  // namespace rookery::model
