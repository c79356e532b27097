#pragma once

#include "model/json_index.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rookery::model {

/// Position of a field in its shape. Fields are only ever appended to a shape, so a number stays
/// valid.
using FieldIndex = std::uint16_t;
using MappingId = std::uint16_t;

enum class FieldType : std::uint8_t {
    text,
    id,
    time,
    integer,
    number,
    boolean,
    object,
    array,
    json
};

/// One field of a public type.
struct FieldInfo {
    std::string_view name;  ///< "channelId"
    FieldType type;
    FieldType element;  ///< of an array, else the same as `type`
    bool nullable;
    bool optional;              ///< the key may be missing
    const struct Shape* shape;  ///< of an object, or of an array's objects; else null
    std::string_view doc;
};

/// A public type: what its fields are called, in the order in which they are written.
struct Shape {
    std::string_view name;  ///< "Message"
    std::span<const FieldInfo> fields;

    [[nodiscard]] std::optional<FieldIndex> find(std::string_view field) const noexcept;
};

/// Where a path begins: at the view's own node, at the payload's root, at the context's root; at
/// the key under which the view's own node stands in its object.
enum class Origin : std::uint8_t { own, root, context, key };

/// Where a value lies in the raw payload, or in what the platform's cache says beside it.
struct RawPath {
    std::span<const std::string_view> keys;
    Origin origin = Origin::own;
};

/// A key of digits is also the place of an element in a list.
[[nodiscard]] inline JsonNode follow(JsonNode base, const RawPath& path) noexcept {
    JsonNode node = path.origin == Origin::own       ? base
                    : path.origin == Origin::root    ? base.root()
                    : path.origin == Origin::context ? base.context()
                                                     : base.key();
    for (const std::string_view key : path.keys) {
        node = node.at(key);
    }
    return node;
}

/// The closed list of ways to get a field from raw values. compute.hpp says what each one does.
enum class Op : std::uint8_t {
    nothing,         ///< the type's empty value
    copy,            ///< the raw value, when it is of the declared type
    constant,        ///< `text`, read as the declared type
    first_of,        ///< the first of `alternatives` that is neither null nor absent
    iso_time,        ///< any ISO 8601 time as YYYY-MM-DDTHH:mm:ss.sssZ
    snowflake_time,  ///< the moment within an id
    epoch_seconds,
    epoch_millis,
    time_after,      ///< a time, so many seconds later; absent unless that many are more than 0
    image_url,       ///< `text` with {0}, {1}... replaced, null unless all paths have a value; the
                     ///< last is a hash, and "a_" in front of it makes {ext} gif instead of webp;
                     ///< {cdn} is where the bot's platform has its pictures
    default_avatar,  ///< from id and discriminator
    emoji_url,       ///< from id and animated
    emoji_identifier,  ///< from id, name and optionally animated
    hex_colour,
    name_of,        ///< number to name by `names`, else "unknown"
    number_text,    ///< a number as decimal text
    integer_of,     ///< a number, or digits in a text
    any_of,         ///< OR of booleans
    none_of,        ///< NOT of the OR of booleans
    present,        ///< whether one of the keys is there, be it null
    spoiler_url,    ///< whether the file name in an URL starts with SPOILER_
    clean_content,  ///< from content, mentions, channels and optionally names by id
    object,         ///< a view through `mapping` at the first path, or at the same node without one
    list,     ///< elements as they are, or their member `text`; a second path's value goes in front
    objects,  ///< each element through `mapping`
    nested,   ///< all objects within a list, however deep, that have the key `text` (and, when
              ///< `kinds` are given, a `type` among them): through `mapping`, or what is at the key
    permission_names,  ///< a bit set's names, as texts; the first path that has one
    channel_mentions,  ///< ids in <#...> of a content
    ulid_time,         ///< the moment within a ULID
    text_of,  ///< a text (or the digits of a number) to a text by `texts`, else `text`, else absent
    number_of,    ///< the same to an integer; a number that the table has not stays as it is
    markup,       ///< a text of the dialect `text` as normalised content
    slate,        ///< a document of nodes as normalised content
    clean_text,   ///< as markup, with the names of `names` by id (second path) for mentions
    clean_slate,  ///< as slate, in the same way
    entries,      ///< each member of an object, or element of a list, that is not null: through
                  ///< `mapping`
    not_empty,    ///< whether one of the paths has a text, list or object with something in it
    equals,       ///< whether a text, number or boolean is written `text`
    has_bit,      ///< whether a number (or digits) has one of the bits of the number `text`
    size,         ///< how many members or elements
    colour_of,    ///< 24 bits from a number, "#rgb" or "#rrggbb"; the first of a gradient's
    if_ulid,      ///< a text when it is a ULID, else null
    unless_ulid,  ///< a text when it is none, else null
    bare_jid,     ///< "123:4@host" and "123_1:4@host" as "123@host"; other texts as they are
    bit_text,     ///< decimal text of the bits that `names` gives for the bits that are set
};

struct TextName {
    std::string_view from;
    std::string_view to;
};

struct NumberName {
    std::int64_t number;
    std::string_view name;
};

/// How one field of a shape is obtained in one place of a platform's payloads.
struct FieldSource {
    Op op = Op::nothing;
    std::span<const RawPath> paths{};
    std::string_view text{};
    std::span<const NumberName> names{};
    std::span<const TextName> texts{};
    std::span<const FieldSource> alternatives{};
    const struct Mapping* mapping = nullptr;
    const RawPath* unless_missing = nullptr;  ///< null (or absent) when this has no value
    const RawPath* kind = nullptr;            ///< absent unless this number is in `kinds`
    std::uint32_t kinds = 0;                  ///< bit set
};

/// Where the fields of one shape come from in one place of a platform's payloads: sources[i] is for
/// shape->fields[i]. Null shape: the raw payload as it is.
struct Mapping {
    MappingId id;
    const Shape* shape;
    std::span<const FieldSource> sources;
};

/// All mappings, by id; generated.
[[nodiscard]] std::span<const Mapping* const> mappings() noexcept;
/// The mapping of events that pass through with their raw payload.
[[nodiscard]] const Mapping& raw_mapping() noexcept;

}  // namespace rookery::model
