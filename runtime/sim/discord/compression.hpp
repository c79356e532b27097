#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace rookery::sim::discord {

/// The compression of one connection, whose window goes on from payload to payload.
class Compression {
  public:
    Compression() = default;
    Compression(const Compression&) = delete;
    Compression& operator=(const Compression&) = delete;
    virtual ~Compression() = default;

    /// The payload so that it decodes at once, given all those before it.
    [[nodiscard]] virtual std::string payload(std::string_view plain) = 0;
    /// Whether one payload may be cut into several messages.
    [[nodiscard]] virtual bool may_be_cut() const = 0;
};

/// "zlib-stream" or "zstd-stream"; null for any other name.
[[nodiscard]] std::unique_ptr<Compression> make_compression(std::string_view name);

/// One payload for itself, as a zlib stream of its own.
[[nodiscard]] std::string compressed_alone(std::string_view plain);

}  // namespace rookery::sim::discord
