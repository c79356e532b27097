#include "voice.hpp"

#include <algorithm>

namespace relay {

using rookery::Result;
using rookery::Task;

namespace {

constexpr std::string_view kHookName = "Rookery relay";
constexpr std::size_t kLongest = 1'900;  ///< bytes of a text: every platform takes that many
constexpr std::size_t kLongestName = 32;

std::string clipped(std::string text, std::size_t most) {
    if (text.size() <= most) {
        return text;
    }
    // Not in the middle of a character.
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) {
        --most;
    }
    return text.substr(0, most) + "…";
}

std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (std::string_view("*_`~|>\\").find(c) != std::string_view::npos) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

std::string named(const Form& form) {
    return clipped("**" + escaped(form.name) + "**: " + form.content, kLongest);
}

/// Nobody is pinged by a copy.
rookery::JsonObject nobody() { return rookery::JsonObject().add("parse", rookery::JsonList()); }

rookery::JsonObject masquerade_of(const Form& form) {
    rookery::JsonObject out;
    out.add("name", clipped(form.name, kLongestName - 3));
    if (!form.avatar.empty()) {
        out.add("avatarUrl", form.avatar);
    }
    return out;
}

}  // namespace

Form form_of(const rookery::Message& message) {
    Form form;
    form.content = message.content();
    const auto line = [&](const std::string& text) {
        form.content += (form.content.empty() ? "" : "\n") + text;
    };
    for (const auto& file : message.attachments()) {
        line(std::string(file.name()) + ": " + std::string(file.url()));
    }
    for (const auto& sticker : message.stickers()) {
        line(":" + std::string(sticker.name()) + ":");
    }
    form.content = clipped(form.content, kLongest);
    const rookery::User author = message.author();
    form.name = author.global_name().value_or(author.username());
    if (const auto member = message.member()) {
        form.name = member->display_name();
    }
    form.avatar = author.avatar_url();
    return form;
}

Task<bool> Voice::can(std::string bot, std::string feature) {
    if (!able_.contains(bot)) {
        const auto able = co_await rookery::Bot(host_, bot).bots().capabilities();
        if (!able) {
            co_return false;
        }
        able_[bot] = *able;
    }
    co_return able_[bot].boolean("features." + feature).value_or(false);
}

Task<Voice::Hook> Voice::find_hook(Place place) {
    const auto list = co_await bot(place).webhooks().list_channel(place.channel);
    for (std::uint32_t i = 0, count = list ? list->size() : 0; i < count; ++i) {
        const std::string at = std::to_string(i);
        const auto token = list->text(at + ".token");
        if (token && list->text(at + ".name") == kHookName) {
            co_return Hook{*list->text(at + ".id"), *token};
        }
    }
    const auto made = co_await bot(place).webhooks().create(place.channel, kHookName);
    if (made && made->text("token")) {
        co_return Hook{*made->text("id"), *made->text("token")};
    }
    report(place, "no webhook, names stand in the text", made.error());
    co_return Hook{};
}

Task<Voice::Hook> Voice::hook(Place place) {
    const auto known = hooks_.find(place.key());
    if (known != hooks_.end()) {
        co_return known->second;
    }
    const bool able = co_await can(place.bot, "webhooks");
    Hook found;
    if (able) {
        found = co_await find_hook(place);
    }
    hooks_[place.key()] = found;
    co_return found;
}

Task<Voice::Said> Voice::say(Place place, Form form, std::string answered) {
    if (form.content.empty()) {
        co_return rookery::Failure{RK_E_INVALID, "nothing that could be written"};
    }
    const Hook hooked = co_await hook(place);
    if (!hooked.id.empty() && answered.empty()) {
        const rookery::JsonObject silent = nobody();
        rookery::ops::WebhooksExecute what;
        what.content = form.content;
        what.username = form.name;
        if (!form.avatar.empty()) {
            what.avatar_url = form.avatar;
        }
        what.allowed_mentions = silent;
        const auto copy = co_await bot(place).webhooks().execute(hooked.id, hooked.token, what);
        if (copy) {
            co_return Member{std::string(copy->id()), hooked.id, hooked.token, false};
        }
        hooks_.erase(place.key());  // somebody may have removed it
        report(place, "the webhook failed", copy.error());
    }
    const bool able = co_await can(place.bot, "masquerade");
    const bool masks = able && !plain_.contains(place.bot);
    Said said = co_await send(place, form, answered, masks);
    if (!said && masks && said.error().status == RK_E_UNSUPPORTED) {
        // By this server, though its platform has them.
        plain_.insert(place.bot);
        said = co_await send(place, form, answered, false);
    }
    co_return said;
}

Task<Voice::Said> Voice::send(Place place, Form form, std::string answered, bool masks) {
    const rookery::JsonObject silent = nobody();
    const rookery::JsonObject mask = masquerade_of(form);
    rookery::ops::MessagesSend what;
    const std::string text = masks ? form.content : named(form);
    what.content = text;
    what.allowed_mentions = silent;
    if (masks) {
        what.masquerade = mask;
    }
    if (!answered.empty()) {
        what.reply_to = answered;
    }
    const auto copy = co_await bot(place).messages().send(place.channel, what);
    if (!copy) {
        co_return copy.error();
    }
    own_[place.bot] = copy->author().id();
    co_return Member{std::string(copy->id()), {}, {}, !masks};
}

Task<> Voice::edit(Place place, Member copy, Form form) {
    if (!copy.hook_id.empty()) {
        const rookery::JsonObject silent = nobody();
        rookery::ops::WebhooksEditMessage what;
        what.content = form.content;
        what.allowed_mentions = silent;
        const auto done = co_await bot(place).webhooks().edit_message(copy.hook_id, copy.hook_token,
                                                                      copy.id, what);
        report(place, "edit", done.error());
        co_return;
    }
    const bool able = co_await can(place.bot, "edits");
    if (able) {
        const rookery::JsonObject silent = nobody();
        rookery::ops::MessagesEdit what;
        const std::string text = copy.named ? named(form) : form.content;
        what.content = text;
        what.allowed_mentions = silent;
        const auto done = co_await bot(place).messages().edit(place.channel, copy.id, what);
        report(place, "edit", done.error());
    }
}

Task<> Voice::remove(Place place, Member copy) {
    if (!copy.hook_id.empty()) {
        const auto done =
            co_await bot(place).webhooks().delete_message(copy.hook_id, copy.hook_token, copy.id);
        report(place, "delete", done.error());
        co_return;
    }
    const bool able = co_await can(place.bot, "deletions");
    if (able) {
        const auto done = co_await bot(place).messages().remove(place.channel, copy.id);
        report(place, "delete", done.error());
    }
}

Task<> Voice::react(Place place, Member member, std::string emoji, bool add) {
    const bool able = co_await can(place.bot, "reactions");
    if (!able) {
        co_return;
    }
    const rookery::Bot speaker = bot(place);  // what it gives refers to it
    auto call = add ? speaker.reactions().add(place.channel, member.id, emoji)
                    : speaker.reactions().remove(place.channel, member.id, emoji);
    const auto done = co_await std::move(call);
    report(place, "reaction", done.error());
}

void Voice::report(const Place& place, std::string_view what, const rookery::Failure& why) const {
    if (why.status < 0) {
        rookery::Log(host_).warn(place.key() + ": " + std::string(what) + ": " + why.message);
    }
}

}  // namespace relay
