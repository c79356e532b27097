#include "cli/file_watch.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <string>
#include <sys/inotify.h>
#include <unistd.h>
#include <utility>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kWanted =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ONLYDIR;
constexpr Millis kQuiet{100};

Error failed(const std::string& what) {
    return {ErrorKind::io, what + ": " + std::strerror(errno)};  // NOLINT(concurrency-mt-unsafe)
}

bool looked_at(const fs::path& folder) {
    const auto name = folder.filename().string();
    const bool of_build = folder.parent_path().filename() == "build" && name != "plugins";
    return !name.starts_with('.') && name != "node_modules" && !of_build;
}

}  // namespace

FileWatch::~FileWatch() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

FileWatch::FileWatch(FileWatch&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), folders_(std::move(other.folders_)) {}

FileWatch& FileWatch::operator=(FileWatch&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(folders_, other.folders_);
    return *this;
}

Result<FileWatch> FileWatch::over(const std::vector<fs::path>& folders) {
    FileWatch watch;
    watch.descriptor_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch.descriptor_ < 0) {
        return failed("cannot watch files");
    }
    for (const auto& folder : folders) {
        if (auto added = watch.add(fs::weakly_canonical(folder), nullptr); !added) {
            return added.error();
        }
    }
    return watch;
}

/// The folder and all in it. Files that are there already when it appears were made in it before it
/// was watched: they go to `found`.
Result<> FileWatch::add(const fs::path& folder, Changes* found) {
    const int number = ::inotify_add_watch(descriptor_, folder.c_str(), kWanted);
    if (number < 0) {
        const bool gone = errno == ENOENT || errno == ENOTDIR || errno == EACCES;
        return gone ? Result<>() : Result<>(failed("cannot watch " + folder.string()));
    }
    folders_[number] = folder;
    std::error_code problem;
    for (fs::directory_iterator at(folder, problem); !problem && at != fs::directory_iterator();
         at.increment(problem)) {
        std::error_code ignored;
        if (at->is_directory(ignored) && !at->is_symlink(ignored)) {
            if (looked_at(at->path())) {
                if (auto added = add(at->path(), found); !added) {
                    return added;
                }
            }
        } else if (found != nullptr) {
            found->files.insert(at->path());
        }
    }
    return {};
}

Result<bool> FileWatch::take(Millis patience, Changes& changes) {
    pollfd ready{descriptor_, POLLIN, 0};
    const int got = ::poll(&ready, 1, static_cast<int>(patience.count()));
    if (got <= 0) {
        return got == 0 || errno == EINTR ? Result<bool>(false)
                                          : Result<bool>(failed("cannot watch files"));
    }
    alignas(inotify_event) std::array<char, 16'384> bytes{};
    const auto size = ::read(descriptor_, bytes.data(), bytes.size());
    for (std::size_t at = 0; size > 0 && at < static_cast<std::size_t>(size);) {
        inotify_event event{};
        std::memcpy(&event, bytes.data() + at, sizeof event);
        const char* name = bytes.data() + at + sizeof event;
        at += sizeof event + event.len;
        if ((event.mask & IN_Q_OVERFLOW) != 0) {
            changes.unknown = true;
            continue;
        }
        const auto folder = folders_.find(event.wd);
        if (folder == folders_.end() || event.len == 0) {
            continue;
        }
        const auto path = folder->second / name;
        const bool appeared = (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0;
        if ((event.mask & IN_ISDIR) == 0) {
            changes.files.insert(path);
        } else if (appeared && looked_at(path)) {
            if (auto added = add(path, &changes); !added) {
                return added.error();
            }
        }
    }
    return true;
}

Result<FileWatch::Changes> FileWatch::wait(Millis patience) {
    Changes changes;
    auto more = take(patience, changes);
    while (more && *more) {
        more = take(kQuiet, changes);
    }
    return more ? Result<Changes>(std::move(changes)) : Result<Changes>(more.error());
}

}  // namespace rookery::cli
