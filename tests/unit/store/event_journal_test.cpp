#include "store/event_journal.hpp"

#include "support/temp_dir.hpp"

#include <array>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace rookery::store {
namespace {

using Entry = EventJournal::Entry;
using Part = EventJournal::Part;

constexpr EventJournal::Options kSmall{4096, 64};
constexpr std::size_t kRing = 4096 + 64 * 8;  // where the entries begin
constexpr std::size_t kEnd = 48;              // of the header
constexpr std::size_t kHead = 48;

class EventJournalTest : public ::testing::Test {
  protected:
    std::unique_ptr<EventJournal> open(EventJournal::Options options = kSmall) {
        auto journal = EventJournal::open(path_, options);
        EXPECT_TRUE(journal);
        return *std::move(journal);
    }
    static bool append(EventJournal& journal, std::uint64_t seq, std::string_view payload = "{}") {
        const std::array<Part, 1> parts{Part{"messageCreate", {}, R"({"a":1})"}};
        return journal.append(
            {seq, journal.hash(std::to_string(seq)), false, "Message", payload, parts});
    }
    static std::vector<std::uint64_t> numbers(const EventJournal& journal) {
        std::vector<std::uint64_t> found;
        journal.each([&](const Entry& entry) { found.push_back(entry.seq); });
        return found;
    }
    template <class T>
    T peek(std::size_t offset) {
        T value{};
        const int fd = ::open(path_.c_str(), O_RDONLY);
        EXPECT_EQ(::pread(fd, &value, sizeof value, static_cast<off_t>(offset)),
                  static_cast<ssize_t>(sizeof value));
        ::close(fd);
        return value;
    }
    template <class T>
    void poke(std::size_t offset, T value) {
        const int fd = ::open(path_.c_str(), O_WRONLY);
        EXPECT_EQ(::pwrite(fd, &value, sizeof value, static_cast<off_t>(offset)),
                  static_cast<ssize_t>(sizeof value));
        ::close(fd);
    }
    bool set_aside() const { return std::filesystem::exists(path_.string() + ".bad"); }

    using Numbers = std::vector<std::uint64_t>;
    testing::TempDir dir_;
    std::filesystem::path path_ = dir_ / "bot.journal";
};

TEST_F(EventJournalTest, gives_back_what_was_appended) {
    {
        const auto journal = open();
        const std::array<Part, 2> parts{Part{"messageCreate", {}, R"({"old":1})"},
                                        Part{"messageDelete", R"({"id":"1"})", {}}};
        EXPECT_TRUE(journal->append({7, 99, true, "Message", R"({"x":1})", parts}));
    }
    const auto journal = open();
    unsigned seen = 0;
    journal->each([&](const Entry& entry) {
        ++seen;
        EXPECT_EQ(entry.seq, 7U);
        EXPECT_EQ(entry.identity, 99U);
        EXPECT_TRUE(entry.late);
        EXPECT_EQ(entry.raw_name, "Message");
        EXPECT_EQ(entry.payload, R"({"x":1})");
        ASSERT_EQ(entry.parts.size(), 2U);
        EXPECT_EQ(entry.parts[0].name, "messageCreate");
        EXPECT_EQ(entry.parts[0].payload, "");
        EXPECT_EQ(entry.parts[0].context, R"({"old":1})");
        EXPECT_EQ(entry.parts[1].payload, R"({"id":"1"})");
    });
    EXPECT_EQ(seen, 1U);
    EXPECT_EQ(journal->last_seq(), 7U);
    EXPECT_TRUE(journal->identities().seen(99));
}

TEST_F(EventJournalTest, the_ring_gives_up_the_oldest_and_tells) {
    const auto journal = open();
    Numbers overwritten;
    const std::array<Part, 1> parts{Part{"messageCreate", {}, {}}};
    for (std::uint64_t seq = 1; seq <= 500; ++seq) {
        const std::string payload(seq * 7 % 150, 'x');
        ASSERT_TRUE(journal->append({seq, 0, false, "Message", payload, parts},
                                    [&](std::uint64_t old) { overwritten.push_back(old); }));
        const Numbers left = numbers(*journal);
        ASSERT_FALSE(left.empty());
        EXPECT_EQ(left.back(), seq);
        EXPECT_EQ(overwritten.size() + left.size(), seq);
        EXPECT_EQ(left.front(), overwritten.size() + 1);
    }
    EXPECT_EQ(open()->last_seq(), 500U);
}

TEST_F(EventJournalTest, what_was_open_when_it_wrapped_is_read_again) {
    Numbers before;
    for (std::uint64_t seq = 1; seq <= 300; ++seq) {
        const auto journal = open();
        ASSERT_EQ(numbers(*journal), before);
        ASSERT_EQ(journal->damaged(), 0U);
        ASSERT_TRUE(append(*journal, seq, std::string(seq * 13 % 200, 'y')));
        before = numbers(*journal);
    }
}

TEST_F(EventJournalTest, refuses_what_is_too_large) {
    const auto journal = open();
    EXPECT_FALSE(append(*journal, 1, std::string(1024, 'x')));
    EXPECT_TRUE(append(*journal, 2));
    EXPECT_EQ(numbers(*journal), Numbers{2});
}

TEST_F(EventJournalTest, an_entry_behind_the_end_is_taken_when_it_is_whole) {
    append(*open(), 1);
    const auto end = peek<std::uint64_t>(kEnd);
    append(*open(), 2);
    poke(kEnd, end);  // killed before the last store
    const auto journal = open();
    EXPECT_EQ(numbers(*journal), (Numbers{1, 2}));
    EXPECT_TRUE(journal->identities().seen(journal->hash("2")));
    EXPECT_EQ(journal->damaged(), 0U);
    append(*journal, 3);
    EXPECT_EQ(numbers(*journal), (Numbers{1, 2, 3}));
}

TEST_F(EventJournalTest, a_torn_entry_behind_the_end_is_none) {
    append(*open(), 1);
    const auto end = peek<std::uint64_t>(kEnd);
    append(*open(), 2);
    poke(kEnd, end);
    poke<char>(kRing + end + kHead + 20, '!');
    const auto journal = open();
    EXPECT_EQ(numbers(*journal), Numbers{1});
    EXPECT_EQ(journal->damaged(), 0U);
}

TEST_F(EventJournalTest, an_entry_behind_the_end_is_found_past_the_end_of_the_ring) {
    auto journal = open();
    std::uint64_t seq = 0;
    while (peek<std::uint64_t>(kEnd) < 4096 - 130) {
        append(*journal, ++seq);
    }
    const auto end = peek<std::uint64_t>(kEnd);
    append(*journal, ++seq, std::string(200, 'z'));
    ASSERT_GT(peek<std::uint64_t>(kEnd), 4096U);
    journal.reset();
    poke(kEnd, end);
    journal = open();
    EXPECT_EQ(journal->last_seq(), seq);
    EXPECT_EQ(numbers(*journal).back(), seq);
}

/// Each byte of the file in turn: at most the entry that it belongs to is lost, or the whole file
/// is set aside; nothing is made up.
TEST_F(EventJournalTest, any_damaged_byte_costs_one_entry_at_most) {
    {
        const auto journal = open();
        for (std::uint64_t seq = 1; seq <= 5; ++seq) {
            append(*journal, seq);
        }
    }
    const std::string sound = [&] {
        std::ifstream in(path_, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    }();
    std::size_t lost = 0;
    for (std::size_t at = 0; at < kRing + 600; at = at == 64 ? kRing : at + 1) {
        std::string damaged = sound;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
        std::ofstream(path_, std::ios::binary) << damaged;
        const auto journal = open();
        const Numbers left = numbers(*journal);
        for (const std::uint64_t seq : left) {
            EXPECT_TRUE(seq >= 1 && seq <= 5) << at;
        }
        if (!set_aside() && at >= kRing) {
            EXPECT_GE(left.size(), 4U) << at;
            lost += 5 - left.size();
        }
        append(*journal, 6);
        EXPECT_EQ(numbers(*journal).back(), 6U) << at;
        std::filesystem::remove(path_.string() + ".bad");
    }
    EXPECT_GT(lost, 400U);
}

TEST_F(EventJournalTest, a_file_of_another_size_or_kind_is_set_aside) {
    std::ofstream(path_) << "not a journal";
    EXPECT_TRUE(numbers(*open()).empty());
    EXPECT_TRUE(set_aside());
    std::filesystem::remove(path_.string() + ".bad");
    poke<char>(0, 'x');
    EXPECT_TRUE(numbers(*open()).empty());
    EXPECT_TRUE(set_aside());
}

TEST_F(EventJournalTest, two_files_have_two_keys) {
    const auto journal = open();
    const auto other = EventJournal::open(dir_ / "other.journal", kSmall);
    EXPECT_NE(journal->id(), (*other)->id());
    EXPECT_NE(journal->hash("a"), (*other)->hash("a"));
}

TEST_F(EventJournalTest, identities_make_place_for_each_other) {
    const auto journal = open();
    for (std::uint64_t hash = 1; hash <= 100; ++hash) {
        EXPECT_TRUE(journal->identities().add(hash * 64));
        EXPECT_FALSE(journal->identities().add(hash * 64));
    }
    EXPECT_EQ(journal->identities().size(), 64U);
    EXPECT_FALSE(journal->identities().seen(36 * 64));
    for (std::uint64_t hash = 37; hash <= 100; ++hash) {
        EXPECT_TRUE(journal->identities().seen(hash * 64)) << hash;
    }
}

TEST_F(EventJournalTest, a_million_identities_and_the_latest_are_known) {
    const auto journal = open({4096, 1024});
    auto& identities = journal->identities();
    for (std::uint64_t number = 1; number <= 1'000'000; ++number) {
        identities.add(journal->hash(std::to_string(number)));
    }
    EXPECT_EQ(identities.size(), 1024U);
    EXPECT_TRUE(identities.seen(journal->hash("1000000")));
    EXPECT_TRUE(identities.seen(journal->hash("998977")));
    EXPECT_FALSE(identities.seen(journal->hash("998976")));
}

/// Killed anywhere, several times over: all that was told is there, whole and in order.
TEST_F(EventJournalTest, survives_sigkill_under_load) {
    for (int round = 0; round < 5; ++round) {
        std::array<int, 2> told{};
        ASSERT_EQ(::pipe(told.data()), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            auto journal = EventJournal::open(path_, kSmall);
            for (std::uint64_t seq = (*journal)->last_seq() + 1;; ++seq) {
                append(**journal, seq, std::string(seq * 31 % 300, 'k'));
                (void)!::write(told[1], &seq, sizeof seq);
            }
        }
        ::close(told[1]);
        std::uint64_t last = 0;
        for (int count = 0; count < 700 + round * 13; ++count) {
            ASSERT_EQ(::read(told[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
        }
        ::kill(child, SIGKILL);
        while (::read(told[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last)) {
        }
        ::close(told[0]);
        ::waitpid(child, nullptr, 0);
        const auto journal = open();
        EXPECT_GE(journal->last_seq(), last);
        EXPECT_LE(journal->last_seq(), last + 1);
        EXPECT_EQ(journal->damaged(), 0U);
        const Numbers left = numbers(*journal);
        for (std::size_t index = 1; index < left.size(); ++index) {
            EXPECT_EQ(left[index], left[index - 1] + 1);
        }
        EXPECT_TRUE(journal->identities().seen(journal->hash(std::to_string(left.back()))));
    }
}

}  // namespace
}  // namespace rookery::store
