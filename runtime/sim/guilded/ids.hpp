#pragma once

#include "base/clock.hpp"
#include "sim/community/world.hpp"

#include <string>
#include <string_view>

namespace rookery::sim::guilded {

/// Eight letters and digits for servers and people, a UUID for channels and messages, a number for
/// roles. Equal worlds have equal ids.
[[nodiscard]] std::string id_form(community::IdOf kind, std::uint64_t number,
                                  const std::string& name);
[[nodiscard]] std::string uuid_of(std::uint64_t number, std::uint64_t salt);
[[nodiscard]] bool is_uuid(std::string_view text);

/// "2024-05-01T12:00:00.123Z"; the platform refuses any other form.
[[nodiscard]] std::string time_text(WallTime time);

/// The number that stands for an emoji: given as a number, or as the character itself.
[[nodiscard]] std::string emote_id(std::string_view emoji);

}  // namespace rookery::sim::guilded
