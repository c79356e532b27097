#include "script/arena.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

namespace rookery::script {
namespace {

Arena make(std::size_t limit) {
    auto arena = Arena::create(limit);
    EXPECT_TRUE(arena);
    return *std::move(arena);
}

TEST(Arena, size_zero_frees_and_gives_null) {
    Arena arena = make(1U << 20U);
    void* block = arena.reallocate(nullptr, 100);
    ASSERT_NE(block, nullptr);
    EXPECT_TRUE(arena.owns(block));
    EXPECT_EQ(arena.reallocate(block, 0), nullptr);
    EXPECT_EQ(arena.used(), 0U);
}

TEST(Arena, blocks_are_aligned) {
    Arena arena = make(1U << 20U);
    for (std::size_t size = 1; size < 300; ++size) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(arena.reallocate(nullptr, size)) % 16, 0U);
    }
}

TEST(Arena, full_gives_null_and_recovers) {
    Arena arena = make(1U << 20U);
    std::vector<void*> blocks;
    while (void* block = arena.reallocate(nullptr, 1000)) {
        blocks.push_back(block);
    }
    EXPECT_GT(blocks.size(), 900U);
    EXPECT_EQ(arena.reallocate(nullptr, arena.limit() * 2), nullptr);
    for (void* block : blocks) {
        arena.reallocate(block, 0);
    }
    EXPECT_EQ(arena.used(), 0U);
    EXPECT_NE(arena.reallocate(nullptr, 900'000), nullptr);
}

TEST(Arena, small_freed_blocks_merge_into_a_large_one_when_it_is_needed) {
    Arena arena = make(1U << 20U);
    std::vector<void*> blocks;
    while (void* block = arena.reallocate(nullptr, 40)) {
        blocks.push_back(block);
    }
    for (void* block : blocks) {
        arena.reallocate(block, 0);
    }
    EXPECT_NE(arena.reallocate(nullptr, 900'000), nullptr);
}

TEST(Arena, a_block_grows_in_place_into_free_room) {
    Arena arena = make(1U << 20U);
    void* block = arena.reallocate(nullptr, 1000);
    EXPECT_EQ(arena.reallocate(block, 100'000), block);
    void* fence = arena.reallocate(nullptr, 64);
    ASSERT_NE(fence, nullptr);
    EXPECT_EQ(arena.reallocate(block, 5000), block);
    EXPECT_EQ(arena.reallocate(block, 90'000), block);
}

TEST(Arena, making_a_block_smaller_never_fails_when_full) {
    Arena arena = make(1U << 20U);
    void* block = arena.reallocate(nullptr, 500'000);
    while (arena.reallocate(nullptr, 24) != nullptr) {
    }
    EXPECT_EQ(arena.reallocate(block, 10), block);
}

TEST(Arena, contents_survive_a_random_life) {
    struct Entry {
        unsigned char* data;
        std::size_t size;
        unsigned char mark;
    };
    Arena arena = make(4U << 20U);
    std::mt19937 random(7);
    std::vector<Entry> entries;
    const auto size = [&] {
        switch (random() % 8) {
            case 0:
                return std::size_t{1} + random() % 60'000;
            case 1:
                return std::size_t{1} + random() % 3000;
            default:
                return std::size_t{1} + random() % 200;
        }
    };
    for (int step = 0; step < 200'000; ++step) {
        const auto action = random() % 10;
        if (action < 5 || entries.empty()) {
            const Entry entry{nullptr, size(), static_cast<unsigned char>(random())};
            auto* data = static_cast<unsigned char*>(arena.reallocate(nullptr, entry.size));
            if (data != nullptr) {
                std::memset(data, entry.mark, entry.size);
                entries.push_back({data, entry.size, entry.mark});
                continue;
            }
        }
        if (entries.empty()) {
            continue;
        }
        Entry& entry = entries[random() % entries.size()];
        ASSERT_EQ(entry.data[0], entry.mark);
        ASSERT_EQ(entry.data[entry.size - 1], entry.mark);
        if (action < 7) {
            const std::size_t next = size();
            if (auto* data = static_cast<unsigned char*>(arena.reallocate(entry.data, next))) {
                ASSERT_EQ(data[std::min(next, entry.size) - 1], entry.mark);
                std::memset(data, entry.mark, next);
                entry.data = data;
                entry.size = next;
            }
        } else {
            arena.reallocate(entry.data, 0);
            entry = entries.back();
            entries.pop_back();
        }
    }
    for (const Entry& entry : entries) {
        for (std::size_t i = 0; i < entry.size; ++i) {
            ASSERT_EQ(entry.data[i], entry.mark);
        }
        arena.reallocate(entry.data, 0);
    }
    EXPECT_EQ(arena.used(), 0U);
    EXPECT_NE(arena.reallocate(nullptr, 3U << 20U), nullptr);
}

TEST(Arena, after_drop_everything_fails) {
    Arena arena = make(1U << 20U);
    arena.drop();
    EXPECT_EQ(arena.reallocate(nullptr, 1), nullptr);
    EXPECT_EQ(arena.used(), 0U);
}

}  // namespace
}  // namespace rookery::script
