#include "net/content_coding.hpp"

#include <zlib.h>

#include <array>

namespace rookery::net {
namespace {

constexpr int kAnyHeader = 15 + 32;  ///< zlib or gzip, whichever it is
constexpr int kNoHeader = -15;

class Inflater {
  public:
    explicit Inflater(int window) : ready_(inflateInit2(&stream_, window) == Z_OK) {}
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() {
        if (ready_) {
            inflateEnd(&stream_);
        }
    }

    Result<std::string> run(std::string_view body, std::size_t max) {
        std::string out;
        std::array<char, std::size_t{16} << 10U> chunk;  // NOLINT: filled by inflate
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
        stream_.avail_in = static_cast<uInt>(body.size());
        int state = ready_ ? Z_OK : Z_MEM_ERROR;
        while (state == Z_OK) {
            stream_.next_out = reinterpret_cast<Bytef*>(chunk.data());
            stream_.avail_out = chunk.size();
            state = inflate(&stream_, Z_NO_FLUSH);
            out.append(chunk.data(), chunk.size() - stream_.avail_out);
            if (out.size() > max) {
                return Error(ErrorKind::limit, "the answer is too large once it is unpacked");
            }
        }
        if (state != Z_STREAM_END) {
            return Error(ErrorKind::protocol, "the answer's compression is damaged");
        }
        return out;
    }

  private:
    z_stream stream_{};
    bool ready_;
};

}  // namespace

Result<std::string> decode_content(std::string_view coding, std::string body, std::size_t max) {
    if (coding.empty() || coding == "identity" || body.empty()) {
        return body;
    }
    if (coding != "gzip" && coding != "deflate") {
        return Error(ErrorKind::protocol, "the answer has a compression that was not asked for");
    }
    // "deflate" is a zlib stream; some servers leave its header out.
    const bool bare = coding == "deflate" && (static_cast<unsigned char>(body[0]) & 0x0fU) != 8;
    Inflater inflater(bare ? kNoHeader : kAnyHeader);
    return inflater.run(body, max);
}

}  // namespace rookery::net
