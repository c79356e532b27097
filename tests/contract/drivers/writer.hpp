#pragma once

#include <rookery/plugin.hpp>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::contract {

/// Writes what the typed accessors give as JSON. Generated code beside it has a put() for each
/// entity.
class Writer {
  public:
    void add(std::string_view text) { out_ += quoted(text); }
    void add(bool value) { out_ += value ? "true" : "false"; }
    void add(std::int64_t value) { out_ += std::to_string(value); }
    void add(double value) {
        char digits[40];
        const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
        out_.append(digits, end);
    }
    void add(const Value& value) {
        if (const auto text = value.text()) {
            add(*text);
        } else if (const auto boolean = value.boolean()) {
            add(*boolean);
        } else if (const auto integer = value.integer()) {
            add(*integer);
        } else if (const auto number = value.number()) {
            add(*number);
        } else if (const auto object = value.object()) {
            out_ += object->raw();
        } else if (value) {
            list(value.array());
        } else {
            out_ += "null";
        }
    }
    template <class Items>
    void list(const Items& items) {
        out_ += '[';
        bool first = true;
        for (const auto& item : items) {
            out_ += first ? "" : ",";
            first = false;
            put_any(*this, item);
        }
        out_ += ']';
    }

    void raw(std::string_view json) { out_ += json; }

    void begin() {
        out_ += '{';
        first_ = true;
    }
    void end() {
        out_ += '}';
        first_ = false;
    }
    template <class T>
    void field(std::string_view name, const T& value) {
        key(name);
        put_any(*this, value);
    }
    /// Null and missing are one thing in the typed form.
    template <class T>
    void field(std::string_view name, const std::optional<T>& value) {
        if (value) {
            field(name, *value);
        }
    }
    template <class T>
    void field(std::string_view name, const Maybe<T>& value) {
        if (value) {
            field(name, *value);
        }
    }
    void field(std::string_view name, const Value& value) {
        if (value) {
            key(name);
            add(value);
        }
    }

    [[nodiscard]] const std::string& text() const { return out_; }

    static std::string quoted(std::string_view text) {
        const std::string object = JsonObject().add("x", text).text();
        return object.substr(5, object.size() - 6);
    }

  private:
    template <class T>
    static void put_any(Writer& out, const T& value) {
        if constexpr (std::is_base_of_v<View, T>) {
            put(out, value);  // generated
        } else {
            out.add(value);
        }
    }
    template <class T>
    static void put_any(Writer& out, const std::vector<T>& value) {
        out.list(value);
    }
    template <class T>
    static void put_any(Writer& out, const List<T>& value) {
        out.list(value);
    }
    void key(std::string_view name) {
        out_ += first_ ? "" : ",";
        first_ = false;
        out_ += quoted(name);
        out_ += ':';
    }

    std::string out_;
    bool first_ = true;
};

}  // namespace rookery::contract
