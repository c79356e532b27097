#pragma once

#include "sim/http_server.hpp"

#include <nlohmann/json.hpp>

#include <span>
#include <string>

namespace rookery::sim::discord {

using Json = nlohmann::json;

/// The errors of one request body, in the platform's tree form (50035).
class FormErrors {
  public:
    /// `path` is "embeds.0.title" or empty for the body itself.
    void add(const std::string& path, const std::string& code, const std::string& message);
    [[nodiscard]] bool empty() const { return tree_.empty(); }
    [[nodiscard]] HttpReply reply() const;

  private:
    Json tree_ = Json::object();
};

enum class FieldType { text, integer, number, flag, list, object, snowflake, any };

/// What one key of a body may hold. `least` and `most` bound a text's length, a list's size or a
/// number's value; equal values bound nothing. Null is taken unless the field is required.
struct Field {
    const char* name;
    FieldType type;
    bool required = false;
    double least = 0;
    double most = 0;
};

/// Adds an error for each field that is missing (unless `partial`), of the wrong type or out of
/// bounds. Keys that no field names are ignored, as the platform does.
void check_fields(const Json& body, std::span<const Field> fields, bool partial,
                  FormErrors& errors);

/// The platform counts characters, not bytes.
[[nodiscard]] std::size_t characters(const std::string& text);

}  // namespace rookery::sim::discord
