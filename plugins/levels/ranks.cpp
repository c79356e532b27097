#include "levels.hpp"

#include <algorithm>

using rookery::CommandCall;
using rookery::JsonObject;
using rookery::JsonValue;
using rookery::Task;
using rookery::Type;

namespace {

constexpr int kPageSize = 10;
constexpr std::uint32_t kBatch = 1000;       // keys read at once
constexpr std::size_t kMostRanked = 20'000;  // members of one guild
constexpr std::chrono::seconds kFresh{30};   // how long a ranking is good for
constexpr std::size_t kMostKept = 16;        // rankings, each of one guild

}  // namespace

void Levels::declare_ranks() {
    command({.name = "rank",
             .description = "Level, points and place of somebody",
             .aliases = {"level"},
             .options = {{.name = "user", .description = "Else yours", .type = Type::user}},
             .cooldown = {.per = rookery::Per::user, .uses = 3, .time = std::chrono::seconds(10)},
             .where = rookery::Where::guild,
             .category = "Levels"},
            [this](const CommandCall& call) { return rank(&call); });
    command({.name = "leaderboard",
             .description = "Everybody by their points",
             .aliases = {"top"},
             .cooldown = {.per = rookery::Per::user, .uses = 2, .time = std::chrono::seconds(10)},
             .where = rookery::Where::guild,
             .category = "Levels"},
            [](const CommandCall& call) -> Task<> {
                const std::string guild = JsonObject().add("g", call.guild_id()).text();
                const auto sent = co_await call.page("leaderboard", guild);
                static_cast<void>(sent.value());
            });
    pager("leaderboard", [this](int page, const JsonValue& state) { return page_of(page, state); });
}

Task<std::shared_ptr<const Ranking>> Levels::ranking(std::string guild) {
    if (const auto kept = rankings_.find(guild); kept != rankings_.end() && fresh(kept->second)) {
        co_return kept->second.all;
    }
    const std::string prefix = prefix_of(guild);
    const auto out = std::make_shared<Ranking>();
    std::string after;
    bool more = true;
    while (more && out->size() < kMostRanked) {
        const auto page = co_await kv().list(prefix, after, kBatch);
        for (const auto& [key, json] : page.value().items) {
            const Standing standing = Standing::read(json);
            out->push_back({key.substr(prefix.size()), standing.name, standing.points});
            after = key;
        }
        more = page.value().more && !page.value().items.empty();
    }
    std::sort(out->begin(), out->end(),
              [](const Ranked& a, const Ranked& b) { return a.before(b); });
    std::erase_if(rankings_, [this](const auto& each) { return !fresh(each.second); });
    if (rankings_.size() >= kMostKept) {
        rankings_.clear();
    }
    rankings_[guild] = {now(), out};
    co_return out;
}

bool Levels::fresh(const Kept& kept) const {
    const auto age = now() - kept.at;
    return age >= age.zero() && age < kFresh;
}

Task<std::string> Levels::rank(const CommandCall* call) {
    const auto given = call->user("user");
    const std::string guild(call->guild_id());
    const std::string user(given ? given.id() : call->user_id());
    const std::string whose = given ? std::string(given.name()) + " has" : "You have";
    const auto stored = co_await kv().get(prefix_of(guild) + user);
    if (!stored.value()) {
        co_return whose + " no points yet.";
    }
    const Ranked own{user, "", Standing::read(*stored.value()).points};
    Task<std::shared_ptr<const Ranking>> reading = ranking(guild);
    const auto all = co_await std::move(reading);
    std::size_t place = 1;
    std::size_t count = 1;
    for (const Ranked& other : *all) {
        if (other.user != user) {
            place += other.before(own) ? 1 : 0;
            ++count;
        }
    }
    co_return whose + " level " + std::to_string(level_of(own.points)) + " with " +
        std::to_string(own.points) + " points: place " + std::to_string(place) + " of " +
        std::to_string(count) + ".";
}

Task<rookery::Page> Levels::page_of(int page, JsonValue state) {
    Task<std::shared_ptr<const Ranking>> reading = ranking(std::string(state.text_at("g")));
    const auto all = co_await std::move(reading);
    rookery::Page out;
    out.last = (static_cast<int>(all->size()) + kPageSize - 1) / kPageSize;
    out.content = all->empty() ? "Nobody has points yet." : "**Leaderboard**";
    const std::size_t first = static_cast<std::size_t>(page - 1) * kPageSize;
    for (std::size_t i = first; i < all->size() && i < first + kPageSize; ++i) {
        const Ranked& one = (*all)[i];
        out.content += "\n" + std::to_string(i + 1) + ". " + one.name + ": level " +
                       std::to_string(level_of(one.points)) + ", " + std::to_string(one.points) +
                       " points";
    }
    co_return out;
}
