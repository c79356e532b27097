#pragma once

#include "model/string_scratch.hpp"
#include "model/view.hpp"
#include "script/event_slots.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace rookery::script {

class ViewReader;

/// What keeps an event readable for a script: the memory of the userdata that every view of the
/// event refers to. A script cannot make userdata of its own, so that whoever hands in a pointer to
/// one has it from here.
struct ViewAnchor {
    static constexpr std::uint32_t kMagic = 0x726b7677;

    std::uint32_t magic;
    EventRef ref;
    ViewReader* reader;
};

/// What was read, as Lua's compiled code takes it: runtime/script/lua/views.lua declares the same
/// structure to the FFI.
struct ViewValue {
    enum Kind : std::int32_t { nothing, no, yes, number, text, object, list, end };

    std::int32_t size = 0;  ///< of the text
    std::int32_t node = 0;  ///< of the object
    std::int32_t mapping = 0;
    const char* bytes = nullptr;
    double amount = 0;
};

/// Reads the fields of events for one script, called by Lua's compiled code without a lua_State. An
/// object goes to the script as the numbers that Event::view_at() takes back and checks: whatever
/// a script makes of them, it reads within its own event. One thread.
class ViewReader {
  public:
    explicit ViewReader(EventSlots& events) : events_(events) {}
    ViewReader(const ViewReader&) = delete;
    ViewReader& operator=(const ViewReader&) = delete;

    /// Numbers beyond those of fields: what an event has besides them.
    enum Property : std::int32_t {
        event_name = 1 << 16,
        bot_name,
        platform,
        guild_id,
        channel_id,
        late
    };

    [[nodiscard]] EventSlots& events() noexcept { return events_; }
    [[nodiscard]] const model::Event* event_of(const ViewAnchor* anchor) const noexcept;
    /// A default view when the event is gone or the numbers are none of its own.
    [[nodiscard]] model::View view(const ViewAnchor* anchor, std::int32_t node,
                                   std::int32_t mapping) const noexcept;

    /// What was read last. Texts stay until the next read.
    [[nodiscard]] const ViewValue& value() const noexcept { return value_; }

    ViewValue::Kind read(const ViewAnchor* anchor, std::int32_t node, std::int32_t mapping,
                         std::int32_t field);
    /// Of a raw view, by key.
    ViewValue::Kind read(const ViewAnchor* anchor, std::int32_t node, std::string_view key);
    /// The next item of the list that was read last, or `end`. An item that is a list is gone
    /// through first, to its own end.
    ViewValue::Kind next_item();

  private:
    ViewValue::Kind give(const model::Value& value);
    ViewValue::Kind give(std::string_view text);
    ViewValue::Kind give_id(std::string_view id);
    ViewValue::Kind property(const model::Event& event, std::int32_t property);

    EventSlots& events_;
    ViewValue value_;
    model::StringScratch scratch_;
    std::vector<model::ArrayCursor> lists_;  ///< that are being gone through, outermost first
};

}  // namespace rookery::script
