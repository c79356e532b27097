#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "protocol/discord/inflater.hpp"
#include "protocol/discord/intents.hpp"
#include "protocol/discord/session_io.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Gateway payloads that the session itself writes and reads.
namespace rookery::protocol::discord {

/// Bytes of one payload to the gateway; above it the peer closes with 4002.
inline constexpr std::size_t kMaxPayload = 4096;

struct Identify {
    Secret token;
    Intents intents = 0;
    Shard shard;
    std::optional<std::uint32_t> large_threshold;  ///< 50..250
    std::string presence;                          ///< JSON text of op 3's `d`; empty: none
};

/// Op 1. `seq` none: null, before any dispatch of a fresh session.
[[nodiscard]] std::string encode_heartbeat(std::optional<std::uint64_t> seq);

/// Op 2. Errors: invalid (presence is not JSON, threshold out of range), limit (over kMaxPayload).
/// The text holds the token: never log it.
[[nodiscard]] Result<std::string> encode_identify(const Identify& identify);

/// Op 6. Error limit. The text holds the token: never log it.
[[nodiscard]] Result<std::string> encode_resume(const Secret& token, std::string_view session_id,
                                                std::uint64_t seq);

/// `d` of Hello -> the heartbeat interval. Error protocol: missing, not a number, or not within
/// kMinInterval..kMaxInterval.
[[nodiscard]] Result<Millis> parse_hello(std::string_view data);
inline constexpr Millis kMinInterval{10};
inline constexpr Millis kMaxInterval{3'600'000};

/// `d` of Invalid Session: only a plain `true` is resumable.
[[nodiscard]] bool parse_invalid_session(std::string_view data) noexcept;

/// What the session takes from READY's `d`.
struct ReadyInfo {
    std::string session_id;
    std::string resume_url;  ///< empty when READY had none
};
/// Error protocol: not an object, or no session id (1..128 bytes; the URL has at most 256).
[[nodiscard]] Result<ReadyInfo> parse_ready(std::string_view data);

/// `<base>/?v=VERSION&encoding=json[&compress=...]` with exactly one slash, whatever `base` ends
/// in.
[[nodiscard]] std::string gateway_url(std::string_view base, Compression compression,
                                      unsigned version = 10);

}  // namespace rookery::protocol::discord
