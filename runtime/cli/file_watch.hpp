#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <vector>

namespace rookery::cli {

/// Tells which files of some folders, and of the folders in them, have changed: written, made,
/// moved, removed. Of folders called "build" only "plugins" in them is looked at; hidden ones and
/// node_modules are not. Linux's inotify; nothing is polled. One thread.
class FileWatch {
  public:
    struct Changes {
        std::set<std::filesystem::path> files;
        bool unknown = false;  ///< there were more than could be told: anything may have changed
    };

    FileWatch() = default;
    ~FileWatch();
    FileWatch(FileWatch&& other) noexcept;
    FileWatch& operator=(FileWatch&& other) noexcept;
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;

    /// Folders that do not exist are left out. Error io when the system refuses to watch.
    [[nodiscard]] static Result<FileWatch> over(const std::vector<std::filesystem::path>& folders);

    /// Waits for a change, `patience` at the most (below 0: for ever), and gathers what follows it
    /// closely: an editor writes in several steps. Nothing when none came.
    [[nodiscard]] Result<Changes> wait(Millis patience);

  private:
    [[nodiscard]] Result<> add(const std::filesystem::path& folder, Changes* found);
    /// Takes in what the system has to tell; whether that was anything.
    [[nodiscard]] Result<bool> take(Millis patience, Changes& changes);

    int descriptor_ = -1;
    std::map<int, std::filesystem::path> folders_;  ///< by inotify's number
};

}  // namespace rookery::cli
