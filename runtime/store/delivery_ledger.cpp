#include "store/delivery_ledger.hpp"

#include "base/log.hpp"
#include "model/repeats.hpp"
#include "store/files.hpp"
#include "store/mapped_file.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <string_view>

namespace rookery::store {

namespace fs = std::filesystem;
using model::SlotMask;

namespace {

constexpr std::uint64_t kMagic = 0x3130676c6b6f6f72;  // "rooklg01"
constexpr std::uint32_t kVersion = 1;

constexpr std::size_t kWords = 2;
constexpr unsigned kWordSlots = DeliveryLedger::kMaxSlots / kWords;
constexpr std::uint64_t kSlotBits = (std::uint64_t{1} << kWordSlots) - 1;

std::uint64_t word_of(const SlotMask& mask, std::size_t index) {
    static const SlotMask low{kSlotBits};
    return ((mask >> (index * kWordSlots)) & low).to_ullong();
}

/// A mapped text: length and bytes. Written only while the session is marked absent.
template <std::size_t N>
struct Text {
    std::uint32_t length;
    std::array<char, N> bytes;

    void set(std::string_view text) {
        length = static_cast<std::uint32_t>(text.size());
        std::copy(text.begin(), text.end(), bytes.begin());
    }
    [[nodiscard]] bool valid() const { return length <= N; }
    [[nodiscard]] std::string get() const { return {bytes.data(), length}; }
};

struct Header {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t ring;
    std::atomic<std::uint32_t> present;  ///< 1: the session below is whole
    std::atomic<std::uint32_t> epoch;    ///< counts sessions
    std::atomic<std::uint64_t> last_received;
    std::uint32_t shard;
    std::uint32_t shards;
    Text<128> session_id;
    Text<256> resume_url;
};

/// The open subscribers of one event: in each word 60 of them, and above a tag for the (session,
/// lap of the ring) that the word was written for. A handler that finishes an event of an earlier
/// session or lap changes nothing, however late it comes: it compares the tag and clears its bit in
/// one step. A word without open subscribers is 0.
struct Entry {
    std::array<std::atomic<std::uint64_t>, kWords> words;
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

constexpr std::size_t kHeaderBytes = 4096;
constexpr std::size_t kFileBytes = kHeaderBytes + DeliveryLedger::kRing * sizeof(Entry);
static_assert(sizeof(Header) <= kHeaderBytes);

std::uint64_t tag_of(std::uint32_t epoch, std::uint64_t seq) {
    // 5: sessions that follow each other share a tag only 11 laps apart.
    return ((std::uint64_t{epoch} * 5 + seq / DeliveryLedger::kRing) & 15U) << kWordSlots;
}

Result<> start_afresh(const fs::path& path) {
    const auto aside = set_aside(path);
    if (!aside) {
        return aside.error();
    }
    log::get("store")->warn("{} is damaged or of another version; it was moved to {}",
                            path.string(), aside->string());
    return {};
}

}  // namespace

/// The mapped file. finished() is for any thread, the rest for the ledger's.
class DeliveryLedger::Map {
  public:
    explicit Map(MappedFile file) : file_(std::move(file)) {}

    [[nodiscard]] Header& header() const noexcept { return *file_.at<Header>(0); }
    [[nodiscard]] Entry& entry(std::uint64_t seq) const noexcept {
        return file_.at<Entry>(kHeaderBytes)[seq % kRing];
    }
    [[nodiscard]] std::uint32_t epoch() const noexcept {
        return header().epoch.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t last() const noexcept {
        return header().last_received.load(std::memory_order_relaxed);
    }
    /// The lowest sequence number that the ring still speaks of.
    [[nodiscard]] std::uint64_t oldest() const noexcept {
        return last() < kRing ? 1 : last() - kRing + 1;
    }

    /// Takes up what an earlier process left, or writes the first header. False: it makes no sense.
    [[nodiscard]] bool take_up() const noexcept;
    /// Calls `visit(seq, index, word, open bits)` for each word with open subscribers, lowest
    /// number first, until it returns false.
    template <class Visit>
    void each_open(Visit visit) const;
    void clear_ring() const noexcept;
    void finished(std::uint32_t epoch, std::uint64_t seq, unsigned slot) const noexcept;

  private:
    MappedFile file_;
};

class DeliveryLedger::Session final : public model::Delivery, public model::Repeats {
  public:
    /// `before`: the last number that an earlier process has received.
    explicit Session(std::shared_ptr<const Map> map, std::uint64_t before)
        : map_(std::move(map)), epoch_(map_->epoch()), before_(before) {}

    void finished(std::uint64_t seq, unsigned slot) noexcept override {
        map_->finished(epoch_, seq, slot);
    }
    [[nodiscard]] bool repeated(std::uint64_t seq) const noexcept override {
        return seq <= before_;
    }

  private:
    std::shared_ptr<const Map> map_;
    std::uint32_t epoch_;
    std::uint64_t before_;
};

bool DeliveryLedger::Map::take_up() const noexcept {
    Header& head = header();
    if (head.magic == 0 && head.version == 0) {
        head.version = kVersion;
        head.ring = kRing;
        head.shards = 1;
        head.magic = kMagic;
    }
    return head.magic == kMagic && head.version == kVersion && head.ring == kRing &&
           head.present <= 1 && head.session_id.valid() && head.resume_url.valid();
}

template <class Visit>
void DeliveryLedger::Map::each_open(Visit visit) const {
    for (auto seq = oldest(); seq <= last(); ++seq) {
        const auto tag = tag_of(epoch(), seq);
        for (std::size_t index = 0; index < kWords; ++index) {
            auto& word = entry(seq).words[index];
            const auto value = word.load(std::memory_order_relaxed);
            if (value != 0 && (value & ~kSlotBits) == tag &&
                !visit(seq, index, word, value & kSlotBits)) {
                return;
            }
        }
    }
}

void DeliveryLedger::Map::clear_ring() const noexcept {
    for (std::size_t index = 0; index < kRing; ++index) {
        for (auto& word : entry(index).words) {
            if (word.load(std::memory_order_relaxed) != 0) {
                word.store(0, std::memory_order_relaxed);
            }
        }
    }
}

void DeliveryLedger::Map::finished(std::uint32_t epoch_of, std::uint64_t seq,
                                   unsigned slot) const noexcept {
    if (slot >= kMaxSlots || epoch_of != epoch()) {
        return;
    }
    auto& word = entry(seq).words[slot / kWordSlots];
    const auto bit = std::uint64_t{1} << (slot % kWordSlots);
    auto value = word.load(std::memory_order_relaxed);
    while ((value & ~kSlotBits) == tag_of(epoch_of, seq) && (value & bit) != 0) {
        const auto left = value & ~bit;
        if (word.compare_exchange_weak(value, (left & kSlotBits) != 0 ? left : 0,
                                       std::memory_order_release, std::memory_order_relaxed)) {
            return;
        }
    }
}

DeliveryLedger::DeliveryLedger(std::shared_ptr<Map> map)
    : map_(std::move(map)),
      cursor_(map_->last()),
      deliveries_(std::make_shared<Session>(map_, cursor_)) {
    map_->each_open([&](std::uint64_t lowest, std::size_t, auto&, std::uint64_t) {
        cursor_ = lowest - 1;
        return false;
    });
}

DeliveryLedger::~DeliveryLedger() = default;

Result<std::shared_ptr<DeliveryLedger>> DeliveryLedger::open(const fs::path& path) {
    if (!MappedFile::has_good_size(path, kFileBytes)) {
        if (auto fresh = start_afresh(path); !fresh) {
            return fresh.error();
        }
    }
    for (bool again = false;; again = true) {
        auto file = MappedFile::open(path, kFileBytes, true);
        if (!file) {
            return file.error();
        }
        auto map = std::make_shared<Map>(*std::move(file));
        if (map->take_up()) {
            return std::shared_ptr<DeliveryLedger>(new DeliveryLedger(std::move(map)));
        }
        if (again) {
            return Error(ErrorKind::io, path.string() + " cannot be made usable");
        }
        if (auto fresh = start_afresh(path); !fresh) {
            return fresh.error();
        }
    }
}

std::uint64_t DeliveryLedger::last_received() const noexcept { return map_->last(); }

std::uint64_t DeliveryLedger::open_deliveries() const {
    std::uint64_t open = 0;
    map_->each_open([&](std::uint64_t, std::size_t, auto&, std::uint64_t bits) {
        open += static_cast<std::uint64_t>(std::popcount(bits));
        return true;
    });
    return open;
}

SlotMask DeliveryLedger::open_for(std::uint64_t seq) const noexcept {
    SlotMask open;
    if (seq == 0 || seq < map_->oldest() || seq > map_->last()) {
        return open;
    }
    for (std::size_t index = 0; index < kWords; ++index) {
        const auto value = map_->entry(seq).words[index].load(std::memory_order_relaxed);
        if ((value & ~kSlotBits) == tag_of(map_->epoch(), seq)) {
            open |= SlotMask(value & kSlotBits) << (index * kWordSlots);
        }
    }
    return open;
}

void DeliveryLedger::forget_slot(unsigned slot) {
    map_->each_open([&](std::uint64_t seq, std::size_t index, auto&, std::uint64_t) {
        if (index == slot / kWordSlots) {
            map_->finished(map_->epoch(), seq, slot);
        }
        return true;
    });
}

Result<std::uint64_t> DeliveryLedger::begin_session(const SessionInfo& info) {
    Header& head = map_->header();
    if (info.session_id.size() > head.session_id.bytes.size() ||
        info.resume_url.size() > head.resume_url.bytes.size()) {
        return Error(ErrorKind::limit, "the session's id or resume address is too long to be kept");
    }
    const auto open = open_deliveries();
    head.present.store(0, std::memory_order_release);
    head.session_id.set(info.session_id);
    head.resume_url.set(info.resume_url);
    head.shard = info.shard;
    head.shards = info.shards;
    // From here on reports on the old session are ignored.
    head.epoch.fetch_add(1, std::memory_order_acq_rel);
    head.last_received.store(0, std::memory_order_release);
    map_->clear_ring();
    cursor_ = 0;
    deliveries_ = std::make_shared<Session>(map_, 0);
    head.present.store(1, std::memory_order_release);
    return open;
}

std::optional<SessionInfo> DeliveryLedger::session() const {
    const Header& head = map_->header();
    if (head.present.load(std::memory_order_acquire) == 0) {
        return std::nullopt;
    }
    return SessionInfo{head.session_id.get(), head.resume_url.get(), head.shard, head.shards};
}

void DeliveryLedger::clear_session() { map_->header().present.store(0, std::memory_order_release); }

SlotMask DeliveryLedger::received(std::uint64_t seq, const SlotMask& wanted) {
    if (seq <= cursor_) {
        return {};
    }
    cursor_ = seq;
    return seq <= last_received() ? take_repeated(seq, wanted) : take_new(seq, wanted);
}

SlotMask DeliveryLedger::take_new(std::uint64_t seq, const SlotMask& wanted) {
    // The places of numbers that were skipped still show what they held a lap ago.
    const auto clear = [&](std::uint64_t place) {
        for (auto& word : map_->entry(place).words) {
            if (const auto old = word.load(std::memory_order_relaxed); old != 0) {
                overruns_ += static_cast<std::uint64_t>(std::popcount(old & kSlotBits));
                word.store(0, std::memory_order_relaxed);
            }
        }
    };
    const auto a_ring_ago = seq < kRing ? 0 : seq - kRing;
    for (auto place = std::max(last_received(), a_ring_ago) + 1; place <= seq; ++place) {
        clear(place);
    }
    if (wanted.any()) {
        const auto tag = tag_of(map_->epoch(), seq);
        for (std::size_t index = 0; index < kWords; ++index) {
            if (const auto bits = word_of(wanted, index); bits != 0) {
                map_->entry(seq).words[index].store(tag | bits, std::memory_order_relaxed);
            }
        }
    }
    map_->header().last_received.store(seq, std::memory_order_release);
    return wanted;
}

SlotMask DeliveryLedger::take_repeated(std::uint64_t seq, const SlotMask& wanted) {
    SlotMask open;
    if (seq < map_->oldest()) {
        return open;
    }
    const auto tag = tag_of(map_->epoch(), seq);
    for (std::size_t index = 0; index < kWords; ++index) {
        auto& word = map_->entry(seq).words[index];
        const auto value = word.load(std::memory_order_relaxed);
        if ((value & ~kSlotBits) == tag) {
            const auto left = value & word_of(wanted, index);
            unclaimed_ += static_cast<std::uint64_t>(
                std::popcount(value & kSlotBits & ~word_of(wanted, index)));
            // Whoever does not want it any more is gone: its bit would hold the resume number back
            // for ever.
            word.store(left != 0 ? tag | left : 0, std::memory_order_relaxed);
            open |= SlotMask(left) << (index * kWordSlots);
        }
    }
    return open;
}

}  // namespace rookery::store
