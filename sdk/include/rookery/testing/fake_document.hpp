#pragma once

#include <rookery/abi/ext/views.h>
#include <rookery/abi/status.h>
#include <rookery/testing/json.hpp>
#include <rookery/testing/schema.hpp>
#include <rookery/view.hpp>

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::testing {

/// A JSON value in the normalised form, shown through the views of the C interface as the host
/// shows an event or a result: a field that is missing has its type's empty value.
class FakeDocument {
  public:
    /// `shape`: of the object, or of the elements of the list; schema::kNone: raw.
    FakeDocument(JsonValue root, int shape) : root_(std::move(root)), shape_(shape) {
        number(root_);
    }
    FakeDocument(const FakeDocument&) = delete;
    FakeDocument& operator=(const FakeDocument&) = delete;

    [[nodiscard]] const JsonValue& json() const noexcept { return root_; }

    [[nodiscard]] bool root(rk_handle_t handle, rk_value_t& out) const {
        if (root_.kind == JsonValue::Kind::object) {
            out.kind = RK_VALUE_OBJECT;
            out.as.object = {handle, root_.id, mapping_of(shape_), 0};
            return true;
        }
        if (root_.kind == JsonValue::Kind::list) {
            out.kind = RK_VALUE_ARRAY;
            const bool raw = shape_ == schema::kNone;
            const auto mapping =
                static_cast<std::uint16_t>(raw ? 0U : kListOf | mapping_of(shape_));
            out.as.array = {{handle, root_.id, mapping, 0}, raw ? RK_FIELD_RAW : 0U, 0};
            return true;
        }
        return false;
    }

    rk_status_t get(const rk_view_t& view, std::uint32_t field, rk_value_t& out) const {
        const schema::Shape* const shape = shape_of(view);
        out.kind = RK_VALUE_ABSENT;
        if (shape != nullptr && field < shape->count) {
            read(view, shape->fields[field], field, out);
        }
        return RK_OK;
    }
    rk_status_t get_named(const rk_view_t& view, std::string_view name, rk_value_t& out) const {
        const schema::Shape* const shape = shape_of(view);
        out.kind = RK_VALUE_ABSENT;
        if (shape == nullptr) {
            const JsonValue* const node = at(view.node);
            set_raw(view.event, node == nullptr ? nullptr : node->find(name), out);
            return RK_OK;
        }
        for (std::uint32_t i = 0; i < shape->count; ++i) {
            if (shape->fields[i].name == name) {
                read(view, shape->fields[i], i, out);
            }
        }
        return RK_OK;
    }
    /// The elements from `first` on, as many as there is room for.
    std::uint32_t elements(const rk_array_t& array, std::uint32_t first, rk_value_t* out,
                           std::uint32_t capacity, std::uint32_t* total) const {
        const JsonValue* list = at(array.owner.node);
        int shape = schema::kNone;
        if ((array.owner.mapping & kListOf) != 0) {
            shape = (array.owner.mapping & ~kListOf) - 1;
        } else if (array.field != RK_FIELD_RAW) {
            const schema::Field& field = shape_of(array.owner)->fields[array.field];
            list = list == nullptr ? nullptr : list->find(field.name);
            shape = field.shape;
        }
        const std::size_t size =
            list != nullptr && list->kind == JsonValue::Kind::list ? list->items.size() : 0;
        if (total != nullptr) {
            *total = static_cast<std::uint32_t>(size);
        }
        std::uint32_t written = 0;
        for (std::size_t i = first; i < size && written < capacity; ++i) {
            set(array.owner.event, list->items[i], shape, out[written++]);
        }
        return written;
    }
    /// Null for an object that is missing.
    [[nodiscard]] const JsonValue* at(std::uint32_t node) const {
        return node < nodes_.size() ? nodes_[node] : nullptr;
    }
    /// Everything but the size.
    static void set(rk_handle_t event, const JsonValue& value, int shape, rk_value_t& out) {
        switch (value.kind) {
            case JsonValue::Kind::null:
                out.kind = RK_VALUE_NULL;
                break;
            case JsonValue::Kind::boolean:
                out.kind = RK_VALUE_BOOLEAN;
                out.as.integer = value.boolean ? 1 : 0;
                break;
            case JsonValue::Kind::integer:
                out.kind = RK_VALUE_INTEGER;
                out.as.integer = value.integer;
                break;
            case JsonValue::Kind::number:
                out.kind = RK_VALUE_NUMBER;
                out.as.number = value.number;
                break;
            case JsonValue::Kind::text:
                out.kind = RK_VALUE_TEXT;
                out.as.text = rookery::detail::to_text(value.text);
                break;
            case JsonValue::Kind::list:
                out.kind = RK_VALUE_ARRAY;
                out.as.array = {{event, value.id, 0, 0}, RK_FIELD_RAW, 0};
                break;
            case JsonValue::Kind::object:
                out.kind = RK_VALUE_OBJECT;
                out.as.object = {event, value.id, mapping_of(shape), 0};
                break;
        }
    }
    [[nodiscard]] static const schema::Shape* shape_of(const rk_view_t& view) {
        const bool known = view.mapping != 0 && view.mapping <= std::size(schema::kShapes);
        return known ? &schema::kShapes[view.mapping - 1] : nullptr;
    }

  private:
    static constexpr std::uint16_t kListOf = 0x8000;
    static constexpr std::uint32_t kMissing = 0xFFFFFFFF;

    static std::uint16_t mapping_of(int shape) { return static_cast<std::uint16_t>(shape + 1); }

    void number(JsonValue& value) {
        value.id = static_cast<std::uint32_t>(nodes_.size());
        nodes_.push_back(&value);
        for (JsonValue& item : value.items) {
            number(item);
        }
    }

    void read(const rk_view_t& view, const schema::Field& field, std::uint32_t index,
              rk_value_t& out) const {
        using Kind = JsonValue::Kind;
        const JsonValue* const node = at(view.node);
        const JsonValue* const value = node == nullptr ? nullptr : node->find(field.name);
        const bool null = value != nullptr && value->kind == Kind::null;
        if (value != nullptr && !null) {
            if (field.list && value->kind == Kind::list) {
                out.kind = RK_VALUE_ARRAY;
                out.as.array = {view, index, 0};
                return;
            }
            if (!field.list && (field.type == "json" || fits(*value, field.type))) {
                set(view.event, *value, field.shape, out);
                return;
            }
        }
        if (!(null && field.nullable) && field.optional) {
            out.kind = RK_VALUE_ABSENT;
        } else if (field.nullable || field.type == "json") {
            out.kind = RK_VALUE_NULL;
        } else {
            set_empty(view, field, index, out);
        }
    }
    static bool fits(const JsonValue& value, std::string_view type) {
        switch (value.kind) {
            case JsonValue::Kind::object:
                return type == "object";
            case JsonValue::Kind::text:
                return type == "text" || type == "id" || type == "time";
            case JsonValue::Kind::boolean:
                return type == "boolean";
            case JsonValue::Kind::integer:
                return type == "integer" || type == "number";
            default:
                return type == "number";
        }
    }
    static void set_empty(const rk_view_t& view, const schema::Field& field, std::uint32_t index,
                          rk_value_t& out) {
        if (field.list) {
            out.kind = RK_VALUE_ARRAY;
            out.as.array = {view, index, 0};
        } else if (field.type == "object") {
            out.kind = RK_VALUE_OBJECT;
            out.as.object = {view.event, kMissing, mapping_of(field.shape), 0};
        } else if (field.type == "integer" || field.type == "boolean") {
            out.kind = field.type == "integer" ? RK_VALUE_INTEGER : RK_VALUE_BOOLEAN;
            out.as.integer = 0;
        } else if (field.type == "number") {
            out.kind = RK_VALUE_NUMBER;
            out.as.number = 0;
        } else {
            out.kind = RK_VALUE_TEXT;
            out.as.text = {"", 0};
        }
    }
    void set_raw(rk_handle_t event, const JsonValue* value, rk_value_t& out) const {
        if (value == nullptr) {
            out.kind = RK_VALUE_ABSENT;
        } else {
            set(event, *value, schema::kNone, out);
        }
    }
    JsonValue root_;
    int shape_;
    std::vector<const JsonValue*> nodes_;
};

}  // namespace rookery::testing
