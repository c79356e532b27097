#include "hostapi/event_filter.hpp"

#include "model/string_scratch.hpp"

#include <algorithm>

namespace rookery::hostapi {
namespace {

model::Value value_at(const model::Event& event, const FieldPath& path,
                      model::StringScratch& scratch) {
    model::View view = event.view();
    for (std::size_t i = 0;; ++i) {
        model::Value value = view.get(path[i], scratch);
        if (i + 1 == path.size()) {
            return value;
        }
        if (value.kind != model::Value::Kind::object) {
            return model::Value::absent();
        }
        view = value.object;
    }
}

template <class List, class Value>
bool has(const List& list, const Value& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

bool EventFilter::match(const model::Event& event) const {
    for (std::size_t i = 0; i < headers_; ++i) {
        if (!holds(checks_[i], event)) {
            return false;
        }
    }
    if (headers_ == checks_.size()) {
        return true;
    }
    model::StringScratch scratch;
    return std::all_of(checks_.begin() + static_cast<std::ptrdiff_t>(headers_), checks_.end(),
                       [&](const Check& check) { return holds(check, event, scratch); });
}

bool EventFilter::holds(const Check& check, const model::Event& event) {
    switch (check.kind) {
        case Kind::guild:
            return has(check.ids, event.guild_key());
        case Kind::channel:
            return has(check.ids, event.channel_key());
        case Kind::bot_name:
            return has(check.texts, event.bot_name());
        default:
            return has(check.texts, event.platform());
    }
}

bool EventFilter::holds(const Check& check, const model::Event& event,
                        model::StringScratch& scratch) {
    const FieldPath* path = &check.path;
    if (path->empty()) {
        const auto& of = check.kind == Kind::user ? user_paths().user : user_paths().is_bot;
        const auto type = static_cast<std::size_t>(event.type());
        if (type >= of.size() || of[type].empty()) {
            return false;
        }
        path = &of[type];
    }
    const model::Value value = value_at(event, *path, scratch);
    const auto any = [&](auto&& test) {
        return value.kind == model::Value::Kind::text &&
               std::any_of(check.texts.begin(), check.texts.end(), test);
    };
    switch (check.kind) {
        case Kind::starts:
            return any([&](const std::string& text) { return value.text.starts_with(text); });
        case Kind::ends:
            return any([&](const std::string& text) { return value.text.ends_with(text); });
        case Kind::contains:
            return any([&](const std::string& text) {
                return value.text.find(text) != std::string_view::npos;
            });
        default:
            return fits(check, value, scratch);
    }
}

bool EventFilter::fits(const Check& check, const model::Value& value,
                       model::StringScratch& scratch) {
    switch (value.kind) {
        case model::Value::Kind::absent:
        case model::Value::Kind::null:
            return check.none;
        case model::Value::Kind::boolean:
            return value.boolean ? check.yes : check.no;
        case model::Value::Kind::integer:
        case model::Value::Kind::number:
            return has(check.numbers, value.number);
        case model::Value::Kind::text:
            return has(check.texts, value.text);
        case model::Value::Kind::object:
            return false;
        case model::Value::Kind::array:
            break;
    }
    model::ArrayCursor cursor(value.array);
    model::Value element;
    while (cursor.next(element, scratch)) {
        if (element.kind != model::Value::Kind::array && fits(check, element, scratch)) {
            return true;
        }
    }
    return false;
}

}  // namespace rookery::hostapi
