#include "protocol/socketio/packet.hpp"

#include "model/json_index.hpp"
#include "model/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rookery::protocol::socketio {
namespace {

using model::JsonToken;
using Tokens = std::span<const JsonToken>;

constexpr std::size_t kMaxIdDigits = 16;
constexpr std::size_t kMaxCountDigits = 2;

/// Events that a client library makes itself: nobody else may claim that they have happened.
constexpr std::array<std::string_view, 6> kReserved{
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
};

Error broken(std::string text) { return {ErrorKind::protocol, std::move(text)}; }

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20; }
bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Takes the digits at the front of `text`, at most `most` of them.
Result<std::optional<std::uint64_t>> take_number(std::string_view& text, std::size_t most) {
    const auto end = std::ranges::find_if_not(text, is_digit);
    const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    if (digits.empty()) {
        return std::optional<std::uint64_t>();
    }
    if (digits.size() > most) {
        return broken("expected a number of at most " + std::to_string(most) + " digits, got " +
                      std::to_string(digits.size()));
    }
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    text.remove_prefix(digits.size());
    return std::optional(value);
}

bool is_binary(PacketType type) noexcept {
    return type == PacketType::binary_event || type == PacketType::binary_ack;
}

Result<> take_attachments(std::string_view& text, Packet& packet) {
    auto count = take_number(text, kMaxCountDigits);
    if (!count) {
        return count.error();
    }
    if (!*count || !text.starts_with('-')) {
        return broken("expected the number of attachments and a dash");
    }
    if (**count == 0 || **count > kMaxAttachments) {
        return Error(ErrorKind::limit, "expected 1 to " + std::to_string(kMaxAttachments) +
                                           " attachments, got " + std::to_string(**count));
    }
    packet.attachments = static_cast<unsigned>(**count);
    text.remove_prefix(1);
    return {};
}

Result<> take_namespace(std::string_view& text, Packet& packet) {
    const std::size_t size = std::min(text.find(','), text.size());
    if (size > kMaxNamespace) {
        return Error(ErrorKind::limit, "a namespace's name of " + std::to_string(size) +
                                           " bytes is longer than " +
                                           std::to_string(kMaxNamespace));
    }
    packet.ns = text.substr(0, size);
    if (std::ranges::any_of(packet.ns, is_control)) {
        // It comes back in answers, where 0x1E would end a packet.
        return broken("a namespace's name has control characters");
    }
    text.remove_prefix(std::min(size + 1, text.size()));
    return {};
}

/// Values in an indexed text: neither the ends of containers nor the names of members.
std::size_t count_nodes(std::string_view json, Tokens tokens) {
    std::size_t nodes = tokens.size();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].is_container()) {
            const auto& end = tokens[tokens[i].after(static_cast<std::uint32_t>(i)) - 1];
            nodes -= 1 + (json[tokens[i].position] == '{' ? end.extent : 0);
        }
    }
    return nodes;
}

/// The tokens are good until this thread indexes again.
Result<Tokens> scan(std::string_view json, std::size_t max_nodes = kMaxNodes) {
    auto tokens = model::JsonIndex::scan(json);
    if (!tokens) {
        return tokens.error();
    }
    if (tokens->size() > max_nodes && count_nodes(json, *tokens) > max_nodes) {
        return Error(ErrorKind::limit,
                     "JSON of more than " + std::to_string(max_nodes) + " values");
    }
    return *tokens;
}

std::string_view text_of(std::string_view json, JsonToken scalar) noexcept {
    return json.substr(scalar.position, scalar.extent);
}

/// The members that make an object a placeholder. The last one of a name counts, as in the
/// reference.
struct Placeholder {
    bool is_one = false;
    std::string_view num;
};

Placeholder read_placeholder(std::string_view json, Tokens tokens, std::uint32_t object) {
    Placeholder found;
    const std::uint32_t end = tokens[object].after(object) - 1;
    for (std::uint32_t name = object + 1; name < end;) {
        const std::uint32_t value = name + 1;
        const auto quoted = text_of(json, tokens[name]);
        model::StringScratch scratch;
        const auto key = model::unescape(quoted.substr(1, quoted.size() - 2), scratch);
        const auto scalar =
            tokens[value].is_container() ? std::string_view() : text_of(json, tokens[value]);
        if (key == "_placeholder") {
            found.is_one = scalar == "true";
        } else if (key == "num") {
            found.num = scalar;
        }
        name = tokens[value].after(value);
    }
    return found;
}

Result<> check_placeholders(std::string_view json, Tokens tokens, unsigned attachments) {
    for (std::uint32_t i = 0; i < tokens.size(); ++i) {
        if (!tokens[i].is_container() || json[tokens[i].position] != '{') {
            continue;
        }
        const auto placeholder = read_placeholder(json, tokens, i);
        if (!placeholder.is_one) {
            continue;
        }
        auto rest = placeholder.num;
        auto number = take_number(rest, kMaxCountDigits);
        if (!number || !*number || !rest.empty() || **number >= attachments) {
            return broken("expected the num of a placeholder to be below " +
                          std::to_string(attachments) + ", got " +
                          std::string(placeholder.num.substr(0, 20)));
        }
    }
    return {};
}

/// The tokens of a packet's JSON, which must be an array, with its placeholders checked.
Result<Tokens> scan_array(const Packet& packet, std::size_t max_nodes) {
    if (packet.json.empty()) {
        return broken("expected a JSON array, got nothing");
    }
    auto tokens = scan(packet.json, max_nodes);
    if (!tokens) {
        return tokens;
    }
    if (packet.json[tokens->front().position] != '[') {
        return broken("expected a JSON array");
    }
    if (is_binary(packet.type)) {
        if (auto checked = check_placeholders(packet.json, *tokens, packet.attachments); !checked) {
            return checked.error();
        }
    }
    return tokens;
}

/// The name of an event as text: what `token`, its array's first value, stands for.
Result<std::string> read_name(std::string_view json, JsonToken token) {
    const auto text = token.is_container() ? std::string_view() : text_of(json, token);
    if (text.starts_with('"')) {
        model::StringScratch scratch;
        const auto name = model::unescape(text.substr(1, text.size() - 2), scratch);
        if (std::ranges::find(kReserved, name) != kReserved.end()) {
            return broken("the name " + std::string(name) + " is reserved");
        }
        return std::string(name);
    }
    if (text.starts_with('-') || (!text.empty() && is_digit(text.front()))) {
        return std::string(text);
    }
    return broken("expected the event's name to be a string or number");
}

void append_prefix(std::string& out, PacketType type, std::size_t attachments, std::string_view ns,
                   std::optional<std::uint64_t> id) {
    out += static_cast<char>('0' + static_cast<int>(type));
    if (attachments > 0) {
        out += std::to_string(attachments) + '-';
    }
    if (ns != "/") {
        out += ns;
        out += ',';
    }
    if (id) {
        out += std::to_string(*id);
    }
}

template <class... Parts>
OutPacket message(const Parts&... parts) {
    const std::array<std::string_view, sizeof...(Parts)> views{parts...};
    return OutPacket::text(EngineType::message, views);
}

std::vector<OutPacket> encode_attachments(const Arguments& arguments) {
    std::vector<OutPacket> packets;
    packets.reserve(arguments.attachments.size());
    for (const auto& attachment : arguments.attachments) {
        packets.push_back(OutPacket::binary(attachment));
    }
    return packets;
}

}  // namespace

Result<Packet> parse_packet(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > '6') {
        return broken("expected a packet type from 0 to 6");
    }
    Packet packet;
    packet.type = static_cast<PacketType>(text.front() - '0');
    text.remove_prefix(1);
    if (is_binary(packet.type)) {
        if (auto taken = take_attachments(text, packet); !taken) {
            return taken.error();
        }
    }
    if (text.starts_with('/')) {
        if (auto taken = take_namespace(text, packet); !taken) {
            return taken.error();
        }
    }
    auto id = take_number(text, kMaxIdDigits);
    if (!id) {
        return id.error();
    }
    if (*id && **id > kMaxAckId) {
        return broken("an acknowledgement's id is above 2^53 - 1");
    }
    packet.id = *id;
    packet.json = text;
    return packet;
}

Result<EventContent> read_event(const Packet& packet, std::size_t max_nodes) {
    auto tokens = scan_array(packet, max_nodes);
    if (!tokens) {
        return tokens.error();
    }
    if (tokens->size() < 3) {
        return broken("expected an event's name, got an empty array");
    }
    auto name = read_name(packet.json, (*tokens)[1]);
    if (!name) {
        return name.error();
    }
    EventContent content{std::move(*name), "["};
    append_compact(content.json, packet.json.substr((*tokens)[2].position));
    return content;
}

Result<std::string> read_ack(const Packet& packet, std::size_t max_nodes) {
    if (auto tokens = scan_array(packet, max_nodes); !tokens) {
        return tokens.error();
    }
    std::string json;
    append_compact(json, packet.json);
    return json;
}

Result<std::string> read_auth(const Packet& packet) {
    if (packet.json.empty()) {
        return std::string("{}");
    }
    auto tokens = scan(packet.json);
    if (!tokens) {
        return tokens.error();
    }
    if (packet.json[tokens->front().position] != '{') {
        return broken("expected the auth payload to be an object");
    }
    std::string json;
    append_compact(json, packet.json);
    return json;
}

Result<RefusalContent> read_refusal(const Packet& packet) {
    RefusalContent content;
    if (packet.json.empty()) {
        return content;
    }
    auto tokens = scan(packet.json);
    if (!tokens) {
        return tokens.error();
    }
    const auto unquoted = [](std::string_view text) {
        model::StringScratch scratch;
        return std::string(model::unescape(text.substr(1, text.size() - 2), scratch));
    };
    const model::JsonNode root(packet.json.data(), tokens->data(), 0);
    if (root.is_string()) {
        content.message = unquoted(root.raw());
    } else if (const auto message = root["message"]; message.is_string()) {
        content.message = unquoted(message.raw());
        append_compact(content.data, root["data"] ? root["data"].raw() : "");
    } else {
        append_compact(content.data, root.raw());
    }
    return content;
}

void append_compact(std::string& out, std::string_view json) {
    out.reserve(out.size() + json.size());
    std::size_t copied = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (in_string) {
            if (c == '\\') {
                ++at;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (is_space(c)) {
            out.append(json, copied, at - copied);
            copied = at + 1;
        }
    }
    out.append(json.substr(copied));
}

OutMessage encode_connect(std::string_view ns, std::string_view sid, std::string_view pid) {
    std::string text;
    append_prefix(text, PacketType::connect, 0, ns, std::nullopt);
    text += R"({"sid":)";
    model::append_json_text(text, sid);
    if (!pid.empty()) {
        text += R"(,"pid":)";
        model::append_json_text(text, pid);
    }
    text += '}';
    return {message(text), {}};
}

OutMessage encode_join(std::string_view ns, std::string_view auth) {
    std::string text;
    append_prefix(text, PacketType::connect, 0, ns, std::nullopt);
    text += auth;
    return {message(text), {}};
}

OutMessage encode_connect_error(std::string_view ns, std::string_view what, std::string_view data) {
    std::string text;
    append_prefix(text, PacketType::connect_error, 0, ns, std::nullopt);
    text += R"({"message":)";
    model::append_json_text(text, what);
    if (!data.empty()) {
        text += R"(,"data":)";
        text += data;
    }
    text += '}';
    return {message(text), {}};
}

OutMessage encode_disconnect(std::string_view ns) {
    std::string text;
    append_prefix(text, PacketType::disconnect, 0, ns, std::nullopt);
    return {message(text), {}};
}

OutMessage encode_event(std::string_view ns, std::string_view name, const Arguments& arguments,
                        std::optional<std::uint64_t> id, std::string_view offset) {
    const std::size_t attachments = arguments.attachments.size();
    std::string head;
    append_prefix(head, attachments > 0 ? PacketType::binary_event : PacketType::event, attachments,
                  ns, id);
    head += '[';
    model::append_json_text(head, name);
    // The event's own bytes are copied once, into the packet.
    const auto inside = std::string_view(arguments.json).substr(1, arguments.json.size() - 2);
    std::string tail;
    if (!offset.empty()) {
        tail += ',';
        model::append_json_text(tail, offset);
    }
    tail += ']';
    return {message(head, std::string_view(inside.empty() ? "" : ","), inside, tail),
            encode_attachments(arguments)};
}

OutMessage encode_ack(std::string_view ns, std::uint64_t id, const Arguments& arguments) {
    const std::size_t attachments = arguments.attachments.size();
    std::string head;
    append_prefix(head, attachments > 0 ? PacketType::binary_ack : PacketType::ack, attachments, ns,
                  id);
    return {message(head, arguments.json), encode_attachments(arguments)};
}

}  // namespace rookery::protocol::socketio
