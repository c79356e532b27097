#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace rookery::cache {

/// A place in a Slab.
using Ref = std::uint32_t;
inline constexpr Ref kNoRef = 0xFFFFFFFF;

/// Memory for many small texts of different lengths: slots of 72 sizes in chunks of 64 KiB, larger
/// texts in chunks of their own. A slot costs nothing beside itself; a chunk that is empty goes
/// back to the system. Addresses are stable. Not thread-safe.
class Slab {
  public:
    static constexpr std::size_t kUnit = 16;
    static constexpr std::size_t kChunk = std::size_t{64} << 10U;
    static constexpr std::size_t kLargestSlot = std::size_t{16} << 10U;

    Slab();
    ~Slab();
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;

    /// A slot of at least `bytes`, at a multiple of 16.
    [[nodiscard]] Ref allocate(std::size_t bytes);
    void release(Ref ref);

    [[nodiscard]] char* at(Ref ref) const noexcept {
        return chunks_[ref >> kUnitBits].memory.get() + (ref & kUnitMask) * kUnit;
    }
    /// How many bytes the slot really has.
    [[nodiscard]] std::size_t capacity(Ref ref) const noexcept {
        return chunks_[ref >> kUnitBits].slot;
    }
    /// The capacity that allocate(bytes) would give.
    [[nodiscard]] static std::size_t slot_for(std::size_t bytes) noexcept;

    /// Bytes of the slots in use, and of all chunks.
    [[nodiscard]] std::size_t used() const noexcept { return used_; }
    [[nodiscard]] std::size_t reserved() const noexcept { return reserved_; }

  private:
    static constexpr unsigned kUnitBits = 12;  // 4096 units of 16 bytes: one chunk
    static constexpr Ref kUnitMask = (Ref{1} << kUnitBits) - 1;
    static constexpr std::size_t kClasses = 72;
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;
    static constexpr std::uint16_t kEnd = 0xFFFF;

    struct Chunk {
        std::unique_ptr<char[]> memory;
        std::size_t slot = 0;     ///< bytes of each slot; of a large text, all of it
        std::uint16_t live = 0;   ///< slots in use
        std::uint16_t fresh = 0;  ///< units from here on were never used
        std::uint16_t free =
            kEnd;             ///< unit of the first slot given back; each holds the next one's
        bool listed = false;  ///< among its size's chunks with room
        std::uint32_t next = kNone;
        std::uint32_t prev = kNone;
    };

    [[nodiscard]] static std::size_t class_of(std::size_t bytes) noexcept;
    [[nodiscard]] static std::size_t size_of(std::size_t cls) noexcept;
    [[nodiscard]] std::uint32_t new_chunk(std::size_t bytes, std::size_t slot);
    [[nodiscard]] static bool has_room(const Chunk& chunk) noexcept;
    void list(std::uint32_t number);
    void unlist(std::uint32_t number);
    void drop(std::uint32_t number);

    std::vector<Chunk> chunks_;
    std::vector<std::uint32_t> spare_numbers_;
    std::array<std::uint32_t, kClasses> with_room_;
    std::size_t used_ = 0;
    std::size_t reserved_ = 0;
};

}  // namespace rookery::cache
