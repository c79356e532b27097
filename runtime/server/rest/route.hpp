#pragma once

#include "model/operations.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rookery::server::rest {

enum class FieldType : std::uint8_t {
    text,
    id,
    ids,
    texts,
    integers,
    integer,
    number,
    boolean,
    time,
    bits,
    url,
    choice,
    image,
    object,
    objects,
    any_object,
    any_list,
    any,
};

/// One field of a body, or of a query. `min` and `max`: UTF-16 units of a text, value of a number,
/// length of a list; no limit when both are 0.
struct Field {
    std::string_view name;
    FieldType type = FieldType::text;
    bool required = false;
    bool nullable = false;
    bool lenient = false;  ///< what does not fit is put right, or counts as not given
    bool snake = false;    ///< keys below it go on in snake_case
    bool numeric = false;  ///< a choice goes on as its number
    double min = 0;
    double max = 0;
    unsigned each = 0;               ///< units of a text, value of a number, within a list
    std::string_view fallback = {};  ///< JSON of what holds without it
    std::string_view target = {};    ///< the operation's parameter; empty: `name`; "-": none
    std::span<const model::NumberName> names = {};
    std::span<const Field> fields = {};
};

/// What a caller is told when the platform refuses.
struct Failure {
    unsigned status = 0;
    std::string_view code = {};
    std::string_view text = {};
};

/// Where an answer may be found without asking the platform: names of the route's parameters.
struct CachePlace {
    std::string_view kind = {};   ///< "members"
    std::string_view owner = {};  ///< empty: 0
    std::string_view id = {};     ///< empty: all of the owner
};

struct Renamed {
    std::string_view from = {};  ///< in the path
    std::string_view to = {};    ///< the operation's parameter
};

enum class Gives : std::uint8_t {
    data,      ///< {success, data}
    constant,  ///< the same, of `text`
    nothing,   ///< {success}
    message,   ///< {success, message}
};

/// One route of /api; generated from sdk/schema/http.
struct Route {
    std::string_view method;
    std::string_view path;  ///< "/api/guilds/:guildId"
    std::string_view scope;
    std::string_view operation;
    std::string_view flow = {};  ///< empty: the operation is called
    const model::Mapping* result = nullptr;
    bool list = false;
    Gives gives = Gives::data;
    std::string_view text = {};
    unsigned status = 200;
    Failure failure = {};
    std::string_view missing_code = {};  ///< instead of VALIDATION_ERROR
    std::string_view missing_text = {};
    std::string_view invalid_text = {};
    bool issues = false;         ///< what is wrong is told as `issues`, too
    bool unknown_empty = false;  ///< not found is an empty list
    bool large = false;          ///< bodies with files
    std::string_view arguments = {};
    std::string_view body_as = {};
    std::span<const std::string_view> any_of = {};
    std::string_view any_of_text = {};
    std::string_view page = {};    ///< where an item has the next page's cursor
    std::string_view cursor = {};  ///< the parameter that it is for
    CachePlace cache = {};
    std::span<const Field> query = {};
    std::span<const Field> body = {};
    Renamed renamed = {};
};

/// In the order of the schema.
[[nodiscard]] std::span<const Route> routes() noexcept;

/// What a key must hold for an operation that is called by its name.
[[nodiscard]] std::string_view scope_of(const model::OperationInfo& operation) noexcept;

}  // namespace rookery::server::rest
