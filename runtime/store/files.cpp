#include "store/files.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rookery::store {

namespace fs = std::filesystem;

namespace {

Error failed(const char* what, const fs::path& path) {
    return {ErrorKind::io, std::string(what) + " " + path.string() + ": " + std::strerror(errno)};
}

class File {
  public:
    explicit File(int fd) : fd_(fd) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Result<std::optional<std::string>> read_file(const fs::path& path, std::size_t max_bytes) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
        if (errno == ENOENT) {
            return std::optional<std::string>();
        }
        return failed("open", path);
    }
    std::string text;
    char chunk[16384];
    while (true) {
        const auto got = ::read(file.get(), chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return failed("read", path);
        }
        if (got == 0) {
            return std::optional<std::string>(std::move(text));
        }
        text.append(chunk, static_cast<std::size_t>(got));
        if (text.size() > max_bytes) {
            return Error(ErrorKind::limit,
                         path.string() + ": larger than " + std::to_string(max_bytes) + " bytes");
        }
    }
}

Result<> replace_file(const fs::path& path, std::string_view text) {
    fs::path next = path;
    next += ".new";
    {
        const File file(::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (file.get() < 0) {
            return failed("create", next);
        }
        if (!write_all(file.get(), text) || ::fsync(file.get()) != 0) {
            return failed("write", next);
        }
    }
    if (::rename(next.c_str(), path.c_str()) != 0) {
        return failed("replace", path);
    }
    return {};
}

Result<fs::path> set_aside(const fs::path& path) {
    constexpr unsigned kMostKept = 100;
    for (unsigned number = 0; number < kMostKept; ++number) {
        fs::path target = path;
        target += number == 0 ? std::string(".bad") : ".bad." + std::to_string(number);
        std::error_code ec;
        if (fs::exists(fs::symlink_status(target, ec))) {
            continue;
        }
        fs::rename(path, target, ec);
        if (ec) {
            return Error(ErrorKind::io, "set " + path.string() + " aside: " + ec.message());
        }
        return target;
    }
    return Error(ErrorKind::limit,
                 path.string() + ": a hundred damaged files have been kept; remove some");
}

}  // namespace rookery::store
