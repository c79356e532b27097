#include "sim/deflate.hpp"

#include "base/assert.hpp"

#include <zlib.h>

namespace rookery::sim {

struct DeflateStream::State {
    z_stream stream{};
};

DeflateStream::DeflateStream() : state_(std::make_unique<State>()) {
    constexpr int kLevel = 3;
    const int status = deflateInit(&state_->stream, kLevel);
    RK_ASSERT(status == Z_OK);
}

DeflateStream::~DeflateStream() { deflateEnd(&state_->stream); }

std::string DeflateStream::payload(std::string_view plain) {
    auto& stream = state_->stream;
    std::string in(plain);
    std::string out;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    do {
        const auto used = out.size();
        out.resize(used + in.size() / 2 + 256);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
        stream.avail_out = static_cast<uInt>(out.size() - used);
        const int status = deflate(&stream, Z_SYNC_FLUSH);
        RK_ASSERT(status == Z_OK || status == Z_BUF_ERROR);
        out.resize(out.size() - stream.avail_out);
    } while (stream.avail_out == 0);
    return out;
}

}  // namespace rookery::sim
