#include "model/event.hpp"

#include "base/assert.hpp"

#include <cstring>
#include <new>
#include <utility>

namespace rookery::model {
Result<EventPtr> Event::make(EventHeader header, std::string_view payload) {
    RK_ASSERT(header.bot != nullptr);
    auto scanned = JsonIndex::scan(payload);
    if (!scanned) {
        return scanned.error().within("payload of " + std::string(EventNames::name(header.type)));
    }
    const RawEventInfo* const raw = header.bot->platform->find(header.type);
    const Mapping& mapping =
        raw != nullptr && raw->mapping != nullptr ? *raw->mapping : raw_mapping();

    const std::size_t token_bytes = scanned->size_bytes();
    void* const memory = ::operator new(sizeof(Event) + token_bytes + payload.size());
    auto* const event = new (memory) Event(std::move(header), mapping);
    event->token_count_ = static_cast<std::uint32_t>(scanned->size());
    event->text_size_ = static_cast<std::uint32_t>(payload.size());
    std::memcpy(const_cast<JsonToken*>(event->tokens()), scanned->data(), token_bytes);
    std::memcpy(const_cast<char*>(event->text()), payload.data(), payload.size());
    return EventPtr(event);
}

void Event::destroy(const Event* event) noexcept {
    event->~Event();
    ::operator delete(const_cast<Event*>(event));
}

std::size_t Event::bytes() const noexcept {
    return sizeof(Event) + token_count_ * sizeof(JsonToken) + text_size_;
}

std::string_view Event::name() const noexcept { return EventNames::name(header_.type); }

std::string_view Event::raw_name() const noexcept {
    if (const RawEventInfo* const raw = header_.bot->platform->find(header_.type)) {
        return raw->name;
    }
    const std::string_view full = name();
    return full.substr(full.find(':') + 1);
}

View Event::view() const noexcept {
    const RawEventInfo* const raw = header_.bot->platform->find(header_.type);
    return {raw != nullptr ? follow(root(), raw->at) : root(), *mapping_};
}

View Event::view_at(std::uint32_t node, MappingId mapping) const noexcept {
    if (mapping >= mappings().size() || (node != JsonNode::kAbsent && node >= token_count_)) {
        return {};
    }
    const JsonNode found(text(), tokens(), node);
    if (found) {
        const char first = text()[tokens()[node].position];
        if (first == '}' || first == ']') {
            return {};
        }
    }
    return {found, *mappings()[mapping]};
}

std::uint64_t Event::guild_id() const noexcept {
    const RawEventInfo* const raw = header_.bot->platform->find(header_.type);
    const JsonNode id = raw != nullptr ? follow(root(), raw->guild) : root()["guild_id"];
    return id.as_id().value_or(0);
}

std::uint64_t Event::channel_id() const noexcept {
    const RawEventInfo* const raw = header_.bot->platform->find(header_.type);
    const JsonNode id = raw != nullptr ? follow(root(), raw->channel) : root()["channel_id"];
    return id.as_id().value_or(0);
}

std::string Event::dedupe_key() const {
    std::string key(name());
    const RawEventInfo* const raw = header_.bot->platform->find(header_.type);
    if (raw != nullptr && !raw->dedupe.empty()) {
        for (const RawPath& path : raw->dedupe) {
            key += ':';
            key += follow(root(), path).raw_string();
        }
        return key;
    }
    // FNV-1a: a replayed dispatch is the same byte for byte.
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : this->raw()) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    return key + '#' + std::to_string(hash);
}

}  // namespace rookery::model
