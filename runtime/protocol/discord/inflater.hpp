#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::protocol::discord {

/// Transport compression `zlib-stream`: one deflate stream over a connection's whole life, a
/// payload being complete when the bytes so far end in a sync flush (00 00 FF FF). One thread at a
/// time.
class Inflater {
  public:
    struct Limits {
        std::size_t max_plain = std::size_t{64} << 20;       ///< bytes of one payload, inflated
        std::size_t max_compressed = std::size_t{32} << 20;  ///< bytes of one payload, as received
    };

    Inflater() : Inflater(Limits{}) {}
    explicit Inflater(Limits limits);
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Takes one binary websocket message. Gives the payload when this message completes one,
    /// nothing when more must come. The view is valid until the next feed() or reset(), and
    /// kPadding more bytes after its end may be read (their content is unspecified). Errors:
    /// protocol (not a zlib stream, or it ended), limit. The stream is then lost: every further
    /// feed() fails until reset().
    [[nodiscard]] Result<std::optional<std::string_view>> feed(std::string_view message);

    /// A fresh context for a new connection; the buffers and the byte counts are kept.
    void reset();

    [[nodiscard]] std::uint64_t compressed_bytes() const noexcept { return compressed_bytes_; }
    [[nodiscard]] std::uint64_t plain_bytes() const noexcept { return plain_bytes_; }

    static constexpr std::size_t kPadding = 64;

  private:
    struct Stream;

    [[nodiscard]] Result<std::string_view> inflate_payload(std::string_view compressed);
    [[nodiscard]] bool grow(std::size_t used);
    Error poison(ErrorKind kind, std::string text);

    Limits limits_;
    std::unique_ptr<Stream> stream_;
    std::string pending_;  ///< messages of a payload that is not complete yet
    std::unique_ptr<char[]> plain_;
    std::size_t capacity_ = 0;
    bool poisoned_ = false;
    std::uint64_t compressed_bytes_ = 0;
    std::uint64_t plain_bytes_ = 0;
};

}  // namespace rookery::protocol::discord
