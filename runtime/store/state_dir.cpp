#include "store/state_dir.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rookery::store {

namespace fs = std::filesystem;

namespace {

Error failed(const char* what, const fs::path& path) {
    return {ErrorKind::io, std::string(what) + " " + path.string() + ": " + std::strerror(errno)};
}

/// What the holder wrote into its lock file: its pid.
std::string holder(int lock) {
    std::array<char, 32> text{};
    const auto got = ::pread(lock, text.data(), text.size() - 1, 0);
    const std::string pid(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    return pid.substr(0, pid.find_first_not_of("0123456789"));
}

Result<int> take_lock(const fs::path& dir) {
    const auto path = dir / "lock";
    const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        return failed("open", path);
    }
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        const bool held = errno == EWOULDBLOCK;
        Error error =
            held ? Error(ErrorKind::exists,
                         "state folder " + dir.string() + " is in use by process " + holder(lock) +
                             "; stop it, or give this runtime another one (--state)")
                 : failed("lock", path);
        ::close(lock);
        return error;
    }
    const auto pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(lock, 0) != 0 || ::pwrite(lock, pid.data(), pid.size(), 0) < 0) {
        auto error = failed("write", path);
        ::close(lock);
        return error;
    }
    return lock;
}

}  // namespace

Result<StateDir> StateDir::open(const fs::path& path) {
    std::error_code ec;
    if (path.has_parent_path()) {
        fs::create_directories(path.parent_path(), ec);
    }
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return failed("create state folder", path);
    }
    if (!fs::is_directory(path, ec)) {
        return Error(ErrorKind::io, "state folder " + path.string() + " is not a folder");
    }
    auto lock = take_lock(path);
    if (!lock) {
        return lock.error();
    }
    return StateDir(path, *lock);
}

StateDir::StateDir(StateDir&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

StateDir& StateDir::operator=(StateDir&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    return *this;
}

StateDir::~StateDir() {
    if (lock_ >= 0) {
        ::close(lock_);
    }
}

fs::path StateDir::bot_file(std::string_view bot, std::string_view suffix) const {
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string name;
    for (const char c : bot) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (plain) {
            name += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            name += '%';
            name += kHex[byte >> 4U];
            name += kHex[byte & 15U];
        }
    }
    name += '.';
    name += suffix;
    return path_ / name;
}

}  // namespace rookery::store
