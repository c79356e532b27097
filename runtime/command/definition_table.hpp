#pragma once

#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::command {

/// One table of a definition while it is read: gives its values checked, and keeps the first fault
/// with its place. After a fault every question has an empty answer.
class Table {
  public:
    /// `where`: its place, empty for the outermost; `known`: the keys that it may have. Keys may be
    /// in camelCase.
    Table(const nlohmann::json& given, std::string where, std::span<const std::string_view> known,
          std::string what);

    /// Null: absent.
    [[nodiscard]] const nlohmann::json* find(std::string_view key) const;
    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
    /// Characters; empty when absent.
    [[nodiscard]] std::string text(std::string_view key, std::size_t most);
    [[nodiscard]] bool boolean(std::string_view key, bool otherwise);
    [[nodiscard]] std::size_t count(std::string_view key, std::size_t least, std::size_t most,
                                    std::size_t otherwise);
    /// Number in `names`.
    [[nodiscard]] std::size_t one_of(std::string_view key, std::span<const std::string_view> names,
                                     std::size_t otherwise);
    /// A list, or one value that stands for a list of it. Null: absent or a fault.
    [[nodiscard]] std::vector<const nlohmann::json*> list(std::string_view key, std::size_t most);
    [[nodiscard]] std::vector<std::string> texts(std::string_view key, std::size_t most,
                                                 std::size_t longest);

    /// "options[2].name"
    [[nodiscard]] std::string place(std::string_view key) const;
    [[nodiscard]] std::string place(std::string_view key, std::size_t index) const;
    void fault(const std::string& place, const std::string& what);
    void fault(const Result<>& result);
    [[nodiscard]] Result<> result() const { return result_; }
    [[nodiscard]] bool good() const { return result_.has_value(); }

  private:
    std::string where_;
    std::vector<std::pair<std::string_view, const nlohmann::json*>> values_;
    Result<> result_;
};

/// "expected one of a, b and c, got \"bb\"; did you mean b?"
[[nodiscard]] std::string none_of(std::string_view given, std::span<const std::string_view> known);
/// ", did you mean \"name\"?", or nothing.
[[nodiscard]] std::string hint(std::string_view given, std::span<const std::string_view> known);
/// "text", "a table": for "expected X, got Y".
[[nodiscard]] std::string kind_of(const nlohmann::json& value);

}  // namespace rookery::command
