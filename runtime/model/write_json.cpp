#include "model/compute.hpp"
#include "model/json_text.hpp"
#include "model/produce.hpp"
#include "model/view.hpp"

#include <array>
#include <charconv>

namespace rookery::model {
namespace {

template <class Number>
void append_number(std::string& out, Number number) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append_value(std::string& out, const Value& value) {
    switch (value.kind) {
        case Value::Kind::absent:
        case Value::Kind::null:
            out += "null";
            break;
        case Value::Kind::boolean:
            out += value.boolean ? "true" : "false";
            break;
        case Value::Kind::integer:
            append_number(out, value.integer);
            break;
        case Value::Kind::number:
            append_number(out, value.number);
            break;
        case Value::Kind::text:
            append_json_text(out, value.text);
            break;
        case Value::Kind::object:
            value.object.write_json(out);
            break;
        case Value::Kind::array:
            value.array.write_json(out);
            break;
    }
}

bool has_markup(std::string_view content) noexcept {
    return content.find('<') != std::string_view::npos ||
           content.find('\\') != std::string_view::npos;
}

/// Fields that stand in the payload as they are written: spliced without being looked into. False
/// when the field is not one of these, or needs its empty value.
bool splice(std::string& out, JsonNode node, const FieldInfo& info, const FieldSource& source) {
    if ((source.op != Op::copy && source.op != Op::clean_content) || ruled_out(node, source)) {
        return false;
    }
    const JsonNode value = follow(node, source.paths.front());
    if (source.op == Op::clean_content && has_markup(value.raw_string())) {
        return false;
    }
    switch (info.type) {
        case FieldType::text:
        case FieldType::id:
            if (!value.is_string()) {
                return false;
            }
            break;
        case FieldType::integer:
            if (!value.as_integer()) {
                return false;
            }
            break;
        case FieldType::number:
            if (!value.as_number()) {
                return false;
            }
            break;
        case FieldType::boolean:
            if (!value.is_bool()) {
                return false;
            }
            break;
        case FieldType::json:
            if (!value) {
                return false;
            }
            break;
        case FieldType::time:
        case FieldType::object:
        case FieldType::array:
            return false;
    }
    append_json(out, value.raw());
    return true;
}

}  // namespace

void View::write_json(std::string& out) const {
    if (mapping_ == nullptr || mapping_->shape == nullptr) {
        append_json(out, node_ ? node_.raw() : std::string_view("null"));
        return;
    }
    StringScratch scratch;
    out += '{';
    bool first = true;
    for (std::size_t i = 0; i < mapping_->sources.size(); ++i) {
        const FieldInfo& info = mapping_->shape->fields[i];
        const std::size_t before = out.size();
        out += first ? "\"" : ",\"";
        out += info.name;
        out += "\":";
        if (!splice(out, node_, info, mapping_->sources[i])) {
            const Value value = get(static_cast<FieldIndex>(i), scratch);
            if (value.kind == Value::Kind::absent) {
                out.resize(before);
                continue;
            }
            append_value(out, value);
            scratch.clear();
        }
        first = false;
    }
    out += '}';
}

void ArrayView::write_json(std::string& out) const {
    if (source_ == nullptr) {
        append_json(out, list_ ? list_.raw() : std::string_view("[]"));
        return;
    }
    StringScratch scratch;
    Value value;
    out += '[';
    bool first = true;
    for (ArrayCursor cursor(*this); cursor.next(value, scratch); scratch.clear()) {
        if (!first) {
            out += ',';
        }
        first = false;
        append_value(out, value);
    }
    out += ']';
}

}  // namespace rookery::model
