#include "cache/store.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <tuple>

namespace rookery::cache {
namespace {

std::vector<std::uint64_t> ids(const Store& store, Kind kind, std::uint64_t owner) {
    std::vector<std::uint64_t> found;
    store.each(kind, owner, [&](const Entry& entry) { found.push_back(entry.id); });
    return found;
}

using Ids = std::vector<std::uint64_t>;

TEST(Store, keeps_texts_by_kind_and_id) {
    Store store{StoreLimits{}};
    store.put(Kind::channel, 1, 10, "a");
    store.put(Kind::role, 1, 10, "b");
    EXPECT_EQ(store.get(Kind::channel, 0, 10), "a") << "the owner is no part of this key";
    EXPECT_EQ(store.get(Kind::role, 1, 10), "b");
    EXPECT_EQ(store.get(Kind::role, 1, 11), "");
    EXPECT_EQ(store.stats(Kind::role).hits, 1U);
    EXPECT_EQ(store.stats(Kind::role).misses, 1U);
    EXPECT_EQ(store.stats(Kind::role).entries, 1U);
}

TEST(Store, paired_kinds_tell_owners_apart) {
    Store store{StoreLimits{}};
    store.put(Kind::member, 1, 7, "in one");
    store.put(Kind::member, 2, 7, "in two");
    EXPECT_EQ(store.get(Kind::member, 1, 7), "in one");
    EXPECT_EQ(store.get(Kind::member, 2, 7), "in two");
    EXPECT_EQ(store.get(Kind::member, 3, 7), "");
}

TEST(Store, an_entry_whose_owner_changes_moves) {
    Store store{StoreLimits{}};
    store.put(Kind::channel, 1, 10, "a");
    store.put(Kind::channel, 2, 10, "b");
    EXPECT_EQ(ids(store, Kind::channel, 1), Ids{});
    EXPECT_EQ(ids(store, Kind::channel, 2), Ids{10});
}

TEST(Store, texts_may_grow_and_shrink_in_their_place_of_the_list) {
    Store store{StoreLimits{}};
    for (std::uint64_t id = 1; id <= 3; ++id) {
        store.put(Kind::role, 1, id, "x");
    }
    store.put(Kind::role, 1, 2, std::string(5'000, 'y'));
    store.put(Kind::role, 1, 1, std::string(50'000, 'z'));
    store.put(Kind::role, 1, 3, "");
    EXPECT_EQ(ids(store, Kind::role, 1), (Ids{1, 2, 3}));
    EXPECT_EQ(store.get(Kind::role, 1, 2), std::string(5'000, 'y'));
    EXPECT_EQ(store.get(Kind::role, 1, 1), std::string(50'000, 'z'));
    store.put(Kind::role, 1, 1, "small");
    EXPECT_EQ(store.get(Kind::role, 1, 1), "small");
    EXPECT_LT(store.stats(Kind::role).bytes, 6'000U);
}

TEST(Store, a_channel_keeps_its_newest_messages) {
    StoreLimits limits;
    limits.channel_messages = 3;
    Store store(limits);
    for (std::uint64_t id = 1; id <= 5; ++id) {
        store.put(Kind::message, 9, id, "m");
    }
    store.put(Kind::message, 8, 6, "elsewhere");
    EXPECT_EQ(ids(store, Kind::message, 9), (Ids{3, 4, 5}));
    EXPECT_EQ(store.stats(Kind::message).evicted, 2U);
}

TEST(Store, a_channels_messages_are_bounded_in_bytes) {
    StoreLimits limits;
    limits.channel_bytes = 10'000;
    Store store(limits);
    for (std::uint64_t id = 1; id <= 100; ++id) {
        store.put(Kind::message, 9, id, std::string(1'000, 'm'));
    }
    EXPECT_EQ(store.count(Kind::message, 9), 8U);
    store.put(Kind::message, 9, 101, std::string(20'000, 'm'));
    EXPECT_EQ(ids(store, Kind::message, 9), Ids{101}) << "one is kept however large";
}

TEST(Store, a_million_messages_take_no_more_memory_than_the_ring) {
    StoreLimits limits;
    limits.channel_messages = 50;
    Store store(limits);
    std::size_t settled = 0;
    for (std::uint64_t id = 1; id <= 1'000'000; ++id) {
        store.put(Kind::message, id % 10, id, std::string_view("0123456789abcdef", id % 16));
        if (id == 10'000) {
            settled = store.reserved();
        }
    }
    EXPECT_EQ(store.reserved(), settled);
    EXPECT_EQ(store.stats(Kind::message).entries, 500U);
}

TEST(Store, the_budget_takes_messages_first_then_presences_then_members) {
    StoreLimits limits;
    limits.budget = 100'000;
    Store store(limits);
    const std::string text(400, 't');
    store.put(Kind::guild, 0, 1, text);
    for (std::uint64_t id = 1; id <= 50; ++id) {
        store.put(Kind::member, 1, id, text);
    }
    for (std::uint64_t id = 1; id <= 50; ++id) {
        store.put(Kind::presence, 1, id, text);
    }
    for (std::uint64_t id = 1; id <= 50; ++id) {
        store.put(Kind::message, 5, id, text);
    }
    EXPECT_EQ(store.stats(Kind::presence).evicted, 0U);
    EXPECT_EQ(store.stats(Kind::member).evicted, 0U);
    EXPECT_LE(store.bytes(), limits.budget);
    for (std::uint64_t id = 1; id <= 180; ++id) {
        store.put(Kind::role, 1, id, text);
    }
    EXPECT_EQ(store.stats(Kind::message).entries, 0U);
    EXPECT_EQ(store.stats(Kind::presence).entries, 0U);
    EXPECT_GT(store.stats(Kind::member).evicted, 0U);
    EXPECT_GT(store.stats(Kind::member).entries, 0U);
    EXPECT_EQ(store.peek(Kind::member, 1, 1).text, "") << "the oldest go first";
    EXPECT_NE(store.peek(Kind::member, 1, 50).text, "");
    EXPECT_LE(store.bytes(), limits.budget);
    for (std::uint64_t id = 181; id <= 400; ++id) {
        store.put(Kind::role, 1, id, text);
    }
    EXPECT_EQ(store.stats(Kind::role).entries, 400U) << "roles are never evicted";
    EXPECT_EQ(store.stats(Kind::guild).entries, 1U);
}

TEST(Store, who_was_seen_lately_and_who_is_pinned_stay) {
    StoreLimits limits;
    limits.budget = 10'000;
    Store store(limits);
    for (std::uint64_t id = 1; id <= 10; ++id) {
        store.put(Kind::member, 1, id, std::string(400, 'm'));
    }
    store.touch(Kind::member, 1, 2);
    store.pin(Kind::member, 1, 1, true);
    for (std::uint64_t id = 11; id <= 24; ++id) {
        store.put(Kind::member, 1, id, std::string(400, 'm'));
    }
    EXPECT_NE(store.peek(Kind::member, 1, 1).text, "");
    EXPECT_NE(store.peek(Kind::member, 1, 2).text, "");
    EXPECT_EQ(store.peek(Kind::member, 1, 3).text, "");
    store.pin(Kind::member, 1, 1, false);
    for (std::uint64_t id = 25; id <= 50; ++id) {
        store.put(Kind::member, 1, id, std::string(400, 'm'));
    }
    EXPECT_EQ(store.peek(Kind::member, 1, 1).text, "");
}

TEST(Store, a_user_goes_with_the_last_member) {
    Store store{StoreLimits{}};
    store.put(Kind::user, 0, 7, "u");
    store.put(Kind::member, 1, 7, "m");
    store.put(Kind::member, 1, 7, "the same again");
    store.put(Kind::member, 2, 7, "m");
    store.erase(Kind::member, 1, 7);
    EXPECT_EQ(store.get(Kind::user, 0, 7), "u");
    store.erase_all(Kind::member, 2);
    EXPECT_EQ(store.get(Kind::user, 0, 7), "");
}

TEST(Store, behaves_like_a_map_whatever_is_done_to_it) {
    Store store{StoreLimits{std::size_t{1} << 30U, 1'000'000, std::size_t{1} << 30U}};
    std::map<std::tuple<Kind, std::uint64_t, std::uint64_t>, std::string> model;
    std::mt19937_64 random(4);  // NOLINT: the same at each run
    const std::array kinds = {Kind::member, Kind::message, Kind::presence, Kind::voice_state};
    for (int step = 0; step < 60'000; ++step) {
        const Kind kind = kinds[random() % kinds.size()];
        const std::uint64_t owner = random() % 5;
        const std::uint64_t id = random() % 300;
        switch (random() % 8) {
            case 0:
                EXPECT_EQ(store.erase(kind, owner, id), model.erase({kind, owner, id}) != 0);
                break;
            case 1:
                if (random() % 50 == 0) {
                    store.erase_all(kind, owner);
                    std::erase_if(model, [&](const auto& known) {
                        return std::get<0>(known.first) == kind &&
                               std::get<1>(known.first) == owner;
                    });
                }
                break;
            default: {
                const std::string text(random() % (random() % 20 == 0 ? 30'000 : 900),
                                       static_cast<char>('a' + random() % 26));
                store.put(kind, owner, id, text);
                model[{kind, owner, id}] = text;
            }
        }
    }
    std::size_t seen = 0;
    store.each_entry([&](Kind kind, const Entry& entry) {
        ++seen;
        const auto known = model.find({kind, entry.owner, entry.id});
        ASSERT_NE(known, model.end());
        ASSERT_EQ(known->second, entry.text);
    });
    EXPECT_EQ(seen, model.size());
    for (const auto& [key, text] : model) {
        ASSERT_EQ(store.peek(std::get<0>(key), std::get<1>(key), std::get<2>(key)).text, text);
    }
    for (const Kind kind : kinds) {
        store.clear(kind);
        EXPECT_EQ(store.stats(kind).entries, 0U);
        EXPECT_EQ(store.stats(kind).bytes, 0U);
    }
    EXPECT_LT(store.reserved(), 200'000U) << "what is empty goes back";
}

}  // namespace
}  // namespace rookery::cache
