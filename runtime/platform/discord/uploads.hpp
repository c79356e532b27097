#pragma once

#include "base/result.hpp"
#include "net/http_body.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rookery::discord {

/// What an extension may send from the disk, and how much.
struct UploadRules {
    std::filesystem::path folder;  ///< files lie below it; empty: none may be sent from the disk
    std::uint64_t max_file = std::uint64_t{10} << 20U;
};

/// A file on its way: on the disk, or in memory.
struct Upload {
    std::string name;
    std::string description;
    std::filesystem::path path;  ///< empty: `data` is the content
    std::string data;
    std::uint64_t size = 0;
};

/// {path | data | base64, name, description}, or a list of such, checked: a path has no way out of
/// the folder, not by a link either, and is a file; nothing is larger than it may be. Errors:
/// denied, invalid, limit; they name the file as the caller did.
[[nodiscard]] Result<std::vector<Upload>> read_uploads(const nlohmann::json& value,
                                                       const UploadRules& rules);

/// A file, or a data URI as it is, as a data URI: how Discord takes pictures in JSON.
[[nodiscard]] Result<std::string> to_data_uri(const nlohmann::json& value,
                                              const UploadRules& rules);

/// payload_json with the body, and the files as files[0], files[1], ...
[[nodiscard]] net::HttpBody write_multipart(const nlohmann::json& body,
                                            const std::vector<Upload>& files,
                                            const std::string& boundary);

/// A plain form: the body's keys as parts, and the file as part `part`.
[[nodiscard]] net::HttpBody write_form(const nlohmann::json& body, const std::string& part,
                                       const Upload& file, const std::string& boundary);

}  // namespace rookery::discord
