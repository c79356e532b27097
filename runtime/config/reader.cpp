#include "config/reader.hpp"

#include "base/log.hpp"
#include "config/excerpt.hpp"
#include "config/values.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>

namespace rookery::config {
namespace {

constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kLongestSecret = 4096;

std::string_view kind_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::none:
            return "nothing";
        case toml::node_type::table:
            return "a table";
        case toml::node_type::array:
            return "an array";
        case toml::node_type::string:
            return "a string";
        case toml::node_type::integer:
            return "an integer";
        case toml::node_type::floating_point:
            return "a number with a fraction";
        case toml::node_type::boolean:
            return "a boolean";
        case toml::node_type::date:
            return "a date";
        case toml::node_type::time:
            return "a time";
        case toml::node_type::date_time:
            return "a date";
    }
    return "something else";
}

std::string listed(std::span<const std::string_view> words) {
    std::string text;
    for (const auto word : words) {
        text += fmt::format("{}\"{}\"",
                            text.empty()           ? ""
                            : word == words.back() ? " or "
                                                   : ", ",
                            word);
    }
    return text;
}

/// A word of the file as an error may repeat it.
std::string in_quotes(std::string_view word) {
    const auto shown = excerpt(word, 1, 1);
    return fmt::format("\"{}\"", log::clipped(shown.line, 60));
}

bool is_loopback(std::string_view host) {
    // Digits and dots alone: "127.0.0.1.example.org" is somebody else's.
    const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return host == "localhost" || host == "[::1]" || (host.starts_with("127.") && numeric);
}

std::string_view host_of(std::string_view rest) {
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.starts_with('[')) {
        return authority.substr(0, std::min(authority.size(), authority.find(']') + 1));
    }
    return authority.substr(0, authority.find(':'));
}

}  // namespace

Place place_of(const toml::source_region& region) {
    return {region.begin.line, region.begin.column};
}

void Reader::error(const toml::node& node, std::string reason) {
    diagnostics_.error(place_of(node.source()), std::move(reason));
}

void Reader::mismatch(const toml::node& node, std::string_view wanted) {
    error(node, fmt::format("\"{}\" must be {}, not {}", key_, wanted, kind_of(node)));
}

void Reader::unknown(Place place, std::string_view what, std::string_view word,
                     std::string_view where, std::span<const std::string_view> known) {
    const auto near = nearest(word, known);
    if (!near.empty()) {
        diagnostics_.error(place, fmt::format("unknown {} {} {}; did you mean \"{}\"?", what,
                                              in_quotes(word), where, near));
        return;
    }
    // A token pasted without its key becomes keys itself: they are not repeated.
    const bool secret = diagnostics_.shown(place).masked;
    diagnostics_.error(
        place, fmt::format("unknown {} {}{}; known: {}", what, secret ? "" : in_quotes(word) + " ",
                           where, fmt::join(known, ", ")));
}

std::filesystem::path Reader::resolved(const std::filesystem::path& path) const {
    return (folder_ / path).lexically_normal();
}

bool Reader::text(const toml::node& node, std::string& out) {
    const auto value = node.value_exact<std::string_view>();
    if (!value) {
        mismatch(node, "a string");
        return false;
    }
    if (value->size() > kLongestText || value->find('\0') != std::string_view::npos) {
        error(node, fmt::format("\"{}\" must be at most {} bytes long and without NUL", key_,
                                kLongestText));
        return false;
    }
    out = *value;
    return true;
}

bool Reader::boolean(const toml::node& node, bool& out) {
    const auto value = node.value_exact<bool>();
    if (!value) {
        mismatch(node, "true or false");
        return false;
    }
    out = *value;
    return true;
}

bool Reader::whole(const toml::node& node, std::int64_t& out, std::int64_t least,
                   std::int64_t most) {
    const auto value = node.value_exact<std::int64_t>();
    if (!value) {
        mismatch(node, "a whole number");
        return false;
    }
    if (*value < least || *value > most) {
        error(node, fmt::format("\"{}\" must be between {} and {}", key_, least, most));
        return false;
    }
    out = *value;
    return true;
}

bool Reader::number(const toml::node& node, double& out, Range<double> range) {
    const auto value = node.is_integer() ? static_cast<double>(*node.value<std::int64_t>())
                                         : node.value_exact<double>().value_or(std::nan(""));
    if (!node.is_number()) {
        mismatch(node, "a number");
        return false;
    }
    // Written so that NaN fails too.
    if (!(value >= range.least && value <= range.most)) {
        error(node, fmt::format("\"{}\" must be between {} and {}", key_, range.least, range.most));
        return false;
    }
    out = value;
    return true;
}

bool Reader::duration(const toml::node& node, Millis& out, Range<Millis> range) {
    std::optional<Millis> value;
    if (const auto written = node.value_exact<std::string_view>()) {
        value = parse_duration(*written);
    } else if (node.is_number()) {
        value = seconds_to_duration(node.value<double>().value_or(-1));
    } else {
        mismatch(node, R"(a duration such as "500ms", "5s" or 2.5 (seconds))");
        return false;
    }
    if (!value) {
        error(node, fmt::format(R"("{}" must be a duration such as "500ms", "5s" or 2.5 (seconds))",
                                key_));
        return false;
    }
    if (*value < range.least || *value > range.most) {
        error(node, fmt::format("\"{}\" must be between {} and {}", key_,
                                format_duration(range.least), format_duration(range.most)));
        return false;
    }
    out = *value;
    return true;
}

bool Reader::size(const toml::node& node, std::size_t& out, Range<std::size_t> range) {
    std::optional<std::uint64_t> value;
    if (const auto written = node.value_exact<std::string_view>()) {
        value = parse_size(*written);
    } else if (const auto bytes = node.value_exact<std::int64_t>()) {
        value = *bytes < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(*bytes));
    } else {
        mismatch(node, R"(a size such as "64MiB" or 4096 (bytes))");
        return false;
    }
    if (!value) {
        error(node, fmt::format(R"("{}" must be a size such as "64MiB" or 4096 (bytes))", key_));
        return false;
    }
    if (*value < range.least || *value > range.most) {
        error(node, fmt::format("\"{}\" must be between {} and {}", key_, format_size(range.least),
                                format_size(range.most)));
        return false;
    }
    out = *value;
    return true;
}

bool Reader::rate(const toml::node& node, RateChoice& out) {
    std::string written;
    if (!text(node, written)) {
        return false;
    }
    if (written == "none") {
        out = {};
        return true;
    }
    const auto parsed = parse_rate(written);
    if (!parsed) {
        error(node, "a rate is written as \"20/s\", \"100/m\" or \"1000/h\", or \"none\"");
        return false;
    }
    out = {parsed->first, parsed->second};
    return true;
}

bool Reader::path(const toml::node& node, std::filesystem::path& out) {
    std::string written;
    if (!text(node, written)) {
        return false;
    }
    if (written.empty()) {
        error(node, fmt::format("\"{}\" must not be empty", key_));
        return false;
    }
    out = resolved(written);
    return true;
}

bool Reader::name(const toml::node& node, std::string& out) {
    std::string written;
    if (!text(node, written)) {
        return false;
    }
    if (!is_name(written)) {
        error(node, fmt::format("\"{}\" must be a lower-case letter followed by up to 62 "
                                "lower-case letters, digits, "
                                "\"_\" or \"-\"",
                                key_));
        return false;
    }
    out = written;
    return true;
}

std::optional<std::size_t> Reader::choice(const toml::node& node,
                                          std::span<const std::string_view> choices) {
    const auto value = node.value_exact<std::string_view>();
    if (!value) {
        mismatch(node, listed(choices));
        return std::nullopt;
    }
    const auto found = std::find(choices.begin(), choices.end(), *value);
    if (found == choices.end()) {
        const auto near = nearest(*value, choices);
        error(node,
              fmt::format("\"{}\" must be {}, not {}{}", key_, listed(choices), in_quotes(*value),
                          near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - choices.begin());
}

bool Reader::url(const toml::node& node, std::string& out, std::string_view encrypted,
                 std::string_view plain) {
    std::string written;
    if (!text(node, written)) {
        return false;
    }
    const auto begin = written.find("://");
    const auto scheme = std::string_view(written).substr(0, begin);
    const auto host = begin == std::string::npos
                          ? std::string_view()
                          : host_of(std::string_view(written).substr(begin + 3));
    const bool clean = written.find_first_of(" \t\r\n\"<>\\^`{|}@") == std::string::npos;
    if ((scheme != encrypted && scheme != plain) || host.empty() || !clean) {
        error(node,
              fmt::format("\"{}\" must be a URL that begins with {}:// or, for this machine, {}://",
                          key_, encrypted, plain));
        return false;
    }
    if (scheme == plain && !is_loopback(host)) {
        error(node, fmt::format("\"{}\" would send the token unencrypted: {}:// is only for "
                                "addresses of this machine "
                                "(127.0.0.1, [::1], localhost); use {}://",
                                key_, plain, encrypted));
        return false;
    }
    out = written;
    return true;
}

bool Reader::secret(const toml::node& node, Secret& out) {
    if (const auto value = node.value_exact<std::string_view>()) {
        return accept_secret(node, *value, "it", out);
    }
    const auto* table = node.as_table();
    if (table == nullptr) {
        mismatch(node, R"(a string, { env = "NAME" } or { file = "path" })");
        return false;
    }
    const auto* variable = table->get("env");
    const auto* file = table->get("file");
    if (table->size() != 1 || (variable == nullptr && file == nullptr)) {
        error(
            node,
            fmt::format(
                R"("{}" as a table has exactly one key: {{ env = "NAME" }} or {{ file = "path" }})",
                key_));
        return false;
    }
    return variable != nullptr ? secret_from_environment(*variable, out)
                               : secret_from_file(*file, out);
}

bool Reader::secret_from_environment(const toml::node& node, Secret& out) {
    std::string variable;
    if (!text(node, variable)) {
        return false;
    }
    std::optional<std::string> value;
    if (options_.environment) {
        value = options_.environment(variable);
    } else if (const char* found =
                   std::getenv(variable.c_str())) {  // NOLINT(concurrency-mt-unsafe)
        value = found;
    }
    if (!value) {
        error(node, fmt::format("the environment variable {} is not set", in_quotes(variable)));
        return false;
    }
    return accept_secret(node, *value,
                         fmt::format("the environment variable {}", in_quotes(variable)), out);
}

bool Reader::secret_from_file(const toml::node& node, Secret& out) {
    std::filesystem::path file;
    if (!path(node, file)) {
        return false;
    }
    std::error_code failure;
    if (!std::filesystem::is_regular_file(file, failure)) {
        error(node, fmt::format("the file {} does not exist", file.string()));
        return false;
    }
    std::ifstream stream(file, std::ios::binary);
    std::string value(kLongestSecret + 1, '\0');
    stream.read(value.data(), static_cast<std::streamsize>(value.size()));
    if (!stream.is_open() || stream.bad()) {
        error(node, fmt::format("the file {} cannot be read", file.string()));
        return false;
    }
    value.resize(static_cast<std::size_t>(stream.gcount()));
    value.erase(value.find_last_not_of(" \t\r\n") + 1);
    return accept_secret(node, value, fmt::format("the file {}", file.string()), out);
}

bool Reader::accept_secret(const toml::node& node, std::string_view value, std::string_view source,
                           Secret& out) {
    const bool printable =
        std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (value.empty() || value.size() > kLongestSecret || !printable) {
        error(node, fmt::format("\"{}\" cannot be used: {} {}", key_, source,
                                value.empty()                   ? "is empty"
                                : value.size() > kLongestSecret ? "is longer than 4096 bytes"
                                : value.starts_with("Bot ")
                                    ? "holds the word \"Bot\" before the token"
                                    : "holds spaces or characters that no token has"));
        return false;
    }
    out = Secret(std::string(value));
    return true;
}

bool Reader::word(const toml::node& node, std::string& out) {
    constexpr std::size_t kLongest = 128;
    std::string value;
    if (!text(node, value)) {
        return false;
    }
    const bool odd = std::any_of(value.begin(), value.end(),
                                 [](unsigned char c) { return c <= ' ' || c >= 0x7F; });
    if (value.empty() || value.size() > kLongest || odd) {
        error(node, fmt::format("this must be 1 to {} visible characters", kLongest));
        return false;
    }
    out = std::move(value);
    return true;
}

bool Reader::ids(const toml::node& node, std::vector<std::string>& out, std::size_t most) {
    const auto* list = node.as_array();
    if (list == nullptr) {
        mismatch(node, R"(a list of ids such as ["123", "456"])");
        return false;
    }
    const std::string key = key_;
    if (list->size() > most) {
        error(node, fmt::format("\"{}\" lists more than {} ids", key, most));
        return false;
    }
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < list->size(); ++i) {
        at_key(fmt::format("{}[{}]", key, i));
        if (std::string id; word(*list->get(i), id)) {
            ids.push_back(std::move(id));
        }
    }
    out = std::move(ids);
    return true;
}

bool Reader::json(const toml::node& node, nlohmann::json& out) {
    if (const auto* table = node.as_table()) {
        out = nlohmann::json::object();
        return std::all_of(table->begin(), table->end(), [&](const auto& entry) {
            return json(entry.second, out[std::string(entry.first.str())]);
        });
    }
    if (const auto* array = node.as_array()) {
        out = nlohmann::json::array();
        return std::all_of(array->begin(), array->end(),
                           [&](const toml::node& item) { return json(item, out.emplace_back()); });
    }
    if (const auto value = node.value_exact<std::string>()) {
        out = *value;
    } else if (const auto flag = node.value_exact<bool>()) {
        out = *flag;
    } else if (const auto integer = node.value_exact<std::int64_t>()) {
        out = *integer;
    } else if (const auto fraction = node.value_exact<double>();
               fraction && std::isfinite(*fraction)) {
        out = *fraction;
    } else {
        error(node, fmt::format("\"{}\" cannot be handed to an extension: write {} as a string",
                                key_, kind_of(node)));
        return false;
    }
    return true;
}

}  // namespace rookery::config
