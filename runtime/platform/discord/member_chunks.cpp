#include "platform/discord/member_chunks.hpp"

namespace rookery::discord {
namespace {

/// A guild has millions of members at most, at 1,000 a piece.
constexpr std::int64_t kMostChunks = 100'000;

/// Appends the elements of an array, without its brackets.
void append_elements(std::string& out, const model::JsonNode& array) {
    const std::string_view text = array.raw();
    const auto begin = text.find_first_not_of(" \t\r\n", 1);
    if (!array.is_array() || begin == std::string_view::npos || text[begin] == ']') {
        return;
    }
    out += out.empty() ? "" : ",";
    out += text.substr(1, text.rfind(']') - 1);
}

}  // namespace

MemberChunks::Taken MemberChunks::take(const model::JsonNode& chunk) {
    const auto index = chunk["chunk_index"].as_integer().value_or(0);
    const auto count = chunk["chunk_count"].as_integer().value_or(1);
    if (seen_.empty()) {
        if (count < 1 || count > kMostChunks) {
            return Taken::useless;
        }
        missing_ = static_cast<std::size_t>(count);
        seen_.resize(missing_);
    }
    if (index < 0 || static_cast<std::size_t>(index) >= seen_.size() ||
        seen_[static_cast<std::size_t>(index)]) {
        return Taken::useless;
    }
    const auto members = chunk["members"];
    count_ += members.is_array() ? members.size() : 0;
    // Ids that are no snowflakes come as numbers.
    for (const auto& id : chunk["not_found"].elements()) {
        const std::string_view raw = id.raw();
        if (!raw.empty()) {
            not_found_ += not_found_.empty() ? "" : ",";
            not_found_ += id.is_string() ? std::string(raw) : '"' + std::string(raw) + '"';
        }
    }
    if (keep_) {
        if (members_.size() + presences_.size() + chunk.raw().size() > kMostBytes) {
            return Taken::too_much;
        }
        append_elements(members_, members);
        append_elements(presences_, chunk["presences"]);
    }
    seen_[static_cast<std::size_t>(index)] = true;
    --missing_;
    return missing_ == 0 ? Taken::complete : Taken::more;
}

std::string MemberChunks::document(std::string_view guild_id) const {
    std::string text = R"({"guild_id":")";
    text.append(guild_id).append(R"(","member_count":)").append(std::to_string(count_));
    text.append(R"(,"members":[)").append(members_);
    text.append(R"(],"not_found":[)").append(not_found_);
    text.append(R"(],"presences":[)").append(presences_).append("]}");
    return text;
}

}  // namespace rookery::discord
