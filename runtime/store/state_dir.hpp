#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string_view>

namespace rookery::store {

/// The folder that holds everything that survives a restart. One runtime at a time: it is locked
/// while this object lives, and the lock goes with the process, however that ends.
class StateDir {
  public:
    /// Creates the folder (mode 0700) where needed. Error exists when another process holds it,
    /// with its pid; io otherwise.
    [[nodiscard]] static Result<StateDir> open(const std::filesystem::path& path);

    StateDir(StateDir&& other) noexcept;
    StateDir& operator=(StateDir&& other) noexcept;
    ~StateDir();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    /// A file of the folder.
    [[nodiscard]] std::filesystem::path file(std::string_view name) const { return path_ / name; }
    /// The file of one bot: "NAME.SUFFIX", with odd characters of the name escaped.
    [[nodiscard]] std::filesystem::path bot_file(std::string_view bot,
                                                 std::string_view suffix) const;

  private:
    StateDir(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::filesystem::path path_;
    int lock_ = -1;
};

}  // namespace rookery::store
