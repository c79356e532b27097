#include "sim/discord/compression.hpp"

#include "base/assert.hpp"

#include <zlib.h>
#include <zstd.h>

namespace rookery::sim::discord {
namespace {

constexpr int kZlibLevel = 3;
constexpr int kZstdLevel = 3;

/// One deflate stream; every payload ends in a sync flush.
class ZlibStream final : public Compression {
  public:
    ZlibStream() { RK_ASSERT(deflateInit(&stream_, kZlibLevel) == Z_OK); }
    ~ZlibStream() override { deflateEnd(&stream_); }

    std::string payload(std::string_view plain) override {
        std::string out;
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
        stream_.avail_in = static_cast<uInt>(plain.size());
        do {
            const auto used = out.size();
            out.resize(used + plain.size() / 2 + 256);
            stream_.next_out = reinterpret_cast<Bytef*>(out.data() + used);
            stream_.avail_out = static_cast<uInt>(out.size() - used);
            const int status = deflate(&stream_, Z_SYNC_FLUSH);
            RK_ASSERT(status == Z_OK || status == Z_BUF_ERROR);
            out.resize(out.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
        return out;
    }
    [[nodiscard]] bool may_be_cut() const override { return true; }

  private:
    z_stream stream_{};
};

/// One zstd frame that never ends; every payload is flushed.
class ZstdStream final : public Compression {
  public:
    ZstdStream() : context_(ZSTD_createCCtx()) {
        RK_ASSERT(context_ != nullptr);
        ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, kZstdLevel);
    }
    ~ZstdStream() override { ZSTD_freeCCtx(context_); }

    std::string payload(std::string_view plain) override {
        ZSTD_inBuffer in{plain.data(), plain.size(), 0};
        std::string out(ZSTD_compressBound(plain.size()) + 64, '\0');
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        std::size_t left = 0;
        do {
            left = ZSTD_compressStream2(context_, &to, &in, ZSTD_e_flush);
            RK_ASSERT(ZSTD_isError(left) == 0);
            if (left != 0) {
                out.resize(out.size() + left);
                to.dst = out.data();
                to.size = out.size();
            }
        } while (left != 0);
        out.resize(to.pos);
        return out;
    }
    [[nodiscard]] bool may_be_cut() const override { return false; }

  private:
    ZSTD_CCtx* context_;
};

}  // namespace

std::unique_ptr<Compression> make_compression(std::string_view name) {
    if (name == "zlib-stream") {
        return std::make_unique<ZlibStream>();
    }
    if (name == "zstd-stream") {
        return std::make_unique<ZstdStream>();
    }
    return nullptr;
}

std::string compressed_alone(std::string_view plain) {
    auto size = compressBound(plain.size());
    std::string out(size, '\0');
    compress2(reinterpret_cast<Bytef*>(out.data()), &size,
              reinterpret_cast<const Bytef*>(plain.data()), plain.size(), Z_DEFAULT_COMPRESSION);
    out.resize(size);
    return out;
}

}  // namespace rookery::sim::discord
