#include "store/event_journal.hpp"

#include "base/log.hpp"
#include "store/files.hpp"
#include "store/text_hash.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <random>
#include <string>
#include <utility>

namespace rookery::store {

namespace fs = std::filesystem;

/// `begin` to `end` are positions that only grow; the place in the ring is their rest.
struct EventJournal::Header {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t identities;
    std::uint64_t bytes;
    std::uint64_t id;
    std::uint64_t check;  ///< of what is above
    std::atomic<std::uint64_t> begin;
    std::atomic<std::uint64_t> end;
    std::atomic<std::uint64_t> identity_count;
};

/// In front of an entry's parts and texts, or of the rest of a lap that nothing fitted into.
struct EventJournal::Head {
    std::uint32_t magic;
    std::uint32_t size;  ///< with this, a multiple of 8
    std::uint64_t position;
    std::uint64_t check;  ///< of all that follows, under the key of the file and the position
    std::uint64_t seq;
    std::uint64_t identity;
    std::uint32_t payload;
    std::uint16_t raw_name;
    std::uint8_t parts;
    std::uint8_t late;
};

namespace {

constexpr std::uint64_t kMagic = 0x3130'6c6e'6a6b'6f6f;  // "ookjnl01"
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kEntry = 0x59525445;  // "ETRY"
constexpr std::uint32_t kPad = 0x44415050;    // "PPAD"
constexpr std::size_t kHeaderBytes = 4096;
constexpr std::size_t kChecked = 24;  // bytes of a head that its checksum does not cover

struct PartHead {
    std::uint32_t payload;
    std::uint32_t context;
    std::uint32_t name;
};

std::uint64_t random_number() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

std::size_t rounded(std::size_t bytes) { return (bytes + 7) & ~std::size_t{7}; }

}  // namespace

Result<std::unique_ptr<EventJournal>> EventJournal::open(const fs::path& path) {
    return open(path, Options{});
}

Result<std::unique_ptr<EventJournal>> EventJournal::open(const fs::path& path, Options options) {
    const std::size_t bytes =
        kHeaderBytes + options.identities * sizeof(std::uint64_t) + options.bytes;
    for (bool again = false;; again = true) {
        bool sound = MappedFile::has_good_size(path, bytes);
        if (sound) {
            auto file = MappedFile::open(path, bytes);
            if (!file) {
                return file.error();
            }
            std::unique_ptr<EventJournal> journal(new EventJournal(*std::move(file), options));
            if (journal->take_up()) {
                journal->recover();
                if (journal->damaged_ != 0) {
                    log::get("store")->warn("{}: {} damaged places were passed over", path.string(),
                                            journal->damaged_);
                }
                return journal;
            }
        }
        if (again) {
            return Error(ErrorKind::io, path.string() + " cannot be made usable");
        }
        const auto aside = set_aside(path);
        if (!aside) {
            return aside.error();
        }
        log::get("store")->warn("{} is damaged or of another version; it was moved to {}",
                                path.string(), aside->string());
    }
}

EventJournal::EventJournal(MappedFile file, Options options)
    : file_(std::move(file)),
      options_(options),
      ring_offset_(kHeaderBytes + options.identities * sizeof(std::uint64_t)) {}

EventJournal::Header& EventJournal::header() const noexcept { return *file_.at<Header>(0); }

/// Writes the first header, or says whether what is there can be gone on with.
bool EventJournal::take_up() {
    Header& head = header();
    const auto check = [&] { return text_hash({file_.data(), offsetof(Header, check)}, kMagic); };
    if (head.magic == 0 && head.check == 0) {
        head.version = kVersion;
        head.identities = static_cast<std::uint32_t>(options_.identities);
        head.bytes = options_.bytes;
        head.id = random_number();
        head.magic = kMagic;
        head.check = check();
    }
    const std::uint64_t begin = head.begin;
    const std::uint64_t end = head.end;
    if (head.magic != kMagic || head.version != kVersion || head.bytes != options_.bytes ||
        head.identities != options_.identities || head.check != check() || begin > end ||
        end - begin > options_.bytes || begin % 8 != 0 || end % 8 != 0) {
        return false;
    }
    identities_.emplace(std::span(file_.at<std::uint64_t>(kHeaderBytes), options_.identities),
                        head.identity_count);
    return true;
}

std::uint64_t EventJournal::id() const noexcept { return header().id; }

std::uint64_t EventJournal::hash(std::string_view identity) const noexcept {
    return text_hash(identity, header().id);
}

/// Where the ring starts over.
std::uint64_t EventJournal::lap_end(std::uint64_t position) const noexcept {
    return position - position % options_.bytes + options_.bytes;
}

/// What looks like a head that was written there; null when nothing does.
EventJournal::Head* EventJournal::head_at(std::uint64_t position) const noexcept {
    const std::uint64_t left = lap_end(position) - position;
    if (left < sizeof(Head)) {
        return nullptr;
    }
    auto* const head = file_.at<Head>(ring_offset_ + position % options_.bytes);
    const bool fits = (head->magic == kEntry || head->magic == kPad) &&
                      head->position == position && head->size >= sizeof(Head) &&
                      head->size <= left && head->size % 8 == 0;
    return fits ? head : nullptr;
}

std::uint64_t EventJournal::check_of(const Head& head) const noexcept {
    const std::size_t size = head.magic == kPad ? sizeof(Head) : head.size;
    return text_hash({reinterpret_cast<const char*>(&head) + kChecked, size - kChecked},
                     header().id ^ head.position ^ head.size);
}

bool EventJournal::is_whole(const Head& head) const noexcept {
    return head.check == check_of(head);
}

/// Goes over what is there: the newest number, the identities whose own store was cut off, and an
/// entry behind the end.
void EventJournal::recover() {
    static_assert(sizeof(Head) == 48 && offsetof(Head, seq) == kChecked);
    Header& file = header();
    std::uint64_t at = file.begin;
    bool lost = false;
    for (;;) {
        const std::uint64_t end = file.end;
        const bool behind = at >= end;
        if (lap_end(at) - at < sizeof(Head)) {
            at = lap_end(at);
            if (!behind) {
                continue;
            }
        }
        const Head* const head = head_at(at);
        const bool whole = head != nullptr && is_whole(*head);
        if (behind && !whole) {
            break;
        }
        if (!whole) {
            damaged_ += lost ? 0 : 1;
            lost = true;
            at += 8;
            continue;
        }
        lost = false;
        at += head->size;
        if (at > end) {
            file.end = at;
        }
        if (head->magic == kEntry) {
            last_seq_ = std::max(last_seq_, head->seq);
            if (head->identity != 0) {
                identities_->add(head->identity);
            }
        }
    }
}

bool EventJournal::parse(const Head& head, Entry& entry, std::span<Part> parts) noexcept {
    const char* const base = reinterpret_cast<const char*>(&head);
    std::size_t at = sizeof(Head) + head.parts * sizeof(PartHead);
    const auto text = [&](std::size_t size) {
        const bool fits = at <= head.size && size <= head.size - at;
        const std::string_view found = fits ? std::string_view(base + at, size) : "";
        at = fits ? at + size : head.size + 1;
        return found;
    };
    if (head.parts > parts.size()) {
        return false;
    }
    entry.seq = head.seq;
    entry.identity = head.identity;
    entry.late = head.late != 0;
    entry.raw_name = text(head.raw_name);
    entry.payload = text(head.payload);
    for (std::size_t index = 0; index < head.parts; ++index) {
        PartHead part{};
        std::memcpy(&part, base + sizeof(Head) + index * sizeof(PartHead), sizeof part);
        parts[index].name = text(part.name);
        parts[index].payload = text(part.payload);
        parts[index].context = text(part.context);
    }
    entry.parts = parts.first(head.parts);
    return at <= head.size;
}

void EventJournal::each(const std::function<void(const Entry&)>& visit) const {
    std::array<Part, kMostParts> parts;
    const std::uint64_t end = header().end;
    for (std::uint64_t at = header().begin; at < end;) {
        if (lap_end(at) - at < sizeof(Head)) {
            at = lap_end(at);
            continue;
        }
        const Head* const head = head_at(at);
        Entry entry;
        if (head == nullptr || !is_whole(*head)) {
            at += 8;
            continue;
        }
        at += head->size;
        if (head->magic == kEntry && parse(*head, entry, parts)) {
            visit(entry);
        }
    }
}

/// Gives up the oldest until `until`.
void EventJournal::make_place(std::uint64_t until,
                              const std::function<void(std::uint64_t)>& overwritten) {
    std::uint64_t at = header().begin;
    while (at < until) {
        if (lap_end(at) - at < sizeof(Head)) {
            at = lap_end(at);
            continue;
        }
        const Head* const head = head_at(at);
        if (head == nullptr) {
            at += 8;
            continue;
        }
        if (head->magic == kEntry && overwritten) {
            overwritten(head->seq);
        }
        at += head->size;
    }
    header().begin.store(at, std::memory_order_release);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // before what comes in its place
}

bool EventJournal::append(const Entry& entry,
                          const std::function<void(std::uint64_t)>& overwritten) {
    std::size_t size = sizeof(Head) + entry.parts.size() * sizeof(PartHead) +
                       entry.raw_name.size() + entry.payload.size();
    for (const Part& part : entry.parts) {
        size += part.name.size() + part.payload.size() + part.context.size();
    }
    size = rounded(size);
    if (size > options_.bytes / 4 || entry.parts.size() > kMostParts ||
        entry.raw_name.size() > UINT16_MAX) {
        return false;
    }
    std::uint64_t at = header().end;
    const std::uint64_t left = lap_end(at) - at;
    const bool pad = left < size;
    const std::uint64_t end = (pad ? at + left : at) + size;
    if (end > options_.bytes && header().begin < end - options_.bytes) {
        make_place(end - options_.bytes, overwritten);
    }
    if (pad) {
        if (left >= sizeof(Head)) {
            auto* const rest = file_.at<Head>(ring_offset_ + at % options_.bytes);
            *rest = {kPad, static_cast<std::uint32_t>(left), at, 0, 0, 0, 0, 0, 0, 0};
            rest->check = check_of(*rest);
        }
        at += left;
    }
    auto* const head = file_.at<Head>(ring_offset_ + at % options_.bytes);
    *head = {kEntry,
             static_cast<std::uint32_t>(size),
             at,
             0,
             entry.seq,
             entry.identity,
             static_cast<std::uint32_t>(entry.payload.size()),
             static_cast<std::uint16_t>(entry.raw_name.size()),
             static_cast<std::uint8_t>(entry.parts.size()),
             static_cast<std::uint8_t>(entry.late ? 1 : 0)};
    char* to = reinterpret_cast<char*>(head + 1);
    for (const Part& part : entry.parts) {
        const PartHead sizes{static_cast<std::uint32_t>(part.payload.size()),
                             static_cast<std::uint32_t>(part.context.size()),
                             static_cast<std::uint32_t>(part.name.size())};
        std::memcpy(to, &sizes, sizeof sizes);
        to += sizeof sizes;
    }
    const auto put = [&](std::string_view text) { to = std::copy(text.begin(), text.end(), to); };
    put(entry.raw_name);
    put(entry.payload);
    for (const Part& part : entry.parts) {
        put(part.name);
        put(part.payload);
        put(part.context);
    }
    std::fill(to, reinterpret_cast<char*>(head) + size, '\0');
    head->check = check_of(*head);
    header().end.store(end, std::memory_order_release);
    last_seq_ = std::max(last_seq_, entry.seq);
    return true;
}

}  // namespace rookery::store
