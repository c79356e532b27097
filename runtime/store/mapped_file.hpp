#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <filesystem>

namespace rookery::store {

/// A file of fixed size in memory: what is stored there survives a kill -9, in the order of the
/// stores, without a system call. (A crash of the machine may lose the last seconds.)
class MappedFile {
  public:
    /// Opens or creates the file at that size, with all its blocks (to run out of space later would
    /// be a signal); new bytes are 0. `touch`: all pages are brought in now. Error io.
    [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path& path,
                                                 std::size_t bytes, bool touch = false);

    /// Missing, empty, or of that size.
    [[nodiscard]] static bool has_good_size(const std::filesystem::path& path, std::size_t bytes);

    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    [[nodiscard]] char* data() const noexcept { return static_cast<char*>(base_); }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_; }
    template <class T>
    [[nodiscard]] T* at(std::size_t offset) const noexcept {
        return reinterpret_cast<T*>(data() + offset);
    }

  private:
    MappedFile(void* base, std::size_t bytes) noexcept : base_(base), bytes_(bytes) {}

    void* base_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace rookery::store
