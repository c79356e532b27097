#include "platform/guilded/seen.hpp"

#include "protocol/guilded/json_scan.hpp"

namespace rookery::guilded {

using protocol::guilded::member;
using protocol::guilded::plain_text;

namespace {
constexpr std::size_t kOverhead = 128;
}

std::size_t SeenTexts::cost(const Entry& entry) noexcept {
    return entry.first.size() + entry.second.size() + kOverhead;
}

void SeenTexts::put(std::string key, std::string_view text) {
    erase(key);
    if (key.empty() || text.size() > most_bytes_ / 16) {
        return;
    }
    entries_.emplace_front(std::move(key), std::string(text));
    by_key_.emplace(entries_.front().first, entries_.begin());
    bytes_ += cost(entries_.front());
    while (bytes_ > most_bytes_) {
        erase(std::string(entries_.back().first));
    }
}

std::string_view SeenTexts::find(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
        return {};
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->second;
}

void SeenTexts::erase(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
        return;
    }
    const auto entry = found->second;
    bytes_ -= cost(*entry);
    by_key_.erase(found);
    entries_.erase(entry);
}

void Seen::learn_user(std::string_view user) {
    const auto id = member(user, "id");
    const auto name = member(user, "name");
    if (plain_text(id).empty() || !name.starts_with('"')) {
        return;
    }
    auto avatar = member(user, "avatar");
    avatar = avatar.starts_with('"') ? avatar : member(user, "profilePicture");
    std::string text = "{\"id\":" + std::string(id) + ",\"name\":" + std::string(name);
    if (avatar.starts_with('"')) {
        text += ",\"avatar\":" + std::string(avatar);
    }
    text += plain_text(member(user, "type")) == "bot" ? ",\"bot\":true}" : "}";
    users.put(std::string(plain_text(id)), text);
}

void Seen::learn_member(std::string_view server, std::string_view whole) {
    const auto inner = member(whole, "user");
    const auto user = inner.starts_with('{') ? inner : whole;
    learn_user(user);
    if (const auto id = plain_text(member(user, "id")); !id.empty() && !server.empty()) {
        members.put(std::string(server) + '/' + std::string(id), whole);
    }
}

}  // namespace rookery::guilded
