#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::protocol::discord {

/// How the gateway compresses what it sends, as its `compress` parameter names it.
enum class Compression : std::uint8_t {
    none,
    zlib,  ///< zlib-stream
    zstd,  ///< zstd-stream
};

/// The value of `compress` in the gateway's address; empty for none.
[[nodiscard]] std::string_view to_string(Compression compression) noexcept;

/// Transport compression: one stream over a connection's whole life. One thread at a time.
class Inflater {
  public:
    struct Limits {
        std::size_t max_plain = std::size_t{256} << 20;      ///< bytes of one payload, inflated
        std::size_t max_compressed = std::size_t{64} << 20;  ///< bytes of one payload, as received
        /// log2 of the window that a zstd frame may ask for: the memory that it costs.
        unsigned max_window_log = 27;
    };

    /// Bytes after a payload's end that may be read (their content is unspecified).
    static constexpr std::size_t kPadding = 64;

    Inflater() = default;
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    virtual ~Inflater() = default;

    /// Takes one binary websocket message. Gives the payload when this message completes one,
    /// nothing when more must come. The view is valid until the next feed() or reset(), and
    /// kPadding more bytes after its end may be read. Errors: protocol (not a stream of this
    /// kind, or it ended), limit. The stream is then lost: every further feed() fails until
    /// reset().
    [[nodiscard]] Result<std::optional<std::string_view>> feed(std::string_view message);

    /// A fresh context for a new connection; the buffers and the byte counts are kept.
    void reset();

    [[nodiscard]] std::uint64_t compressed_bytes() const noexcept { return compressed_bytes_; }
    [[nodiscard]] std::uint64_t plain_bytes() const noexcept { return plain_bytes_; }

  private:
    [[nodiscard]] virtual Result<std::optional<std::string_view>> take(
        std::string_view message) = 0;
    virtual void restart() = 0;

    bool poisoned_ = false;
    std::uint64_t compressed_bytes_ = 0;
    std::uint64_t plain_bytes_ = 0;
};

/// Null for Compression::none: payloads then arrive as text.
[[nodiscard]] std::unique_ptr<Inflater> make_inflater(Compression compression,
                                                      Inflater::Limits limits);
[[nodiscard]] inline std::unique_ptr<Inflater> make_inflater(Compression compression) {
    return make_inflater(compression, Inflater::Limits());
}

}  // namespace rookery::protocol::discord
