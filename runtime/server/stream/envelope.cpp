#include "server/stream/envelope.hpp"

#include "model/json_text.hpp"

#include <array>

namespace rookery::server {
namespace {

using model::Value;

constexpr std::int64_t kComponent = 3;
constexpr std::int64_t kForm = 5;
constexpr std::int64_t kButton = 2;

void append_id(std::string& out, std::string_view id) {
    if (id.empty()) {
        out += "null";
    } else {
        model::append_json_text(out, id);
    }
}

void append(std::string& out, const Value& value) {
    switch (value.kind) {
        case Value::Kind::boolean:
            out += value.boolean ? "true" : "false";
            break;
        case Value::Kind::integer:
            out += std::to_string(value.integer);
            break;
        case Value::Kind::text:
            model::append_json_text(out, value.text);
            break;
        case Value::Kind::array:
            value.array.write_json(out);
            break;
        case Value::Kind::object:
            value.object.write_json(out);
            break;
        default:
            out += "null";
            break;
    }
}

/// What was filled in, as one text.
std::string input_text(const model::View& input) {
    model::StringScratch scratch;
    const Value value = input.get("value", scratch);
    switch (value.kind) {
        case Value::Kind::text:
            return std::string(value.text);
        case Value::Kind::boolean:
            return value.boolean ? "true" : "false";
        case Value::Kind::integer:
            return std::to_string(value.integer);
        default:
            break;
    }
    std::string text;
    const Value chosen = input.get("values", scratch);
    model::ArrayCursor cursor(chosen.array);
    for (Value one; cursor.next(one, scratch);) {
        text += (text.empty() ? "" : ",") + std::string(one.text);
    }
    return text;
}

void append_fields(std::string& out, const model::View& view) {
    model::StringScratch scratch;
    out += ",\"fields\":{";
    const Value inputs = view.get("inputs", scratch);
    model::ArrayCursor cursor(inputs.array);
    bool first = true;
    for (Value input; cursor.next(input, scratch); first = false) {
        out += first ? "" : ",";
        model::append_json_text(out, input.object.get("customId", scratch).text);
        out += ':';
        model::append_json_text(out, input_text(input.object));
    }
    out += '}';
}

}  // namespace

Arguments write_envelope(const model::Event& event, std::uint64_t seq) {
    Arguments arguments;
    std::string& out = arguments.json;
    out = "[{\"event\":";
    out.reserve(event.bytes() * 2);
    model::append_json_text(out, event.name());
    out += ",\"guildId\":";
    append_id(out, event.guild_text());
    out += ",\"data\":";
    event.view().write_json(out);
    out += ",\"seq\":" + std::to_string(seq) + ",\"bot\":";
    model::append_json_text(out, event.bot_name());
    out += ",\"platform\":";
    model::append_json_text(out, event.platform());
    // Runtimes that it has come through, so that none takes it twice.
    if (const model::JsonNode via = event.root()["via"];
        event.platform() == "holobridge" && via.is_array()) {
        out += ",\"via\":";
        out += via.raw();
    }
    out += event.late() ? ",\"late\":true}]" : "}]";
    return arguments;
}

std::optional<Arguments> write_interaction(const model::Event& event) {
    model::StringScratch scratch;
    const model::View view = event.view();
    const std::int64_t type = view.get("type", scratch).integer;
    if (event.guild_text().empty() || (type != kComponent && type != kForm)) {
        return std::nullopt;
    }
    Arguments arguments;
    std::string& out = arguments.json;
    out.clear();
    const auto field = [&](const char* before, std::string_view name) {
        out += before;
        append(out, view.path(name, scratch));
    };
    field("[{\"id\":", "id");
    field(",\"applicationId\":", "applicationId");
    field(",\"type\":", "type");
    field(",\"token\":", "token");
    field(",\"guildId\":", "guildId");
    field(",\"channelId\":", "channelId");
    field(",\"user\":{\"id\":", "user.id");
    field(",\"username\":", "user.username");
    field(",\"discriminator\":", "user.discriminator");
    field(",\"avatar\":", "user.avatar");
    field("},\"customId\":", "customId");
    field(",\"createdAt\":", "createdAt");
    if (type == kComponent) {
        field(",\"componentType\":", "componentType");
        if (view.get("componentType", scratch).integer != kButton) {
            field(",\"values\":", "values");
        }
    } else {
        append_fields(out, view);
    }
    out += "}]";
    return arguments;
}

const Arguments& Outgoing::envelope() {
    if (!envelope_) {
        envelope_ = write_envelope(event_, seq_);
    }
    return *envelope_;
}

const std::optional<Arguments>& Outgoing::interaction() {
    if (!interaction_) {
        interaction_ =
            event_.name() == "interactionCreate" ? write_interaction(event_) : std::nullopt;
    }
    return *interaction_;
}

bool has_token(std::string_view event) noexcept {
    return event == "interactionCreate" || event == "voiceServerUpdate";
}

Arguments without_token(const Arguments& with) {
    // The first key of that name is the event's own: what stands before it are texts, in which a
    // quote is escaped, and objects that have no such key.
    static constexpr std::string_view kKey = "\"token\":\"";
    Arguments result = with;
    const auto key = result.json.find(kKey);
    if (key != std::string::npos) {
        const auto begin = key + kKey.size();
        auto end = begin;
        while (end < result.json.size() && result.json[end] != '"') {
            end += result.json[end] == '\\' ? 2 : 1;
        }
        result.json.erase(begin, end - begin);
    }
    return result;
}

}  // namespace rookery::server
