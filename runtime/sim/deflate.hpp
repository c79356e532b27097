#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace rookery::sim {

/// One deflate stream for the life of one connection: each payload ends in a sync flush, so that
/// it decodes at once and the window goes on (zlib-stream).
class DeflateStream {
  public:
    DeflateStream();
    DeflateStream(const DeflateStream&) = delete;
    DeflateStream& operator=(const DeflateStream&) = delete;
    ~DeflateStream();

    [[nodiscard]] std::string payload(std::string_view plain);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rookery::sim
