#include "protocol/websocket/frame_codec.hpp"

#include "base/assert.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace rookery::protocol::websocket {
namespace {

constexpr unsigned char kFin = 0x80;
constexpr unsigned char kReserved = 0x70;
constexpr unsigned char kOpcode = 0x0F;
constexpr unsigned char kMasked = 0x80;
constexpr unsigned char kLength = 0x7F;
constexpr unsigned char kLength16 = 126;
constexpr unsigned char kLength64 = 127;
constexpr std::size_t kMaxHeader = 14;
constexpr std::size_t kMaxControl = 125;
constexpr std::size_t kKeepJoined = std::size_t{1} << 20;

std::uint64_t read_big_endian(const unsigned char* bytes, unsigned count) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) {
        value = value << 8 | bytes[i];
    }
    return value;
}

void append_big_endian(std::uint64_t value, unsigned count, std::string& out) {
    while (count-- > 0) {
        out.push_back(static_cast<char>(value >> (8 * count) & 0xFF));
    }
}

void apply_mask(char* data, std::size_t size, const MaskKey& key) {
    for (std::size_t i = 0; i < size; ++i) {
        data[i] = static_cast<char>(static_cast<unsigned char>(data[i]) ^ key[i & 3]);
    }
}

constexpr bool is_control(Opcode opcode) { return (static_cast<unsigned>(opcode) & 0x8) != 0; }

constexpr bool is_known(Opcode opcode) {
    return opcode <= Opcode::binary || (opcode >= Opcode::close && opcode <= Opcode::pong);
}

/// RFC 6455 section 7.4: the codes that may stand in a close frame.
constexpr bool may_be_sent(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

}  // namespace

FrameReader::FrameReader(Role role, Limits limits) : role_(role), limits_(limits) {
    limits_.buffer = std::max(limits_.buffer, kMaxHeader + kMaxControl);
}

std::span<char> FrameReader::prepare() {
    if (begin_ > 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, pending());
        end_ -= begin_;
        begin_ = 0;
    }
    if (capacity_ == 0 ||
        (capacity_ > limits_.buffer && std::max(end_ * 2, wanted_) <= limits_.buffer)) {
        resize(limits_.buffer);
    } else if (end_ == capacity_) {
        RK_ASSERT(wanted_ > capacity_);  // a full buffer that was never parsed
        resize(std::min(wanted_, capacity_ * 2));
    }
    return {buffer_.get() + end_, capacity_ - end_};
}

void FrameReader::resize(std::size_t capacity) {
    auto fresh = std::make_unique_for_overwrite<char[]>(capacity);
    if (end_ > 0) {
        std::memcpy(fresh.get(), buffer_.get(), end_);
    }
    buffer_ = std::move(fresh);
    capacity_ = capacity;
}

void FrameReader::release() {
    if (pending() > 0) {
        return;
    }
    buffer_.reset();
    capacity_ = begin_ = end_ = 0;
    if (fragments_ == 0) {
        joined_handed_out_ = false;
        joined_ = {};
    }
}

void FrameReader::commit(std::size_t bytes) {
    RK_ASSERT(bytes <= capacity_ - end_);
    end_ += bytes;
}

FrameReader::Next FrameReader::next(Message& out) {
    if (joined_handed_out_) [[unlikely]] {
        joined_handed_out_ = false;
        joined_.clear();
        if (joined_.capacity() > kKeepJoined) {
            joined_.shrink_to_fit();
        }
    }
    while (true) {
        Header header;
        if (failure_ || !parse_header(header)) {
            return failure_ ? Next::failed : Next::need_more;
        }
        const auto length = static_cast<std::size_t>(header.length);
        const auto total = header.size + length;
        if (pending() < total) {
            wanted_ = total;
            return Next::need_more;
        }
        char* data = buffer_.get() + begin_ + header.size;
        begin_ += total;
        wanted_ = 0;
        if (role_ == Role::server) {
            apply_mask(data, length, header.mask);
        }
        const std::string_view payload(data, length);
        if (header.opcode == Opcode::close) {
            return take_close(payload, out);
        }
        if (is_control(header.opcode) || (header.fin && fragments_ == 0)) [[likely]] {
            out = {header.opcode, 0, payload};
            return Next::message;
        }
        if (join(header, payload, out)) {
            return Next::message;
        }
    }
}

/// RFC 6455 section 5.2. False: incomplete, or failed.
bool FrameReader::parse_header(Header& header) {
    const auto available = pending();
    if (available < 2) {
        return false;
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(buffer_.get() + begin_);
    const bool masked = (bytes[1] & kMasked) != 0;
    const unsigned char short_length = bytes[1] & kLength;
    const unsigned extra = short_length < kLength16 ? 0 : short_length == kLength16 ? 2 : 8;
    header.opcode = static_cast<Opcode>(bytes[0] & kOpcode);
    header.fin = (bytes[0] & kFin) != 0;
    header.size = 2 + extra + (masked ? 4 : 0);
    header.length = short_length;
    if (available < 2 + extra) {
        return false;
    }
    if (extra > 0) {
        header.length = read_big_endian(bytes + 2, extra);
        if (header.length < (extra == 2 ? kLength16 : 0x10000u)) {
            fail(ErrorKind::protocol, kCloseProtocolError, "frame length not in its shortest form");
            return false;
        }
    }
    if (!check_header(header, bytes[0], masked) || available < header.size) {
        return false;
    }
    if (masked) {
        std::memcpy(header.mask.data(), bytes + 2 + extra, 4);
    }
    return true;
}

/// Before the payload has come, so that a hostile length costs nothing.
bool FrameReader::check_header(const Header& header, unsigned char first, bool masked) {
    const auto refuse = [this](const char* text) {
        fail(ErrorKind::protocol, kCloseProtocolError, text);
        return false;
    };
    if ((first & kReserved) != 0) {
        return refuse("reserved bit set in a frame");
    }
    if (!is_known(header.opcode)) {
        return refuse("unknown frame opcode");
    }
    if (masked != (role_ == Role::server)) {
        return refuse(masked ? "masked frame from a server" : "unmasked frame from a client");
    }
    if (is_control(header.opcode)) {
        return header.length > kMaxControl ? refuse("control frame longer than 125 bytes")
               : !header.fin               ? refuse("fragmented control frame")
                                           : true;
    }
    if ((header.opcode == Opcode::continuation) != (fragments_ > 0)) {
        return refuse(fragments_ > 0 ? "new message inside a fragmented one"
                                     : "continuation frame without a beginning");
    }
    if (header.length > limits_.max_message - joined_.size()) {
        fail(ErrorKind::limit, kCloseTooBig,
             "message longer than " + std::to_string(limits_.max_message) + " bytes");
        return false;
    }
    if (fragments_ >= limits_.max_fragments) {
        fail(ErrorKind::limit, kCloseTooBig,
             "message of more than " + std::to_string(limits_.max_fragments) + " fragments");
        return false;
    }
    return true;
}

/// True when that was the last fragment.
bool FrameReader::join(const Header& header, std::string_view payload, Message& out) {
    if (fragments_++ == 0) {
        joined_opcode_ = header.opcode;
    }
    joined_.append(payload);
    if (!header.fin) {
        return false;
    }
    fragments_ = 0;
    joined_handed_out_ = true;
    out = {joined_opcode_, 0, joined_};
    return true;
}

/// RFC 6455 section 5.5.1.
FrameReader::Next FrameReader::take_close(std::string_view payload, Message& out) {
    if (payload.empty()) {
        out = {Opcode::close, kCloseNoStatus, {}};
        return Next::message;
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(payload.data());
    const auto code = payload.size() < 2 ? std::uint16_t{0}
                                         : static_cast<std::uint16_t>(read_big_endian(bytes, 2));
    if (!may_be_sent(code)) {
        fail(ErrorKind::protocol, kCloseProtocolError, "close frame without a valid code");
        return Next::failed;
    }
    const auto reason = payload.substr(2);
    if (!simdjson::validate_utf8(reason.data(), reason.size())) {
        fail(ErrorKind::protocol, kCloseBadText, "close reason is not UTF-8");
        return Next::failed;
    }
    out = {Opcode::close, code, reason};
    return Next::message;
}

void FrameReader::fail(ErrorKind kind, std::uint16_t close_code, std::string text) {
    failure_ = Failure{Error(kind, "websocket: " + std::move(text)), close_code};
}

const FrameReader::Failure& FrameReader::failure() const {
    RK_ASSERT(failure_.has_value());
    return *failure_;
}

void FrameReader::reset() { *this = FrameReader(role_, limits_); }

void encode_header(Opcode opcode, std::size_t size, bool masked, std::string& out) {
    RK_ASSERT(!is_control(opcode) || size <= kMaxControl);
    const unsigned char mask_bit = masked ? kMasked : 0;
    out.push_back(static_cast<char>(kFin | static_cast<unsigned char>(opcode)));
    if (size < kLength16) {
        out.push_back(static_cast<char>(mask_bit | size));
    } else if (size <= 0xFFFF) {
        out.push_back(static_cast<char>(mask_bit | kLength16));
        append_big_endian(size, 2, out);
    } else {
        out.push_back(static_cast<char>(mask_bit | kLength64));
        append_big_endian(size, 8, out);
    }
}

void encode_frame(Opcode opcode, std::string_view payload, std::optional<MaskKey> key,
                  std::string& out) {
    encode_header(opcode, payload.size(), key.has_value(), out);
    if (key) {
        out.append(reinterpret_cast<const char*>(key->data()), key->size());
    }
    const auto start = out.size();
    out.append(payload);
    if (key) {
        apply_mask(out.data() + start, payload.size(), *key);
    }
}

void encode_close(std::uint16_t code, std::string_view reason, std::optional<MaskKey> key,
                  std::string& out) {
    constexpr std::size_t kRoom = kMaxControl - 2;
    auto size = std::min(reason.size(), kRoom);
    while (size > 0 && size < reason.size() &&
           (static_cast<unsigned char>(reason[size]) & 0xC0) == 0x80) {
        --size;
    }
    std::string payload;
    append_big_endian(code, 2, payload);
    payload.append(reason.substr(0, size));
    encode_frame(Opcode::close, payload, key, out);
}

}  // namespace rookery::protocol::websocket
