#pragma once

#include "model/json_index.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

// Objects put together from the bytes of others. Nodes must be of indexed texts, so that what is
// written is JSON again. Everything is appended to `out`.
namespace rookery::cache {

using Keys = std::span<const std::string_view>;

/// Writes one object member by member.
class ObjectWriter {
  public:
    explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }

    /// `key` goes in as it is (no quotes or backslashes in it); `raw` is JSON.
    void raw(std::string_view key, std::string_view raw);
    void id(std::string_view key, std::uint64_t id);  ///< as a string
    void number(std::string_view key, std::int64_t number);
    void boolean(std::string_view key, bool value);
    void text(std::string_view key, std::string_view text);  ///< escaped here
    /// All members of `object` except those of the names.
    void members_of(model::JsonNode object, Keys except = {});
    void close() { out_ += '}'; }

  private:
    void key(std::string_view name);

    std::string& out_;
    bool empty_ = true;
};

/// `old` with the members of `change`: those present replace, null included, those absent stay.
/// Members named in `except` are left out of both.
void merge_objects(std::string& out, model::JsonNode old, model::JsonNode change, Keys except = {});

/// `object` without some members.
void copy_without(std::string& out, model::JsonNode object, Keys except);

/// Whether both say the same: order of members and spelling of white space aside.
[[nodiscard]] bool same_value(model::JsonNode a, model::JsonNode b);

/// Whether merging `change` into `old` would change anything.
[[nodiscard]] bool changes(model::JsonNode old, model::JsonNode change, Keys except = {});

}  // namespace rookery::cache
