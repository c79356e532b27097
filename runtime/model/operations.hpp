#pragma once

#include "model/shape.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rookery::model {

/// What a parameter takes. Ids, and bits (a set of permissions), are texts of digits; a time is a
/// text of the form YYYY-MM-DDTHH:mm:ss.sssZ, or a number of seconds from now; an image is a data
/// URI, or as one of `files`; files are a list of {path | data | base64, name, description}.
enum class ParamType : std::uint8_t {
    id,
    ids,
    text,
    texts,
    integer,
    number,
    boolean,
    time,
    json,
    object,
    list,
    emoji,
    choice,
    bits,
    image,
    files,
};

/// One parameter of an operation. `min` and `max`: characters (code points) of a text, value of a
/// number, length of a list; both 0 when there is no limit.
struct OperationParam {
    std::string_view name;  ///< "channelId"
    ParamType type;
    bool required;
    std::size_t min;
    std::size_t max;
    std::string_view
        target;  ///< "path:channel_id", "body:message_reference.message_id", "query:limit"
    std::string_view doc;
    bool nullable = false;                   ///< null is sent, and means something
    std::span<const NumberName> names = {};  ///< of a choice
};

/// How an operation that answers page by page goes on.
struct PageInfo {
    std::string_view cursor;  ///< the parameter
    std::string_view items;   ///< where the list lies in the answer; empty: it is the answer
    std::string_view at;      ///< where the cursor lies in an item: "user.id"
    std::size_t most;         ///< items of a page
};

/// One thing that a bot can be asked to do. Parameters in positional order.
struct OperationInfo {
    std::string_view name;  ///< "messages.send"
    std::string_view noun;
    std::string_view verb;
    std::span<const OperationParam> params;
    const Mapping* result;            ///< of the platform's answer; null: it is passed on as it is
    std::string_view scope;           ///< "messages:write"
    bool effect;                      ///< doing it twice shows: a nonce or the outbox applies
    std::string_view discord_method;  ///< "POST"; "GATEWAY": an opcode; "RAW": api.request
    std::string_view discord_path;    ///< "/channels/{channel_id}/messages"; the opcode
    std::string_view discord_body;    ///< JSON object of defaults for the body; empty: none
    std::string_view doc;
    bool list = false;               ///< the answer is a list of results
    const PageInfo* page = nullptr;  ///< null: one answer is all there is
};

/// How urgent a call is: what users wait for, what an event asks for, the rest.
enum class Lane : std::uint8_t { interaction, user, background };

struct PlatformInfo;

/// Where a platform wants one parameter of an operation.
struct PlatformParam {
    /// As of OperationParam::target; "adapter": the platform's code sees to it; empty: the platform
    /// has no place for it.
    std::string_view target;
    bool dropped;  ///< one that has no place is left out; else the call is refused
};

/// How one platform carries out an operation.
struct PlatformOperation {
    const OperationInfo* info;
    std::string_view method;  ///< "POST"; "SOCKET": over the link; "ADAPTER": the platform's code;
                              ///< "CORE": the runtime, with other operations; "GATEWAY", "RAW":
                              ///< as of OperationInfo::discord_method
    std::string_view path;    ///< "/channels/{channel}/messages"
    std::string_view body;    ///< JSON object of defaults for the body; empty: none
    std::span<const PlatformParam> params;  ///< of info->params, in their order
    const Mapping* result;                  ///< of the answer; null: it is passed on as it is
    bool list;                              ///< the answer is a list of results
    std::string_view doc;                   ///< what differs here; may be empty
};

/// Null: the platform cannot do it.
[[nodiscard]] const PlatformOperation* find_operation(const PlatformInfo& platform,
                                                      std::string_view name) noexcept;

/// Sorted by name; generated.
[[nodiscard]] std::span<const OperationInfo> operations() noexcept;
/// Null when there is none of that name.
[[nodiscard]] const OperationInfo* find_operation(std::string_view name) noexcept;

}  // namespace rookery::model
