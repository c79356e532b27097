#include "model/event.hpp"

#include "base/assert.hpp"

#include <cstring>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace rookery::model {
namespace {

/// The context's tokens behind those of a payload of `payload_tokens` tokens and `payload_size`
/// bytes.
void append_tokens(JsonToken* out, std::span<const JsonToken> tokens, std::uint32_t payload_tokens,
                   std::uint32_t payload_size) noexcept {
    for (const JsonToken& token : tokens) {
        *out++ = {token.position + payload_size,
                  token.is_container() ? token.extent + payload_tokens : token.extent};
    }
}

/// A giant payload's memory is not kept for the small ones that follow.
void release_if_large(std::vector<JsonToken>& tokens) {
    constexpr std::size_t kKept = std::size_t{1} << 16U;
    if (tokens.capacity() > kKept) {
        tokens = {};
    }
}

/// Of a raw name that passes through, what the platform says about it.
const RawEventInfo* raw_event_of(const PlatformInfo& platform, EventType type) {
    if (static_cast<std::size_t>(type) < kEventCount) {
        return platform.find(type);
    }
    const std::string_view full = EventNames::name(type);
    return platform.find_raw(full.substr(full.find(':') + 1));
}

}  // namespace

Result<EventPtr> Event::make(EventHeader header, std::string_view payload,
                             std::string_view context) {
    auto scanned = JsonIndex::scan(payload);
    if (!scanned) {
        return scanned.error().within("payload of " + std::string(EventNames::name(header.type)));
    }
    return make(std::move(header), payload, *scanned, context);
}

EventPtr Event::make(EventHeader header, std::string_view payload,
                     std::span<const JsonToken> tokens, std::string_view context) {
    RK_ASSERT(header.bot != nullptr && !tokens.empty());
    thread_local std::vector<JsonToken> kept;
    if (header.raw == nullptr) {
        header.raw = raw_event_of(*header.bot->platform, header.type);
    }
    const Mapping& mapping = header.raw != nullptr && header.raw->mapping != nullptr
                                 ? *header.raw->mapping
                                 : raw_mapping();

    std::span<const JsonToken> more;
    if (!context.empty()) {
        kept.assign(tokens.begin(), tokens.end());  // they may lie where the next scan writes
        tokens = kept;
        const auto beside = JsonIndex::scan(context);
        if (beside && context[beside->front().position] == '{') {
            more = *beside;
        } else {
            context = {};
        }
    }
    const auto payload_tokens = static_cast<std::uint32_t>(tokens.size());
    const auto payload_size = static_cast<std::uint32_t>(payload.size());
    const auto token_count = static_cast<std::uint32_t>(payload_tokens + more.size());

    void* const memory = ::operator new(sizeof(Event) + (token_count + 1) * sizeof(JsonToken) +
                                        payload.size() + context.size());
    auto* const event = new (memory) Event(std::move(header), mapping);
    event->token_count_ = token_count;
    event->payload_size_ = payload_size;
    event->context_size_ = static_cast<std::uint32_t>(context.size());
    auto* const to_tokens = const_cast<JsonToken*>(event->tokens());
    std::memcpy(to_tokens, tokens.data(), tokens.size_bytes());
    append_tokens(to_tokens + payload_tokens, more, payload_tokens, payload_size);
    to_tokens[token_count] = {0, 0};
    auto* const to_text = const_cast<char*>(event->text());
    std::memcpy(to_text, payload.data(), payload.size());
    if (!context.empty()) {
        std::memcpy(to_text + payload.size(), context.data(), context.size());
        release_if_large(kept);
    }
    return EventPtr(event);
}

void Event::destroy(const Event* event) noexcept {
    event->~Event();
    ::operator delete(const_cast<Event*>(event));
}

std::size_t Event::bytes() const noexcept {
    return sizeof(Event) + (token_count_ + 1) * sizeof(JsonToken) + payload_size_ + context_size_;
}

std::string_view Event::name() const noexcept { return EventNames::name(header_.type); }

std::string_view Event::raw_name() const noexcept {
    if (header_.raw != nullptr) {
        return header_.raw->name;
    }
    const std::string_view full = name();
    return full.substr(full.find(':') + 1);
}

View Event::view() const noexcept {
    return {header_.raw != nullptr ? follow(root(), header_.raw->at) : root(), *mapping_};
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

std::string_view Event::guild_text() const noexcept {
    return id_at(header_.raw != nullptr ? &header_.raw->guild : nullptr, "guild_id");
}

std::string_view Event::channel_text() const noexcept {
    return id_at(header_.raw != nullptr ? &header_.raw->channel : nullptr, "channel_id");
}

/// No keys: the event has none. No path: the platform does not know the event.
std::string_view Event::id_at(const RawPath* path, std::string_view usual) const noexcept {
    const JsonNode id = path == nullptr      ? root()[usual]
                        : path->keys.empty() ? JsonNode()
                                             : follow(root(), *path);
    return id.is_digits() ? id.raw() : id.raw_string();
}

std::string Event::dedupe_key() const {
    std::string key(name());
    const RawEventInfo* const raw = header_.raw;
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
