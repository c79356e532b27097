#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/operations.hpp"
#include "platform/discord/uploads.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rookery::discord {

/// One call of the API: a path below the version, and a body (null: none).
struct ApiRequest {
    std::string method;
    std::string path;  ///< may hold {application_id}, which DiscordApi fills in
    nlohmann::json body;
    std::vector<Upload> files;
    std::string files_place;  ///< where the body describes them: "data.attachments"
    std::string form_file;    ///< the body is a form, the file this part of it; empty: it is JSON
    std::string reason;       ///< for the audit log, as it is
    bool has_nonce = false;   ///< repeating it makes no second effect
};

/// The operation with its arguments in the places that the schema names. An operation with an
/// effect gets a nonce that is a function of `nonce_key` (random when that is empty), and has
/// Discord enforce it. `now` is what times in seconds count from. Errors: invalid (a place that the
/// schema gives wrongly, a path argument that is missing, a file that cannot be sent), denied (a
/// file outside of what may be sent), limit (too large).
[[nodiscard]] Result<ApiRequest> build_request(const model::OperationInfo& operation,
                                               const nlohmann::json& arguments,
                                               std::string_view nonce_key,
                                               const UploadRules& uploads = {},
                                               WallTime now = std::chrono::system_clock::now());

/// 25 characters (Discord's limit) that are the same for the same key, and different for another.
[[nodiscard]] std::string nonce_of(std::string_view key);

/// "👍", "name:id", "<:name:id>", "<a:name:id>": as one path segment, encoded once.
[[nodiscard]] std::string emoji_segment(std::string_view emoji);

}  // namespace rookery::discord
