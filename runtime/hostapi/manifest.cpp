#include "hostapi/manifest.hpp"

#include "base/log.hpp"
#include "hostapi/capabilities.hpp"
#include "model/json_index.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr std::size_t kMostEntries = 200;
constexpr std::size_t kLongestText = 1'000;

/// "1.2" and nothing else.
std::optional<ApiLevel> read_level(std::string_view text) {
    ApiLevel level;
    const char* const end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, level.major);
    if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') {
        return std::nullopt;
    }
    const auto minor = std::from_chars(major.ptr + 1, end, level.minor);
    return minor.ec == std::errc{} && minor.ptr == end ? std::optional(level) : std::nullopt;
}

/// The read of one text; errors carry the place of what they are about.
class Reader {
  public:
    Reader(std::string_view text, std::string_view file, ManifestPlace place)
        : text_(text), file_(file), place_(place) {}

    Result<Manifest> read() {
        json root;
        try {
            root = json::parse(text_);
        } catch (const json::parse_error& error) {
            // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..."
            const std::string_view what = error.what();
            const std::size_t reason = what.find(": ");
            return failed(error.byte == 0 ? 0 : error.byte - 1,
                          "this is not JSON: " + log::clipped(reason == std::string_view::npos
                                                                  ? what
                                                                  : what.substr(reason + 2)));
        }
        auto index = model::JsonIndex::build(text_);
        if (!index) {
            return failed(0, index.error().message());
        }
        index_.emplace(*std::move(index));
        if (!root.is_object()) {
            return failed(0, "expected a JSON object, got " + std::string(root.type_name()));
        }
        for (const auto& [key, value] : root.items()) {
            if (auto read = read_key(key, value); !read) {
                return failed(offset_of({key}), read.error().message());
            }
        }
        return std::move(manifest_);
    }

  private:
    [[nodiscard]] Error failed(std::size_t offset, const std::string& problem) const {
        const std::string_view before = text_.substr(0, std::min(offset, text_.size()));
        const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
        const std::size_t last = before.rfind('\n');
        const std::size_t column =
            last == std::string_view::npos ? place_.column + before.size() : before.size() - last;
        return {ErrorKind::invalid,
                fmt::format("{}:{}:{}: {}", file_, place_.line + lines, column, problem)};
    }

    /// Of the value at that path; as deep as it leads.
    [[nodiscard]] std::size_t offset_of(std::initializer_list<std::string_view> path) const {
        model::JsonNode node = index_->root();
        for (const std::string_view key : path) {
            if (const model::JsonNode inner = node[key]) {
                node = inner;
            }
        }
        return static_cast<std::size_t>(node.raw().data() - text_.data());
    }

    static Result<> read_text(const std::string& key, const json& value, std::string& out) {
        if (!value.is_string() || value.get_ref<const std::string&>().size() > kLongestText) {
            return Error(ErrorKind::invalid, "\"" + key +
                                                 "\" must be a string of at most 1000 bytes, got " +
                                                 log::clipped(value.dump(), 60));
        }
        out = value.get<std::string>();
        return {};
    }

    static Result<std::vector<std::string>> read_list(const std::string& key, const json& value) {
        const bool good = value.is_array() && value.size() <= kMostEntries &&
                          std::all_of(value.begin(), value.end(),
                                      [](const json& item) { return item.is_string(); });
        if (!good) {
            return Error(ErrorKind::invalid,
                         "\"" + key + "\" must be a list of at most 200 strings");
        }
        return value.get<std::vector<std::string>>();
    }

    Result<> read_capabilities(const json& value) {
        auto list = read_list("capabilities", value);
        if (!list) {
            return list.error();
        }
        for (const std::string& capability : *list) {
            if (auto checked = check_capability(capability); !checked) {
                return checked;
            }
        }
        manifest_.capabilities = *std::move(list);
        return {};
    }

    Result<> read_needs(const json& value) {
        if (value.is_object() && value.size() == 1 && value.contains("rookery") &&
            value["rookery"].is_string()) {
            manifest_.needs = read_level(value["rookery"].get_ref<const std::string&>());
        }
        return manifest_.needs ? Result<>()
                               : Error(ErrorKind::invalid,
                                       R"("needs" must be of the form {"rookery": "1.2"}, got )" +
                                           log::clipped(value.dump(), 60));
    }

    Result<> read_key(const std::string& key, const json& value) {
        if (key == "name") {
            return read_text(key, value, manifest_.name);
        }
        if (key == "version") {
            return read_text(key, value, manifest_.version);
        }
        if (key == "license") {
            return read_text(key, value, manifest_.license);
        }
        if (key == "description") {
            return read_text(key, value, manifest_.description);
        }
        if (key == "needs") {
            return read_needs(value);
        }
        if (key == "capabilities") {
            return read_capabilities(value);
        }
        if (key == "intents") {
            auto list = read_list(key, value);
            return list ? (manifest_.intents = *std::move(list), Result<>()) : list.error();
        }
        if (key == "config") {
            auto rules = read_value_rules(value);
            if (!rules) {
                return rules.error().within("\"config\"");
            }
            manifest_.config = *std::move(rules);
            manifest_.has_config = true;
            return {};
        }
        return Error(ErrorKind::invalid,
                     "there is no key \"" + log::clipped(key, 60) +
                         "\": expected name, version, license, description, needs, capabilities, "
                         "config or intents");
    }

    std::string_view text_;
    std::string_view file_;
    ManifestPlace place_;
    std::optional<model::JsonIndex> index_;
    Manifest manifest_;
};

}  // namespace

Result<Manifest> parse_manifest(std::string_view text, std::string_view file, ManifestPlace place) {
    if (text.size() > kLargestManifest) {
        return Error(ErrorKind::limit, fmt::format("{}:{}:{}: a manifest has at most 64 KiB", file,
                                                   place.line, place.column));
    }
    return Reader(text, file, place).read();
}

Result<> check_needs(const Manifest& manifest) {
    if (!manifest.needs ||
        (manifest.needs->major == kApiLevel.major && manifest.needs->minor <= kApiLevel.minor)) {
        return {};
    }
    return Error(ErrorKind::unsupported,
                 fmt::format("its manifest needs rookery {}.{}; this runtime has {}.{}",
                             manifest.needs->major, manifest.needs->minor, kApiLevel.major,
                             kApiLevel.minor));
}

Result<json> complete_settings(const Manifest& manifest, json settings, std::string_view where) {
    if (!manifest.has_config) {
        return settings;
    }
    std::vector<std::string> faults;
    for (const auto& [key, value] : settings.items()) {
        const ValueRule* const rule = find_rule(manifest.config, key);
        if (rule == nullptr) {
            faults.push_back(fmt::format(
                "there is no setting \"{}\": expected {}", log::clipped(key, 60),
                manifest.config.empty() ? std::string("none") : names_of(manifest.config)));
        } else if (auto checked = check_value(*rule, value); !checked) {
            faults.push_back(checked.error().message());
        }
    }
    for (const ValueRule& rule : manifest.config) {
        if (settings.contains(rule.name)) {
            continue;
        }
        if (!rule.fallback.is_null()) {
            settings[rule.name] = rule.fallback;
        } else if (rule.required) {
            faults.push_back(fmt::format("\"{}\" must be given{}{}", rule.name,
                                         rule.doc.empty() ? "" : ": ", rule.doc));
        }
    }
    if (!faults.empty()) {
        return Error(ErrorKind::invalid, fmt::format("{}: {}", where, fmt::join(faults, "\n  ")));
    }
    return settings;
}

}  // namespace rookery::hostapi
