#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace rookery::model {

/// Room for the texts that a view has to make (unescaped, computed). What was taken stays where it
/// is until clear() or the destructor. Small texts cost no allocation. Belongs to one thread.
class StringScratch {
  public:
    StringScratch() = default;
    StringScratch(const StringScratch&) = delete;
    StringScratch& operator=(const StringScratch&) = delete;

    /// `size` bytes, uninitialised.
    [[nodiscard]] char* take(std::size_t size);
    /// A copy of `text`.
    [[nodiscard]] std::string_view keep(std::string_view text);
    /// Gives back the last `size` bytes of the latest take().
    void give_back(std::size_t size) noexcept { used_ -= size; }
    void clear() noexcept;

  private:
    static constexpr std::size_t kInline = 512;

    std::array<char, kInline> inline_;
    std::vector<std::unique_ptr<char[]>> blocks_;
    char* block_ = inline_.data();
    std::size_t room_ = kInline;
    std::size_t used_ = 0;
};

}  // namespace rookery::model
