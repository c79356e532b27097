#pragma once

#include <rookery/document.hpp>
#include <rookery/duration.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace rookery {

/// A size in the configuration: a number of bytes, or "16 MiB" (kB, MB, GB, KiB, MiB, GiB).
struct Bytes {
    std::uint64_t count = 0;
};

/// The plugin's own keys of the configuration, [plugins.NAME]: key by key as a Document, or read
/// into a struct that describes itself:
///
///     struct Options {
///         std::string greeting = "Hi";
///         std::chrono::seconds pause{5};
///         std::vector<std::string> channels;
///         static void describe(auto& keys) {
///             keys.required("greeting", &Options::greeting);
///             keys.key("pause", &Options::pause);
///             keys.key("channels", &Options::channels);
///         }
///     };
///     const auto options = config().read<Options>();
///
/// Members are texts, booleans, numbers, durations ("250ms", "5s", "10m", "2h", "1d", or a number
/// of seconds), Bytes, structs of the same kind, and std::vector and std::optional of all of these.
/// What is missing keeps its value.
class Config : public Document {
  public:
    Config(const Host& host, rk_handle_t settings) noexcept
        : Document(host, settings), tables_(&host) {}

    /// Throws Error with every fault on a line of its own: "bot.toml:12:9: pause: expected ...".
    /// Keys that are not described are faults, named with the nearest that is.
    template <class Options>
    [[nodiscard]] Options read() const {
        Options out;
        read(out);
        return out;
    }
    template <class Options>
    void read(Options& out) const;

    /// Where the key stands: "bot.toml:12:9"; its section where the host cannot tell.
    [[nodiscard]] std::string place(std::string_view path) const {
        constexpr std::size_t kNeeded = offsetof(rk_config_t, place) + sizeof(void*);
        std::string out;
        if (tables_ != nullptr && tables_->config->size >= kNeeded) {
            const auto append = [](void* user, rk_text_t piece) {
                static_cast<std::string*>(user)->append(piece.data, piece.len);
            };
            static_cast<void>(
                tables_->config->place(tables_->raw, detail::to_text(path), append, &out));
        }
        if (out.empty() && tables_ != nullptr) {
            out = "[plugins." + std::string(detail::to_view(tables_->raw->name)) + "]";
        }
        return out;
    }

  private:
    const Host* tables_ = nullptr;
};

namespace detail {

/// How many letters have to be changed, added or left out.
inline std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t i = 0; i <= b.size(); ++i) {
        row[i] = i;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t corner = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = corner + (a[i] == b[j] ? 0 : 1);
            corner = row[j + 1];
            const std::size_t shorter = row[j] < corner ? row[j] : corner;
            row[j + 1] = changed < shorter + 1 ? changed : shorter + 1;
        }
    }
    return row[b.size()];
}

/// "12.5 MiB" as 12.5 and "MiB"; nothing when it does not begin with a number.
inline std::optional<std::pair<double, std::string_view>> with_unit(std::string_view text) {
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || !(value >= 0)) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
    }
    return std::pair(value, text);
}

struct Unit {
    std::string_view name;
    double factor;
};
inline constexpr Unit kDurations[] = {
    {"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
inline constexpr Unit kSizes[] = {{"B", 1},      {"kB", 1e3},      {"MB", 1e6},        {"GB", 1e9},
                                  {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}};

template <std::size_t kCount>
std::optional<double> scaled(const std::optional<std::string>& text, const Unit (&units)[kCount]) {
    const auto parts = text ? with_unit(*text) : std::nullopt;
    for (const Unit& unit : units) {
        if (parts && parts->second == unit.name) {
            return parts->first * unit.factor;
        }
    }
    return std::nullopt;
}

/// Reads values, and notes what is wrong with them.
struct ValueReader {
    const Config& config;
    std::string& faults;

    void fault(const std::string& path, std::string_view what) const {
        faults += (faults.empty() ? "" : "\n") + config.place(path) + ": ";
        faults += path.empty() ? "" : path + ": ";
        faults += what;
    }
    void unfit(const std::string& path, std::string_view expected) const {
        fault(path, "expected " + std::string(expected) + ", got " + config.json(path));
    }

    void read(const std::string& path, std::string& out) const {
        if (auto text = config.text(path)) {
            out = *std::move(text);
        } else {
            unfit(path, "text");
        }
    }
    void read(const std::string& path, bool& out) const {
        if (const auto value = config.boolean(path)) {
            out = *value;
        } else {
            unfit(path, "true or false");
        }
    }
    template <std::integral Number>
    void read(const std::string& path, Number& out) const {
        const auto value = config.integer(path);
        if (!value) {
            unfit(path, "an integer");
        } else if (!std::in_range<Number>(*value)) {
            unfit(path, "an integer from " + std::to_string(std::numeric_limits<Number>::min()) +
                            " to " + std::to_string(std::numeric_limits<Number>::max()));
        } else {
            out = static_cast<Number>(*value);
        }
    }
    template <std::floating_point Number>
    void read(const std::string& path, Number& out) const {
        if (const auto value = config.number(path)) {
            out = static_cast<Number>(*value);
        } else {
            unfit(path, "a number");
        }
    }
    template <class Rep, class Period>
    void read(const std::string& path, std::chrono::duration<Rep, Period>& out) const {
        using Out = std::chrono::duration<Rep, Period>;
        constexpr double kLongest = 100.0 * 365 * 86400;
        auto seconds = config.number(path);
        if (!seconds) {
            seconds = scaled(config.text(path), kDurations);
        }
        if (!seconds || !(*seconds >= 0) || *seconds > kLongest) {
            unfit(path, "a duration (\"250ms\", \"5s\", \"10m\", \"2h\", \"1d\", or seconds)");
            return;
        }
        out = std::chrono::duration_cast<Out>(std::chrono::duration<double>(*seconds));
    }
    void read(const std::string& path, Bytes& out) const {
        constexpr double kLargest = 9e15;
        auto bytes = config.number(path);
        if (!bytes) {
            bytes = scaled(config.text(path), kSizes);
        }
        if (!bytes || !(*bytes >= 0) || *bytes > kLargest) {
            unfit(path, "a size (\"16 MiB\", or bytes)");
            return;
        }
        out.count = static_cast<std::uint64_t>(*bytes);
    }
    template <class T>
    void read(const std::string& path, std::optional<T>& out) const {
        out.emplace();
        read(path, *out);
    }
    template <class T>
    void read(const std::string& path, std::vector<T>& out) const {
        if (!config.json(path).starts_with('[')) {
            unfit(path, "a list");
            return;
        }
        out.clear();
        for (std::uint32_t i = 0, count = config.size(path); i < count; ++i) {
            read(path + "." + std::to_string(i), out.emplace_back());
        }
    }
    template <class Options>
    requires std::is_class_v<Options>
    void read(const std::string& path, Options& out) const;
};

/// What a struct's describe() is given.
template <class Options>
class Keys {
  public:
    Keys(const ValueReader& reader, std::string path, Options& out)
        : reader_(reader), path_(std::move(path)), out_(out) {}

    /// `doc` is for whoever reads the source.
    template <class Member>
    Keys& key(std::string_view name, Member Options::*member, std::string_view /*doc*/ = {}) {
        known_.push_back(name);
        if (const std::string path = below(name); reader_.config.has(path)) {
            reader_.read(path, out_.*member);
        }
        return *this;
    }
    template <class Member>
    Keys& required(std::string_view name, Member Options::*member, std::string_view doc = {}) {
        if (const std::string path = below(name); !reader_.config.has(path)) {
            reader_.fault(path_, std::string(name) + " is missing");
        }
        return key(name, member, doc);
    }

    void refuse_others() const {
        for (const std::string& key : reader_.config.keys(path_)) {
            const std::string_view* near = nullptr;
            std::size_t least = 1 + key.size() / 2;
            bool known = false;
            for (const std::string_view& each : known_) {
                const std::size_t far = distance(key, each);
                known = known || far == 0;
                if (far <= least) {
                    least = far;
                    near = &each;
                }
            }
            if (!known) {
                reader_.fault(below(key), "there is no such key" +
                                              (near == nullptr ? std::string()
                                                               : "; did you mean \"" +
                                                                     std::string(*near) + "\"?"));
            }
        }
    }

  private:
    [[nodiscard]] std::string below(std::string_view name) const {
        return (path_.empty() ? "" : path_ + ".") + std::string(name);
    }

    const ValueReader& reader_;
    std::string path_;
    Options& out_;
    std::vector<std::string_view> known_;
};

template <class Options>
requires std::is_class_v<Options>
void ValueReader::read(const std::string& path, Options& out) const {
    if (!path.empty() && !config.json(path).starts_with('{')) {
        unfit(path, "a table");
        return;
    }
    Keys<Options> keys(*this, path, out);
    Options::describe(keys);
    keys.refuse_others();
}

}  // namespace detail

template <class Options>
void Config::read(Options& out) const {
    std::string faults;
    detail::ValueReader{*this, faults}.read(std::string(), out);
    if (!faults.empty()) {
        throw Error(RK_E_INVALID, faults);
    }
}

}  // namespace rookery
