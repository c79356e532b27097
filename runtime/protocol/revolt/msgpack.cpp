#include "protocol/revolt/msgpack.hpp"

#include "model/compute.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

namespace rookery::protocol::revolt {
namespace {

/// Members whose integers are moments (milliseconds since 1970).
constexpr std::array<std::string_view, 7> kTimes{"created_time", "edited",    "effective_time",
                                                 "finished_at",  "joined_at", "started_at",
                                                 "timeout"};

class Reader {
  public:
    Reader(std::string_view bytes, std::string& out, const MsgpackLimits& limits)
        : bytes_(bytes), out_(out), limits_(limits) {}

    Result<> run() {
        out_.clear();
        const auto head = bytes_.empty() ? 0U : byte_at(0);
        const bool map = (head >= 0x80 && head <= 0x8F) || head == 0xDE || head == 0xDF;
        if (!map) {
            fail(ErrorKind::protocol, "expected a map");
        } else {
            value(0, false);
        }
        if (!error_ && at_ != bytes_.size()) {
            fail(ErrorKind::protocol, "bytes behind the map");
        }
        if (error_) {
            return *error_;
        }
        return {};
    }

  private:
    [[nodiscard]] unsigned byte_at(std::size_t at) const {
        return static_cast<unsigned char>(bytes_[at]);
    }

    bool fail(ErrorKind kind, std::string_view what) {
        if (!error_) {
            error_ = Error(kind,
                           "msgpack frame, byte " + std::to_string(at_) + ": " + std::string(what));
        }
        return false;
    }

    /// A big-endian number of so many bytes.
    bool number(unsigned size, std::uint64_t& out) {
        if (bytes_.size() - at_ < size) {
            return fail(ErrorKind::protocol, "cut short");
        }
        out = 0;
        for (unsigned i = 0; i < size; ++i) {
            out = out << 8U | byte_at(at_++);
        }
        return true;
    }

    bool take(std::uint64_t size, std::string_view& out) {
        if (size > bytes_.size() - at_) {
            return fail(ErrorKind::protocol, "cut short");
        }
        out = bytes_.substr(at_, static_cast<std::size_t>(size));
        at_ += static_cast<std::size_t>(size);
        return true;
    }

    template <class T>
    void decimal(T value) {
        std::array<char, 24> text;
        const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
        out_.append(text.data(), end);
    }

    bool integer(std::int64_t value, bool time) {
        if (time) {
            model::StringScratch scratch;
            if (const auto text = model::compute::time_of_millis(value, scratch); !text.empty()) {
                out_ += '"';
                out_ += text;
                out_ += '"';
                return true;
            }
        }
        decimal(value);
        return true;
    }

    bool natural(std::uint64_t value, bool time) {
        if (time && value <= INT64_MAX) {
            return integer(static_cast<std::int64_t>(value), true);
        }
        decimal(value);
        return true;
    }

    bool real(double value) {
        if (!std::isfinite(value)) {
            return fail(ErrorKind::protocol, "a number that JSON has not");
        }
        std::array<char, 40> text;
        const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
        out_.append(text.data(), end);
        return true;
    }

    bool text(std::uint64_t size) {
        std::string_view bytes;
        if (!take(size, bytes)) {
            return false;
        }
        write_text(bytes);
        return true;
    }

    void write_text(std::string_view bytes) {
        out_ += '"';
        std::size_t plain = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const char c = bytes[i];
            if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') {
                continue;
            }
            out_.append(bytes, plain, i - plain);
            plain = i + 1;
            if (c == '"' || c == '\\') {
                out_ += '\\';
                out_ += c;
            } else {
                constexpr std::string_view kHex = "0123456789abcdef";
                out_ += "\\u00";
                out_ += kHex[static_cast<unsigned char>(c) >> 4U];
                out_ += kHex[static_cast<unsigned char>(c) & 15U];
            }
        }
        out_.append(bytes, plain, bytes.size() - plain);
        out_ += '"';
    }

    bool binary(std::uint64_t size) {
        std::string_view bytes;
        if (!take(size, bytes)) {
            return false;
        }
        out_ += '[';
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (i > 0) {
                out_ += ',';
            }
            decimal(static_cast<unsigned>(static_cast<unsigned char>(bytes[i])));
        }
        out_ += ']';
        return true;
    }

    bool enter(std::uint64_t count, unsigned depth) {
        if (depth >= limits_.depth) {
            return fail(ErrorKind::limit, "nested too deeply");
        }
        // Each member takes a byte at least: a count that cannot be true costs nothing.
        return count <= bytes_.size() - at_ || fail(ErrorKind::protocol, "cut short");
    }

    bool list(std::uint64_t count, unsigned depth) {
        if (!enter(count, depth)) {
            return false;
        }
        out_ += '[';
        for (std::uint64_t i = 0; i < count; ++i) {
            if (i > 0) {
                out_ += ',';
            }
            if (!value(depth + 1, false)) {
                return false;
            }
        }
        out_ += ']';
        return true;
    }

    bool map(std::uint64_t count, unsigned depth) {
        if (!enter(count, depth)) {
            return false;
        }
        out_ += '{';
        for (std::uint64_t i = 0; i < count; ++i) {
            if (i > 0) {
                out_ += ',';
            }
            std::string_view name;
            if (!key(name)) {
                return false;
            }
            out_ += ':';
            if (!value(depth + 1, std::ranges::find(kTimes, name) != kTimes.end())) {
                return false;
            }
        }
        out_ += '}';
        return true;
    }

    bool key(std::string_view& name) {
        std::uint64_t head = 0;
        std::uint64_t size = 0;
        if (!number(1, head)) {
            return false;
        }
        if (head >= 0xA0 && head <= 0xBF) {
            size = head & 31U;
        } else if (head >= 0xD9 && head <= 0xDB) {
            if (!number(1U << (head - 0xD9), size)) {
                return false;
            }
        } else {
            return fail(ErrorKind::protocol, "expected a text as key");
        }
        if (!take(size, name)) {
            return false;
        }
        write_text(name);
        return true;
    }

    bool value(unsigned depth, bool time) {
        std::uint64_t head = 0;
        if (++values_ > limits_.values || out_.size() > limits_.json_size) {
            return fail(ErrorKind::limit, "too much in one frame");
        }
        if (!number(1, head)) {
            return false;
        }
        if (head <= 0x7F) {
            return natural(head, time);
        }
        if (head <= 0x8F) {
            return map(head & 15U, depth);
        }
        if (head <= 0x9F) {
            return list(head & 15U, depth);
        }
        if (head <= 0xBF) {
            return text(head & 31U);
        }
        if (head >= 0xE0) {
            return integer(static_cast<std::int8_t>(head), time);
        }
        return long_value(static_cast<unsigned>(head), depth, time);
    }

    /// 0xC0 to 0xDF: what has its size or itself in the bytes behind.
    bool long_value(unsigned head, unsigned depth, bool time) {
        std::uint64_t n = 0;
        switch (head) {
            case 0xC0:
                out_ += "null";
                return true;
            case 0xC2:
                out_ += "false";
                return true;
            case 0xC3:
                out_ += "true";
                return true;
            case 0xC4:
            case 0xC5:
            case 0xC6:
                return number(1U << (head - 0xC4), n) && binary(n);
            case 0xCA:
                return number(4, n) && real(std::bit_cast<float>(static_cast<std::uint32_t>(n)));
            case 0xCB:
                return number(8, n) && real(std::bit_cast<double>(n));
            case 0xCC:
            case 0xCD:
            case 0xCE:
            case 0xCF:
                return number(1U << (head - 0xCC), n) && natural(n, time);
            case 0xD0:
                return number(1, n) && integer(static_cast<std::int8_t>(n), time);
            case 0xD1:
                return number(2, n) && integer(static_cast<std::int16_t>(n), time);
            case 0xD2:
                return number(4, n) && integer(static_cast<std::int32_t>(n), time);
            case 0xD3:
                return number(8, n) && integer(static_cast<std::int64_t>(n), time);
            case 0xD9:
            case 0xDA:
            case 0xDB:
                return number(1U << (head - 0xD9), n) && text(n);
            case 0xDC:
            case 0xDD:
                return number(2U << (head - 0xDC), n) && list(n, depth);
            case 0xDE:
            case 0xDF:
                return number(2U << (head - 0xDE), n) && map(n, depth);
            default:
                return fail(ErrorKind::protocol, "a type that events have not");
        }
    }

    std::string_view bytes_;
    std::string& out_;
    const MsgpackLimits& limits_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
    std::optional<Error> error_;
};

}  // namespace

Result<> msgpack_to_json(std::string_view bytes, std::string& out, const MsgpackLimits& limits) {
    return Reader(bytes, out, limits).run();
}

}  // namespace rookery::protocol::revolt
