#pragma once

#include "sim/http_server.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::sim::community {

using Json = nlohmann::json;
using PathValues = std::map<std::string, std::string, std::less<>>;

/// The values of "{name}" parts when `path` fits "/channels/{channel}/messages"; decoded.
[[nodiscard]] std::optional<PathValues> match_path(std::string_view pattern, std::string_view path);

/// One request on its way through the routes of a platform.
struct Call {
    const HttpRequest& request;
    PathValues path;
    Json body;        ///< of JSON; null when there is none
    std::string who;  ///< the person who asks

    [[nodiscard]] const std::string& at(std::string_view name) const {
        return path.find(name)->second;
    }
    [[nodiscard]] std::string text(const char* key) const {
        const auto found = body.is_object() ? body.find(key) : body.end();
        return body.is_object() && found != body.end() && found->is_string()
                   ? found->get<std::string>()
                   : std::string();
    }
    [[nodiscard]] bool has(const char* key) const {
        return body.is_object() && body.contains(key) && !body[key].is_null();
    }
};

/// A table of these is a platform's REST; `Owner` answers.
template <class Owner>
struct Route {
    const char* method;
    const char* pattern;
    HttpReply (Owner::*answer)(Call&);
};

}  // namespace rookery::sim::community
