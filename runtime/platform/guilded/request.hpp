#pragma once

#include "base/result.hpp"
#include "model/operations.hpp"
#include "platform/discord/uploads.hpp"
#include "platform/guilded/seen.hpp"
#include "platform/guilded/translate.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rookery::guilded {

/// One request of the REST API, without its base and its headers.
struct ApiRequest {
    std::string method;
    std::string path;   ///< with its query
    std::string key;    ///< "POST /channels/{channel}/messages": for limits and messages
    std::string major;  ///< the channel's or server's id
    nlohmann::json body;
    std::vector<discord::Upload> files;  ///< uploaded first, each for itself (user flavour)
    std::string message_id;  ///< chosen by us (user flavour): sending it again does no harm
    bool media = false;      ///< goes to the media host, without authorisation
};

/// The request of one operation. `nonce_key` as of gateway::BotCall. Errors name the operation and
/// the parameter: invalid, unsupported (this flavour cannot), denied and limit (files).
[[nodiscard]] Result<ApiRequest> build_request(Flavour flavour,
                                               const model::PlatformOperation& operation,
                                               const nlohmann::json& arguments,
                                               std::string_view nonce_key,
                                               const discord::UploadRules& uploads, Seen& seen);

/// What the operation answers: the object out of the one around it, in the shape of the
/// operation's mapping. `sent`: the request, for answers that say nothing of the message. Error
/// protocol: not JSON.
[[nodiscard]] Result<nlohmann::json> read_answer(Flavour flavour,
                                                 const model::PlatformOperation& operation,
                                                 const nlohmann::json& arguments,
                                                 const ApiRequest& sent, std::string_view body,
                                                 const Seen& seen);

/// A UUID (version 4 in form) that is the same for the same text.
[[nodiscard]] std::string uuid_of(std::string_view text);

}  // namespace rookery::guilded
