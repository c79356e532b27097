#include "protocol/discord/inflater.hpp"

#include "base/assert.hpp"
#include "protocol/discord/plain_buffer.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

namespace rookery::protocol::discord {
namespace {

using namespace std::string_view_literals;
using Taken = Result<std::optional<std::string_view>>;

constexpr auto kSyncFlush = "\x00\x00\xFF\xFF"sv;
constexpr std::size_t kKeep = std::size_t{1} << 20;  ///< above it a buffer is given back after use

Error too_much(std::string_view kind, std::size_t limit) {
    return {ErrorKind::limit, std::string(kind) + ": a payload inflates to more than " +
                                  std::to_string(limit) + " bytes"};
}

Error too_long(std::string_view kind, std::size_t limit) {
    return {ErrorKind::limit, std::string(kind) + ": a compressed payload is longer than " +
                                  std::to_string(limit) + " bytes"};
}

Error corrupt(std::string_view kind, std::string_view what) {
    return {ErrorKind::protocol, std::string(kind) + ": " + std::string(what)};
}

Taken payload(const PlainBuffer& plain) {
    return plain.text().empty() ? std::optional<std::string_view>{} : std::optional(plain.text());
}

/// One deflate stream; a payload is complete when the bytes so far end in a sync flush.
class ZlibInflater final : public Inflater {
  public:
    explicit ZlibInflater(Limits limits) : limits_(limits), plain_(limits.max_plain) {
        RK_ASSERT(inflateInit(&z_) == Z_OK);
    }
    ~ZlibInflater() override { inflateEnd(&z_); }

  private:
    static constexpr auto kKind = "zlib-stream"sv;

    Taken take(std::string_view message) override {
        if (message.size() > limits_.max_compressed - pending_.size()) {
            return too_long(kKind, limits_.max_compressed);
        }
        const bool whole = pending_.empty() && message.ends_with(kSyncFlush);
        if (!whole) {
            // The four bytes of the flush may themselves be split, so the tail of all is looked at.
            pending_.append(message);
            if (!pending_.ends_with(kSyncFlush)) {
                return std::optional<std::string_view>{};
            }
        }
        auto inflated = inflate_payload(whole ? message : std::string_view(pending_));
        pending_.clear();
        if (pending_.capacity() > kKeep) {
            pending_.shrink_to_fit();
        }
        return inflated;
    }

    Taken inflate_payload(std::string_view compressed) {
        plain_.clear();
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
        z_.avail_in = static_cast<uInt>(compressed.size());
        do {
            char* const room = plain_.room();
            if (room == nullptr) {
                return too_much(kKind, plain_.limit());
            }
            const auto free = plain_.free();
            z_.next_out = reinterpret_cast<Bytef*>(room);
            z_.avail_out = static_cast<uInt>(free);
            const int status = ::inflate(&z_, Z_SYNC_FLUSH);
            plain_.commit(free - z_.avail_out);
            // Z_BUF_ERROR only says that the last round ended exactly at the buffer's end.
            if (status != Z_OK && status != Z_BUF_ERROR) {
                return corrupt(kKind, status == Z_STREAM_END ? "the stream ended"
                                      : z_.msg != nullptr    ? z_.msg
                                                             : "corrupt data");
            }
        } while (z_.avail_in > 0 || z_.avail_out == 0);
        return plain_.over_limit() ? Taken(too_much(kKind, plain_.limit())) : payload(plain_);
    }

    void restart() override {
        RK_ASSERT(inflateReset(&z_) == Z_OK);
        pending_.clear();
    }

    Limits limits_;
    z_stream z_{};
    std::string pending_;  ///< messages of a payload that is not complete yet
    PlainBuffer plain_;
};

/// One zstd frame that never ends; each message is one payload.
class ZstdInflater final : public Inflater {
  public:
    explicit ZstdInflater(Limits limits)
        : limits_(limits), plain_(limits.max_plain), context_(ZSTD_createDCtx()) {
        RK_ASSERT(context_ != nullptr);
        const auto set = ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax,
                                                static_cast<int>(limits.max_window_log));
        RK_ASSERT(!ZSTD_isError(set));
    }
    ~ZstdInflater() override { ZSTD_freeDCtx(context_); }

  private:
    static constexpr auto kKind = "zstd-stream"sv;

    Taken take(std::string_view message) override {
        if (message.size() > limits_.max_compressed) {
            return too_long(kKind, limits_.max_compressed);
        }
        plain_.clear();
        ZSTD_inBuffer in{message.data(), message.size(), 0};
        bool full = false;
        do {
            char* const room = plain_.room();
            if (room == nullptr) {
                return too_much(kKind, plain_.limit());
            }
            ZSTD_outBuffer out{room, plain_.free(), 0};
            const auto status = ZSTD_decompressStream(context_, &out, &in);
            if (ZSTD_isError(status)) {
                return corrupt(kKind, ZSTD_getErrorName(status));
            }
            full = out.pos == out.size;
            plain_.commit(out.pos);
            if (status == 0) {
                return corrupt(kKind, "the stream ended");
            }
        } while (in.pos < in.size || full);
        return plain_.over_limit() ? Taken(too_much(kKind, plain_.limit())) : payload(plain_);
    }

    void restart() override { ZSTD_DCtx_reset(context_, ZSTD_reset_session_only); }

    Limits limits_;
    PlainBuffer plain_;
    ZSTD_DCtx* context_;
};

}  // namespace

std::string_view to_string(Compression compression) noexcept {
    switch (compression) {
        case Compression::none:
            return "";
        case Compression::zlib:
            return "zlib-stream";
        case Compression::zstd:
            return "zstd-stream";
    }
    return "";
}

Taken Inflater::feed(std::string_view message) {
    if (poisoned_) {
        return corrupt("compressed stream", "lost after an earlier error");
    }
    compressed_bytes_ += message.size();
    auto taken = take(message);
    if (!taken) {
        poisoned_ = true;
    } else if (taken->has_value()) {
        plain_bytes_ += (*taken)->size();
    }
    return taken;
}

void Inflater::reset() {
    poisoned_ = false;
    restart();
}

std::unique_ptr<Inflater> make_inflater(Compression compression, Inflater::Limits limits) {
    switch (compression) {
        case Compression::none:
            return nullptr;
        case Compression::zlib:
            return std::make_unique<ZlibInflater>(limits);
        case Compression::zstd:
            return std::make_unique<ZstdInflater>(limits);
    }
    return nullptr;
}

}  // namespace rookery::protocol::discord
