#include "platform/whatsapp/directory.hpp"

#include "platform/whatsapp/jid.hpp"

#include <cstdint>
#include <utility>

namespace rookery::whatsapp {
namespace {

constexpr std::size_t kMostNames = 20'000;
constexpr std::uint64_t kPeople = 8'192;
constexpr std::uint64_t kMessages = 32'768;
constexpr std::size_t kMostValue = 96;  ///< bytes that the storage takes
constexpr std::string_view kOwn = "own";

std::string hex(std::uint64_t number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) {
        text += kDigits[(number >> static_cast<unsigned>(shift)) & 15U];
    }
    return text;
}

/// A place in a table of fixed size: whoever comes last has it.
std::string place(char table, std::uint64_t hash, std::uint64_t size) {
    return table + std::to_string(hash % size);
}

/// The next field of a stored value.
std::string_view take_field(std::string_view& value) {
    const auto field = value.substr(0, value.find('|'));
    value.remove_prefix(std::min(field.size() + 1, value.size()));
    return field;
}

}  // namespace

Json to_json(const MessageKey& key) {
    Json json{{"remoteJid", key.chat}, {"fromMe", key.from_me}, {"id", key.id}};
    if (!key.participant.empty()) {
        json["participant"] = key.participant;
    }
    return json;
}

std::string Directory::canonical(std::string_view jid) const {
    auto bare = bare_jid(jid);
    if (is_hidden(bare)) {
        const auto stored = storage_.get(place('p', stable_hash(bare), kPeople));
        std::string_view value = stored;
        if (take_field(value) == bare) {
            return std::string(value);
        }
    }
    return bare;
}

void Directory::learn(std::string_view one, std::string_view other) {
    if (is_hidden(other)) {
        std::swap(one, other);
    }
    if (!is_hidden(one) || !is_person(other) || is_hidden(other) || jid_user(one).empty() ||
        jid_user(other).empty()) {
        return;
    }
    const auto hidden = bare_jid(one);
    const auto number = bare_jid(other);
    keep(place('p', stable_hash(hidden), kPeople), hidden + '|' + number);
    keep(place('n', stable_hash(number), kPeople), number + '|' + hidden);
}

std::string Directory::hidden_of(std::string_view canonical) const {
    const auto stored = storage_.get(place('n', stable_hash(canonical), kPeople));
    std::string_view value = stored;
    return take_field(value) == canonical ? std::string(value) : std::string();
}

void Directory::keep(const std::string& where, const std::string& value) {
    if (value.size() <= kMostValue && storage_.get(where) != value) {
        storage_.set(where, value);
    }
}

const std::string& Directory::own() {
    if (!own_) {
        own_ = storage_.get(kOwn);
    }
    return *own_;
}

void Directory::set_own(std::string_view jid) {
    const auto id = canonical(jid);
    if (is_person(id) && id.size() <= kMostValue && own() != id) {
        own_ = id;
        storage_.set(kOwn, id);
    }
}

std::string Directory::name(const std::string& id) const {
    const auto found = names_.find(id);
    return found == names_.end() ? std::string() : found->second;
}

void Directory::learn_name(const std::string& id, std::string name) {
    if (id.empty() || name.empty()) {
        return;
    }
    const auto [at, added] = names_.insert_or_assign(id, std::move(name));
    if (added) {
        named_.push_back(id);
        if (named_.size() > kMostNames) {
            names_.erase(named_.front());
            named_.pop_front();
        }
    }
}

void Directory::remember(std::string_view chat, const MessageKey& key) {
    if (!key.from_me && key.participant.empty() && key.chat == chat) {
        return;
    }
    const auto hash = stable_hash(std::string(chat) + '|' + key.id);
    std::string value = hex(hash) + (key.from_me ? "1" : "0") + '|' + key.participant + '|';
    if (key.chat != chat) {
        value += key.chat;
    }
    const auto where = place('m', hash, kMessages);
    const auto stored = storage_.get(where);
    std::string_view before = stored;
    // Ids are their senders' to choose: somebody else's message of the same id takes no place.
    if (take_field(before).substr(0, 16) == hex(hash)) {
        const auto by = take_field(before);
        if ((stored[16] == '1') != key.from_me || (!by.empty() && by != key.participant)) {
            return;
        }
    }
    keep(where, value);
}

MessageKey Directory::recall(std::string_view chat, std::string_view id) const {
    MessageKey key{std::string(chat), std::string(id), false, {}};
    const auto hash = stable_hash(key.chat + '|' + key.id);
    const auto stored = storage_.get(place('m', hash, kMessages));
    std::string_view value = stored;
    const auto head = take_field(value);
    if (head.size() == 17 && head.substr(0, 16) == hex(hash)) {
        key.from_me = head.back() == '1';
        key.participant = take_field(value);
        if (!value.empty()) {
            key.chat = value;
        }
    }
    return key;
}

}  // namespace rookery::whatsapp
