#pragma once

#include "model/json_index.hpp"
#include "model/shape.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rookery::model {

struct Value;

/// Looks at one raw object in the normalised shape. A cheap value, valid as long as the event (or
/// index) that it came from; any number of threads may read through copies of it. A view of an
/// absent or mistyped raw object has every field at its empty value.
class View {
  public:
    View() = default;
    View(JsonNode node, const Mapping& mapping) noexcept : node_(node), mapping_(&mapping) {}

    /// False for a view that looks at nothing (a default one).
    [[nodiscard]] explicit operator bool() const noexcept { return mapping_ != nullptr; }

    /// By normalised name; in a raw view by raw key. Absent for a name that the shape has not.
    [[nodiscard]] Value get(std::string_view name, StringScratch& scratch) const;
    /// By position in the shape: the fast way. Absent past the end.
    [[nodiscard]] Value get(FieldIndex field, StringScratch& scratch) const;
    /// Through nested objects: "author.username".
    [[nodiscard]] Value path(std::string_view dotted, StringScratch& scratch) const;

    /// Appends the whole object as compact JSON, fields in the shape's order; a raw view's text as
    /// it is.
    void write_json(std::string& out) const;

    /// Empty in a raw view.
    [[nodiscard]] std::span<const FieldInfo> fields() const noexcept;
    [[nodiscard]] std::string_view shape() const noexcept;  ///< "Message"; "raw"
    [[nodiscard]] JsonNode node() const noexcept { return node_; }
    [[nodiscard]] const Mapping& mapping() const noexcept { return *mapping_; }

  private:
    JsonNode node_;
    const Mapping* mapping_ = nullptr;
};

/// A list as a view shows it: elements are texts, numbers, views or raw values. Like View, a cheap
/// value.
class ArrayView {
  public:
    ArrayView() = default;
    ArrayView(View owner, FieldIndex field, const FieldSource& source) noexcept;
    explicit ArrayView(JsonNode raw) noexcept;

    /// Walks the whole list.
    [[nodiscard]] std::size_t size() const;
    /// Absent past the end. Walks to the element: use ArrayCursor to visit all.
    [[nodiscard]] Value get(std::size_t index, StringScratch& scratch) const;
    void write_json(std::string& out) const;

    /// To find the list again: the object that has it, and which field it is. Null owner: a raw
    /// array.
    [[nodiscard]] const View& owner() const noexcept { return owner_; }
    [[nodiscard]] FieldIndex field() const noexcept { return field_; }
    [[nodiscard]] JsonNode node() const noexcept { return list_; }

  private:
    friend class ArrayCursor;
    View owner_;
    FieldIndex field_ = 0;
    const FieldSource* source_ = nullptr;
    JsonNode list_;
};

/// One walk over an ArrayView.
class ArrayCursor {
  public:
    explicit ArrayCursor(const ArrayView& array) noexcept;
    /// The next element into `out`; false at the end.
    bool next(Value& out, StringScratch& scratch);

  private:
    bool next_permission(Value& out);
    bool next_channel(Value& out);
    bool next_nested(Value& out, StringScratch& scratch);
    bool next_entry(Value& out);
    bool element(JsonNode node, Value& out, StringScratch& scratch) const;

    ArrayView array_;
    JsonNode node_;
    bool front_pending_ = false;
    bool integers_ = false;
    std::uint64_t state_ = 0;
};

/// Value of one field. Texts are borrowed from the event or from the scratch.
struct Value {
    enum class Kind : std::uint8_t { absent, null, boolean, integer, number, text, object, array };

    Kind kind = Kind::absent;
    bool boolean = false;
    std::int64_t integer = 0;
    double number = 0;  ///< also set for integers
    std::string_view text;
    View object;
    ArrayView array;

    /// Neither null nor absent.
    [[nodiscard]] explicit operator bool() const noexcept {
        return kind != Kind::absent && kind != Kind::null;
    }

    static Value absent() { return {}; }
    static Value null();
    static Value of(bool value);
    static Value of(std::int64_t value);
    static Value of(double value);
    static Value of(std::string_view value);
    static Value of(View value);
    static Value of(ArrayView value);
    /// A raw JSON value as it is; objects as raw views.
    static Value of_raw(JsonNode node, StringScratch& scratch);
};

}  // namespace rookery::model
