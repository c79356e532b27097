#include "cases.hpp"

#include <algorithm>

using rookery::JsonObject;
using rookery::JsonValue;
using rookery::Task;

namespace {

/// Of equal length, so that the store's order is theirs.
std::string digits(std::int64_t number) {
    std::string out = std::to_string(number);
    return std::string(out.size() < 10 ? 10 - out.size() : 0, '0') + out;
}
std::string by_number(std::string_view guild, std::int64_t number) {
    return "case/" + std::string(guild) + "/" + digits(number);
}
std::string by_user(std::string_view guild, std::string_view user) {
    return "user/" + std::string(guild) + "/" + std::string(user) + "/";
}

}  // namespace

std::string Case::json() const {
    return JsonObject()
        .add("number", number)
        .add("what", what)
        .add("user", user)
        .add("name", name)
        .add("by", by)
        .add("reason", reason)
        .add("at", at)
        .add("until", until)
        .add("removedBy", removed_by)
        .add("removedAt", removed_at)
        .text();
}

Case Case::read(std::string_view json) {
    const JsonValue value = JsonValue::parse(json);
    Case out;
    out.number = value.integer_at("number");
    out.what = value.text_at("what");
    out.user = value.text_at("user");
    out.name = value.text_at("name");
    out.by = value.text_at("by");
    out.reason = value.text_at("reason");
    out.at = value.integer_at("at");
    out.until = value.integer_at("until");
    out.removed_by = value.text_at("removedBy");
    out.removed_at = value.integer_at("removedAt");
    return out;
}

Task<Case> Cases::add(std::string guild, std::string event, Case what) const {
    const std::string mark = "event/" + event;
    auto known = co_await kv_.get(mark);
    if (known.value()) {
        co_return Case::read(*known.value());
    }
    const auto number = co_await kv_.incr("count/" + guild);
    what.number = number.value();
    const std::string json = what.json();
    rookery::KvBatch batch;
    // A day is longer than any event stays unfinished.
    batch.set(mark, json, std::chrono::hours(24));
    batch.set(by_number(guild, what.number), json);
    batch.set(by_user(guild, what.user) + digits(what.number), json);
    auto commit = kv_.commit(batch);
    const auto stored = co_await std::move(commit);
    static_cast<void>(stored.value());
    co_return what;
}

Task<std::optional<Case>> Cases::find(std::string guild, std::int64_t number) const {
    const auto found = co_await kv_.get(by_number(guild, number));
    std::optional<Case> out;
    if (found.value()) {
        out = Case::read(*found.value());
    }
    co_return out;
}

Task<std::vector<Case>> Cases::of(std::string guild, std::string user) const {
    const auto page = co_await kv_.list(by_user(guild, user), "", 1000);
    std::vector<Case> out;
    for (const auto& [key, json] : page.value().items) {
        out.push_back(Case::read(json));
    }
    std::reverse(out.begin(), out.end());
    co_return out;
}

Task<> Cases::remove(std::string guild, Case what, std::string by, std::int64_t at) const {
    what.removed_by = by;
    what.removed_at = at;
    const std::string json = what.json();
    rookery::KvBatch batch;
    batch.set(by_number(guild, what.number), json);
    batch.set(by_user(guild, what.user) + digits(what.number), json);
    auto commit = kv_.commit(batch);
    const auto stored = co_await std::move(commit);
    static_cast<void>(stored.value());
}
