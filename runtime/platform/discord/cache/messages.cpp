#include "platform/discord/cache/handlers.hpp"

#include <algorithm>
#include <array>
#include <functional>

// Messages, and what stands in them: reactions and the votes of a poll.
namespace rookery::discord {

using model::JsonIndex;
using model::JsonNode;

namespace {

constexpr std::int64_t kDirectMessage = 1;  // channel type DM

/// The channel of a direct message is announced by nothing but its messages.
void make_direct_channel(Entities& entities, JsonNode message) {
    const std::uint64_t id = id_of(message["channel_id"]);
    if (!entities.keeps(Kind::channel) || message["guild_id"] ||
        !entities.store().peek(Kind::channel, 0, id).text.empty()) {
        return;
    }
    std::string text;
    cache::ObjectWriter channel(text);
    channel.id("id", id);
    channel.number("type", message["channel_type"].as_integer().value_or(kDirectMessage));
    const JsonNode author = message["author"];
    if (author.is_object() && id_of(author["id"]) != entities.self()) {
        channel.raw("recipients", '[' + std::string(author.raw()) + ']');
    }
    channel.close();
    entities.put_raw(Kind::channel, 0, id, text);
}

void see_people(Entities& entities, Turn& turn, JsonNode message) {
    if (!entities.keeps(Kind::user) && !entities.keeps(Kind::member)) {
        return;
    }
    const std::uint64_t guild = id_of(message["guild_id"]);
    const JsonNode author = message["author"];
    if (!message["webhook_id"]) {
        std::optional<std::string> before;
        if (message["member"].is_object()) {
            before =
                entities.see_member({guild, message["member"], author, false, true}).user_before;
        } else {
            before = entities.see_user(author, true);
        }
        if (before) {
            turn.derived.push_back({"userUpdate", entities.read(Kind::user, 0, id_of(author["id"])),
                                    *std::move(before)});
        }
    }
    for (const JsonNode user : message["mentions"].elements()) {
        if (user["member"].is_object()) {
            entities.see_member({guild, user["member"], user, false, false});
        } else {
            entities.see_user(user);
        }
    }
}

}  // namespace

void apply_message_create(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t channel = id_of(turn.data["channel_id"]);
    const std::uint64_t id = id_of(turn.data[handler.id]);
    make_direct_channel(entities, turn.data);
    see_people(entities, turn, turn.data);
    entities.put_raw(Kind::message, channel, id, turn.data.raw());
    entities.count_message(channel, id, 1);
}

/// Mostly the whole message, sometimes only what has changed. Without the intent for contents it
/// comes with an empty one: that is no edit unless the time of editing says so.
void apply_message_update(Entities& entities, Turn& turn, const Handler& handler) {
    const JsonNode change = turn.data;
    const std::uint64_t channel = id_of(change["channel_id"]);
    const std::uint64_t id = id_of(change[handler.id]);
    const std::string before = entities.read(Kind::message, channel, id);
    if (turn.reads_old()) {
        turn.old = before;
    }
    if (change["author"].is_object()) {
        see_people(entities, turn, change);
    }
    if (before.empty()) {
        return;
    }
    const auto old = JsonIndex::build(before);
    const JsonNode content = change["content"];
    const bool withheld =
        content.is_string() && content.raw_string().empty() &&
        !old->root()["content"].raw_string().empty() &&
        cache::same_value(old->root()["edited_timestamp"], change["edited_timestamp"]);
    if (!withheld) {
        entities.merge(Kind::message, channel, id, change);
        return;
    }
    static constexpr std::array<std::string_view, 1> kContent = {"content"};
    std::string rest;
    cache::copy_without(rest, change, kContent);
    entities.patch(Kind::message, channel, id, rest);
}

void apply_message_delete(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t channel = id_of(turn.data["channel_id"]);
    const std::uint64_t id = id_of(turn.data[handler.id]);
    if (turn.reads_old()) {
        turn.old = entities.read(Kind::message, channel, id);
    }
    entities.erase(Kind::message, channel, id);
    entities.count_message(channel, 0, -1);
}

void apply_messages_delete(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t channel = id_of(turn.data["channel_id"]);
    std::string old = "[";
    for (const JsonNode id : turn.data[handler.id].elements()) {
        if (turn.reads_old()) {
            const std::size_t end = old.size();
            old += end > 1 ? "," : "";
            if (!entities.read(old, Kind::message, channel, id_of(id))) {
                old.resize(end);
            }
        }
        entities.erase(Kind::message, channel, id_of(id));
        entities.count_message(channel, 0, -1);
    }
    if (turn.reads_old()) {
        turn.old = old + ']';
    }
}

namespace {

bool same_emoji(JsonNode a, JsonNode b) {
    const std::uint64_t id = id_of(a["id"]);
    return id == id_of(b["id"]) && (id != 0 || cache::same_value(a["name"], b["name"]));
}

struct Vote {
    JsonNode emoji;
    std::int64_t by = 0;  ///< +1, -1
    bool burst = false;
    bool mine = false;
    JsonNode colours;
};

/// One reaction of the list after the vote; nothing when nobody is left.
std::int64_t append_reaction(std::string& out, JsonNode known, const Vote& vote, bool& mine) {
    static constexpr std::array<std::string_view, 4> kCounted = {"count", "count_details", "me",
                                                                 "me_burst"};
    const JsonNode details = known["count_details"];
    std::int64_t normal = details["normal"].as_integer().value_or(0);
    std::int64_t burst = details["burst"].as_integer().value_or(0);
    if (!details) {
        normal = known["count"].as_integer().value_or(0);
    }
    std::int64_t& moved = vote.burst ? burst : normal;
    moved = std::max<std::int64_t>(0, moved + vote.by);
    bool me = known["me"].as_bool().value_or(false);
    bool me_burst = known["me_burst"].as_bool().value_or(false);
    if (vote.mine) {
        (vote.burst ? me_burst : me) = vote.by > 0;
    }
    mine = me || me_burst;
    if (normal + burst == 0) {
        return 0;
    }
    cache::ObjectWriter reaction(out);
    if (known) {
        reaction.members_of(known, kCounted);
    } else {
        reaction.raw("emoji", vote.emoji.raw());
        reaction.raw("burst_colors", vote.colours.is_array() ? vote.colours.raw() : "[]");
    }
    reaction.number("count", normal + burst);
    std::string counts;
    cache::ObjectWriter each(counts);
    each.number("burst", burst);
    each.number("normal", normal);
    each.close();
    reaction.raw("count_details", counts);
    reaction.boolean("me", me);
    reaction.boolean("me_burst", me_burst);
    reaction.close();
    return normal + burst;
}

}  // namespace

void apply_reaction(Entities& entities, Turn& turn, const Handler& handler) {
    const bool add = turn.name == "MESSAGE_REACTION_ADD";
    const std::uint64_t channel = id_of(turn.data["channel_id"]);
    const std::uint64_t id = id_of(turn.data[handler.id]);
    if (add && turn.data["member"].is_object()) {
        entities.see_member({id_of(turn.data["guild_id"]), turn.data["member"], {}, false, false});
    }
    const std::string before = entities.read(Kind::message, channel, id);
    if (turn.reads_old()) {
        turn.old = before;
    }
    if (before.empty()) {
        return;
    }
    const std::uint64_t user = id_of(turn.data["user_id"]);
    const Vote vote{turn.data["emoji"], add ? 1 : -1, turn.data["burst"].as_bool().value_or(false),
                    user != 0 && user == entities.self(), turn.data["burst_colors"]};
    const auto message = JsonIndex::build(before);
    std::string list = "{\"reactions\":[";
    bool found = false;
    std::int64_t count = 0;
    bool mine = false;
    const auto append = [&](JsonNode known) {
        const std::size_t end = list.size();
        list += list.back() == '[' ? "" : ",";
        count = append_reaction(list, known, vote, mine);
        if (count == 0) {
            list.resize(end);
        }
    };
    for (const JsonNode known : message->root()["reactions"].elements()) {
        if (same_emoji(known["emoji"], vote.emoji)) {
            found = true;
            append(known);
        } else {
            list += list.back() == '[' ? "" : ",";
            list += known.raw();
        }
    }
    if (!found && add) {
        append(JsonNode{});
    }
    turn.reaction_count = count;
    turn.reaction_me = mine;
    entities.patch(Kind::message, channel, id, list + "]}");
}

/// All reactions, or those with one emoji.
void apply_reactions_clear(Entities& entities, Turn& turn, const Handler& handler) {
    const std::uint64_t channel = id_of(turn.data["channel_id"]);
    const std::uint64_t id = id_of(turn.data[handler.id]);
    const std::string before = entities.read(Kind::message, channel, id);
    if (turn.reads_old()) {
        turn.old = before;
    }
    if (before.empty()) {
        return;
    }
    const auto message = JsonIndex::build(before);
    const JsonNode emoji = turn.data["emoji"];
    std::string list = "{\"reactions\":[";
    for (const JsonNode known : message->root()["reactions"].elements()) {
        if (emoji && !same_emoji(known["emoji"], emoji)) {
            list += list.back() == '[' ? "" : ",";
            list += known.raw();
        }
    }
    entities.patch(Kind::message, channel, id, list + "]}");
}

namespace {

void append_votes(std::string& out, JsonNode known, std::int64_t answer, std::int64_t by,
                  bool mine) {
    cache::ObjectWriter votes(out);
    votes.number("id", answer);
    votes.number("count", std::max<std::int64_t>(0, known["count"].as_integer().value_or(0) + by));
    votes.boolean("me_voted", mine ? by > 0 : known["me_voted"].as_bool().value_or(false));
    votes.close();
}

}  // namespace

/// Somebody may vote for several answers: one dispatch for each.
void apply_poll_vote(Entities& entities, Turn& turn, const Handler& handler) {
    const std::int64_t by = turn.name == "MESSAGE_POLL_VOTE_ADD" ? 1 : -1;
    const std::uint64_t channel = id_of(turn.data["channel_id"]);
    const std::uint64_t id = id_of(turn.data[handler.id]);
    const auto answer = turn.data["answer_id"].as_integer();
    const std::string before = entities.read(Kind::message, channel, id);
    if (turn.reads_old()) {
        turn.old = before;
    }
    if (before.empty() || !answer) {
        return;
    }
    const auto message = JsonIndex::build(before);
    const JsonNode poll = message->root()["poll"];
    const std::uint64_t user = id_of(turn.data["user_id"]);
    const bool mine = user != 0 && user == entities.self();
    std::string counts = "[";
    bool found = false;
    for (const JsonNode known : poll["results"]["answer_counts"].elements()) {
        counts += counts.back() == '[' ? "" : ",";
        if (known["id"].as_integer() == answer) {
            found = true;
            append_votes(counts, known, *answer, by, mine);
        } else {
            counts += known.raw();
        }
    }
    if (!found) {
        counts += counts.back() == '[' ? "" : ",";
        append_votes(counts, {}, *answer, by, mine);
    }
    static constexpr std::array<std::string_view, 1> kResults = {"results"};
    static constexpr std::array<std::string_view, 1> kCounts = {"answer_counts"};
    std::string results;
    cache::ObjectWriter tally(results);
    tally.members_of(poll["results"], kCounts);
    tally.raw("answer_counts", counts + ']');
    tally.close();
    std::string changed;
    cache::ObjectWriter object(changed);
    object.members_of(poll, kResults);
    object.raw("results", results);
    object.close();
    entities.patch(Kind::message, channel, id, "{\"poll\":" + changed + '}');
}

}  // namespace rookery::discord
