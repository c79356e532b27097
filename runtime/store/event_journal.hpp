#pragma once

#include "base/result.hpp"
#include "store/identity_window.hpp"
#include "store/mapped_file.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace rookery::store {

/// What one link has taken, newest last: a ring of entries in a mapped file, so that what somebody
/// had not finished can be delivered again after a kill -9, at no system call for an entry. An
/// entry carries a checksum over itself and its place: one that is torn or damaged is passed over.
/// Beside it the identities of what has been taken, those without an entry too.
///
/// Order of stores: the entries that make place are given up, the entry is written, the end moves
/// on. Killed before the last: the entry is found behind the end, and is whole, or is none.
///
/// Belongs to one thread.
class EventJournal {
  public:
    struct Options {
        std::size_t bytes = std::size_t{32} << 20U;      ///< of entries; a multiple of 4096
        std::size_t identities = std::size_t{1} << 17U;  ///< a power of two
    };
    /// One event that an entry becomes.
    struct Part {
        std::string_view name;     ///< "messageUpdate"
        std::string_view payload;  ///< empty: the entry's
        std::string_view context;
    };
    struct Entry {
        std::uint64_t seq = 0;       ///< greater than all before
        std::uint64_t identity = 0;  ///< as hash() makes it; 0: none
        bool late = false;
        std::string_view raw_name;
        std::string_view payload;
        std::span<const Part> parts;  ///< at most kMostParts
    };
    static constexpr std::size_t kMostParts = 16;

    /// Opens or creates the file. One that is damaged beyond use or of another version is set aside
    /// with a warning. Error io.
    [[nodiscard]] static Result<std::unique_ptr<EventJournal>> open(
        const std::filesystem::path& path);
    [[nodiscard]] static Result<std::unique_ptr<EventJournal>> open(
        const std::filesystem::path& path, Options options);

    EventJournal(const EventJournal&) = delete;
    EventJournal& operator=(const EventJournal&) = delete;

    /// False when it is larger than a quarter of the ring: nothing is kept. `overwritten` is told
    /// the number of each entry that makes place, before it is gone.
    bool append(const Entry& entry, const std::function<void(std::uint64_t seq)>& overwritten = {});

    /// Every entry that is whole, oldest first; its texts are valid during the visit.
    void each(const std::function<void(const Entry& entry)>& visit) const;

    [[nodiscard]] std::uint64_t hash(std::string_view identity) const noexcept;
    [[nodiscard]] IdentityWindow& identities() noexcept { return *identities_; }
    [[nodiscard]] const IdentityWindow& identities() const noexcept { return *identities_; }

    /// Tells this file from every other, for ever.
    [[nodiscard]] std::uint64_t id() const noexcept;
    /// Of the newest entry; 0: none.
    [[nodiscard]] std::uint64_t last_seq() const noexcept { return last_seq_; }
    /// Places between entries that could not be read when the file was opened.
    [[nodiscard]] std::uint64_t damaged() const noexcept { return damaged_; }

  private:
    struct Header;
    struct Head;

    EventJournal(MappedFile file, Options options);
    [[nodiscard]] Header& header() const noexcept;
    [[nodiscard]] bool take_up();
    void recover();
    [[nodiscard]] Head* head_at(std::uint64_t position) const noexcept;
    [[nodiscard]] std::uint64_t lap_end(std::uint64_t position) const noexcept;
    [[nodiscard]] bool is_whole(const Head& head) const noexcept;
    [[nodiscard]] std::uint64_t check_of(const Head& head) const noexcept;
    [[nodiscard]] static bool parse(const Head& head, Entry& entry, std::span<Part> parts) noexcept;
    void make_place(std::uint64_t until, const std::function<void(std::uint64_t)>& overwritten);

    MappedFile file_;
    Options options_;
    std::size_t ring_offset_;
    std::optional<IdentityWindow> identities_;
    std::uint64_t last_seq_ = 0;
    std::uint64_t damaged_ = 0;
};

}  // namespace rookery::store
