#pragma once

#include "base/result.hpp"
#include "hostapi/event_paths.hpp"
#include "model/event.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::hostapi {

/// Which events of one name a handler is for: a set of conditions that all have to hold. Asked
/// before the handler's own code is entered; what can be told without looking into the payload is
/// asked first. Immutable; any thread.
///
/// Keys, each with one value or a list of which any will do:
///  - `guild`, `channel`: ids; `platform`: "discord";
///  - `bot`: the name of one of our bots; or true or false: whether whoever caused it is a bot;
///  - `user`: id of who caused it;
///  - `startsWith`, `endsWith`, `contains`, `equals`: of the content;
///  - every field of the event, through nested ones by dots ("author.username"): a text, number or
///    boolean that it equals, or that is in it, when it is a list; null: it has no value.
/// For "*" and for events that pass through raw, only the first three lines; there is no `user` and
/// no boolean `bot` for the latter.
class EventFilter {
  public:
    static constexpr std::size_t kMostKeys = 32;
    static constexpr std::size_t kMostValues = 1'000;  ///< of one key
    static constexpr std::size_t kMostText = 65'536;   ///< bytes, of all values together

    /// For events of that type; `filter` is a JSON object (or an empty list, which Lua's empty
    /// table becomes). Errors, with the key's name: invalid (no such key, with the nearest one; a
    /// value of another type), limit.
    [[nodiscard]] static Result<EventFilter> make(model::EventType type,
                                                  const nlohmann::json& filter);
    /// The same for the filter's text; empty: no condition.
    [[nodiscard]] static Result<EventFilter> parse(model::EventType type, std::string_view json);

    [[nodiscard]] bool match(const model::Event& event) const;
    /// No condition: every event fits.
    [[nodiscard]] bool empty() const noexcept { return checks_.empty(); }

  private:
    friend class FilterReader;

    /// In order of what they cost.
    enum class Kind : std::uint8_t {
        guild,
        channel,
        bot_name,
        platform,
        user,
        is_bot,
        starts,
        ends,
        contains,
        field
    };
    struct Check {
        Kind kind{};
        FieldPath path{};                  ///< of the field; empty for `user` of "*"
        std::vector<std::uint64_t> ids{};  ///< guild, channel
        std::vector<std::string> texts{};  ///< also ids that are looked for in fields
        std::vector<double> numbers{};
        bool yes = false;   ///< true will do
        bool no = false;    ///< false will do
        bool none = false;  ///< null will do
    };

    [[nodiscard]] static bool holds(const Check& check, const model::Event& event);
    [[nodiscard]] static bool holds(const Check& check, const model::Event& event,
                                    model::StringScratch& scratch);
    [[nodiscard]] static bool fits(const Check& check, const model::Value& value,
                                   model::StringScratch& scratch);

    std::vector<Check> checks_;
    std::size_t headers_ = 0;  ///< so many of them need no view
};

}  // namespace rookery::hostapi
