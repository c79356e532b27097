#include "script/arena.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace rookery::script {

namespace {

constexpr std::size_t kUnit = 16;
constexpr std::size_t kHeader = 8;     // what a block in use costs: its size word
constexpr std::size_t kMinBlock = 32;  // a free block holds two links and the mirror of its size
constexpr std::size_t kInUse = 1;
constexpr std::size_t kPrevInUse = 2;
constexpr std::size_t kFlags = kInUse | kPrevInUse;
constexpr std::size_t kQuickBudget = std::size_t{512} << 10U;
constexpr std::size_t kTrimStep = std::size_t{1} << 20U;

std::size_t block_size_for(std::size_t size) noexcept {
    return std::max(kMinBlock, (size + kHeader + kUnit - 1) & ~(kUnit - 1));
}

}  // namespace

/// `prev_size` belongs to the previous block's payload while that one is in use; the links are
/// payload while this one is.
struct Arena::Block {
    std::size_t prev_size;
    std::size_t head;
    Block* next_free;
    Block* prev_free;

    [[nodiscard]] std::size_t size() const noexcept { return head & ~kFlags; }
    [[nodiscard]] bool in_use() const noexcept { return (head & kInUse) != 0; }
    [[nodiscard]] bool prev_in_use() const noexcept { return (head & kPrevInUse) != 0; }
    [[nodiscard]] void* payload() noexcept { return &next_free; }
    [[nodiscard]] Block* at(std::size_t offset) noexcept {
        return reinterpret_cast<Block*>(reinterpret_cast<std::byte*>(this) + offset);
    }
    [[nodiscard]] Block* next() noexcept { return at(size()); }
    [[nodiscard]] Block* prev() noexcept {
        return reinterpret_cast<Block*>(reinterpret_cast<std::byte*>(this) - prev_size);
    }
    void set_size(std::size_t size) noexcept { head = size | (head & kFlags); }

    static Block* of(void* payload) noexcept {
        return reinterpret_cast<Block*>(static_cast<std::byte*>(payload) - 2 * sizeof(std::size_t));
    }
};

Result<Arena> Arena::create(std::size_t limit) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t rounded = (std::max(limit, kSmallest) + page - 1) & ~(page - 1);
    void* base = rounded < limit ? MAP_FAILED
                                 : ::mmap(nullptr, rounded, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        return Error(ErrorKind::limit,
                     "cannot map " + std::to_string(limit) + " bytes for a script");
    }
    return Arena(static_cast<std::byte*>(base), rounded);
}

Arena::Arena(std::byte* base, std::size_t limit) noexcept
    : base_(base), limit_(limit), top_(reinterpret_cast<Block*>(base)), touched_(base) {
    top_->head = kPrevInUse;
}

Arena::Arena(Arena&& other) noexcept { steal(other); }

Arena& Arena::operator=(Arena&& other) noexcept {
    if (this != &other) {
        drop();
        steal(other);
    }
    return *this;
}

void Arena::steal(Arena& other) noexcept {
    base_ = std::exchange(other.base_, nullptr);
    limit_ = std::exchange(other.limit_, 0);
    used_ = std::exchange(other.used_, 0);
    quick_bytes_ = std::exchange(other.quick_bytes_, 0);
    top_ = std::exchange(other.top_, nullptr);
    touched_ = std::exchange(other.touched_, nullptr);
    quick_ = std::exchange(other.quick_, {});
    rows_ = std::exchange(other.rows_, 0);
    columns_ = std::exchange(other.columns_, {});
    bins_ = std::exchange(other.bins_, {});
}

void Arena::drop() noexcept {
    if (base_ != nullptr) {
        ::munmap(base_, limit_);
    }
    base_ = nullptr;
    top_ = nullptr;
    limit_ = used_ = 0;
}

bool Arena::owns(const void* pointer) const noexcept {
    const auto* byte = static_cast<const std::byte*>(pointer);
    return byte >= base_ && byte < base_ + limit_;
}

void* Arena::reallocate(void* pointer, std::size_t size) noexcept {
    if (base_ == nullptr) {
        return nullptr;
    }
    if (size == 0) {
        if (pointer != nullptr) {
            release(Block::of(pointer));
        }
        return nullptr;
    }
    if (size > limit_) {
        return nullptr;
    }
    const std::size_t block_size = block_size_for(size);
    return pointer == nullptr ? allocate(block_size) : resize(Block::of(pointer), block_size);
}

void* Arena::allocate(std::size_t block_size) noexcept {
    const std::size_t quick = block_size / kUnit - 2;
    Block* block = nullptr;
    if (quick < kQuickLists && quick_[quick] != nullptr) {
        block = std::exchange(quick_[quick], quick_[quick]->next_free);
        quick_bytes_ -= block_size;
    } else {
        block = take_free(block_size);
        if (block == nullptr) {
            block = take_top(block_size);
        }
        if (block == nullptr && quick_bytes_ != 0) {
            merge_quick();
            block = take_free(block_size);
            if (block == nullptr) {
                block = take_top(block_size);
            }
        }
        if (block == nullptr) {
            return nullptr;
        }
    }
    used_ += block->size();
    return block->payload();
}

void Arena::release(Block* block) noexcept {
    const std::size_t size = block->size();
    used_ -= size;
    const std::size_t quick = size / kUnit - 2;
    if (quick >= kQuickLists) {
        give_back(block);
        return;
    }
    block->next_free = quick_[quick];
    quick_[quick] = block;
    quick_bytes_ += size;
    if (quick_bytes_ > kQuickBudget) {
        merge_quick();
    }
}

void* Arena::resize(Block* block, std::size_t block_size) noexcept {
    const std::size_t old_size = block->size();
    if (block_size <= old_size) {
        split(block, block_size);
        used_ -= old_size - block->size();
        return block->payload();
    }
    Block* next = block->next();
    const std::size_t missing = block_size - old_size;
    if (next == top_) {
        if (top_room() >= missing) {
            take_top(missing);
            block->set_size(block_size);
            used_ += missing;
            return block->payload();
        }
    } else if (!next->in_use() && next->size() >= missing) {
        unlink(next);
        block->set_size(old_size + next->size());
        block->next()->head |= kPrevInUse;
        split(block, block_size);
        used_ += block->size() - old_size;
        return block->payload();
    }
    void* moved = allocate(block_size);
    if (moved != nullptr) {
        std::memcpy(moved, block->payload(), old_size - kHeader);
        release(block);
    }
    return moved;
}

std::size_t Arena::top_room() const noexcept {
    const auto left = static_cast<std::size_t>(base_ + limit_ - reinterpret_cast<std::byte*>(top_));
    return left - kMinBlock;  // the top itself must stay a block, so that it has a header
}

Arena::Block* Arena::take_top(std::size_t block_size) noexcept {
    if (top_room() < block_size) {
        return nullptr;
    }
    Block* block = top_;
    const std::size_t prev_flag = block->head & kPrevInUse;
    top_ = block->at(block_size);
    top_->head = kPrevInUse;
    block->head = block_size | kInUse | prev_flag;
    touched_ = std::max(touched_, reinterpret_cast<std::byte*>(top_));
    return block;
}

Arena::Block* Arena::take_free(std::size_t block_size) noexcept {
    // Rounded up to the next bin, so that any block found there is large enough.
    const auto row = static_cast<unsigned>(std::bit_width(block_size)) - 1;
    const std::size_t step = std::max(kUnit, (std::size_t{1} << row) / kColumns);
    const Bin bin = bin_of((block_size + step - 1) & ~(step - 1));
    unsigned found_row = bin.row;
    auto columns = static_cast<unsigned>(columns_[found_row]) & (~0U << bin.column);
    if (columns == 0) {
        const std::uint64_t rows = rows_ & (~std::uint64_t{0} << (bin.row + 1));
        if (rows == 0) {
            return nullptr;
        }
        found_row = static_cast<unsigned>(std::countr_zero(rows));
        columns = columns_[found_row];
    }
    Block* block = bins_[found_row][static_cast<unsigned>(std::countr_zero(columns))];
    unlink(block);
    block->head |= kInUse;
    block->next()->head |= kPrevInUse;
    split(block, block_size);
    return block;
}

/// Cuts a block in use to `block_size`, if the rest makes a block.
void Arena::split(Block* block, std::size_t block_size) noexcept {
    const std::size_t rest = block->size() - block_size;
    if (rest < kMinBlock) {
        return;
    }
    block->set_size(block_size);
    Block* tail = block->next();
    tail->head = rest | kInUse | kPrevInUse;
    give_back(tail);
}

/// Merges with free neighbours and files the result.
void Arena::give_back(Block* block) noexcept {
    std::size_t size = block->size();
    Block* next = block->next();
    if (!block->prev_in_use()) {
        Block* prev = block->prev();
        unlink(prev);
        size += prev->size();
        block = prev;
    }
    if (next == top_) {
        block->head = block->head & kPrevInUse;
        top_ = block;
        trim();
        return;
    }
    if (!next->in_use()) {
        unlink(next);
        size += next->size();
    }
    block->head = size | (block->head & kPrevInUse);
    link(block);
}

void Arena::merge_quick() noexcept {
    for (Block*& list : quick_) {
        while (list != nullptr) {
            give_back(std::exchange(list, list->next_free));
        }
    }
    quick_bytes_ = 0;
}

Arena::Bin Arena::bin_of(std::size_t block_size) noexcept {
    const auto row = static_cast<unsigned>(std::bit_width(block_size)) - 1;
    const auto column = static_cast<unsigned>((block_size >> (row - 4)) & (kColumns - 1));
    return {row, column};
}

void Arena::link(Block* block) noexcept {
    const std::size_t size = block->size();
    const Bin bin = bin_of(size);
    Block*& list = bins_[bin.row][bin.column];
    block->prev_free = nullptr;
    block->next_free = list;
    if (list != nullptr) {
        list->prev_free = block;
    }
    list = block;
    rows_ |= std::uint64_t{1} << bin.row;
    columns_[bin.row] = static_cast<std::uint16_t>(columns_[bin.row] | (1U << bin.column));
    Block* next = block->next();
    next->prev_size = size;
    next->head &= ~kPrevInUse;
}

void Arena::unlink(Block* block) noexcept {
    if (block->next_free != nullptr) {
        block->next_free->prev_free = block->prev_free;
    }
    if (block->prev_free != nullptr) {
        block->prev_free->next_free = block->next_free;
        return;
    }
    const Bin bin = bin_of(block->size());
    bins_[bin.row][bin.column] = block->next_free;
    if (block->next_free == nullptr) {
        columns_[bin.row] = static_cast<std::uint16_t>(columns_[bin.row] & ~(1U << bin.column));
        if (columns_[bin.row] == 0) {
            rows_ &= ~(std::uint64_t{1} << bin.row);
        }
    }
}

/// Gives the pages of a top that has grown by kTrimStep back to the system.
void Arena::trim() noexcept {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin =
        (reinterpret_cast<std::uintptr_t>(top_) + sizeof(Block) + page - 1) & ~(page - 1);
    const auto end = (reinterpret_cast<std::uintptr_t>(touched_) + page - 1) & ~(page - 1);
    if (end > begin && end - begin >= kTrimStep) {
        ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
        touched_ = reinterpret_cast<std::byte*>(begin);
    }
}

}  // namespace rookery::script
