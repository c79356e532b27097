#include "hostapi/menu_book.hpp"

#include "base/log.hpp"
#include "hostapi/press_store.hpp"
#include "model/generated/fields.hpp"
#include "model/string_scratch.hpp"

#include <algorithm>
#include <future>
#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;
namespace fields = model::fields::message;

constexpr Millis kMenuLife{std::int64_t{30} * 24 * 3'600 * 1'000};
constexpr Millis kFormLife{std::int64_t{3'600} * 1'000};
constexpr Millis kNotedLife = kFormLife;  // an event that was not finished comes again within it
constexpr Millis kLoadDeadline{30'000};
constexpr std::size_t kLongestId = 26;  // of ids that grow with time

std::string text_of(const model::View& view, model::FieldIndex field) {
    model::StringScratch scratch;
    const auto value = view.get(field, scratch);
    return value.kind == model::Value::Kind::text ? std::string(value.text) : std::string();
}

/// A message as menus and forms see it.
struct Written {
    std::string id;
    std::string author;
    bool by_person = false;
    std::string content;
    std::string answers;
};

Written read(const model::Event& event) {
    const model::View view = event.view();
    model::StringScratch scratch;
    Written out;
    out.id = text_of(view, fields::id);
    out.content = text_of(view, fields::content);
    out.answers = text_of(view, fields::reply_to);
    const auto author = view.get(fields::author, scratch);
    if (author.kind == model::Value::Kind::object) {
        out.author = text_of(author.object, model::fields::user::id);
        const auto bot = author.object.get(model::fields::user::bot, scratch);
        out.by_person = bot.kind != model::Value::Kind::boolean || !bot.boolean;
    }
    return out;
}

/// Whether the one id is certainly older than the other; not all platforms' ids can tell.
bool older(const std::string& id, const std::string& than) {
    const auto grows = [](const std::string& text) {
        return text.find_first_not_of("0123456789") == std::string::npos ||
               text.size() == kLongestId;
    };
    if (!grows(id) || !grows(than)) {
        return false;
    }
    return id.size() != than.size() ? id.size() < than.size() : id < than;
}

std::string menu_key(const std::string& bot, const std::string& channel,
                     const std::string& message) {
    return "menu/" + bot + "/" + channel + "/" + message;
}

std::string form_key(const MenuBook::Form& form) {
    return "form/" + form.bot + "/" + form.channel + "/" + form.user;
}

json stored(const MenuBook::Menu& menu) {
    return {{"bot", menu.bot},
            {"channel", menu.channel},
            {"message", menu.message},
            {"text", menu.text},
            {"menu", command::to_json(menu.menu)},
            {"made", menu.made}};
}

json stored(const MenuBook::Form& form) {
    json told = json::array();
    for (const auto& [event, said] : form.told) {
        told.push_back({{"event", event}, {"said", said}});
    }
    return {{"bot", form.bot},
            {"channel", form.channel},
            {"user", form.user},
            {"form", command::to_json(form.form)},
            {"opened_by", form.opened_by},
            {"after", form.after},
            {"told", std::move(told)},
            {"asked", form.asked},
            {"over", form.over},
            {"touched", form.touched}};
}

}  // namespace

std::int64_t MenuBook::now() const {
    return std::chrono::duration_cast<Millis>(clock_.wall().time_since_epoch()).count();
}

void MenuBook::keep(std::string key, const json& value, Millis ttl, std::function<void()> done) {
    store::KvBatch batch;
    batch.writes.push_back(
        {std::move(key), value.dump(-1, ' ', false, json::error_handler_t::replace), ttl});
    store_.apply(press_space(), std::move(batch),
                 [done = std::move(done)](const Result<store::KvOutcome>& outcome) {
                     if (!outcome) {
                         log::get("presses")->warn("a menu or form is not kept: {}",
                                                   outcome.error().message());
                     }
                     if (done) {
                         done();
                     }
                 });
}

void MenuBook::drop(std::string key) {
    store::KvBatch batch;
    batch.writes.push_back({std::move(key), std::nullopt, Millis{0}});
    store_.apply(press_space(), std::move(batch), [](const Result<store::KvOutcome>&) {});
}

Result<> MenuBook::load_all(const std::string& prefix,
                            const std::function<void(const json&)>& take) {
    for (std::string after;;) {
        auto answer = std::make_shared<std::promise<Result<store::KvPage>>>();
        auto future = answer->get_future();
        store_.list(press_space(), {prefix, after, store::kMostKvListed},
                    [answer](Result<store::KvPage> page) { answer->set_value(std::move(page)); });
        if (future.wait_for(kLoadDeadline) != std::future_status::ready) {
            return Error(ErrorKind::timeout, "the store does not answer");
        }
        const auto page = future.get();
        if (!page) {
            return page.error();
        }
        for (const store::KvItem& item : page->items) {
            try {
                take(json::parse(item.value));
            } catch (const json::exception&) {
                log::get("presses")->warn("what is stored as {} is damaged and left out",
                                          log::clipped(item.key, 100));
            }
            after = item.key;
        }
        if (!page->more) {
            return {};
        }
    }
}

Result<> MenuBook::load() {
    const std::scoped_lock lock(mutex_);
    std::vector<Menu> menus;
    auto loaded = load_all("menu/", [&](const json& one) {
        if (auto menu = command::menu_from(one.at("menu"))) {
            menus.push_back({one.at("bot"), one.at("channel"), one.at("message"), one.at("text"),
                             *std::move(menu), one.at("made")});
        }
    });
    if (!loaded) {
        return loaded;
    }
    std::sort(menus.begin(), menus.end(),
              [](const Menu& a, const Menu& b) { return a.made < b.made; });
    for (Menu& menu : menus) {
        add(std::move(menu));
    }
    loaded = load_all("form/", [&](const json& one) {
        if (auto form = command::form_from(one.at("form"))) {
            Form read{one.at("bot"),
                      one.at("channel"),
                      one.at("user"),
                      *std::move(form),
                      one.at("opened_by"),
                      one.at("after"),
                      {},
                      one.at("asked"),
                      one.at("over"),
                      one.at("touched")};
            for (const json& told : one.at("told")) {
                read.told.push_back({told.at("event"), told.at("said")});
            }
            Seat seat{read.bot, read.channel, read.user};
            forms_.insert_or_assign(std::move(seat), std::move(read));
        }
    });
    if (!loaded) {
        return loaded;
    }
    return load_all("noted/", [&](const json& one) {
        noted_[one.at("event")] = {
            Choice{one.at("channel"), one.at("message"),
                   command::Picked{one.at("id"), one.at("values")}, one.at("answers")},
            one.at("when")};
    });
}

void MenuBook::add(Menu menu) {
    const Place place{menu.bot, menu.channel};
    auto& here = menus_[place];
    std::erase_if(here, [&](const Menu& old) { return old.message == menu.message; });
    if (here.size() >= kMostInChannel) {
        drop(menu_key(place.first, place.second, here.front().message));
        here.erase(here.begin());
    }
    age_.emplace_back(place, menu.message);
    here.push_back(std::move(menu));
    shrink();
}

void MenuBook::shrink() {
    while (age_.size() > kMost) {
        const auto [place, message] = std::move(age_.front());
        age_.pop_front();
        // Made anew since then, it stands further back too.
        const bool again = std::any_of(age_.begin(), age_.end(), [&](const auto& later) {
            return later.first == place && later.second == message;
        });
        if (!again) {
            forget(place, message);
        }
    }
}

void MenuBook::forget(const Place& place, const std::string& message) {
    const auto here = menus_.find(place);
    if (here == menus_.end()) {
        return;
    }
    if (std::erase_if(here->second, [&](const Menu& one) { return one.message == message; }) > 0) {
        drop(menu_key(place.first, place.second, message));
    }
    if (here->second.empty()) {
        menus_.erase(here);
    }
}

void MenuBook::put(Menu menu) {
    if (menu.menu.entries.empty()) {
        return end(menu.bot, menu.channel, menu.message);
    }
    menu.made = now();
    keep(menu_key(menu.bot, menu.channel, menu.message), stored(menu), kMenuLife);
    const std::scoped_lock lock(mutex_);
    add(std::move(menu));
}

void MenuBook::end(const std::string& bot, const std::string& channel, const std::string& message) {
    const std::scoped_lock lock(mutex_);
    forget({bot, channel}, message);
}

std::optional<MenuBook::Menu> MenuBook::find(const std::string& bot, const std::string& channel,
                                             const std::string& message) const {
    const std::scoped_lock lock(mutex_);
    const auto here = menus_.find({bot, channel});
    if (here == menus_.end()) {
        return std::nullopt;
    }
    const auto found = std::find_if(here->second.begin(), here->second.end(),
                                    [&](const Menu& one) { return one.message == message; });
    return found == here->second.end() ? std::nullopt : std::optional(*found);
}

std::optional<MenuBook::Choice> MenuBook::noted(const model::Event& event) const {
    const std::scoped_lock lock(mutex_);
    if (noted_.empty()) {
        return std::nullopt;
    }
    const auto found = noted_.find(event.dedupe_key());
    return found == noted_.end() ? std::nullopt : std::optional(found->second.first);
}

std::optional<MenuBook::Choice> MenuBook::choice(const model::Event& event) const {
    if (auto before = noted(event)) {
        return before;
    }
    const std::scoped_lock lock(mutex_);
    const auto here =
        menus_.find({std::string(event.bot_name()), std::string(event.channel_text())});
    if (here == menus_.end()) {
        return std::nullopt;
    }
    const Written written = read(event);
    if (!written.by_person) {
        return std::nullopt;
    }
    const auto answered =
        std::find_if(here->second.begin(), here->second.end(),
                     [&](const Menu& one) { return one.message == written.answers; });
    const bool answers = answered != here->second.end();
    const Menu& menu = answers ? *answered : here->second.back();
    if (older(written.id, menu.message) || menu.made + kMenuLife.count() < now()) {
        return std::nullopt;
    }
    auto picked = command::pick(menu.menu, written.content);
    return picked ? std::optional(Choice{menu.channel, menu.message, *std::move(picked), answers})
                  : std::nullopt;
}

void MenuBook::note(const model::Event& event, Choice choice, std::function<void()> done) {
    const std::string key = event.dedupe_key();
    const std::int64_t when = now();
    const json value{{"event", key},
                     {"channel", choice.channel},
                     {"message", choice.message},
                     {"id", choice.picked.custom_id},
                     {"values", choice.picked.values},
                     {"answers", choice.answers},
                     {"when", when}};
    {
        const std::scoped_lock lock(mutex_);
        std::erase_if(
            noted_, [&](const auto& one) { return one.second.second + kNotedLife.count() < when; });
        noted_[key] = {std::move(choice), when};
    }
    keep("noted/" + key, value, kNotedLife, std::move(done));
}

void MenuBook::put(Form form, std::function<void()> done) {
    form.touched = now();
    const std::string key = form_key(form);
    const json value = stored(form);
    {
        const std::scoped_lock lock(mutex_);
        std::erase_if(forms_, [&](const auto& one) {
            return one.second.touched + kFormLife.count() < form.touched;
        });
        Seat seat{form.bot, form.channel, form.user};
        forms_.insert_or_assign(std::move(seat), std::move(form));
    }
    // Outside the lock: whoever goes on comes back here.
    keep(key, value, kFormLife, std::move(done));
}

void MenuBook::end_form(const Form& form) {
    const std::scoped_lock lock(mutex_);
    if (forms_.erase({form.bot, form.channel, form.user}) > 0) {
        drop(form_key(form));
    }
}

std::optional<MenuBook::Form> MenuBook::opened(const Form& form) const {
    const std::scoped_lock lock(mutex_);
    const auto found = forms_.find({form.bot, form.channel, form.user});
    const bool same = found != forms_.end() && found->second.opened_by == form.opened_by &&
                      found->second.form.custom_id == form.form.custom_id;
    return same ? std::optional(found->second) : std::nullopt;
}

void MenuBook::note_asked(const Form& form, std::function<void()> done) {
    json value;
    {
        const std::scoped_lock lock(mutex_);
        const auto found = forms_.find({form.bot, form.channel, form.user});
        if (found != forms_.end() && found->second.opened_by == form.opened_by) {
            found->second.asked = true;
            value = stored(found->second);
        }
    }
    value.is_null() ? done() : keep(form_key(form), value, kFormLife, std::move(done));
}

std::optional<MenuBook::Form> MenuBook::form(const model::Event& event) const {
    const std::scoped_lock lock(mutex_);
    if (forms_.empty()) {
        return std::nullopt;
    }
    const Written written = read(event);
    const auto found = forms_.find(
        {std::string(event.bot_name()), std::string(event.channel_text()), written.author});
    if (found == forms_.end() || !written.by_person ||
        found->second.touched + kFormLife.count() < now()) {
        return std::nullopt;
    }
    const Form& form = found->second;
    const std::string key = event.dedupe_key();
    if (std::any_of(form.told.begin(), form.told.end(),
                    [&](const Form::Told& one) { return one.event == key; })) {
        return form;
    }
    const bool before = key == form.opened_by || older(written.id, form.after);
    return before || form.over ? std::nullopt : std::optional(form);
}

}  // namespace rookery::hostapi
