#pragma once

#include "model/json_index.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::discord {

/// The answer to one request for members, which comes in numbered pieces, in any order and among
/// other events. It keeps the members' raw text. One thread.
class MemberChunks {
  public:
    static constexpr std::size_t kMostBytes = std::size_t{16} << 20U;

    /// `keep`: without it only the number of members is kept.
    explicit MemberChunks(bool keep = true) : keep_(keep) {}

    enum class Taken {
        more,      ///< pieces are missing
        complete,  ///< that was the last one
        too_much,  ///< kMostBytes are kept already
        useless,   ///< no piece of this answer: repeated, or its numbers make no sense
    };
    /// The payload of GUILD_MEMBERS_CHUNK.
    [[nodiscard]] Taken take(const model::JsonNode& chunk);

    /// All pieces as one, in the form of a piece: guild_id, members, not_found (ids as text),
    /// presences, and member_count. JSON text.
    [[nodiscard]] std::string document(std::string_view guild_id) const;

  private:
    bool keep_;
    std::vector<bool> seen_;  ///< by chunk_index; empty before the first
    std::size_t missing_ = 0;
    std::size_t count_ = 0;
    std::string members_;  ///< elements, comma-separated, as are the others
    std::string presences_;
    std::string not_found_;
};

}  // namespace rookery::discord
