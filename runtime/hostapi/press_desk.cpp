#include "hostapi/press_desk.hpp"

#include "base/log.hpp"
#include "hostapi/interaction_filter.hpp"
#include "hostapi/press_store.hpp"
#include "model/compute.hpp"
#include "model/generated/fields.hpp"
#include "model/string_scratch.hpp"

#include <algorithm>
#include <utility>

namespace rookery::hostapi {
namespace {

using command::Phrase;
using nlohmann::json;
namespace interaction = model::fields::interaction;
namespace message = model::fields::message;

constexpr std::string_view kExtension = "core/components";
constexpr std::uint32_t kRefusal = 1;  // number of the one call made for an event
constexpr Millis kPatience{10'000};
constexpr Millis kUsedLife{std::int64_t{400} * 24 * 3'600 * 1'000};

std::string text_of(const model::View& view, model::FieldIndex field) {
    model::StringScratch scratch;
    const auto value = view.get(field, scratch);
    return value.kind == model::Value::Kind::text ? std::string(value.text) : std::string();
}

std::string user_of(const model::View& view, model::FieldIndex field) {
    model::StringScratch scratch;
    const auto user = view.get(field, scratch);
    return user.kind == model::Value::Kind::object ? text_of(user.object, model::fields::user::id)
                                                   : std::string();
}

json list_of(const model::View& view, model::FieldIndex field) {
    model::StringScratch scratch;
    const auto value = view.get(field, scratch);
    if (value.kind != model::Value::Kind::array) {
        return json::array();
    }
    std::string out;
    value.array.write_json(out);
    json list = json::parse(out, nullptr, false);
    return list.is_array() ? list : json::array();
}

/// "script/ping" of "script ping", as calls name extensions.
std::uint64_t tag_of(std::string_view title) {
    std::string extension(title);
    if (const auto space = extension.find(' '); space != std::string::npos) {
        extension[space] = '/';
    }
    return command::owner_tag(extension);
}

bool is_interaction(const model::Event& event) {
    return event.type() == model::EventType::interaction_create;
}

/// The custom id of a component or form; empty for any other interaction.
std::string custom_id_of(const model::Event& event) {
    const InteractionKey key = key_of_interaction(event);
    const bool press = key.type == InteractionType::component || key.type == InteractionType::modal;
    return press ? key.text : std::string();
}

std::string locale_of(const model::Event& event) {
    return is_interaction(event) ? text_of(event.view(), interaction::locale) : std::string();
}

/// What was filled in, by the fields' names.
json inputs_of(const model::View& view) {
    json out = json::object();
    for (const json& input : list_of(view, interaction::inputs)) {
        if (!input.is_object() || !input.contains("customId") || !input["customId"].is_string()) {
            continue;
        }
        const auto value = input.find("value");
        out[input["customId"].get<std::string>()] =
            value != input.end() && !value->is_null() ? *value : input.value("values", json());
    }
    return out;
}

}  // namespace

/// One press on its way.
struct PressDesk::Press {
    model::EventPtr event;
    Asking asking;
    std::function<void(std::optional<Invocation>)> done;
    std::string custom_id;
    std::string stored_as;
    command::ComponentRecord record;
    std::optional<MenuBook::Choice> choice;  ///< of a text
    bool form = false;                       ///< a form that was filled in by texts
    bool written = false;                    ///< what somebody has written, whatever it says
    bool again = false;                      ///< it is delivered again, and has counted before
    json data = {{"kind", "press"}};
};

std::int64_t PressDesk::seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(parts_.clock.wall().time_since_epoch())
        .count();
}

void PressDesk::add(std::string_view owner, std::string_view action) {
    const std::scoped_lock lock(mutex_);
    ++actions_[tag_of(owner)][std::string(action)];
}

void PressDesk::remove(std::string_view owner, std::string_view action) {
    const std::scoped_lock lock(mutex_);
    const auto known = actions_.find(tag_of(owner));
    if (known == actions_.end()) {
        return;
    }
    const auto found = known->second.find(action);
    if (found != known->second.end() && --found->second == 0) {
        known->second.erase(found);
    }
    if (known->second.empty()) {
        actions_.erase(known);
    }
}

void PressDesk::expect_texts() {
    if (texts_.exchange(true)) {
        return;
    }
    std::vector<std::weak_ptr<std::function<void()>>> watchers;
    {
        const std::scoped_lock lock(mutex_);
        watchers = watchers_;
    }
    for (const auto& each : watchers) {
        if (const auto watcher = each.lock()) {
            (*watcher)();
        }
    }
}

bool PressDesk::wants_messages(std::string_view owner) const {
    return texts_ || parts_.menus.asks_for_messages(tag_of(owner));
}

std::shared_ptr<void> PressDesk::watch(std::function<void()> changed) {
    auto watcher = std::make_shared<std::function<void()>>(std::move(changed));
    const std::scoped_lock lock(mutex_);
    std::erase_if(watchers_, [](const auto& one) { return one.expired(); });
    watchers_.push_back(watcher);
    return watcher;
}

bool PressDesk::handled(std::uint64_t owner, const std::string& action) const {
    const std::scoped_lock lock(mutex_);
    const auto known = actions_.find(owner);
    return known != actions_.end() && known->second.contains(action);
}

bool PressDesk::is_for(std::string_view custom_id, std::uint64_t owner) const {
    if (!command::looks_sealed(custom_id)) {
        return false;
    }
    const auto opened = command::unseal(parts_.key, custom_id);
    return opened && opened->record.owner == owner && handled(owner, opened->record.action);
}

bool PressDesk::concerns(const model::Event& event, std::string_view owner) const {
    if (is_interaction(event)) {
        return is_for(custom_id_of(event), tag_of(owner));
    }
    if (event.type() != model::EventType::message_create) {
        return false;
    }
    if (const auto form = parts_.menus.form(event)) {
        return is_for(form->form.custom_id, tag_of(owner));
    }
    const auto choice = parts_.menus.choice(event);
    return choice && is_for(choice->picked.custom_id, tag_of(owner));
}

void PressDesk::read_interaction(Press& press) const {
    const model::View view = press.event->view();
    const InteractionKey key = key_of_interaction(*press.event);
    const bool modal = key.type == InteractionType::modal;
    model::StringScratch scratch;
    const auto component = view.get(interaction::component_type, scratch).integer;
    constexpr std::int64_t button = 2;
    press.custom_id = key.text;
    json& data = press.data;
    data["component"] = modal ? "modal" : component == button ? "button" : "select";
    data["values"] = list_of(view, interaction::values);
    if (modal) {
        data["fields"] = inputs_of(view);
    }
    data["userId"] = user_of(view, interaction::user);
    data["locale"] = text_of(view, interaction::locale);
    if (const std::string id = text_of(view, interaction::message_id); !id.empty()) {
        data["messageId"] = id;
    }
}

void PressDesk::read_choice(Press& press, MenuBook::Choice choice) const {
    press.custom_id = choice.picked.custom_id;
    press.data["component"] = "text";
    press.data["values"] = choice.picked.values;
    press.data["messageId"] = choice.message;
    press.choice = std::move(choice);
}

void PressDesk::prepare(model::EventPtr event, Asking asking,
                        std::function<void(std::optional<Invocation>)> done) {
    auto press = std::make_shared<Press>();
    press->event = std::move(event);
    press->asking = std::move(asking);
    press->done = std::move(done);
    json& data = press->data;
    data["channelId"] = std::string(press->event->channel_text());
    if (!press->event->guild_text().empty()) {
        data["guildId"] = std::string(press->event->guild_text());
    }
    if (is_interaction(*press->event)) {
        read_interaction(*press);
    } else {
        data["userId"] = user_of(press->event->view(), message::author);
        data["locale"] = "";
        return read_message(press);
    }
    open(press);
}

void PressDesk::read_message(const PressPtr& press) {
    if (auto form = parts_.menus.form(*press->event)) {
        if (!form->writes) {
            return answer_form(press, *std::move(form));
        }
        // While the question is on its way nobody knows yet what was written before it.
        if (!parts_.menus.await_asked(*form, [this, press] { read_message(press); })) {
            answer_question(press, *form);
        }
        return;
    }
    auto choice = parts_.menus.choice(*press->event);
    if (!choice) {
        return finish(press, std::nullopt);
    }
    read_choice(*press, *std::move(choice));
    open(press);
}

/// What was written is the answer, as it is.
void PressDesk::answer_question(const PressPtr& press, const MenuBook::Form& question) {
    press->custom_id = question.form.custom_id;
    press->data["component"] = "message";
    press->data["values"] = json::array();
    press->written = true;
    parts_.menus.answer(question, *press->event, [this, press](bool first) {
        first ? open(press) : finish(press, std::nullopt);
    });
}

/// The next question, or the form as a whole. An answer that is delivered again gets what was said
/// to it before.
void PressDesk::answer_form(const PressPtr& press, MenuBook::Form form) {
    using What = command::FormStep::What;
    const std::string key = press->event->dedupe_key();
    const auto before = std::find_if(form.told.begin(), form.told.end(),
                                     [&](const auto& one) { return one.event == key; });
    std::string said = before != form.told.end() ? before->said : std::string();
    if (before == form.told.end()) {
        const auto step =
            command::take_answer(form.form, text_of(press->event->view(), message::content));
        form.over = step.what == What::complete || step.what == What::cancelled;
        said = step.what == What::complete ? std::string() : step.text;
        if (form.told.size() >= MenuBook::kMostTold) {
            form.told.erase(form.told.begin());
        }
        form.told.push_back({key, said});
    }
    press->custom_id = form.form.custom_id;
    press->form = true;
    press->data["component"] = "modal";
    press->data["fields"] = command::answers_of(form.form);
    press->data["values"] = json::array();
    parts_.menus.put(std::move(form), [this, press, said = std::move(said)] {
        if (said.empty()) {
            return open(press);
        }
        say(press->event, said, [this, press] { finish(press, std::nullopt); });
    });
}

void PressDesk::open(const PressPtr& press) {
    auto opened = command::unseal(parts_.key, press->custom_id);
    if (!opened) {
        return refuse(press, Phrase::forged);
    }
    press->record = std::move(opened->record);
    press->stored_as = std::move(opened->stored_as);
    press->stored_as.empty() ? check_time(press) : load_state(press);
}

void PressDesk::load_state(const PressPtr& press) {
    parts_.store.get(
        press_space(), state_key(press->stored_as),
        [this, press](const Result<std::optional<std::string>>& stored) {
            const bool there =
                stored && stored->has_value() && command::take_stored(**stored, press->record);
            if (!stored) {
                log::get("presses")->warn("the state of a component cannot be read: {}",
                                          stored.error().message());
                return refuse(press, Phrase::expired);
            }
            there ? check_time(press) : expire(press);
        });
}

/// The press must have been in time, whenever it is handled: after a restart that may be later.
void PressDesk::check_time(const PressPtr& press) {
    if (press->record.expires == 0 || in_time(*press)) {
        return check_user(press);
    }
    if (press->record.once == command::Once::no) {
        return expire(press);
    }
    parts_.store.get(press_space(), mark_of(*press),
                     [this, press](const Result<std::optional<std::string>>& mark) {
                         // It has been found to be in time before.
                         const bool ours =
                             mark && mark->has_value() && **mark == press->event->dedupe_key();
                         ours ? check_user(press) : expire(press);
                     });
}

/// By the platform's time of the event, which is believed for as long as one may be delivered
/// again.
bool PressDesk::in_time(const Press& press) const {
    const std::int64_t now = seconds();
    const std::int64_t expires = press.record.expires;
    if (now < expires) {
        return true;
    }
    model::StringScratch scratch;
    const auto text = [&](std::int64_t second) {
        return std::string(model::compute::time_of_millis(second * 1'000, scratch));
    };
    const std::string made =
        text_of(press.event->view(),
                is_interaction(*press.event) ? interaction::created_at : message::created_at);
    return made >= text(now - kLatePress) && made < text(expires);
}

std::string PressDesk::mark_of(const Press& press) {
    return used_key(command::used_mark(press.record, press.data.value("messageId", std::string())));
}

void PressDesk::check_user(const PressPtr& press) {
    const auto& only = press->record.only;
    const std::string user = press->data.value("userId", std::string());
    if (!only.empty() && std::find(only.begin(), only.end(), user) == only.end()) {
        return refuse_choice(press, Phrase::not_for_you);
    }
    press->record.once == command::Once::no ? note(press) : mark_used(press);
}

/// The first event to leave its mark is the one that counts.
void PressDesk::mark_used(const PressPtr& press) {
    const std::string key = mark_of(*press);
    store::KvBatch batch;
    batch.checks.push_back({key, std::nullopt});
    batch.writes.push_back({key, press->event->dedupe_key(), kUsedLife});
    parts_.store.apply(press_space(), std::move(batch),
                       [this, press, key](const Result<store::KvOutcome>& outcome) {
                           if (outcome && outcome->applied) {
                               return note(press);
                           }
                           compare_mark(press, key);
                       });
}

void PressDesk::compare_mark(const PressPtr& press, const std::string& key) {
    parts_.store.get(
        press_space(), key, [this, press](const Result<std::optional<std::string>>& mark) {
            const bool ours = mark && mark->has_value() && **mark == press->event->dedupe_key();
            press->again = ours;
            ours ? note(press) : refuse_choice(press, Phrase::used);
        });
}

void PressDesk::note(const PressPtr& press) {
    if (!press->choice) {
        return deliver(press);
    }
    parts_.menus.note(*press->event, *press->choice, [this, press] { deliver(press); });
}

void PressDesk::deliver(const PressPtr& press) {
    press->data["action"] = press->record.action;
    press->data["state"] = press->record.state;
    finish(press, Invocation{0, press->data, nullptr});
}

/// The answer to a question of which the handler is done. One that was given to it before has been
/// heard.
bool PressDesk::is_too_late(const Press& press) {
    return press.record.action == kAskAction && press.asking.asks &&
           !press.asking.asks(question_of(press.record.state));
}

/// On the asker's worker: its handlers are known there alone.
void PressDesk::finish(const PressPtr& press, std::optional<Invocation> invocation) {
    const auto worker = press->asking.worker.lock();
    if (worker == nullptr) {
        return;
    }
    worker->post([this, press, invocation = std::move(invocation)]() mutable {
        if (invocation && is_too_late(*press)) {
            invocation.reset();
            if (!press->again && !press->written) {
                return refuse(press, Phrase::expired);
            }
        }
        if (invocation) {
            invocation->handler = press->asking.handler(press->record.action);
        }
        const bool nobody = invocation && invocation->handler == 0;
        press->done(nobody ? std::nullopt : std::move(invocation));
    });
}

/// A menu of which nothing can be chosen any more is none.
void PressDesk::expire(const PressPtr& press) {
    if (press->choice) {
        const std::string bot(press->event->bot_name());
        const auto& [channel, message, picked, answers] = *press->choice;
        const auto menu = parts_.menus.find(bot, channel, message);
        const auto over = [&](const command::MenuEntry& entry) {
            const auto opened = command::unseal(parts_.key, entry.custom_id);
            const std::int64_t expires = opened ? opened->record.expires : 1;
            return entry.custom_id == press->custom_id || (expires != 0 && expires <= seconds());
        };
        if (menu && std::all_of(menu->menu.entries.begin(), menu->menu.entries.end(), over)) {
            parts_.menus.end(bot, channel, message);
        }
    }
    refuse_choice(press, Phrase::expired);
}

/// What somebody writes below a menu need not be meant for it, unless it is a reply to it.
void PressDesk::refuse_choice(const PressPtr& press, Phrase phrase) {
    press->choice && !press->choice->answers ? finish(press, std::nullopt) : refuse(press, phrase);
}

void PressDesk::refuse(const PressPtr& press, Phrase phrase) {
    say(press->event, command::say(locale_of(*press->event), phrase),
        [this, press] { finish(press, std::nullopt); });
}

/// To whoever caused the event, and where possible to nobody else.
void PressDesk::say(const model::EventPtr& event, std::string text, std::function<void()> done) {
    OperationCall call;
    call.event = event;
    call.bot = event->bot_name();
    call.extension = kExtension;
    call.number = kRefusal;
    call.deadline = kPatience;
    call.arguments = {{"content", std::move(text)}};
    if (is_interaction(*event)) {
        call.operation = "interactions.reply";
        call.arguments["ephemeral"] = true;
    } else {
        call.operation = "messages.reply";
        call.arguments["channelId"] = std::string(event->channel_text());
        call.arguments["messageId"] = text_of(event->view(), message::id);
    }
    parts_.operations.call(std::move(call), [done = std::move(done)](const Result<json>& result) {
        // Said before a crash, it is not said again.
        if (!result && result.error().kind() != ErrorKind::exists) {
            log::get("presses")->warn("somebody could not be told: {}", result.error().message());
        }
        done();
    });
}

void PressDesk::look_after(const model::EventPtr& event, std::function<void()> done) {
    const std::string id = is_interaction(*event) ? custom_id_of(*event) : std::string();
    if (!command::looks_sealed(id)) {
        return done();
    }
    const auto opened = command::unseal(parts_.key, id);
    if (opened && handled(opened->record.owner, opened->record.action)) {
        return done();
    }
    const Phrase phrase = opened ? Phrase::component_gone : Phrase::forged;
    say(event, command::say(locale_of(*event), phrase), std::move(done));
}

}  // namespace rookery::hostapi
