#include "store/identity_window.hpp"

namespace rookery::store {

IdentityWindow::IdentityWindow(std::span<std::uint64_t> ring, std::atomic<std::uint64_t>& count)
    : ring_(ring), count_(count), table_(ring.size() * 2) {
    for (std::uint64_t& hash : ring_) {
        if (hash != 0 && table_[find(hash)] == hash) {
            hash = 0;  // twice, from damage: it would be forgotten with its first place
        } else if (hash != 0) {
            index(hash);
        }
    }
}

std::size_t IdentityWindow::home(std::uint64_t hash) const noexcept {
    return (hash ^ (hash >> 29U)) & (table_.size() - 1);
}

/// Where it is, or the free place where it would be.
std::size_t IdentityWindow::find(std::uint64_t hash) const noexcept {
    std::size_t at = home(hash);
    while (table_[at] != 0 && table_[at] != hash) {
        at = (at + 1) & (table_.size() - 1);
    }
    return at;
}

bool IdentityWindow::seen(std::uint64_t hash) const noexcept { return table_[find(hash)] == hash; }

void IdentityWindow::index(std::uint64_t hash) noexcept {
    table_[find(hash)] = hash;
    ++used_;
}

bool IdentityWindow::add(std::uint64_t hash) noexcept {
    if (seen(hash)) {
        return false;
    }
    const std::uint64_t count = count_.load(std::memory_order_relaxed);
    std::uint64_t& place = ring_[count & (ring_.size() - 1)];
    if (place != 0) {
        forget(place);
    }
    index(hash);
    place = hash;
    count_.store(count + 1, std::memory_order_release);
    return true;
}

/// Those behind the gap move up, so that none is cut off from its home.
void IdentityWindow::forget(std::uint64_t hash) noexcept {
    const std::size_t mask = table_.size() - 1;
    std::size_t gap = find(hash);
    if (table_[gap] == 0) {
        return;
    }
    --used_;
    for (std::size_t next = (gap + 1) & mask; table_[next] != 0; next = (next + 1) & mask) {
        const std::size_t wanted = home(table_[next]);
        if (((next - wanted) & mask) >= ((next - gap) & mask)) {
            table_[gap] = table_[next];
            gap = next;
        }
    }
    table_[gap] = 0;
}

}  // namespace rookery::store
