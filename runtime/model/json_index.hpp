#pragma once

#include "base/result.hpp"
#include "model/string_scratch.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rookery::model {

/// One step of an indexed text. Scalars and keys: `position` of the first byte and `extent` =
/// length in bytes (quotes included). Containers: an opening token, whose `extent` is kContainer
/// plus the number of the token after its closing one, and that closing token, whose `extent`
/// counts the members. Behind a document's tokens stands either its context's opening token or one
/// whose extent is 0.
struct JsonToken {
    static constexpr std::uint32_t kContainer = 0x80000000;

    std::uint32_t position;
    std::uint32_t extent;

    [[nodiscard]] bool is_container() const noexcept { return (extent & kContainer) != 0; }
    /// Number of the token after the value that starts with this one, whose own number is `index`.
    [[nodiscard]] std::uint32_t after(std::uint32_t index) const noexcept {
        return is_container() ? extent & ~kContainer : index + 1;
    }
};

struct JsonMember;

/// One value of an indexed JSON text: a cheap value, valid as long as the index and the text.
/// Absent when there is no such value: every question to an absent node has an empty answer, so
/// that paths need no checks on the way. Read-only, so any number of threads may share it.
class JsonNode {
  public:
    JsonNode() = default;
    JsonNode(const char* text, const JsonToken* tokens, std::uint32_t index) noexcept
        : text_(text), tokens_(tokens), index_(index) {}

    /// Stands for "no value" within the same document.
    static constexpr std::uint32_t kAbsent = 0xFFFFFFFF;

    [[nodiscard]] explicit operator bool() const noexcept {
        return tokens_ != nullptr && index_ != kAbsent;
    }
    [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
    /// The document's outermost value; absent when the node belongs to no document.
    [[nodiscard]] JsonNode root() const noexcept { return {text_, tokens_, 0}; }
    /// The object that goes with the document without being part of it (Event::make); absent when
    /// there is none. Its nodes have the same root as the document's.
    [[nodiscard]] JsonNode context() const noexcept {
        if (tokens_ == nullptr) {
            return {};
        }
        const std::uint32_t index = tokens_[0].after(0);
        return {text_, tokens_, tokens_[index].extent != 0 ? index : kAbsent};
    }
    [[nodiscard]] JsonNode absent() const noexcept { return {text_, tokens_, kAbsent}; }

    [[nodiscard]] bool is_null() const noexcept { return first() == 'n'; }
    [[nodiscard]] bool is_object() const noexcept { return first() == '{'; }
    [[nodiscard]] bool is_array() const noexcept { return first() == '['; }
    [[nodiscard]] bool is_string() const noexcept { return first() == '"'; }
    [[nodiscard]] bool is_bool() const noexcept { return first() == 't' || first() == 'f'; }
    [[nodiscard]] bool is_number() const noexcept {
        return first() == '-' || (first() >= '0' && first() <= '9');
    }

    /// The member of that name: the first one, when the text repeats it. Absent when missing or
    /// when this is not an object. The key is compared with the raw text: keys written with escapes
    /// do not match.
    [[nodiscard]] JsonNode operator[](std::string_view key) const noexcept;
    /// The same; of an array, the element whose place these digits say.
    [[nodiscard]] JsonNode at(std::string_view key) const noexcept;
    /// The key under which this node stands, as a text; absent for what is no member of an object.
    [[nodiscard]] JsonNode key() const noexcept;
    /// Members of members: "author.username".
    [[nodiscard]] JsonNode path(std::string_view dotted) const noexcept;

    /// Members of an object, elements of an array, else 0.
    [[nodiscard]] std::size_t size() const noexcept;

    /// The exact text of the value, quotes included; empty when absent.
    [[nodiscard]] std::string_view raw() const noexcept;
    /// A string without its quotes, escapes as they are; empty for anything else.
    [[nodiscard]] std::string_view raw_string() const noexcept;
    /// A string's text: borrowed from the document when it holds no escape, else made in `scratch`.
    /// Lone surrogates become U+FFFD. Empty for anything else.
    [[nodiscard]] std::string_view as_string(StringScratch& scratch) const;

    [[nodiscard]] std::optional<std::int64_t> as_integer() const noexcept;
    /// Also from a string of digits: ids and bit sets.
    [[nodiscard]] std::optional<std::uint64_t> as_id() const noexcept;
    /// A number written with nothing but digits, of any length: an id that is no string.
    [[nodiscard]] bool is_digits() const noexcept;
    [[nodiscard]] std::optional<double> as_number() const noexcept;
    [[nodiscard]] std::optional<bool> as_bool() const noexcept;

    class Elements;
    class Members;
    /// Ranges for `for`; empty when this is not an array (an object).
    [[nodiscard]] Elements elements() const noexcept;
    [[nodiscard]] Members members() const noexcept;

    /// The value after this one in the same array; absent after the last.
    [[nodiscard]] JsonNode next_element() const noexcept;
    [[nodiscard]] JsonNode first_element() const noexcept;
    /// The value after this one in the same object; absent after the last.
    [[nodiscard]] JsonNode next_member() const noexcept;
    [[nodiscard]] JsonNode first_member() const noexcept;
    /// The next object within this list or object, however deep, in the order of the text; `at` is
    /// where the search goes on: begin with 0. Absent after the last.
    [[nodiscard]] JsonNode next_object(std::uint32_t& at) const noexcept;

  private:
    [[nodiscard]] char first() const noexcept {
        return *this ? text_[tokens_[index_].position] : '\0';
    }

    const char* text_ = nullptr;
    const JsonToken* tokens_ = nullptr;
    std::uint32_t index_ = kAbsent;
};

struct JsonMember {
    std::string_view key;  ///< raw, without quotes
    JsonNode value;
};

class JsonNode::Elements {
  public:
    explicit Elements(JsonNode first) noexcept : first_(first) {}
    class Iterator {
      public:
        explicit Iterator(JsonNode node) noexcept : node_(node) {}
        JsonNode operator*() const noexcept { return node_; }
        Iterator& operator++() noexcept {
            node_ = node_.next_element();
            return *this;
        }
        bool operator==(std::default_sentinel_t) const noexcept { return !node_; }

      private:
        JsonNode node_;
    };
    [[nodiscard]] Iterator begin() const noexcept { return Iterator(first_); }
    [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

  private:
    JsonNode first_;
};

class JsonNode::Members {
  public:
    Members(const char* text, const JsonToken* tokens, std::uint32_t first,
            std::uint32_t end) noexcept
        : text_(text), tokens_(tokens), first_(first), end_(end) {}
    class Iterator {
      public:
        Iterator(const Members& owner, std::uint32_t index) noexcept
            : owner_(&owner), index_(index) {}
        JsonMember operator*() const noexcept;
        Iterator& operator++() noexcept;
        bool operator==(std::default_sentinel_t) const noexcept { return index_ >= owner_->end_; }

      private:
        const Members* owner_;
        std::uint32_t index_;
    };
    [[nodiscard]] Iterator begin() const noexcept { return {*this, first_}; }
    [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

  private:
    const char* text_;
    const JsonToken* tokens_;
    std::uint32_t first_;
    std::uint32_t end_;
};

/// Structural index over one JSON text, made in one pass over the bytes (simdjson's first stage)
/// and one over what it found, which checks grammar and depth: every later walk is safe without
/// checks.
class JsonIndex {
  public:
    static constexpr unsigned kMaxDepth = 64;
    static constexpr std::size_t kMaxText = std::size_t{64} << 20U;

    /// The text must outlive the index; no bytes past its end are read. Errors: protocol (not
    /// UTF-8, not JSON, with the byte offset), limit (deeper than kMaxDepth, longer than kMaxText).
    /// Any thread.
    [[nodiscard]] static Result<JsonIndex> build(std::string_view text);

    /// The same without an owner, and without a token behind the document's: the tokens stay valid
    /// until this thread indexes again.
    [[nodiscard]] static Result<std::span<const JsonToken>> scan(std::string_view text);

    [[nodiscard]] JsonNode root() const noexcept { return {text_, tokens_.data(), 0}; }

    /// Without the one behind the document's.
    [[nodiscard]] std::span<const JsonToken> tokens() const noexcept {
        return std::span(tokens_).first(tokens_.size() - 1);
    }

  private:
    JsonIndex(const char* text, std::vector<JsonToken> tokens)
        : text_(text), tokens_(std::move(tokens)) {}

    const char* text_;
    std::vector<JsonToken> tokens_;
};

}  // namespace rookery::model
