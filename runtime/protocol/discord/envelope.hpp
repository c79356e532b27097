#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery::protocol::discord {

enum class Op : std::uint8_t {
    dispatch = 0,
    heartbeat = 1,
    identify = 2,
    resume = 6,
    reconnect = 7,
    invalid_session = 9,
    hello = 10,
    heartbeat_ack = 11,
};

/// The outside of one gateway payload. Views point into the scanned frame.
struct Envelope {
    std::uint32_t op = 0;              ///< any number: unknown ones are ignored by the caller
    std::optional<std::uint64_t> seq;  ///< always present when op is dispatch
    std::string_view type;             ///< `t`, e.g. MESSAGE_CREATE; not empty when op is dispatch
    std::string_view data;             ///< JSON text of `d`; empty when `d` is missing

    [[nodiscard]] bool is(Op which) const noexcept {
        return op == static_cast<std::uint32_t>(which);
    }
};

/// Reads `op`, `s`, `t` and finds `d` without looking inside it, as long as `d` stands last, which
/// is how Discord sends: only the frame's first bytes are touched. `data` then reaches up to the
/// frame's closing brace, so should unknown keys follow `d` they are still on it and its parser
/// will complain: scan_envelope_fully() serves that case. When `op`, `s` or `t` have not been seen
/// before `d`, the whole frame is walked here. Error protocol: not a JSON object of that outline,
/// `op` missing, or a dispatch whose `s` is no number or whose `t` is no string. `d` is not
/// validated.
[[nodiscard]] Result<Envelope> scan_envelope(std::string_view frame);

/// The same for any order and any further keys: `d` is walked (strings, brackets, nesting up to
/// kMaxDepth) and ends where its value ends. Error limit when nested deeper.
[[nodiscard]] Result<Envelope> scan_envelope_fully(std::string_view frame);

inline constexpr unsigned kMaxDepth = 64;

}  // namespace rookery::protocol::discord
