#include "families.hpp"

namespace relay {

using rookery::Task;

namespace {

constexpr char kBetween = '\x1f';

std::string member_key(const std::string& family, const Place& place) {
    return "in/" + family + " " + place.key();
}

std::string written(const Member& member) {
    return member.id + kBetween + member.hook_id + kBetween + member.hook_token + kBetween +
           (member.named ? "named" : "");
}

Member read(std::string_view text) {
    Member member;
    std::string named;
    for (std::string* part : {&member.id, &member.hook_id, &member.hook_token, &named}) {
        const auto end = text.find(kBetween);
        *part = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    member.named = !named.empty();
    return member;
}

/// Without storage nothing here can be right: the handler ends with what is wrong, in the log.
template <class T>
void need(const rookery::Result<T>& result) {
    static_cast<void>(result.value());
}

}  // namespace

Task<Families::Name> Families::of(Place place, std::string message) const {
    const auto found = co_await kv_.get("of/" + name(place, message));
    co_return *found;
}

Task<> Families::begin(std::string family, Place place, std::string message,
                       std::string text) const {
    const auto kept = co_await kv_.set("text/" + family, text, keep_);
    need(kept);
    Member member;
    member.id = std::move(message);
    co_await add(std::move(family), std::move(place), std::move(member));
}

Task<> Families::add(std::string family, Place place, Member member) const {
    const std::string id = member.id;
    const auto there = co_await kv_.set(member_key(family, place), written(member), keep_);
    need(there);
    const auto back = co_await kv_.set("of/" + name(place, id), family, keep_);
    need(back);
}

Task<std::optional<Member>> Families::member(std::string family, Place place) const {
    const auto found = co_await kv_.get(member_key(family, place));
    std::optional<Member> member;
    if (*found) {
        member = read(**found);
    }
    co_return member;
}

Task<bool> Families::changed(std::string family, std::string text) const {
    const auto before = co_await kv_.get("text/" + family);
    const bool other = !*before || **before != text;
    if (other) {
        const auto kept = co_await kv_.set("text/" + family, text, keep_);
        need(kept);
    }
    co_return other;
}

Task<> Families::forget(std::string family, Place place, std::string message) const {
    const auto there = co_await kv_.remove(member_key(family, place));
    need(there);
    const auto back = co_await kv_.remove("of/" + name(place, message));
    need(back);
}

Task<bool> Families::react(std::string family, std::string emoji, std::string who, bool add) const {
    const std::string all = "react/" + family + " " + emoji + " ";
    const auto before = co_await kv_.list(all, {}, 1);
    const bool shown = !before->items.empty();
    if (add) {
        const auto kept = co_await kv_.set(all + who, "", keep_);
        need(kept);
    } else {
        const auto gone = co_await kv_.remove(all + who);
        need(gone);
    }
    const auto after = co_await kv_.list(all, {}, 1);
    co_return shown == after->items.empty();
}

}  // namespace relay
