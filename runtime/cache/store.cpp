#include "cache/store.hpp"

#include "base/assert.hpp"

#include <cstring>
#include <new>

namespace rookery::cache {

Store::Store(StoreLimits limits) : limits_(limits) {}

std::size_t Store::bytes() const noexcept {
    return slab_.used() + index_.bytes() + family_index_.bytes() +
           families_.size() * sizeof(Family);
}

std::size_t Store::reserved() const noexcept { return bytes() - slab_.used() + slab_.reserved(); }

Entry Store::entry(Ref ref) const noexcept {
    const Record& found = record(ref);
    return {families_[found.family].owner, found.id, {slab_.at(ref) + sizeof(Record), found.size}};
}

std::uint32_t Store::hash(Kind kind, std::uint64_t owner, std::uint64_t id) const {
    return spread(id, info(kind).paired ? owner : 0, index_of(kind));
}

Ref Store::find(Kind kind, std::uint64_t owner, std::uint64_t id) const {
    const bool paired = info(kind).paired;
    const std::uint32_t found = index_.find(hash(kind, owner, id), [&](Ref ref) {
        const Record& known = record(ref);
        const Family& family = families_[known.family];
        return known.id == id && family.kind == kind && (!paired || family.owner == owner);
    });
    return found;
}

std::uint32_t Store::find_family(Kind kind, std::uint64_t owner) const {
    return family_index_.find(spread(owner, 0, index_of(kind)), [&](std::uint32_t number) {
        return families_[number].owner == owner && families_[number].kind == kind;
    });
}

std::uint32_t Store::make_family(Kind kind, std::uint64_t owner) {
    std::uint32_t number = find_family(kind, owner);
    if (number != kNone) {
        return number;
    }
    if (free_families_.empty()) {
        number = static_cast<std::uint32_t>(families_.size());
        families_.emplace_back();
    } else {
        number = free_families_.back();
        free_families_.pop_back();
    }
    families_[number] = Family{owner, kind, kNoRef, kNoRef, 0, 0};
    family_index_.insert(spread(owner, 0, index_of(kind)), number);
    return number;
}

void Store::put(Kind kind, std::uint64_t owner, std::uint64_t id, std::string_view text) {
    const Ref known = find(kind, owner, id);
    if (known != kNoRef && families_[record(known).family].owner == owner) {
        overwrite(known, text);
    } else {
        if (known != kNoRef) {
            remove(known);
        }
        add(kind, owner, id, text);
    }
    keep_budget();
}

void Store::add(Kind kind, std::uint64_t owner, std::uint64_t id, std::string_view text) {
    const Ref ref = slab_.allocate(sizeof(Record) + text.size());
    const std::uint32_t number = make_family(kind, owner);
    Family& family = families_[number];
    auto* const made =
        new (slab_.at(ref)) Record{id,     number,      static_cast<std::uint32_t>(text.size()),
                                   kNoRef, family.last, kNoRef,
                                   kNoRef, 0,           false,
                                   false};
    std::memcpy(slab_.at(ref) + sizeof(Record), text.data(), text.size());
    (family.last == kNoRef ? family.first : record(family.last).next) = ref;
    family.last = ref;
    ++family.count;
    family.bytes += slab_.capacity(ref);
    index_.insert(hash(kind, owner, made->id), ref);
    KindStats& stats = stats_[index_of(kind)];
    ++stats.entries;
    stats.bytes += slab_.capacity(ref);
    if (evictable(kind)) {
        age(ref);
    }
    if (kind == Kind::member) {
        use_user(id, true);
    } else if (kind == Kind::message) {
        keep_channel(number);
    }
}

void Store::overwrite(Ref ref, std::string_view text) {
    if (Slab::slot_for(sizeof(Record) + text.size()) != slab_.capacity(ref)) {
        ref = move(ref, sizeof(Record) + text.size());
    }
    Record& known = record(ref);
    known.size = static_cast<std::uint32_t>(text.size());
    std::memcpy(slab_.at(ref) + sizeof(Record), text.data(), text.size());
    if (known.aged) {
        unage(ref);
        age(ref);
    }
    if (families_[known.family].kind == Kind::message) {
        keep_channel(known.family);
    }
}

/// Gives an entry a slot of another size; its text is not copied.
Ref Store::move(Ref ref, std::size_t bytes) {
    const Ref place = slab_.allocate(bytes);
    const Record moved = record(ref);
    new (slab_.at(place)) Record(moved);
    Family& family = families_[moved.family];
    (moved.prev == kNoRef ? family.first : record(moved.prev).next) = place;
    (moved.next == kNoRef ? family.last : record(moved.next).prev) = place;
    if (moved.aged) {
        Ages& ages = ages_[index_of(family.kind)];
        (moved.older == kNoRef ? ages.oldest : record(moved.older).newer) = place;
        (moved.newer == kNoRef ? ages.newest : record(moved.newer).older) = place;
    }
    index_.replace(hash(family.kind, family.owner, moved.id), ref, place);
    const std::size_t more = slab_.capacity(place);
    const std::size_t less = slab_.capacity(ref);
    family.bytes += more - less;
    stats_[index_of(family.kind)].bytes += more - less;
    slab_.release(ref);
    return place;
}

void Store::remove(Ref ref) {
    const Record gone = record(ref);
    Family& family = families_[gone.family];
    const Kind kind = family.kind;
    if (gone.aged) {
        unage(ref);
    }
    (gone.prev == kNoRef ? family.first : record(gone.prev).next) = gone.next;
    (gone.next == kNoRef ? family.last : record(gone.next).prev) = gone.prev;
    index_.erase(hash(kind, family.owner, gone.id), ref);
    const std::size_t bytes = slab_.capacity(ref);
    --family.count;
    family.bytes -= bytes;
    if (family.count == 0) {
        family_index_.erase(spread(family.owner, 0, index_of(kind)), gone.family);
        free_families_.push_back(gone.family);
    }
    KindStats& stats = stats_[index_of(kind)];
    --stats.entries;
    stats.bytes -= bytes;
    slab_.release(ref);
    if (kind == Kind::member) {
        use_user(gone.id, false);
    }
}

void Store::drop_oldest(Ref ref) {
    ++stats_[index_of(families_[record(ref).family].kind)].evicted;
    remove(ref);
}

void Store::age(Ref ref) {
    Record& young = record(ref);
    Ages& ages = ages_[index_of(families_[young.family].kind)];
    young.aged = true;
    young.newer = kNoRef;
    young.older = ages.newest;
    (ages.newest == kNoRef ? ages.oldest : record(ages.newest).newer) = ref;
    ages.newest = ref;
}

void Store::unage(Ref ref) {
    Record& known = record(ref);
    Ages& ages = ages_[index_of(families_[known.family].kind)];
    (known.older == kNoRef ? ages.oldest : record(known.older).newer) = known.newer;
    (known.newer == kNoRef ? ages.newest : record(known.newer).older) = known.older;
    known.aged = false;
}

/// A user that members refer to is not evicted by itself, and goes with the last of them.
void Store::use_user(std::uint64_t user, bool more) {
    const Ref ref = find(Kind::user, 0, user);
    if (ref == kNoRef) {
        return;
    }
    Record& known = record(ref);
    if (more) {
        ++known.uses;
        if (known.aged) {
            unage(ref);
        }
        return;
    }
    if (known.uses > 0 && --known.uses == 0 && !known.pinned) {
        remove(ref);
    }
}

void Store::keep_channel(std::uint32_t number) {
    const auto over = [&] {
        const Family& family = families_[number];
        return family.count > limits_.channel_messages ||
               (family.bytes > limits_.channel_bytes && family.count > 1);
    };
    while (over()) {
        drop_oldest(families_[number].first);
    }
}

void Store::keep_budget() {
    for (const Kind kind : kEvictionOrder) {
        const Ages& ages = ages_[index_of(kind)];
        while (bytes() > limits_.budget) {
            if (ages.oldest == kNoRef) {
                break;
            }
            drop_oldest(ages.oldest);
        }
    }
}

std::string_view Store::get(Kind kind, std::uint64_t owner, std::uint64_t id) {
    const Ref ref = find(kind, owner, id);
    KindStats& stats = stats_[index_of(kind)];
    ++(ref == kNoRef ? stats.misses : stats.hits);
    return ref == kNoRef ? std::string_view{} : entry(ref).text;
}

Entry Store::peek(Kind kind, std::uint64_t owner, std::uint64_t id) const {
    const Ref ref = find(kind, owner, id);
    return ref == kNoRef ? Entry{} : entry(ref);
}

bool Store::erase(Kind kind, std::uint64_t owner, std::uint64_t id) {
    const Ref ref = find(kind, owner, id);
    if (ref != kNoRef) {
        remove(ref);
    }
    return ref != kNoRef;
}

std::size_t Store::erase_all(Kind kind, std::uint64_t owner) {
    std::size_t gone = 0;
    for (std::uint32_t number = find_family(kind, owner); number != kNone;
         number = find_family(kind, owner)) {
        remove(families_[number].first);
        ++gone;
    }
    return gone;
}

void Store::clear(Kind kind) {
    for (std::size_t number = 0; number < families_.size(); ++number) {
        while (families_[number].kind == kind && families_[number].count > 0) {
            remove(families_[number].first);
        }
    }
}

void Store::touch(Kind kind, std::uint64_t owner, std::uint64_t id) {
    const Ref ref = find(kind, owner, id);
    if (ref != kNoRef && record(ref).aged) {
        unage(ref);
        age(ref);
    }
}

void Store::pin(Kind kind, std::uint64_t owner, std::uint64_t id, bool pinned) {
    const Ref ref = find(kind, owner, id);
    if (ref == kNoRef || !evictable(kind)) {
        return;
    }
    Record& known = record(ref);
    known.pinned = pinned;
    if (pinned && known.aged) {
        unage(ref);
    } else if (!pinned && !known.aged && known.uses == 0) {
        age(ref);
    }
}

bool Store::pinned(Kind kind, const Entry& entry) const {
    const Ref ref = find(kind, entry.owner, entry.id);
    return ref != kNoRef && record(ref).pinned;
}

std::size_t Store::count(Kind kind, std::uint64_t owner) const {
    const std::uint32_t number = find_family(kind, owner);
    return number == kNone ? 0 : families_[number].count;
}

}  // namespace rookery::cache
