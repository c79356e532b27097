#include "protocol/discord/inflater.hpp"

#include "base/assert.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace rookery::protocol::discord {
namespace {

using namespace std::string_view_literals;

constexpr auto kSyncFlush = "\x00\x00\xFF\xFF"sv;
constexpr std::size_t kFirstCapacity = std::size_t{64} << 10;
constexpr std::size_t kKeep = std::size_t{1} << 20;  ///< above it a buffer is given back after use

}  // namespace

struct Inflater::Stream {
    z_stream z{};
    Stream() { RK_ASSERT(inflateInit(&z) == Z_OK); }
    ~Stream() { inflateEnd(&z); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
};

Inflater::Inflater(Limits limits) : limits_(limits), stream_(std::make_unique<Stream>()) {}
Inflater::~Inflater() = default;

void Inflater::reset() {
    RK_ASSERT(inflateReset(&stream_->z) == Z_OK);
    pending_.clear();
    poisoned_ = false;
}

Result<std::optional<std::string_view>> Inflater::feed(std::string_view message) {
    if (poisoned_) {
        return Error(ErrorKind::protocol, "zlib-stream: lost after an earlier error");
    }
    if (message.size() > limits_.max_compressed - pending_.size()) {
        return poison(ErrorKind::limit, "compressed payload longer than " +
                                            std::to_string(limits_.max_compressed) + " bytes");
    }
    compressed_bytes_ += message.size();
    const bool whole = pending_.empty() && message.ends_with(kSyncFlush);
    if (!whole) {
        // The four bytes of the flush may themselves be split, so the tail of all is looked at.
        pending_.append(message);
        if (!pending_.ends_with(kSyncFlush)) {
            return std::optional<std::string_view>{};
        }
    }
    auto plain = inflate_payload(whole ? message : std::string_view(pending_));
    pending_.clear();
    if (pending_.capacity() > kKeep) {
        pending_.shrink_to_fit();
    }
    if (!plain) {
        return plain.error();
    }
    plain_bytes_ += plain->size();
    return plain->empty() ? std::optional<std::string_view>{} : std::optional(*plain);
}

Result<std::string_view> Inflater::inflate_payload(std::string_view compressed) {
    auto& z = stream_->z;
    if (capacity_ > kKeep) {
        plain_.reset();
        capacity_ = 0;
    }
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    z.avail_in = static_cast<uInt>(compressed.size());
    std::size_t used = 0;
    do {
        if (used == capacity_ && !grow(used)) {
            return poison(ErrorKind::limit, "payload inflates to more than " +
                                                std::to_string(limits_.max_plain) + " bytes");
        }
        z.next_out = reinterpret_cast<Bytef*>(plain_.get() + used);
        z.avail_out = static_cast<uInt>(capacity_ - used);
        const int status = ::inflate(&z, Z_SYNC_FLUSH);
        used = capacity_ - z.avail_out;
        // Z_BUF_ERROR only says that the last round ended exactly at the buffer's end.
        if (status != Z_OK && status != Z_BUF_ERROR) {
            return poison(ErrorKind::protocol, status == Z_STREAM_END ? "the stream ended"
                                               : z.msg != nullptr     ? z.msg
                                                                      : "corrupt data");
        }
    } while (z.avail_in > 0 || z.avail_out == 0);
    if (used > limits_.max_plain) {
        return poison(ErrorKind::limit, "payload inflates to more than " +
                                            std::to_string(limits_.max_plain) + " bytes");
    }
    return std::string_view(plain_.get(), used);
}

/// Twice the room, at most one byte over the limit (that byte tells "exactly full" from "too
/// much").
bool Inflater::grow(std::size_t used) {
    const auto most = limits_.max_plain + 1;
    if (capacity_ >= most) {
        return false;
    }
    const auto capacity = std::min(most, std::max(kFirstCapacity, capacity_ * 2));
    auto fresh = std::make_unique_for_overwrite<char[]>(capacity + kPadding);
    if (used > 0) {
        std::memcpy(fresh.get(), plain_.get(), used);
    }
    std::memset(fresh.get() + capacity, 0, kPadding);
    plain_ = std::move(fresh);
    capacity_ = capacity;
    return true;
}

Error Inflater::poison(ErrorKind kind, std::string text) {
    poisoned_ = true;
    pending_.clear();
    return Error(kind, "zlib-stream: " + std::move(text));
}

}  // namespace rookery::protocol::discord
