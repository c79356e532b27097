#include "model/produce.hpp"

#include "model/compute.hpp"
#include "model/markup/guilded.hpp"
#include "model/markup/markup.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace rookery::model {
namespace {

Value text_or_absent(std::string_view text) {
    return text.empty() ? Value::absent() : Value::of(text);
}

Value copy(JsonNode node, FieldType type, StringScratch& scratch) {
    if (node.is_null()) {
        return Value::null();
    }
    switch (type) {
        case FieldType::id:
            if (node.is_digits()) {
                return Value::of(node.raw());
            }
            [[fallthrough]];
        case FieldType::text:
        case FieldType::time:
            return node.is_string() ? Value::of(node.as_string(scratch)) : Value::absent();
        case FieldType::integer: {
            const auto number = node.as_integer();
            return number ? Value::of(*number) : Value::absent();
        }
        case FieldType::number: {
            const auto number = node.as_number();
            return number ? Value::of(*number) : Value::absent();
        }
        case FieldType::boolean: {
            const auto truth = node.as_bool();
            return truth ? Value::of(*truth) : Value::absent();
        }
        case FieldType::json:
            return Value::of_raw(node, scratch);
        case FieldType::object:
        case FieldType::array:
            break;
    }
    return Value::absent();
}

Value constant(std::string_view text, FieldType type) {
    std::int64_t number = 0;
    switch (type) {
        case FieldType::integer:
            std::from_chars(text.data(), text.data() + text.size(), number);
            return Value::of(number);
        case FieldType::boolean:
            return Value::of(text == "true");
        default:
            return Value::of(text);
    }
}

bool any_true(JsonNode node, std::span<const RawPath> paths) noexcept {
    for (const RawPath& path : paths) {
        if (follow(node, path).as_bool().value_or(false)) {
            return true;
        }
    }
    return false;
}

Value number_name(JsonNode number, const FieldSource& source) {
    return Value::of(compute::name_of(source.names, number.as_integer()));
}

Value hex_colour(JsonNode node, std::span<const RawPath> paths, StringScratch& scratch) {
    for (const RawPath& path : paths) {
        if (const auto colour = compute::colour_of(follow(node, path))) {
            return Value::of(compute::hex_colour(*colour, scratch));
        }
    }
    return Value::of(compute::hex_colour(0, scratch));
}

Value epoch(JsonNode node, std::int64_t factor, StringScratch& scratch) {
    constexpr std::int64_t kFarFuture = 1'000'000'000'000'000;
    if (node.is_null()) {
        return Value::null();
    }
    const auto moment = compute::loose_integer(node);
    if (!moment || *moment < -kFarFuture || *moment > kFarFuture) {
        return Value::absent();
    }
    return text_or_absent(compute::time_of_millis(*moment * factor, scratch));
}

Value integer_of(JsonNode node) {
    if (node.is_null()) {
        return Value::null();
    }
    const auto number = compute::loose_integer(node);
    return number ? Value::of(*number) : Value::absent();
}

Value iso_time(JsonNode time, StringScratch& scratch) {
    if (time.is_null()) {
        return Value::null();
    }
    if (time.is_number()) {
        return epoch(time, 1, scratch);
    }
    return text_or_absent(compute::iso_time(time.as_string(scratch), scratch));
}

Value ulid_time(JsonNode id, StringScratch& scratch) {
    const auto millis = compute::ulid_millis(id.raw_string());
    return millis ? text_or_absent(compute::time_of_millis(*millis, scratch)) : Value::absent();
}

Value text_of(JsonNode node, const FieldSource& source, StringScratch& scratch) {
    const auto found = compute::text_of(source.texts, node, scratch);
    return text_or_absent(found.value_or(source.text));
}

Value number_of(JsonNode node, const FieldSource& source, StringScratch& scratch) {
    if (const auto found = compute::text_of(source.texts, node, scratch)) {
        return constant(*found, FieldType::integer);
    }
    const auto number = node.as_integer();
    return number                ? Value::of(*number)
           : source.text.empty() ? Value::absent()
                                 : constant(source.text, FieldType::integer);
}

bool not_empty(JsonNode node, std::span<const RawPath> paths) noexcept {
    return std::any_of(paths.begin(), paths.end(), [&](const RawPath& path) {
        const JsonNode found = follow(node, path);
        return !found.raw_string().empty() || found.size() > 0;
    });
}

Value content(std::string_view text, JsonNode names, bool clean, StringScratch& scratch) {
    return Value::of(clean ? markup::with_names(text, names, scratch) : text);
}

/// A text through its platform's dialect, or a document of nodes.
Value markup_of(JsonNode node, JsonNode names, const FieldSource& source, StringScratch& scratch) {
    const bool clean = source.op == Op::clean_text || source.op == Op::clean_slate;
    if (source.op == Op::slate || source.op == Op::clean_slate) {
        const auto form = clean ? markup::SlateForm::clean : markup::SlateForm::markup;
        return node.is_object() || node.is_string()
                   ? content(markup::slate_text(node, form, scratch), names, clean, scratch)
                   : Value::absent();
    }
    return node.is_string()
               ? content(markup::inbound(source.text, node.as_string(scratch), scratch), names,
                         clean, scratch)
               : Value::absent();
}

bool has_bit(JsonNode node, std::string_view bits) noexcept {
    std::int64_t wanted = 0;
    std::from_chars(bits.data(), bits.data() + bits.size(), wanted);
    return (compute::loose_integer(node).value_or(0) & wanted) != 0;
}

Value ulid_or_other(JsonNode node, bool ulid, StringScratch& scratch) {
    return node.is_string() && compute::is_ulid(node.raw_string()) == ulid
               ? Value::of(node.as_string(scratch))
               : Value::null();
}

Value integer_or_absent(std::optional<std::int64_t> number) {
    return number ? Value::of(*number) : Value::absent();
}

bool any_present(JsonNode node, std::span<const RawPath> paths) noexcept {
    return std::any_of(paths.begin(), paths.end(),
                       [&](const RawPath& path) { return bool(follow(node, path)); });
}

/// A list is there when the payload has it; a null one counts as null.
Value array(const View& view, FieldIndex field, const FieldSource& source) {
    const JsonNode list = follow(view.node(), source.paths.front());
    if (list.is_null()) {
        return Value::null();
    }
    return list.is_array() ? Value::of(ArrayView(view, field, source)) : Value::absent();
}

Value entries(const View& view, FieldIndex field, const FieldSource& source) {
    const JsonNode found = follow(view.node(), source.paths.front());
    if (found.is_null()) {
        return Value::null();
    }
    return found.is_array() || found.is_object() ? Value::of(ArrayView(view, field, source))
                                                 : Value::absent();
}

Value object(JsonNode node, const FieldSource& source) {
    const JsonNode found = source.paths.empty() ? node : follow(node, source.paths.front());
    if (found.is_null()) {
        return Value::null();
    }
    return found.is_object() ? Value::of(View(found, *source.mapping)) : Value::absent();
}

}  // namespace

bool is_among(JsonNode number, std::uint32_t kinds) noexcept {
    const auto kind = number.as_integer();
    return kind && *kind >= 0 && *kind <= 31 && (kinds >> static_cast<unsigned>(*kind) & 1U) != 0;
}

bool ruled_out(JsonNode node, const FieldSource& source) noexcept {
    if (source.unless_missing != nullptr) {
        const JsonNode needed = follow(node, *source.unless_missing);
        if (!needed || needed.is_null()) {
            return true;
        }
    }
    return source.kind != nullptr && !is_among(follow(node, *source.kind), source.kinds);
}

Value produce(const View& view, FieldIndex field, const FieldInfo& info, const FieldSource& source,
              StringScratch& scratch) {
    const JsonNode node = view.node();
    if (ruled_out(node, source)) {
        return Value::absent();
    }
    const auto at = [&](std::size_t path) {
        return path < source.paths.size() ? follow(node, source.paths[path]) : node.absent();
    };
    switch (source.op) {
        case Op::nothing:
            return Value::absent();
        case Op::copy:
            return copy(at(0), info.type, scratch);
        case Op::constant:
            return constant(source.text, info.type);
        case Op::first_of:
            for (const FieldSource& alternative : source.alternatives) {
                if (Value value = produce(view, field, info, alternative, scratch)) {
                    return value;
                }
            }
            return Value::absent();
        case Op::iso_time:
            return iso_time(at(0), scratch);
        case Op::ulid_time:
            return ulid_time(at(0), scratch);
        case Op::snowflake_time: {
            const auto id = at(0).as_id();
            return id ? text_or_absent(
                            compute::time_of_millis(compute::snowflake_millis(*id), scratch))
                      : Value::absent();
        }
        case Op::epoch_seconds:
            return epoch(at(0), 1000, scratch);
        case Op::epoch_millis:
            return epoch(at(0), 1, scratch);
        case Op::time_after:
            return text_or_absent(compute::time_after(at(0).as_string(scratch),
                                                      at(1).as_integer().value_or(0), scratch));
        case Op::image_url:
            return text_or_absent(compute::image_url(source.text, source.paths, node, scratch));
        case Op::default_avatar:
            return Value::of(compute::default_avatar(at(0), at(1), scratch));
        case Op::emoji_url:
            return text_or_absent(
                compute::emoji_url(at(0), at(1).as_bool().value_or(false), scratch));
        case Op::emoji_identifier:
            return Value::of(
                compute::emoji_identifier(at(0), at(1), at(2).as_bool().value_or(false), scratch));
        case Op::hex_colour:
            return hex_colour(node, source.paths, scratch);
        case Op::name_of:
            return number_name(at(0), source);
        case Op::number_text: {
            const JsonNode number = at(0);
            return number.as_integer() ? Value::of(number.raw()) : Value::absent();
        }
        case Op::integer_of:
            return integer_of(at(0));
        case Op::any_of:
            return Value::of(any_true(node, source.paths));
        case Op::none_of:
            return Value::of(!any_true(node, source.paths));
        case Op::present:
            return Value::of(any_present(node, source.paths));
        case Op::spoiler_url:
            return Value::of(compute::is_spoiler(at(0).as_string(scratch)));
        case Op::clean_content: {
            const JsonNode content = at(0);
            return content.is_string()
                       ? Value::of(compute::clean_content(content, at(1), at(2), at(3), scratch))
                       : Value::absent();
        }
        case Op::text_of:
            return text_of(at(0), source, scratch);
        case Op::number_of:
            return number_of(at(0), source, scratch);
        case Op::markup:
        case Op::slate:
        case Op::clean_text:
        case Op::clean_slate:
            return markup_of(at(0), at(1), source, scratch);
        case Op::not_empty:
            return Value::of(not_empty(node, source.paths));
        case Op::equals: {
            const JsonNode found = at(0);
            return Value::of((found.is_string() ? found.raw_string() : found.raw()) == source.text);
        }
        case Op::has_bit:
            return Value::of(has_bit(at(0), source.text));
        case Op::size: {
            const JsonNode found = at(0);
            return found.is_object() || found.is_array()
                       ? Value::of(static_cast<std::int64_t>(found.size()))
                       : Value::absent();
        }
        case Op::colour_of:
            return integer_or_absent(compute::colour_of(at(0)));
        case Op::if_ulid:
        case Op::unless_ulid:
            return ulid_or_other(at(0), source.op == Op::if_ulid, scratch);
        case Op::bare_jid:
            return text_or_absent(compute::bare_jid(at(0).as_string(scratch), scratch));
        case Op::bit_text: {
            const auto bits = compute::loose_integer(at(0));
            return bits ? Value::of(compute::bit_text(source.names, *bits, scratch))
                        : Value::absent();
        }
        case Op::object:
            return object(node, source);
        case Op::entries:
            return entries(view, field, source);
        case Op::list:
        case Op::objects:
        case Op::nested:
            return array(view, field, source);
        case Op::permission_names:
        case Op::channel_mentions:
            return Value::of(ArrayView(view, field, source));
    }
    return Value::absent();
}

Value empty_value(const View& view, FieldIndex field, const FieldInfo& info,
                  const FieldSource& source, bool null) {
    if (null && info.nullable) {
        return Value::null();
    }
    if (info.optional) {
        return Value::absent();
    }
    if (info.nullable) {
        return Value::null();
    }
    switch (info.type) {
        case FieldType::text:
        case FieldType::id:
        case FieldType::time:
            return Value::of(std::string_view{});
        case FieldType::integer:
            return Value::of(std::int64_t{0});
        case FieldType::number:
            return Value::of(0.0);
        case FieldType::boolean:
            return Value::of(false);
        case FieldType::object: {
            const FieldSource& real =
                source.op == Op::first_of ? source.alternatives.front() : source;
            return real.mapping != nullptr ? Value::of(View(view.node().absent(), *real.mapping))
                                           : Value::null();
        }
        case FieldType::array:
            return Value::of(ArrayView(view, field, source));
        case FieldType::json:
            break;
    }
    return Value::null();
}

}  // namespace rookery::model
