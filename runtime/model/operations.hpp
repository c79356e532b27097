#pragma once

#include "model/shape.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rookery::model {

enum class ParamType : std::uint8_t { id, text, integer, boolean, json, emoji };

/// One parameter of an operation. `min` and `max`: characters (code points) of a text, value of an
/// integer; both 0 when there is no limit.
struct OperationParam {
    std::string_view name;  ///< "channelId"
    ParamType type;
    bool required;
    std::size_t min;
    std::size_t max;
    std::string_view
        target;  ///< "path:channel_id", "body:message_reference.message_id", "query:limit"
    std::string_view doc;
};

/// One thing that a bot can be asked to do. Parameters in positional order.
struct OperationInfo {
    std::string_view name;  ///< "messages.send"
    std::string_view noun;
    std::string_view verb;
    std::span<const OperationParam> params;
    const Mapping* result;            ///< of the platform's answer; null: none
    std::string_view scope;           ///< "messages:write"
    bool effect;                      ///< doing it twice shows: a nonce or the outbox applies
    std::string_view discord_method;  ///< "POST"
    std::string_view discord_path;    ///< "/channels/{channel_id}/messages"
    std::string_view discord_body;    ///< JSON object of defaults for the body; empty: none
    std::string_view doc;
};

/// Sorted by name; generated.
[[nodiscard]] std::span<const OperationInfo> operations() noexcept;
/// Null when there is none of that name.
[[nodiscard]] const OperationInfo* find_operation(std::string_view name) noexcept;

}  // namespace rookery::model
