#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::protocol::guilded {

/// The members of one JSON object in the order of the text, without an index over it: strings and
/// brackets are skipped, whatever they hold. What is inside of a value is not validated.
///
///     for (MemberScan scan(text); scan.next();) { use(scan.key(), scan.value()); }
class MemberScan {
  public:
    explicit MemberScan(std::string_view object);

    /// False at the end, and when the text is not such an object: failed() tells.
    [[nodiscard]] bool next();
    [[nodiscard]] bool failed() const noexcept { return failed_; }

    /// Of the current member: the key without its quotes, escapes as they are; the value's text.
    [[nodiscard]] std::string_view key() const noexcept { return key_; }
    [[nodiscard]] std::string_view value() const noexcept { return value_; }

  private:
    bool fail();

    std::string_view text_;
    std::size_t at_ = 0;
    bool first_ = true;
    bool failed_ = false;
    std::string_view key_;
    std::string_view value_;
};

/// The value of `key` in an object; empty when it is not there.
[[nodiscard]] std::string_view member(std::string_view object, std::string_view key);
/// A value through several objects: member_at(text, {"message", "id"}).
[[nodiscard]] std::string_view member_at(std::string_view object,
                                         std::initializer_list<std::string_view> keys);

/// The inside of a JSON string or the digits of a number, escapes as they are; empty for anything
/// else.
[[nodiscard]] std::string_view plain_text(std::string_view value);

/// The same JSON with what lies deeper than `most` brackets replaced: an object by a text node of a
/// document that says so, a list by one with that node. None when nothing is as deep. Takes any
/// bytes; adds at most four levels.
[[nodiscard]] std::optional<std::string> limit_depth(std::string_view json, unsigned most);

}  // namespace rookery::protocol::guilded
