#pragma once

#include "base/result.hpp"
#include "store/mapped_file.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::store {

/// Short texts by name in a mapped file: where somebody is to go on. Each has the value that was
/// last set, or the one before, whole, also after a kill -9. (A crash of the machine may lose the
/// last seconds.) Belongs to one thread.
class CursorTable {
  public:
    static constexpr std::size_t kMostText = 96;  ///< bytes of a name, of a value
    static constexpr std::size_t kMost = std::size_t{1} << 20U;

    /// Opens or creates the file. One that is damaged is set aside with a warning. Error io.
    [[nodiscard]] static Result<CursorTable> open(std::filesystem::path path);

    /// No system call, but when the table grows. Errors: limit (a text too long, too many names),
    /// io (it cannot grow).
    [[nodiscard]] Result<> set(std::string_view name, std::string_view value);
    /// Empty when it was never set.
    [[nodiscard]] std::string_view get(std::string_view name) const noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return used_; }

  private:
    struct Slot;

    CursorTable(std::filesystem::path path, MappedFile file);
    [[nodiscard]] static std::size_t bytes_for(std::size_t slots) noexcept;
    [[nodiscard]] static std::size_t slots_in(const MappedFile& file) noexcept;
    [[nodiscard]] static Slot& find(const MappedFile& file, std::string_view name) noexcept;
    [[nodiscard]] bool take_up();
    [[nodiscard]] Result<> grow();

    std::filesystem::path path_;
    MappedFile file_;
    std::size_t used_ = 0;
};

}  // namespace rookery::store
