#include "store/cursor_table.hpp"

#include "base/log.hpp"
#include "store/files.hpp"
#include "store/text_hash.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace rookery::store {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMagic = 0x3130'7372'636b'6f6f;  // "ookcrs01"
constexpr std::size_t kHeader = 64;
constexpr std::size_t kFirst = 256;  // slots; always a power of two

struct Text {
    std::uint8_t size;
    std::array<char, CursorTable::kMostText> bytes;

    void set(std::string_view text) noexcept {
        size = static_cast<std::uint8_t>(text.size());
        std::copy(text.begin(), text.end(), bytes.begin());
    }
    [[nodiscard]] std::string_view get() const noexcept { return {bytes.data(), size}; }
};

}  // namespace

/// A name, and the two values of which one counts. Free while `state` is 0, which is therefore
/// written last; else it is the number of the value that counts, from 1.
struct CursorTable::Slot {
    Text name;
    std::array<Text, 2> values;
    std::atomic<std::uint32_t> state;
};

std::size_t CursorTable::bytes_for(std::size_t slots) noexcept {
    return kHeader + slots * sizeof(Slot);
}

std::size_t CursorTable::slots_in(const MappedFile& file) noexcept {
    return (file.size() - kHeader) / sizeof(Slot);
}

Result<CursorTable> CursorTable::open(fs::path path) {
    std::error_code ec;
    const auto bytes = fs::file_size(path, ec);
    std::size_t slots = kFirst;
    while (!ec && slots < kMost * 2 && bytes_for(slots) < bytes) {
        slots *= 2;
    }
    if (MappedFile::has_good_size(path, bytes_for(slots))) {
        auto file = MappedFile::open(path, bytes_for(slots));
        if (!file) {
            return file.error();
        }
        CursorTable table(path, *std::move(file));
        if (table.take_up()) {
            return table;
        }
    }
    const auto aside = set_aside(path);
    if (!aside) {
        return aside.error();
    }
    log::get("store")->warn("{} is damaged; it was moved to {}", path.string(), aside->string());
    auto file = MappedFile::open(path, bytes_for(kFirst));
    if (!file) {
        return file.error();
    }
    CursorTable table(std::move(path), *std::move(file));
    if (!table.take_up()) {
        return Error(ErrorKind::io, table.path_.string() + " cannot be made usable");
    }
    return table;
}

CursorTable::CursorTable(fs::path path, MappedFile file)
    : path_(std::move(path)), file_(std::move(file)) {}

bool CursorTable::take_up() {
    auto& magic = *file_.at<std::uint64_t>(0);
    auto* const slots = file_.at<Slot>(kHeader);
    const std::size_t count = slots_in(file_);
    if (magic == 0) {
        magic = kMagic;
    }
    used_ = 0;
    for (std::size_t at = 0; at < count; ++at) {
        const Slot& slot = slots[at];
        if (slot.state > 2 || slot.name.size > kMostText || slot.values[0].size > kMostText ||
            slot.values[1].size > kMostText) {
            return false;
        }
        used_ += slot.state != 0 ? 1 : 0;
    }
    return magic == kMagic && used_ * 4 <= count * 3;
}

/// The name's slot, or the free one where it belongs.
CursorTable::Slot& CursorTable::find(const MappedFile& file, std::string_view name) noexcept {
    auto* const slots = file.at<Slot>(kHeader);
    const std::size_t mask = slots_in(file) - 1;
    std::size_t at = text_hash(name, kMagic) & mask;
    while (slots[at].state != 0 && slots[at].name.get() != name) {
        at = (at + 1) & mask;
    }
    return slots[at];
}

std::string_view CursorTable::get(std::string_view name) const noexcept {
    const Slot& slot = find(file_, name);
    const std::uint32_t state = slot.state;
    return state == 0 ? std::string_view() : slot.values[state - 1].get();
}

Result<> CursorTable::set(std::string_view name, std::string_view value) {
    if (name.size() > kMostText || value.size() > kMostText) {
        return Error(ErrorKind::limit, "a cursor's name and value have at most " +
                                           std::to_string(kMostText) + " bytes");
    }
    Slot* slot = &find(file_, name);
    if (slot->state == 0) {
        if ((used_ + 1) * 4 > slots_in(file_) * 3) {
            if (auto grown = grow(); !grown) {
                return grown;
            }
            slot = &find(file_, name);
        }
        slot->name.set(name);
        ++used_;
    }
    const std::uint32_t next = slot->state == 1 ? 2 : 1;
    slot->values[next - 1].set(value);
    slot->state.store(next, std::memory_order_release);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // before the next change of the other
    return {};
}

/// The new file is whole before it takes the old one's name.
Result<> CursorTable::grow() {
    const std::size_t slots = slots_in(file_) * 2;
    if (slots > kMost) {
        return Error(ErrorKind::limit,
                     path_.string() + " is full: it has " + std::to_string(used_) + " names");
    }
    const fs::path temporary = path_.string() + ".new";
    std::error_code ec;
    fs::remove(temporary, ec);
    auto next = MappedFile::open(temporary, bytes_for(slots));
    if (!next) {
        return next.error();
    }
    *next->at<std::uint64_t>(0) = kMagic;
    for (std::size_t at = 0; at < slots_in(file_); ++at) {
        const Slot& old = file_.at<Slot>(kHeader)[at];
        if (old.state != 0) {
            Slot& place = find(*next, old.name.get());
            place.name = old.name;
            place.values[0] = old.values[old.state - 1];
            place.state = 1;
        }
    }
    fs::rename(temporary, path_, ec);
    if (ec) {
        return Error(ErrorKind::io, path_.string() + ": " + ec.message());
    }
    file_ = *std::move(next);
    return {};
}

}  // namespace rookery::store
