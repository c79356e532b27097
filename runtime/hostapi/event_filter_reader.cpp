#include "base/edit_distance.hpp"
#include "base/id_text.hpp"
#include "base/log.hpp"
#include "hostapi/event_filter.hpp"
#include "model/json_index.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace rookery::hostapi {
namespace {

using model::FieldInfo;
using model::FieldType;
using nlohmann::json;

constexpr double kExact = 9'007'199'254'740'992.0;  ///< beyond it numbers have gaps
constexpr std::size_t kLongestName = 200;

std::string_view type_name(FieldType type) {
    switch (type) {
        case FieldType::text:
        case FieldType::time:
            return "text";
        case FieldType::id:
            return "an id";
        case FieldType::integer:
        case FieldType::number:
            return "a number";
        case FieldType::boolean:
            return "a boolean";
        case FieldType::object:
        case FieldType::array:
        case FieldType::json:
            break;
    }
    return "a text, a number or a boolean";
}

std::string actual(const json& value) {
    if (value.is_null()) {
        return "null";
    }
    return value.is_string() ? "text" : std::string("a ") + value.type_name();
}

/// The id of a text, or of a number that is exact in every language.
std::optional<std::string> id_of(const json& value) {
    if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        return number > 0 && static_cast<double>(number) < kExact
                   ? std::optional(std::to_string(number))
                   : std::nullopt;
    }
    const auto* text = value.get_ptr<const std::string*>();
    return text != nullptr && is_id(*text) ? std::optional(*text) : std::nullopt;
}

}  // namespace

/// Turns one JSON object into checks.
class FilterReader {
  public:
    using Check = EventFilter::Check;
    using Kind = EventFilter::Kind;

    explicit FilterReader(model::EventType type) : type_(type) {
        const auto index = static_cast<std::size_t>(type);
        const auto events = model::event_infos();
        shape_ = index < events.size() ? events[index].shape : nullptr;
    }

    Result<> read(const std::string& key, const json& value, EventFilter& out) {
        Check check;
        auto kind = find(key, value, check);
        if (!kind) {
            return kind.error();
        }
        const bool list = value.is_array();
        if (list && (value.empty() || value.size() > EventFilter::kMostValues)) {
            return Error(ErrorKind::invalid, key + ": a list must have between 1 and " +
                                                 std::to_string(EventFilter::kMostValues) +
                                                 " values, this one has " +
                                                 std::to_string(value.size()));
        }
        for (std::size_t i = 0; i < (list ? value.size() : 1); ++i) {
            if (auto read = take(key, list ? value[i] : value, *kind, check); !read) {
                return read;
            }
        }
        if (text_ > EventFilter::kMostText) {
            return Error(ErrorKind::limit, "the values are longer than " +
                                               std::to_string(EventFilter::kMostText) +
                                               " bytes together");
        }
        out.checks_.push_back(std::move(check));
        return {};
    }

  private:
    /// What a key stands for: fills in kind and path, and gives the type of its values.
    Result<FieldType> find(const std::string& key, const json& value, Check& check) {
        if (key == "guild" || key == "channel") {
            check.kind = key == "guild" ? Kind::guild : Kind::channel;
            return FieldType::id;
        }
        if (key == "platform") {
            check.kind = Kind::platform;
            return FieldType::text;
        }
        if (key == "bot") {
            return find_bot(value, check);
        }
        if (key == "user") {
            check.kind = Kind::user;
            return cause(key, check, shape_ != nullptr ? find_user(*shape_) : std::nullopt);
        }
        static constexpr std::array<std::pair<std::string_view, Kind>, 4> kOfContent = {
            {{"startsWith", Kind::starts},
             {"endsWith", Kind::ends},
             {"contains", Kind::contains},
             {"equals", Kind::field}}};
        for (const auto& [name, kind] : kOfContent) {
            if (key == name) {
                check.kind = kind;
                return content(key, check);
            }
        }
        return field(key, check);
    }

    Result<FieldType> find_bot(const json& value, Check& check) {
        if (value.is_boolean()) {
            check.kind = Kind::is_bot;
            auto found =
                cause("bot", check, shape_ != nullptr ? find_user_is_bot(*shape_) : std::nullopt);
            return found ? Result<FieldType>(FieldType::boolean) : found;
        }
        check.kind = Kind::bot_name;
        if (!value.is_string() && !value.is_array()) {
            return Error(ErrorKind::invalid,
                         "bot: expected the name of a bot, or true or false for whether whoever "
                         "caused the event is one, got " +
                             actual(value));
        }
        return FieldType::text;
    }

    Result<FieldType> cause(const std::string& key, Check& check, std::optional<FoundField> found) {
        if (found) {
            check.path = std::move(found->path);
        } else if (type_ != model::kAnyEvent) {
            return Error(ErrorKind::invalid, key + ": " + event() + " does not say who caused it");
        }
        return FieldType::id;
    }

    Result<FieldType> content(const std::string& key, Check& check) {
        auto found = shape_ != nullptr ? find_content(*shape_) : std::nullopt;
        if (!found) {
            return Error(ErrorKind::invalid, key + ": " + event() + " has no content");
        }
        check.path = std::move(found->path);
        return FieldType::text;
    }

    Result<FieldType> field(const std::string& key, Check& check) {
        if (shape_ == nullptr) {
            return Error(ErrorKind::invalid,
                         "\"" + log::clipped(key, 60) + "\": for " + event() +
                             " there are only guild, channel, bot and platform" +
                             (type_ == model::kAnyEvent ? ", and user" : ""));
        }
        auto looked = look_up_field(*shape_, key);
        if (!looked.found) {
            return unknown(key, looked);
        }
        const FieldInfo& info = *looked.found->info;
        const FieldType type = info.type == FieldType::array ? info.element : info.type;
        if (type == FieldType::object) {
            return Error(ErrorKind::invalid,
                         key + ": has fields of its own (" + example(info) +
                             (info.type == FieldType::array ? ") and cannot be asked for"
                                                            : "): name one of them"));
        }
        check.kind = Kind::field;
        check.path = std::move(looked.found->path);
        return type;
    }

    [[nodiscard]] Error unknown(const std::string& key, const FieldLookup& looked) const {
        const bool nested = looked.stopped_in != shape_;
        std::string text = "\"" + log::clipped(key, 60) + "\": ";
        if (looked.stopped_in == nullptr) {
            return {ErrorKind::invalid, text + "what is in front of \"" +
                                            log::clipped(looked.wrong, 60) + "\" has no fields"};
        }
        text += nested ? std::string(looked.stopped_in->name) + " has no field \"" +
                             log::clipped(looked.wrong, 60) + "\""
                       : "a filter of " + event() + " has no such key";
        std::string_view best;
        std::size_t least = std::max<std::size_t>(2, looked.wrong.size() / 3) + 1;
        const auto offer = [&](std::string_view name) {
            if (const auto edits = edit_distance(looked.wrong.substr(0, 60), name); edits < least) {
                least = edits;
                best = name;
            }
        };
        for (const FieldInfo& info : looked.stopped_in->fields) {
            offer(info.name);
        }
        for (const std::string_view name : {"guild", "channel", "user", "bot", "platform",
                                            "startsWith", "endsWith", "contains", "equals"}) {
            if (!nested) {
                offer(name);
            }
        }
        return {ErrorKind::invalid,
                text + (best.empty() ? "" : ": did you mean " + std::string(best) + "?")};
    }

    static std::string example(const FieldInfo& info) {
        return info.shape != nullptr && !info.shape->fields.empty()
                   ? std::string(info.name) + "." + std::string(info.shape->fields.front().name)
                   : std::string(info.name);
    }

    Result<> take(const std::string& key, const json& value, FieldType type, Check& check) {
        const bool of_field = check.kind == Kind::field && key != "equals";
        if (value.is_null() && of_field) {
            check.none = true;
            return {};
        }
        const bool any = type == FieldType::json;
        if (type == FieldType::id) {
            const auto id = id_of(value);
            if (!id) {
                return wrong(key, "an id", value);
            }
            check.ids.push_back(model::id_key(*id));
            check.texts.push_back(*id);
        } else if (value.is_string() && (any || is_text(type))) {
            check.texts.push_back(value.get<std::string>());
            text_ += check.texts.back().size();
            return check_name(key, check);
        } else if (value.is_number() && std::isfinite(value.get<double>()) &&
                   (any || type == FieldType::integer || type == FieldType::number)) {
            check.numbers.push_back(value.get<double>());
        } else if (value.is_boolean() && (any || type == FieldType::boolean)) {
            (value.get<bool>() ? check.yes : check.no) = true;
        } else {
            return wrong(key, std::string(type_name(type)), value);
        }
        return {};
    }

    static Result<> check_name(const std::string& key, const Check& check) {
        if (check.kind == Kind::platform && model::find_platform(check.texts.back()) == nullptr) {
            std::string known;
            for (const auto* platform : model::platforms()) {
                known += (known.empty() ? "" : ", ") + std::string(platform->name);
            }
            return Error(ErrorKind::invalid, key + ": there is no platform \"" +
                                                 log::clipped(check.texts.back(), 40) +
                                                 "\"; there are: " + known);
        }
        return {};
    }

    static bool is_text(FieldType type) {
        return type == FieldType::text || type == FieldType::time;
    }

    static Result<> wrong(const std::string& key, const std::string& expected, const json& value) {
        const bool inexact = value.is_number() && expected.starts_with("an id");
        return Error(ErrorKind::invalid,
                     key + ": expected " + expected + " or a list of them, got " + actual(value) +
                         (inexact ? " (numbers as large as ids are not exact)" : ""));
    }

    [[nodiscard]] std::string event() const {
        return type_ == model::kAnyEvent ? "\"*\"" : std::string(model::EventNames::name(type_));
    }

    model::EventType type_;
    const model::Shape* shape_ = nullptr;
    std::size_t text_ = 0;
};

Result<EventFilter> EventFilter::make(model::EventType type, const json& filter) {
    EventFilter made;
    if (filter.is_array() && filter.empty()) {
        return made;
    }
    if (!filter.is_object()) {
        return Error(ErrorKind::invalid,
                     "filter: expected a table of conditions, got " + actual(filter));
    }
    if (filter.size() > kMostKeys) {
        return Error(ErrorKind::limit, "filter: more than " + std::to_string(kMostKeys) + " keys");
    }
    FilterReader reader(type);
    for (const auto& [key, value] : filter.items()) {
        if (key.size() > kLongestName) {
            return Error(ErrorKind::limit,
                         "filter: a key is longer than " + std::to_string(kLongestName) + " bytes");
        }
        if (auto read = reader.read(key, value, made); !read) {
            return Error(read.error().kind(), "filter: " + read.error().message());
        }
    }
    std::stable_sort(made.checks_.begin(), made.checks_.end(),
                     [](const Check& a, const Check& b) { return a.kind < b.kind; });
    made.headers_ = static_cast<std::size_t>(
        std::count_if(made.checks_.begin(), made.checks_.end(),
                      [](const Check& check) { return check.kind <= Kind::platform; }));
    return made;
}

Result<EventFilter> EventFilter::parse(model::EventType type, std::string_view text) {
    if (text.empty()) {
        return EventFilter();
    }
    if (text.size() > 2 * kMostText) {
        return Error(ErrorKind::limit,
                     "filter: longer than " + std::to_string(2 * kMostText) + " bytes");
    }
    // The index checks UTF-8 and depth, which the parser does not.
    if (auto checked = model::JsonIndex::build(text); !checked) {
        return Error(ErrorKind::invalid, "filter: " + checked.error().message());
    }
    const auto parsed = json::parse(text, nullptr, false);
    if (parsed.is_discarded()) {
        return Error(ErrorKind::invalid, "filter: not JSON");
    }
    return make(type, parsed);
}

}  // namespace rookery::hostapi
