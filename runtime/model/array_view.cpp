#include "model/compute.hpp"
#include "model/produce.hpp"
#include "model/view.hpp"

namespace rookery::model {
ArrayView::ArrayView(View owner, FieldIndex field, const FieldSource& source) noexcept
    : owner_(owner), field_(field), source_(&source) {
    if (!source.paths.empty()) {
        list_ = follow(owner.node(), source.paths.front());
        if (source.op == Op::permission_names && source.paths.size() > 1 &&
            (!list_ || list_.is_null())) {
            list_ = follow(owner.node(), source.paths[1]);
        }
    }
}

ArrayView::ArrayView(JsonNode raw) noexcept : list_(raw) {}

std::size_t ArrayView::size() const {
    if (source_ == nullptr) {
        return list_.size();
    }
    StringScratch scratch;
    Value ignored;
    std::size_t count = 0;
    for (ArrayCursor cursor(*this); cursor.next(ignored, scratch); scratch.clear()) {
        ++count;
    }
    return count;
}

Value ArrayView::get(std::size_t index, StringScratch& scratch) const {
    Value value;
    ArrayCursor cursor(*this);
    do {
        if (!cursor.next(value, scratch)) {
            return Value::absent();
        }
    } while (index-- > 0);
    return value;
}

ArrayCursor::ArrayCursor(const ArrayView& array) noexcept
    : array_(array),
      node_(array.source_ != nullptr && array.source_->op == Op::entries && array.list_.is_object()
                ? array.list_.first_member()
                : array.list_.first_element()),
      front_pending_(array.source_ != nullptr && array.source_->op == Op::list &&
                     array.source_->paths.size() > 1),
      integers_(array.source_ != nullptr &&
                array.owner_.fields()[array.field_].element == FieldType::integer) {}

bool ArrayCursor::next_permission(Value& out) {
    const auto names = compute::permission_names();
    const std::uint64_t bits = array_.list_.as_id().value_or(0);
    while (state_ < names.size()) {
        const auto& permission = names[state_++];
        if ((bits >> permission.bit & 1U) != 0) {
            out = Value::of(permission.name);
            return true;
        }
    }
    return false;
}

bool ArrayCursor::next_channel(Value& out) {
    std::size_t from = state_;
    const std::string_view id = compute::next_channel_mention(array_.list_.raw_string(), from);
    state_ = from;
    out = Value::of(id);
    return !id.empty();
}

bool ArrayCursor::next_nested(Value& out, StringScratch& scratch) {
    const FieldSource& source = *array_.source_;
    auto at = static_cast<std::uint32_t>(state_);
    bool found = false;
    while (!found) {
        const JsonNode object = array_.list_.next_object(at);
        if (!object) {
            break;
        }
        const JsonNode key = object[source.text];
        if (key && (source.kinds == 0 || is_among(object["type"], source.kinds))) {
            if (source.mapping != nullptr) {
                out = Value::of(View(object, *source.mapping));
            }
            found = source.mapping != nullptr || element(key, out, scratch);
        }
    }
    state_ = at;
    return found;
}

bool ArrayCursor::next_entry(Value& out) {
    while (node_) {
        const JsonNode item = node_;
        node_ = array_.list_.is_object() ? node_.next_member() : node_.next_element();
        if (!item.is_null()) {
            out = Value::of(View(item, *array_.source_->mapping));
            return true;
        }
    }
    return false;
}

/// One element of a list of texts, ids or integers; false for one that is none: it is left out.
bool ArrayCursor::element(JsonNode node, Value& out, StringScratch& scratch) const {
    if (integers_) {
        const auto number = node.as_integer();
        out = number ? Value::of(*number) : Value();
        return number.has_value();
    }
    if (!node.is_string() && !node.is_digits()) {
        return false;
    }
    out = Value::of(node.is_string() ? node.as_string(scratch) : node.raw());
    return true;
}

bool ArrayCursor::next(Value& out, StringScratch& scratch) {
    const FieldSource* const source = array_.source_;
    if (source != nullptr && source->op == Op::permission_names) {
        return next_permission(out);
    }
    if (source != nullptr && source->op == Op::channel_mentions) {
        return next_channel(out);
    }
    if (source != nullptr && source->op == Op::nested) {
        return next_nested(out, scratch);
    }
    if (source != nullptr && source->op == Op::entries) {
        return next_entry(out);
    }
    if (front_pending_) {
        front_pending_ = false;
        const JsonNode front = follow(array_.owner_.node(), source->paths[1]);
        if (front.is_string()) {
            out = Value::of(front.as_string(scratch));
            return true;
        }
    }
    while (node_) {
        const JsonNode item = node_;
        node_ = node_.next_element();
        if (source == nullptr) {
            out = Value::of_raw(item, scratch);
            return true;
        }
        if (source->op == Op::objects) {
            if (item.is_object()) {
                out = Value::of(View(item, *source->mapping));
                return true;
            }
            continue;
        }
        if (element(source->text.empty() ? item : item[source->text], out, scratch)) {
            return true;
        }
    }
    return false;
}

}  // namespace rookery::model
