#pragma once

#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace rookery::script {

/// The memory of one Lua state: a single mapping of the script's memory limit with an allocator in
/// it. Full means nullptr, which Lua turns into "not enough memory". drop() returns everything to
/// the system at once, whatever state the inside is in. One thread at a time.
///
/// Two layers: blocks with boundary tags in segregated lists (two-level bins, constant time, free
/// neighbours merge), and in front of them lists of recently freed small blocks that are reused
/// without touching their neighbours. Those are merged back when they have grown large or memory
/// runs out.
class Arena {
  public:
    static constexpr std::size_t kSmallest = std::size_t{256} << 10U;

    /// Maps `limit` bytes (rounded up to pages, at least kSmallest); pages cost nothing until
    /// touched.
    static Result<Arena> create(std::size_t limit);
    Arena(Arena&& other) noexcept;
    Arena& operator=(Arena&& other) noexcept;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena() { drop(); }

    /// The contract of lua_Alloc: nullptr in, a new block; size 0, a free. Making a block smaller
    /// never fails.
    void* reallocate(void* pointer, std::size_t size) noexcept;

    /// Unmaps everything; the arena is empty and useless afterwards.
    void drop() noexcept;

    [[nodiscard]] std::size_t used() const noexcept { return used_; }
    [[nodiscard]] std::size_t limit() const noexcept { return limit_; }
    [[nodiscard]] bool owns(const void* pointer) const noexcept;

  private:
    struct Block;
    static constexpr std::size_t kQuickLists = 32;  ///< block sizes 32 to 528 in steps of 16
    static constexpr unsigned kRows = 40;
    static constexpr unsigned kColumns = 16;

    struct Bin {
        unsigned row;
        unsigned column;
    };

    explicit Arena(std::byte* base, std::size_t limit) noexcept;

    void* allocate(std::size_t block_size) noexcept;
    void* resize(Block* block, std::size_t block_size) noexcept;
    void release(Block* block) noexcept;
    Block* take_free(std::size_t block_size) noexcept;
    Block* take_top(std::size_t block_size) noexcept;
    void give_back(Block* block) noexcept;
    void merge_quick() noexcept;
    void split(Block* block, std::size_t block_size) noexcept;
    void link(Block* block) noexcept;
    void unlink(Block* block) noexcept;
    void trim() noexcept;
    void steal(Arena& other) noexcept;
    [[nodiscard]] std::size_t top_room() const noexcept;
    [[nodiscard]] static Bin bin_of(std::size_t block_size) noexcept;

    std::byte* base_ = nullptr;
    std::size_t limit_ = 0;
    std::size_t used_ = 0;
    std::size_t quick_bytes_ = 0;
    Block* top_ = nullptr;          ///< the untouched rest, never empty
    std::byte* touched_ = nullptr;  ///< pages below have been used since the last trim
    std::array<Block*, kQuickLists> quick_{};
    std::uint64_t rows_ = 0;
    std::array<std::uint16_t, kRows> columns_{};
    std::array<std::array<Block*, kColumns>, kRows> bins_{};
};

}  // namespace rookery::script
