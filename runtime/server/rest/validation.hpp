#pragma once

#include "server/http/message.hpp"
#include "server/rest/route.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rookery::server::rest {

struct Issue {
    std::string path;  ///< "embeds.0.title"
    std::string message;
    bool missing = false;  ///< a required value is not there, or is nothing
};

/// Checks `value` (an object) against the fields and copies what they know into the result, by the
/// names of the operation's parameters; `aside` takes what goes to none. Unknown keys are dropped.
/// At most 50 issues.
struct Checked {
    nlohmann::json arguments = nlohmann::json::object();
    nlohmann::json aside = nlohmann::json::object();
    std::vector<Issue> issues;
    bool digits = true;  ///< ids are decimal numbers, as those of all bots are
};
void check_body(std::span<const Field> fields, const nlohmann::json& value, Checked& out);
/// The same for a query, whose values are texts; the last of a name counts.
void check_query(std::span<const Field> fields, const Request& request, Checked& out);
/// Adds an issue unless one of the fields that a route cannot do without is there.
void check_any_of(const Route& route, Checked& out);

/// What is wrong with an id.
[[nodiscard]] std::string_view id_expected(bool digits) noexcept;
/// data:image/...;base64,...
[[nodiscard]] bool is_image_uri(std::string_view text) noexcept;

/// 400 in the form of every validation error: `details` of {path, message}; under `issues` too,
/// when the route says so.
[[nodiscard]] Response refuse(const Route* route, std::string_view text,
                              const std::vector<Issue>& issues);

/// The body of a request as a JSON object; or 400 with line, column and byte, or 415. An empty body
/// is {}. `any_type`: a body that is not JSON counts as {} instead of 415.
[[nodiscard]] std::variant<nlohmann::json, Response> read_body(const Request& request,
                                                               bool any_type);

}  // namespace rookery::server::rest
