#include "cache/raw_json.hpp"

#include "model/json_text.hpp"

#include <algorithm>

namespace rookery::cache {

using model::JsonNode;

namespace {

bool listed(Keys keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

void ObjectWriter::key(std::string_view name) {
    if (!empty_) {
        out_ += ',';
    }
    empty_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
}

void ObjectWriter::raw(std::string_view name, std::string_view raw) {
    key(name);
    out_ += raw;
}

void ObjectWriter::id(std::string_view name, std::uint64_t id) {
    key(name);
    out_ += '"';
    out_ += std::to_string(id);
    out_ += '"';
}

void ObjectWriter::number(std::string_view name, std::int64_t number) {
    key(name);
    out_ += std::to_string(number);
}

void ObjectWriter::boolean(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
}

void ObjectWriter::text(std::string_view name, std::string_view text) {
    key(name);
    model::append_json_text(out_, text);
}

void ObjectWriter::members_of(JsonNode object, Keys except) {
    for (const auto& [name, value] : object.members()) {
        if (!listed(except, name)) {
            raw(name, value.raw());
        }
    }
}

void merge_objects(std::string& out, JsonNode old, JsonNode change, Keys except) {
    ObjectWriter object(out);
    for (const auto& [name, value] : old.members()) {
        if (!listed(except, name)) {
            const JsonNode newer = change[name];
            object.raw(name, newer ? newer.raw() : value.raw());
        }
    }
    for (const auto& [name, value] : change.members()) {
        if (!old[name] && !listed(except, name)) {
            object.raw(name, value.raw());
        }
    }
    object.close();
}

void copy_without(std::string& out, JsonNode object, Keys except) {
    ObjectWriter writer(out);
    writer.members_of(object, except);
    writer.close();
}

bool same_value(JsonNode a, JsonNode b) {
    const std::string_view text = a.raw();
    if (text == b.raw()) {
        return true;
    }
    if (a.is_object() && b.is_object() && a.size() == b.size()) {
        for (const auto& [name, value] : a.members()) {
            const JsonNode other = b[name];
            if (!other || !same_value(value, other)) {
                return false;
            }
        }
        return true;
    }
    if (a.is_array() && b.is_array() && a.size() == b.size()) {
        auto other = b.elements().begin();
        for (const JsonNode element : a.elements()) {
            if (!same_value(element, *other)) {
                return false;
            }
            ++other;
        }
        return true;
    }
    return false;
}

bool changes(JsonNode old, JsonNode change, Keys except) {
    for (const auto& [name, value] : change.members()) {
        if (!listed(except, name)) {
            const JsonNode known = old[name];
            if (!known || !same_value(known, value)) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace rookery::cache
