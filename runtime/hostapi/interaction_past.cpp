#include "hostapi/interaction_past.hpp"

#include <algorithm>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr std::size_t kAround = 96;  // bytes beside the text: its place in the lists

}  // namespace

/// FNV-1a, of 64 bits: two calls of one interaction that share it do not happen.
std::uint64_t PastAnswers::key_of(const Call& call) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&](std::string_view text) {
        for (const unsigned char c : text) {
            hash = (hash ^ c) * 0x100000001b3;
        }
        hash = (hash ^ 0xFFU) * 0x100000001b3;  // no text has it
    };
    add(call.extension);
    add(call.verb);
    for (unsigned shift = 0; shift < 32; shift += 8) {
        hash = (hash ^ (call.number >> shift & 0xFFU)) * 0x100000001b3;
    }
    return hash;
}

std::size_t PastAnswers::size_of(const std::string& answer) noexcept {
    return answer.capacity() + kAround;
}

void PastAnswers::remember(std::uint64_t interaction, const Call& call, const json& answer) {
    One& one = interactions_[interaction];
    if (one.kept.size() + one.forgotten.size() >= kMostKnown || find(interaction, call)) {
        return;
    }
    const std::uint64_t key = key_of(call);
    if (one.kept.size() >= kMostKept) {
        one.forgotten.push_back(key);
        bytes_ += sizeof key;
        return;
    }
    std::string text = answer.dump(-1, ' ', false, json::error_handler_t::replace);
    text.shrink_to_fit();
    bytes_ += size_of(text);
    one.kept.emplace_back(key, std::move(text));
    by_age_.emplace_back(interaction, key);
    shrink();
}

std::optional<Result<json>> PastAnswers::find(std::uint64_t interaction, const Call& call) const {
    const auto found = interactions_.find(interaction);
    if (found == interactions_.end()) {
        return std::nullopt;
    }
    const One& one = found->second;
    const std::uint64_t key = key_of(call);
    const auto kept = std::find_if(one.kept.begin(), one.kept.end(),
                                   [&](const auto& known) { return known.first == key; });
    if (kept != one.kept.end()) {
        return Result<json>(json::parse(kept->second, nullptr, false));
    }
    if (std::find(one.forgotten.begin(), one.forgotten.end(), key) == one.forgotten.end()) {
        return std::nullopt;
    }
    return Result<json>(Error(ErrorKind::exists,
                              "this was done before, and what came of it is no longer known: the "
                              "answers to newer interactions have taken its place"));
}

/// The text goes, the mark stays.
void PastAnswers::drop(One& one, std::uint64_t call) {
    const auto kept = std::find_if(one.kept.begin(), one.kept.end(),
                                   [&](const auto& known) { return known.first == call; });
    if (kept == one.kept.end()) {
        return;
    }
    bytes_ -= size_of(kept->second);
    one.kept.erase(kept);
    one.kept.shrink_to_fit();
    one.forgotten.push_back(call);
    bytes_ += sizeof call;
}

/// The newest answer is kept, however large it is: it is the one that is going to be asked for.
void PastAnswers::shrink() {
    while (bytes_ > budget_ && by_age_.size() > 1) {
        const auto [interaction, call] = by_age_.front();
        by_age_.pop_front();
        if (const auto found = interactions_.find(interaction); found != interactions_.end()) {
            drop(found->second, call);
        }
    }
}

void PastAnswers::forget(std::uint64_t interaction) {
    const auto found = interactions_.find(interaction);
    if (found == interactions_.end()) {
        return;
    }
    for (const auto& [call, answer] : found->second.kept) {
        bytes_ -= size_of(answer);
    }
    bytes_ -= found->second.forgotten.size() * sizeof(std::uint64_t);
    interactions_.erase(found);
    // Interactions are forgotten in the order in which they came.
    while (!by_age_.empty() && !interactions_.contains(by_age_.front().first)) {
        by_age_.pop_front();
    }
}

}  // namespace rookery::hostapi
