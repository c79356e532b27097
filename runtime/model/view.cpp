#include "model/view.hpp"

#include "model/compute.hpp"
#include "model/produce.hpp"

namespace rookery::model {

Value Value::null() {
    Value value;
    value.kind = Kind::null;
    return value;
}

Value Value::of(bool truth) {
    Value value;
    value.kind = Kind::boolean;
    value.boolean = truth;
    return value;
}

Value Value::of(std::int64_t number) {
    Value value;
    value.kind = Kind::integer;
    value.integer = number;
    value.number = static_cast<double>(number);
    return value;
}

Value Value::of(double number) {
    Value value;
    value.kind = Kind::number;
    value.number = number;
    return value;
}

Value Value::of(std::string_view text) {
    Value value;
    value.kind = Kind::text;
    value.text = text;
    return value;
}

Value Value::of(View view) {
    Value value;
    value.kind = Kind::object;
    value.object = view;
    return value;
}

Value Value::of(ArrayView array) {
    Value value;
    value.kind = Kind::array;
    value.array = array;
    return value;
}

Value Value::of_raw(JsonNode node, StringScratch& scratch) {
    if (!node) {
        return absent();
    }
    if (node.is_string()) {
        return of(node.as_string(scratch));
    }
    if (node.is_object()) {
        return of(View(node, raw_mapping()));
    }
    if (node.is_array()) {
        return of(ArrayView(node));
    }
    if (const auto integer = node.as_integer()) {
        return of(*integer);
    }
    if (const auto number = node.as_number()) {
        return of(*number);
    }
    const auto truth = node.as_bool();
    return truth ? of(*truth) : null();
}

Value View::get(FieldIndex field, StringScratch& scratch) const {
    if (mapping_ == nullptr || field >= mapping_->sources.size()) {
        return Value::absent();
    }
    const FieldInfo& info = mapping_->shape->fields[field];
    const FieldSource& source = mapping_->sources[field];
    Value value = produce(*this, field, info, source, scratch);
    return value ? value : empty_value(*this, field, info, source, value.kind == Value::Kind::null);
}

Value View::get(std::string_view name, StringScratch& scratch) const {
    if (mapping_ == nullptr) {
        return Value::absent();
    }
    if (mapping_->shape == nullptr) {
        return Value::of_raw(node_[name], scratch);
    }
    const auto field = mapping_->shape->find(name);
    return field ? get(*field, scratch) : Value::absent();
}

Value View::path(std::string_view dotted, StringScratch& scratch) const {
    View view = *this;
    while (true) {
        const std::size_t dot = dotted.find('.');
        Value value = view.get(dotted.substr(0, dot), scratch);
        if (dot == std::string_view::npos) {
            return value;
        }
        if (value.kind != Value::Kind::object) {
            return Value::absent();
        }
        view = value.object;
        dotted.remove_prefix(dot + 1);
    }
}

std::span<const FieldInfo> View::fields() const noexcept {
    return mapping_ != nullptr && mapping_->shape != nullptr ? mapping_->shape->fields
                                                             : std::span<const FieldInfo>{};
}

std::string_view View::shape() const noexcept {
    return mapping_ != nullptr && mapping_->shape != nullptr ? mapping_->shape->name : "raw";
}

}  // namespace rookery::model
