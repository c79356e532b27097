#include "net/http_body.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rookery::net {

void HttpBody::add(std::string text) {
    if (!parts_.empty() && parts_.back().file.empty()) {
        parts_.back().text += text;
        parts_.back().size = parts_.back().text.size();
        return;
    }
    const auto size = text.size();
    parts_.push_back({std::move(text), {}, size});
}

void HttpBody::add_file(std::filesystem::path file, std::uint64_t size) {
    parts_.push_back({{}, std::move(file), size});
}

std::uint64_t HttpBody::size() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& part : parts_) {
        sum += part.size;
    }
    return sum;
}

Result<BodyFile> BodyFile::open(const HttpBody::Part& part) {
    // Who may choose the file has been checked; a link put in its place since then is not followed,
    // and a pipe would never end.
    const int descriptor =
        ::open(part.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat about {};
    if (descriptor < 0) {
        return Error(ErrorKind::io, "a file to send cannot be opened");
    }
    BodyFile file(descriptor, part.size);
    if (::fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
        return Error(ErrorKind::io, "what is to be sent is no file");
    }
    return file;
}

BodyFile::BodyFile(BodyFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), left_(other.left_) {}

BodyFile::~BodyFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Result<std::string_view> BodyFile::next(std::vector<char>& buffer) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer.size()));
    if (wanted == 0) {
        return std::string_view();
    }
    ssize_t got = 0;
    do {
        got = ::read(descriptor_, buffer.data(), wanted);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        return Error(ErrorKind::io, "a file became shorter while it was sent");
    }
    left_ -= static_cast<std::uint64_t>(got);
    return std::string_view(buffer.data(), static_cast<std::size_t>(got));
}

}  // namespace rookery::net
