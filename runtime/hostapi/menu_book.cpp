#include "hostapi/menu_book.hpp"

#include "base/log.hpp"
#include "hostapi/press_store.hpp"
#include "model/compute.hpp"
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
    std::string created_at;
};

Written read(const model::Event& event) {
    const model::View view = event.view();
    model::StringScratch scratch;
    Written out;
    out.id = text_of(view, fields::id);
    out.content = text_of(view, fields::content);
    out.answers = text_of(view, fields::reply_to);
    out.created_at = text_of(view, fields::created_at);
    const auto author = view.get(fields::author, scratch);
    if (author.kind == model::Value::Kind::object) {
        out.author = text_of(author.object, model::fields::user::id);
        const auto bot = author.object.get(model::fields::user::bot, scratch);
        out.by_person = bot.kind != model::Value::Kind::boolean || !bot.boolean;
    }
    return out;
}

/// Not all platforms' ids do.
bool grows_with_time(const std::string& id) {
    return id.find_first_not_of("0123456789") == std::string::npos || id.size() == kLongestId;
}

/// Whether the one id is certainly older than the other.
bool older(const std::string& id, const std::string& than) {
    if (!grows_with_time(id) || !grows_with_time(than)) {
        return false;
    }
    return id.size() != than.size() ? id.size() < than.size() : id < than;
}

std::string menu_key(const std::string& bot, const std::string& channel,
                     const std::string& message) {
    return "menu/" + bot + "/" + channel + "/" + message;
}

std::string form_key(const MenuBook::Form& form) {
    return "form/" + form.bot + "/" + form.channel + "/" + form.user + "/" + form.form.custom_id;
}

/// The message was written before the question that it would answer.
bool is_before(const Written& written, const MenuBook::Form& form) {
    const bool ids_tell = grows_with_time(written.id) && grows_with_time(form.after);
    return ids_tell ? older(written.id, form.after)
                    : !form.since.empty() && !written.created_at.empty() &&
                          written.created_at < form.since;
}

/// As of presses: what was in time is an answer however late it is handled.
bool is_in_time(const Written& written, const MenuBook::Form& form, std::int64_t now) {
    if (form.expires == 0 || now < form.expires) {
        return true;
    }
    model::StringScratch scratch;
    return !written.created_at.empty() &&
           written.created_at < model::compute::time_of_millis(form.expires, scratch);
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
            {"touched", form.touched},
            {"writes", form.writes},
            {"owner", form.owner},
            {"life", form.life.count()},
            {"expires", form.expires},
            {"made", form.made},
            {"heard", form.heard},
            {"since", form.since}};
}

std::optional<MenuBook::Form> form_of(const json& stored) {
    const bool writes = stored.at("writes");
    auto form = writes
                    ? std::optional(command::TextForm{stored.at("form").at("id"), {}, {}, {}, {}})
                    : command::form_from(stored.at("form"));
    if (!form) {
        return std::nullopt;
    }
    MenuBook::Form read;
    read.bot = stored.at("bot");
    read.channel = stored.at("channel");
    read.user = stored.at("user");
    read.form = *std::move(form);
    read.opened_by = stored.at("opened_by");
    read.after = stored.at("after");
    read.asked = stored.at("asked");
    read.over = stored.at("over");
    read.touched = stored.at("touched");
    read.writes = writes;
    read.owner = stored.at("owner");
    read.life = Millis{stored.at("life").get<std::int64_t>()};
    read.expires = stored.at("expires");
    read.made = stored.at("made");
    read.heard = stored.at("heard");
    read.since = stored.at("since");
    for (const json& told : stored.at("told")) {
        read.told.push_back({told.at("event"), told.at("said")});
    }
    return read;
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
    std::vector<Form> forms;
    loaded = load_all("form/", [&](const json& one) {
        if (auto form = form_of(one)) {
            forms.push_back(*std::move(form));
        }
    });
    std::sort(forms.begin(), forms.end(),
              [](const Form& a, const Form& b) { return a.made < b.made; });
    for (Form& form : forms) {
        forms_[{form.bot, form.channel, form.user}].push_back(std::move(form));
    }
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

/// Nothing of it is needed any more: an event that it was answered by does not come again.
bool MenuBook::is_over(const Form& form) const {
    return std::max(form.touched, form.expires) + kFormLife.count() < now();
}

MenuBook::Form* MenuBook::same(const Form& form) {
    const auto here = forms_.find({form.bot, form.channel, form.user});
    if (here == forms_.end()) {
        return nullptr;
    }
    const auto found = std::find_if(here->second.begin(), here->second.end(), [&](const Form& one) {
        return one.form.custom_id == form.form.custom_id;
    });
    return found == here->second.end() ? nullptr : &*found;
}

void MenuBook::add(Form form) {
    for (auto seat = forms_.begin(); seat != forms_.end();) {
        std::erase_if(seat->second, [&](const Form& one) { return is_over(one); });
        seat = seat->second.empty() ? forms_.erase(seat) : std::next(seat);
    }
    if (Form* const known = same(form)) {
        *known = std::move(form);
        return;
    }
    auto& here = forms_[{form.bot, form.channel, form.user}];
    const auto gone = [&](const Form& one) {
        const bool replaced = !form.writes && !one.writes && !one.over;
        const bool oldest = here.size() >= kMostAtSeat && &one == here.data();
        if (replaced || oldest) {
            drop(form_key(one));
        }
        return replaced || oldest;
    };
    std::erase_if(here, gone);
    here.push_back(std::move(form));
}

void MenuBook::put(Form form, std::function<void()> done) {
    form.touched = now();
    form.made = form.made == 0 ? form.touched : form.made;
    const std::string key = form_key(form);
    const json value = stored(form);
    const Millis ttl = form.life + kFormLife;
    {
        const std::scoped_lock lock(mutex_);
        if (form.writes && !form.asked) {
            asking_.try_emplace(key);
        }
        add(std::move(form));
    }
    // Outside the lock: whoever goes on comes back here.
    keep(key, value, ttl, std::move(done));
}

void MenuBook::end_form(const Form& form) {
    std::vector<std::function<void()>> waiting;
    {
        const std::scoped_lock lock(mutex_);
        const auto here = forms_.find({form.bot, form.channel, form.user});
        if (here != forms_.end()) {
            std::erase_if(here->second, [&](const Form& one) {
                return one.form.custom_id == form.form.custom_id;
            });
            drop(form_key(form));
        }
        if (auto asking = asking_.extract(form_key(form))) {
            waiting = std::move(asking.mapped());
        }
    }
    for (const auto& then : waiting) {
        then();
    }
}

std::optional<MenuBook::Form> MenuBook::opened(const Form& form) const {
    const std::scoped_lock lock(mutex_);
    const auto here = forms_.find({form.bot, form.channel, form.user});
    if (here == forms_.end()) {
        return std::nullopt;
    }
    const auto found = std::find_if(here->second.begin(), here->second.end(), [&](const Form& one) {
        return one.opened_by == form.opened_by && one.form.custom_id == form.form.custom_id;
    });
    return found == here->second.end() ? std::nullopt : std::optional(*found);
}

void MenuBook::note_asked(const Form& form, const Asked& asked, std::function<void()> done) {
    json value;
    Millis ttl{};
    {
        const std::scoped_lock lock(mutex_);
        Form* const found = same(form);
        if (found != nullptr && found->opened_by == form.opened_by) {
            found->asked = true;
            found->after = asked.message.empty() ? found->after : asked.message;
            found->since = asked.since.empty() ? found->since : asked.since;
            found->expires = found->life.count() == 0 ? 0 : now() + found->life.count();
            value = stored(*found);
            ttl = found->life + kFormLife;
        }
    }
    const auto go_on = [this, key = form_key(form), done = std::move(done)] {
        std::vector<std::function<void()>> waiting;
        {
            const std::scoped_lock lock(mutex_);
            if (auto asking = asking_.extract(key)) {
                waiting = std::move(asking.mapped());
            }
        }
        done();
        for (const auto& then : waiting) {
            then();
        }
    };
    value.is_null() ? go_on() : keep(form_key(form), value, ttl, go_on);
}

bool MenuBook::await_asked(const Form& form, std::function<void()> then) {
    const std::scoped_lock lock(mutex_);
    const auto asking = asking_.find(form_key(form));
    if (asking == asking_.end()) {
        return false;
    }
    asking->second.push_back(std::move(then));
    return true;
}

std::optional<MenuBook::Form> MenuBook::form(const model::Event& event) const {
    const std::scoped_lock lock(mutex_);
    if (forms_.empty()) {
        return std::nullopt;
    }
    const Written written = read(event);
    const auto here = forms_.find(
        {std::string(event.bot_name()), std::string(event.channel_text()), written.author});
    if (here == forms_.end() || !written.by_person) {
        return std::nullopt;
    }
    const std::string key = event.dedupe_key();
    const auto answered = [&](const Form& form) {
        return std::any_of(form.told.begin(), form.told.end(),
                           [&](const Form::Told& one) { return one.event == key; });
    };
    const auto before =
        std::find_if(here->second.begin(), here->second.end(),
                     [&](const Form& form) { return !is_over(form) && answered(form); });
    if (before != here->second.end()) {
        return *before;
    }
    const auto newest =
        std::find_if(here->second.rbegin(), here->second.rend(), [&](const Form& form) {
            return !form.over && !is_over(form) && key != form.opened_by &&
                   !is_before(written, form) && is_in_time(written, form, now());
        });
    return newest == here->second.rend() ? std::nullopt : std::optional(*newest);
}

void MenuBook::answer(const Form& question, const model::Event& event,
                      std::function<void(bool)> done) {
    const std::string key = event.dedupe_key();
    json value;
    bool first = false;
    Millis ttl{};
    {
        const std::scoped_lock lock(mutex_);
        Form* const found = same(question);
        first = found != nullptr &&
                (!found->over || (found->told.size() == 1 && found->told[0].event == key));
        if (first && !found->over) {
            found->over = true;
            found->told = {{key, {}}};
            found->touched = now();
            value = stored(*found);
            ttl = found->life + kFormLife;
        }
    }
    if (value.is_null()) {
        done(first);
        return;
    }
    keep(form_key(question), value, ttl, [done = std::move(done)] { done(true); });
}

void MenuBook::note_heard(const model::Event& event) {
    auto question = form(event);
    if (!question || !question->writes || question->heard || question->told.empty()) {
        return;
    }
    json value;
    {
        const std::scoped_lock lock(mutex_);
        Form* const found = same(*question);
        if (found == nullptr || found->told.empty()) {
            return;
        }
        found->heard = true;
        value = stored(*found);
    }
    keep(form_key(*question), value, question->life + kFormLife);
}

bool MenuBook::was_heard(const model::Event& event) const {
    const auto question = form(event);
    return question && question->heard && !question->told.empty() &&
           question->told[0].event == event.dedupe_key();
}

bool MenuBook::asks_for_messages(std::uint64_t owner) const {
    const std::scoped_lock lock(mutex_);
    return std::any_of(forms_.begin(), forms_.end(), [&](const auto& here) {
        return std::any_of(here.second.begin(), here.second.end(), [&](const Form& form) {
            return form.writes && form.owner == owner && !is_over(form);
        });
    });
}

}  // namespace rookery::hostapi
