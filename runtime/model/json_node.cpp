#include "model/json_index.hpp"
#include "model/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace rookery::model {
namespace {

template <class T>
std::optional<T> parse_all(std::string_view text) noexcept {
    T value{};
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || text.empty()) {
        return std::nullopt;
    }
    return value;
}

template <class Word>
bool same_ends(const char* a, const char* b, std::size_t size) noexcept {
    Word head[2];
    Word tail[2];
    std::memcpy(&head[0], a, sizeof(Word));
    std::memcpy(&head[1], b, sizeof(Word));
    std::memcpy(&tail[0], a + size - sizeof(Word), sizeof(Word));
    std::memcpy(&tail[1], b + size - sizeof(Word), sizeof(Word));
    return head[0] == head[1] && tail[0] == tail[1];
}

/// memcmp for keys: most are shorter than 17 bytes, where a call costs more than the comparison.
bool same_bytes(const char* a, const char* b, std::size_t size) noexcept {
    if (size >= 8) {
        return same_ends<std::uint64_t>(a, b, size) && (size <= 16 || std::memcmp(a, b, size) == 0);
    }
    if (size >= 4) {
        return same_ends<std::uint32_t>(a, b, size);
    }
    return size == 0 || (*a == *b && std::memcmp(a, b, size) == 0);
}

}  // namespace

JsonNode JsonNode::operator[](std::string_view key) const noexcept {
    if (!is_object()) {
        return absent();
    }
    const std::uint32_t end = tokens_[index_].after(index_) - 1;
    for (std::uint32_t at = index_ + 1; at < end;) {
        const JsonToken& name = tokens_[at];
        const std::uint32_t value = at + 1;
        if (name.extent == key.size() + 2 &&
            same_bytes(text_ + name.position + 1, key.data(), key.size())) {
            return {text_, tokens_, value};
        }
        at = tokens_[value].after(value);
    }
    return absent();
}

JsonNode JsonNode::at(std::string_view key) const noexcept {
    if (!is_array()) {
        return (*this)[key];
    }
    const auto place = parse_all<std::uint32_t>(key);
    JsonNode element = place ? first_element() : absent();
    for (std::uint32_t i = 0; element && i < *place; ++i) {
        element = element.next_element();
    }
    return element;
}

JsonNode JsonNode::key() const noexcept {
    if (!*this || index_ == 0) {
        return absent();
    }
    const JsonNode before(text_, tokens_, index_ - 1);
    if (!before.is_string()) {
        return absent();
    }
    // Behind a key comes a colon, behind an element of a list a comma.
    const JsonToken& token = tokens_[index_ - 1];
    const char* behind = text_ + token.position + token.extent;
    while (*behind == ' ' || *behind == '\t' || *behind == '\n' || *behind == '\r') {
        ++behind;
    }
    return *behind == ':' ? before : absent();
}

JsonNode JsonNode::path(std::string_view dotted) const noexcept {
    JsonNode node = *this;
    while (node) {
        const std::size_t dot = dotted.find('.');
        node = node[dotted.substr(0, dot)];
        if (dot == std::string_view::npos) {
            break;
        }
        dotted.remove_prefix(dot + 1);
    }
    return node;
}

std::size_t JsonNode::size() const noexcept {
    if (!*this || !tokens_[index_].is_container()) {
        return 0;
    }
    return tokens_[tokens_[index_].after(index_) - 1].extent;
}

std::string_view JsonNode::raw() const noexcept {
    if (!*this) {
        return {};
    }
    const JsonToken& token = tokens_[index_];
    const char* const start = text_ + token.position;
    if (!token.is_container()) {
        return {start, token.extent};
    }
    const JsonToken& close = tokens_[token.after(index_) - 1];
    return {start, close.position + 1 - token.position};
}

std::string_view JsonNode::raw_string() const noexcept {
    if (!is_string()) {
        return {};
    }
    const JsonToken& token = tokens_[index_];
    return {text_ + token.position + 1, token.extent - 2};
}

std::string_view JsonNode::as_string(StringScratch& scratch) const {
    return unescape(raw_string(), scratch);
}

std::optional<std::int64_t> JsonNode::as_integer() const noexcept {
    return is_number() ? parse_all<std::int64_t>(raw()) : std::nullopt;
}

std::optional<std::uint64_t> JsonNode::as_id() const noexcept {
    return parse_all<std::uint64_t>(is_string()   ? raw_string()
                                    : is_number() ? raw()
                                                  : std::string_view{});
}

bool JsonNode::is_digits() const noexcept {
    return is_number() && raw().find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<double> JsonNode::as_number() const noexcept {
    return is_number() ? parse_all<double>(raw()) : std::nullopt;
}

std::optional<bool> JsonNode::as_bool() const noexcept {
    return is_bool() ? std::optional(first() == 't') : std::nullopt;
}

JsonNode JsonNode::first_element() const noexcept {
    const bool any = is_array() && tokens_[index_].after(index_) > index_ + 2;
    return any ? JsonNode(text_, tokens_, index_ + 1) : absent();
}

JsonNode JsonNode::next_element() const noexcept {
    if (!*this || index_ == 0) {
        return absent();
    }
    const JsonNode next(text_, tokens_, tokens_[index_].after(index_));
    const char kind = next.first();
    return kind == ']' || kind == '}' ? absent() : next;
}

JsonNode JsonNode::first_member() const noexcept {
    const bool any = is_object() && tokens_[index_].after(index_) > index_ + 2;
    return any ? JsonNode(text_, tokens_, index_ + 2) : absent();
}

JsonNode JsonNode::next_member() const noexcept {
    if (!*this || index_ == 0) {
        return absent();
    }
    const std::uint32_t key = tokens_[index_].after(index_);
    const JsonNode next(text_, tokens_, key);
    return next.is_string() ? JsonNode(text_, tokens_, key + 1) : absent();
}

JsonNode JsonNode::next_object(std::uint32_t& at) const noexcept {
    if (!*this || !tokens_[index_].is_container()) {
        return absent();
    }
    const std::uint32_t end = tokens_[index_].after(index_) - 1;
    for (at = std::max(at, index_ + 1); at < end;) {
        const std::uint32_t here = at++;
        if (tokens_[here].is_container() && text_[tokens_[here].position] == '{') {
            return {text_, tokens_, here};
        }
    }
    return absent();
}

JsonNode::Elements JsonNode::elements() const noexcept { return Elements(first_element()); }

JsonNode::Members JsonNode::members() const noexcept {
    if (!is_object()) {
        return {text_, tokens_, 0, 0};
    }
    return {text_, tokens_, index_ + 1, tokens_[index_].after(index_) - 1};
}

JsonMember JsonNode::Members::Iterator::operator*() const noexcept {
    const JsonToken& key = owner_->tokens_[index_];
    return {{owner_->text_ + key.position + 1, key.extent - 2},
            JsonNode(owner_->text_, owner_->tokens_, index_ + 1)};
}

JsonNode::Members::Iterator& JsonNode::Members::Iterator::operator++() noexcept {
    index_ = owner_->tokens_[index_ + 1].after(index_ + 1);
    return *this;
}

}  // namespace rookery::model
