#pragma once

#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a button, menu or form says of itself in the one text that the platform gives back: signed,
// so that it can be believed, and complete, so that nothing need be remembered. Sans-IO.
namespace rookery::command {

inline constexpr std::size_t kLongestCustomId = 100;
inline constexpr std::size_t kLongestAction = 32;                          ///< bytes
inline constexpr std::size_t kLargestState = std::size_t{64} << 10U;       ///< bytes, packed
inline constexpr std::size_t kMostOnly = 100;                              ///< users of `only`
inline constexpr std::int64_t kStateLife = std::int64_t{30} * 24 * 3'600;  ///< seconds

/// Whoever has it can make ids that are believed.
using ComponentKey = std::array<unsigned char, 32>;

enum class Once : std::uint8_t {
    no,
    component,  ///< the first press of it counts
    message,    ///< the first press of all such components of the message counts
};

/// The short form of an extension's name ("script/ping"), 40 bits of its hash.
[[nodiscard]] std::uint64_t owner_tag(std::string_view extension);

struct ComponentRecord {
    std::uint64_t owner = 0;
    std::string action;
    nlohmann::json state;           ///< null: none
    std::vector<std::string> only;  ///< users; empty: anybody
    Once once = Once::no;
    std::int64_t expires = 0;  ///< seconds since 1970; 0: never
    std::uint8_t place = 0;    ///< tells equal components of one message apart
};

/// Error invalid unless it is 1 to 32 bytes of UTF-8 without control characters.
[[nodiscard]] Result<> check_action(std::string_view action);

struct SealedId {
    std::string custom_id;
    /// What did not fit is to be kept under this name, at least until it expires; both empty when
    /// all of it did.
    std::string stored_as;
    std::string stored;
};

/// Errors: invalid (the action; a state that is no valid text or too deep), limit (too large).
[[nodiscard]] Result<SealedId> seal(const ComponentKey& key, const ComponentRecord& record);

/// Whether it looks like one of ours: nothing of it is to be believed yet.
[[nodiscard]] bool looks_sealed(std::string_view custom_id) noexcept;

struct OpenedId {
    ComponentRecord record;
    std::string stored_as;  ///< not empty: `state` and `only` are there
};

/// Believes it only when the signature is right, which is looked at first. Error invalid otherwise.
[[nodiscard]] Result<OpenedId> unseal(const ComponentKey& key, std::string_view custom_id);

/// Takes `state` and `only` from what was stored; false when that is damaged.
[[nodiscard]] bool take_stored(std::string_view stored, ComponentRecord& record);

/// What is the same for every press of the component in that message, also when it was sent anew:
/// where it is marked as used.
[[nodiscard]] std::string used_mark(const ComponentRecord& record, std::string_view message);

}  // namespace rookery::command
