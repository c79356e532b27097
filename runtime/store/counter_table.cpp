#include "store/counter_table.hpp"

#include "base/log.hpp"
#include "store/files.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <random>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace rookery::store {

namespace fs = std::filesystem;

/// Free while `owner` is 0, which is therefore written last.
struct CounterTable::Slot {
    std::uint64_t owner;
    std::uint64_t thing;
    std::uint64_t count;
};

namespace {

constexpr std::uint64_t kMagic = 0x3130746e636b6f6f;  // "ookcnt01"
constexpr std::size_t kHeader = 64;
constexpr std::size_t kFirst = 1024;  // slots; always a power of two
constexpr std::size_t kMost = std::size_t{1} << 26U;

/// FNV-1a; never 0.
std::uint64_t hash(std::string_view text) noexcept {
    std::uint64_t value = 0xCBF29CE484222325;
    for (const char c : text) {
        value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return value == 0 ? 1 : value;
}

std::uint64_t mix(std::uint64_t value) noexcept {
    value ^= value >> 33U;
    value *= 0xFF51AFD7ED558CCD;
    return value ^ (value >> 33U);
}

std::uint64_t random_id() {
    std::random_device random;
    const std::uint64_t id = (std::uint64_t{random()} << 32U) | random();
    return id == 0 ? 1 : id;
}

}  // namespace

/// A power of two of slots behind a page's head, in a file or in memory.
class CounterTable::Map {
  public:
    /// Null with errno when it cannot be. `fd` -1: in memory. `slots` 0: as the file says.
    static std::unique_ptr<Map> make(int fd, std::size_t slots) {
        const std::size_t bytes = kHeader + slots * sizeof(Slot);
        if (fd >= 0) {
            errno = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
        }
        void* const base = fd >= 0 && errno != 0
                               ? MAP_FAILED
                               : ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                        fd >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS, fd, 0);
        if (base == MAP_FAILED) {
            return nullptr;
        }
        return std::unique_ptr<Map>(new Map(base, bytes, fd >= 0));
    }

    Map(const Map&) = delete;
    Map& operator=(const Map&) = delete;
    ~Map() { ::munmap(base_, bytes_); }

    [[nodiscard]] bool in_file() const noexcept { return in_file_; }
    [[nodiscard]] std::size_t size() const noexcept { return (bytes_ - kHeader) / sizeof(Slot); }
    [[nodiscard]] Slot* slots() const noexcept {
        return reinterpret_cast<Slot*>(static_cast<char*>(base_) + kHeader);
    }
    [[nodiscard]] std::uint64_t& magic() const noexcept {
        return *static_cast<std::uint64_t*>(base_);
    }
    /// 0 in a file that has none yet.
    [[nodiscard]] std::uint64_t& id() const noexcept {
        return static_cast<std::uint64_t*>(base_)[1];
    }

  private:
    Map(void* base, std::size_t bytes, bool in_file)
        : base_(base), bytes_(bytes), in_file_(in_file) {}

    void* base_;
    std::size_t bytes_;
    bool in_file_;
};

CounterTable::CounterTable(fs::path path) : path_(std::move(path)) {
    std::error_code ec;
    const auto bytes = path_.empty() ? 0 : fs::file_size(path_, ec);
    const std::size_t slots = ec || bytes < kHeader ? 0 : (bytes - kHeader) / sizeof(Slot);
    const bool sound = slots >= kFirst && slots <= kMost && (slots & (slots - 1)) == 0 &&
                       kHeader + slots * sizeof(Slot) == bytes;
    const auto open = [&](std::size_t count) {
        const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        map_ = fd < 0 ? nullptr : Map::make(fd, count);
        if (fd >= 0) {
            ::close(fd);
        }
    };
    if (!path_.empty()) {
        open(sound ? slots : kFirst);
        if (map_ != nullptr && !ec && bytes > 0 && (!sound || map_->magic() != kMagic)) {
            map_ = nullptr;
            const auto aside = set_aside(path_);
            log::get("store")->warn("{} is damaged{}; its counters begin anew", path_.string(),
                                    aside ? ": it was moved to " + aside->string() : "");
            open(kFirst);
        }
    }
    if (map_ == nullptr) {
        if (!path_.empty()) {
            log::get("store")->warn("{}: {}; its counters begin anew at each start", path_.string(),
                                    std::strerror(errno));
        }
        map_ = Map::make(-1, kFirst);
        if (map_ == nullptr) {
            throw std::bad_alloc();
        }
    }
    map_->magic() = kMagic;
    if (map_->id() == 0) {
        map_->id() = random_id();
    }
    used_ =
        static_cast<std::size_t>(std::count_if(map_->slots(), map_->slots() + map_->size(),
                                               [](const Slot& slot) { return slot.owner != 0; }));
    if (used_ * 4 > map_->size() * 3) {
        grow();
    }
}

CounterTable::~CounterTable() = default;

bool CounterTable::lasting() const noexcept { return map_->in_file(); }

CounterTable::Slot* CounterTable::find(const Map& map, std::uint64_t owner,
                                       std::uint64_t thing) noexcept {
    const std::size_t mask = map.size() - 1;
    std::size_t at = mix(owner ^ mix(thing)) & mask;
    while (map.slots()[at].owner != 0 &&
           (map.slots()[at].owner != owner || map.slots()[at].thing != thing)) {
        at = (at + 1) & mask;
    }
    return map.slots() + at;
}

CounterTable::Slot& CounterTable::slot_of(std::string_view owner, std::uint64_t thing) {
    const std::uint64_t id = hash(owner);
    Slot* slot = find(*map_, id, thing);
    if (slot->owner == 0) {
        if ((used_ + 1) * 4 > map_->size() * 3) {
            grow();
            slot = find(*map_, id, thing);
        }
        slot->thing = thing;
        slot->count = 0;
        std::atomic_signal_fence(std::memory_order_release);
        slot->owner = id;
        ++used_;
    }
    return *slot;
}

std::uint64_t CounterTable::next(std::string_view owner, std::uint64_t thing) {
    return ++slot_of(owner, thing).count;
}

std::uint64_t CounterTable::count(std::string_view owner, std::uint64_t thing) const {
    const Slot& slot = *find(*map_, hash(owner), thing);
    return slot.owner == 0 ? 0 : slot.count;
}

void CounterTable::raise(std::string_view owner, std::uint64_t thing, std::uint64_t count) {
    Slot& slot = slot_of(owner, thing);
    slot.count = std::max(slot.count, count);
}

std::uint64_t CounterTable::id() const noexcept { return map_->id(); }

/// The new file is whole before it takes the old one's name.
void CounterTable::grow() {
    const std::size_t slots = map_->size() * 2;
    std::unique_ptr<Map> next;
    const fs::path temporary = path_.string() + ".new";
    if (map_->in_file()) {
        const int fd = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        next = fd < 0 ? nullptr : Map::make(fd, slots);
        if (fd >= 0) {
            ::close(fd);
        }
        if (next == nullptr) {
            log::get("store")->warn("{}: {}; from now on its counters live in memory",
                                    temporary.string(), std::strerror(errno));
        }
    }
    const bool in_file = next != nullptr;
    if (!in_file && (next = Map::make(-1, slots)) == nullptr) {
        throw std::bad_alloc();
    }
    for (std::size_t at = 0; at < map_->size(); ++at) {
        const Slot& old = map_->slots()[at];
        if (old.owner != 0) {
            *find(*next, old.owner, old.thing) = old;
        }
    }
    next->magic() = kMagic;
    next->id() = map_->id();
    if (in_file && ::rename(temporary.c_str(), path_.c_str()) != 0) {
        log::get("store")->warn("{}: {}", path_.string(), std::strerror(errno));
    }
    map_ = std::move(next);
}

}  // namespace rookery::store
