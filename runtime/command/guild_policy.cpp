#include "command/guild_policy.hpp"

#include "base/language_tag.hpp"

#include <algorithm>
#include <utility>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestPath = 400;  // bytes of three names

/// One text or a list of texts.
Result<std::vector<std::string>> texts(const json& value, const std::string& what) {
    std::vector<std::string> out;
    const json list = value.is_array() ? value : json::array({value});
    for (const json& one : list) {
        if (!one.is_string()) {
            return Error(ErrorKind::invalid, what + ": expected a text or a list of texts, got " +
                                                 std::string(one.type_name()));
        }
        out.push_back(one.get<std::string>());
    }
    return out;
}

Result<std::vector<std::string>> prefixes_of(const json& value) {
    auto given = texts(value, "prefix");
    if (!given) {
        return given.error();
    }
    std::vector<std::string> out;
    for (std::string& one : *given) {
        const bool odd = std::any_of(one.begin(), one.end(),
                                     [](unsigned char c) { return c < ' ' || c == 0x7F; });
        if (odd || one.size() > kLongestPrefix || one.starts_with(' ')) {
            return Error(ErrorKind::invalid,
                         "prefix: expected at most " + std::to_string(kLongestPrefix) +
                             " bytes on one line that do not begin with a space");
        }
        if (!one.empty() && std::find(out.begin(), out.end(), one) == out.end()) {
            out.push_back(std::move(one));
        }
    }
    if (out.size() > kMostPrefixes) {
        return Error(ErrorKind::limit, "prefix: expected at most " + std::to_string(kMostPrefixes) +
                                           " prefixes, got " + std::to_string(out.size()));
    }
    return out;
}

Result<std::vector<std::string>> paths_of(const json& wish, const char* key) {
    const auto found = wish.find(key);
    if (found == wish.end() || found->is_null()) {
        return std::vector<std::string>();
    }
    auto paths = texts(*found, key);
    if (!paths) {
        return paths;
    }
    for (const std::string& path : *paths) {
        if (path.empty() || path.size() > kLongestPath) {
            return Error(ErrorKind::invalid,
                         std::string(key) + ": expected the name of a command, as \"todo add\"");
        }
    }
    return paths;
}

}  // namespace

bool GuildPolicy::is_disabled(std::string_view path) const {
    if (disabled.empty()) {
        return false;
    }
    for (std::size_t end = path.find(' '); end != std::string_view::npos;
         end = path.find(' ', end + 1)) {
        if (disabled.contains(path.substr(0, end))) {
            return true;
        }
    }
    return disabled.contains(path);
}

Result<> change(GuildPolicy& policy, const json& wish) {
    GuildPolicy next = policy;
    if (const auto prefix = wish.find("prefix"); prefix != wish.end()) {
        if (prefix->is_null()) {
            next.prefixes.reset();
        } else {
            auto prefixes = prefixes_of(*prefix);
            if (!prefixes) {
                return prefixes.error();
            }
            next.prefixes = *std::move(prefixes);
        }
    }
    if (const auto language = wish.find("language"); language != wish.end()) {
        auto tag = language->is_string() ? language_tag(language->get_ref<const std::string&>())
                                         : std::nullopt;
        if (!tag && !language->is_null()) {
            return Error(ErrorKind::invalid,
                         R"(language: expected a language such as "de" or "en-US")");
        }
        next.language = tag.value_or(std::string());
    }
    const auto enabled = paths_of(wish, "enable");
    const auto disabled = paths_of(wish, "disable");
    if (!enabled || !disabled) {
        return enabled ? disabled.error() : enabled.error();
    }
    for (const std::string& path : *enabled) {
        next.disabled.erase(path);
    }
    next.disabled.insert(disabled->begin(), disabled->end());
    if (next.disabled.size() > kMostDisabled) {
        return Error(ErrorKind::limit,
                     "disable: a guild can disable " + std::to_string(kMostDisabled) + " commands");
    }
    policy = std::move(next);
    return {};
}

json to_json(const GuildPolicy& policy) {
    json out = {{"prefix", nullptr}, {"disabled", json::array()}, {"language", nullptr}};
    if (!policy.language.empty()) {
        out["language"] = policy.language;
    }
    if (policy.prefixes) {
        out["prefix"] = *policy.prefixes;
    }
    for (const std::string& path : policy.disabled) {
        out["disabled"].push_back(path);
    }
    return out;
}

GuildPolicy policy_of(const json& stored) {
    GuildPolicy policy;
    if (!stored.is_object()) {
        return policy;
    }
    json wish = json::object();
    if (const auto prefix = stored.find("prefix"); prefix != stored.end()) {
        wish["prefix"] = *prefix;
    }
    if (const auto disabled = stored.find("disabled"); disabled != stored.end()) {
        wish["disable"] = *disabled;
    }
    if (const auto language = stored.find("language"); language != stored.end()) {
        wish["language"] = *language;
    }
    if (!change(policy, wish)) {
        return {};
    }
    return policy;
}

}  // namespace rookery::command
