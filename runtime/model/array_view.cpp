#include "model/compute.hpp"
#include "model/view.hpp"

namespace rookery::model {

ArrayView::ArrayView(View owner, FieldIndex field, const FieldSource& source) noexcept
    : owner_(owner), field_(field), source_(&source) {
    if (!source.paths.empty()) {
        list_ = follow(owner.node(), source.paths.front());
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
      node_(array.list_.first_element()),
      front_pending_(array.source_ != nullptr && array.source_->op == Op::list &&
                     array.source_->paths.size() > 1) {}

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

bool ArrayCursor::next(Value& out, StringScratch& scratch) {
    const FieldSource* const source = array_.source_;
    if (source != nullptr && source->op == Op::permission_names) {
        return next_permission(out);
    }
    if (source != nullptr && source->op == Op::channel_mentions) {
        return next_channel(out);
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
        const JsonNode element = node_;
        node_ = node_.next_element();
        if (source == nullptr) {
            out = Value::of_raw(element, scratch);
            return true;
        }
        if (source->op == Op::objects) {
            if (element.is_object()) {
                out = Value::of(View(element, *source->mapping));
                return true;
            }
            continue;
        }
        // Lists hold texts and ids; an element that is neither is left out.
        const JsonNode text = source->text.empty() ? element : element[source->text];
        if (text.is_string() || text.as_id()) {
            out = Value::of(text.is_string() ? text.as_string(scratch) : text.raw());
            return true;
        }
    }
    return false;
}

}  // namespace rookery::model
