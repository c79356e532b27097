#include "hostapi/component_stage.hpp"

#include "base/log.hpp"
#include "hostapi/press_store.hpp"
#include "hostapi/presses.hpp"
#include "hostapi/written_answer.hpp"
#include "model/generated/fields.hpp"
#include "model/string_scratch.hpp"

#include <algorithm>
#include <utility>

namespace rookery::hostapi {
namespace {

using command::ComponentRecord;
using nlohmann::json;

constexpr const char* kComponents = "components";

const json& at(const json& object, const char* key) {
    static const json nothing;
    if (!object.is_object()) {
        return nothing;
    }
    const auto found = object.find(key);
    return found == object.end() ? nothing : *found;
}

std::string text_at(const json& object, const char* key) {
    const json& value = at(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// Which of the operation's parameters that is; its size when it has none of that name.
std::size_t index_of(const model::OperationInfo& info, std::string_view name) {
    const auto found = std::find_if(info.params.begin(), info.params.end(),
                                    [&](const auto& param) { return param.name == name; });
    return static_cast<std::size_t>(found - info.params.begin());
}

bool takes_components(const model::OperationInfo& info) {
    return index_of(info, kComponents) < info.params.size();
}

bool is_modal(const model::OperationInfo& info) { return info.name == "interactions.showModal"; }

/// The id of a message or an interaction.
std::string id_of_cause(const model::Event& event) {
    model::StringScratch scratch;
    const bool interaction = event.type() == model::EventType::interaction_create;
    const auto id = event.view().get(
        interaction ? model::fields::interaction::id : model::fields::message::id, scratch);
    return id.kind == model::Value::Kind::text ? std::string(id.text) : std::string();
}

/// An operation on one message of a channel that the text of a menu may stand in.
bool changes_message(const model::OperationInfo& info) {
    return info.name == "messages.edit" || info.name == "messages.delete";
}

}  // namespace

bool has_components(const model::PlatformInfo& platform) {
    // Its routes stand for Discord's, but a HoloBridge sends no components on.
    if (platform.name == "holobridge") {
        return false;
    }
    const auto* const send = model::find_operation(platform, "messages.send");
    if (send == nullptr) {
        return false;
    }
    const std::size_t index = index_of(*send->info, kComponents);
    return index < send->params.size() && !send->params[index].target.empty();
}

/// Makes the custom ids of one call, and keeps what did not fit into them.
class ComponentStage::Sealing {
  public:
    Sealing(const Parts& parts, const std::string& extension, std::int64_t now)
        : parts_(parts), owner_(command::owner_tag(extension)), now_(now) {}

    Result<std::string> operator()(ComponentRecord record) {
        record.owner = owner_;
        auto sealed = command::seal(parts_.key, record);
        if (!sealed) {
            return sealed.error();
        }
        if (!sealed->stored_as.empty()) {
            const std::int64_t life =
                record.expires == 0 ? command::kStateLife : record.expires - now_ + kLatePress;
            batch_.writes.push_back({state_key(sealed->stored_as), std::move(sealed->stored),
                                     std::chrono::seconds(std::max(life, kLatePress))});
        }
        return std::move(sealed->custom_id);
    }

    /// Goes on once everything is kept: a press must never be faster.
    void keep(std::function<void(Result<>)> done) const {
        if (batch_.writes.empty()) {
            done({});
            return;
        }
        parts_.store.apply(press_space(), batch_,
                           [done = std::move(done)](const Result<store::KvOutcome>& outcome) {
                               done(outcome ? Result<>() : Result<>(outcome.error()));
                           });
    }

  private:
    const Parts& parts_;
    const std::uint64_t owner_;
    const std::int64_t now_;
    store::KvBatch batch_;
};

ComponentStage::ComponentStage(const Parts& parts)
    : parts_(parts),
      answers_(
          [this](OperationCall call, OperationDone done) {
              parts_.operations.call(std::move(call), std::move(done));
          },
          parts_.menus) {}

std::int64_t ComponentStage::seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(parts_.clock.wall().time_since_epoch())
        .count();
}

bool ComponentStage::wants(const model::OperationInfo& info, const model::PlatformInfo& platform,
                           const OperationCall& call) const {
    if (MessageAnswers::takes(info, call)) {
        return true;
    }
    if (is_modal(info)) {
        return call.arguments.is_object() && !call.arguments.contains("customId");
    }
    const json& components = at(call.arguments, kComponents);
    if (has_components(platform)) {
        return takes_components(info) && command::is_friendly(components);
    }
    if (takes_components(info) && !components.is_null()) {
        return true;
    }
    return changes_message(info) &&
           parts_.menus.find(call.bot, text_at(call.arguments, "channelId"),
                             text_at(call.arguments, "messageId"));
}

void ComponentStage::run(const model::OperationInfo& info, const model::PlatformInfo& platform,
                         OperationCall call, OperationDone done, Next next) {
    if (is_modal(info)) {
        run_modal(platform, std::move(call), std::move(done), std::move(next));
    } else if (MessageAnswers::takes(info, call)) {
        // What it turns into comes by here again.
        answers_.run(info, platform, std::move(call), std::move(done));
    } else if (info.name == "messages.delete") {
        parts_.menus.end(call.bot, text_at(call.arguments, "channelId"),
                         text_at(call.arguments, "messageId"));
        next(std::move(call), std::move(done));
    } else if (has_written_answer(call.arguments)) {
        run_written(platform, std::move(call), std::move(done), std::move(next));
    } else {
        run_components(platform, std::move(call), std::move(done), std::move(next));
    }
}

/// A message that is answered by what somebody writes next: that is known before the message is
/// there, so that no answer is too fast.
void ComponentStage::run_written(const model::PlatformInfo& platform, OperationCall call,
                                 OperationDone done, Next next) {
    auto wish = take_written_answer(call.arguments);
    const auto refuse = [&](const Error& error) { done(error.within(call.operation)); };
    if (!wish) {
        return refuse(wish.error());
    }
    const std::string named = text_at(call.arguments, "channelId");
    MenuBook::Form question;
    question.bot = call.bot;
    question.channel =
        named.empty() && call.event != nullptr ? std::string(call.event->channel_text()) : named;
    question.user = (*wish)->user;
    if (question.channel.empty()) {
        return refuse(Error(ErrorKind::invalid,
                            "components: it is not known in which channel "
                            "somebody is to write"));
    }
    auto sealing = std::make_shared<Sealing>(parts_, call.extension, seconds());
    auto id = (*sealing)(std::move((*wish)->record));
    if (!id) {
        return refuse(id.error());
    }
    question.form.custom_id = *std::move(id);
    question.writes = true;
    question.owner = command::owner_tag(call.extension);
    question.life = std::chrono::seconds((*wish)->life);
    if (call.event != nullptr) {
        question.opened_by = call.event->dedupe_key();
        question.after = id_of_cause(*call.event);
    }
    auto send = [this, platform = &platform, question, call = std::move(call), done,
                 next = std::move(next)]() mutable {
        send_question(*platform, std::move(call), std::move(done), std::move(next),
                      std::move(question));
    };
    sealing->keep([this, sealing, question = std::move(question), send = std::move(send),
                   done = std::move(done)](Result<> kept) mutable {
        if (!kept) {
            done(kept.error());
        } else if (parts_.menus.opened(question)) {
            send();  // its handler runs again, after a reload or a crash: what was answered stays
        } else {
            parts_.menus.put(std::move(question), std::move(send));
        }
    });
}

void ComponentStage::send_question(const model::PlatformInfo& platform, OperationCall call,
                                   OperationDone done, Next next, MenuBook::Form question) {
    auto asked = [this, question = std::move(question),
                  done = std::move(done)](Result<json> result) mutable {
        if (!result && result.error().kind() != ErrorKind::exists) {
            parts_.menus.end_form(question);
            done(std::move(result));
            return;
        }
        const json message = result ? *result : json();
        parts_.menus.note_asked(question, {text_at(message, "id"), text_at(message, "createdAt")},
                                [done = std::move(done), result = std::move(result)]() mutable {
                                    done(std::move(result));
                                });
    };
    if (call.arguments.contains(kComponents)) {
        run_components(platform, std::move(call), std::move(asked), std::move(next));
    } else {
        next(std::move(call), std::move(asked));
    }
}

void ComponentStage::run_modal(const model::PlatformInfo& platform, OperationCall call,
                               OperationDone done, Next next) {
    json& given = call.arguments;
    if (given.contains("customId")) {
        done(Error(ErrorKind::invalid,
                   call.operation + ": a message can be answered with a form that has an action "
                                    "and fields, not with the platform's own"));
        return;
    }
    const auto refuse = [&](const Error& error) { done(error.within(call.operation)); };
    if (!at(given, "action").is_string()) {
        return refuse(Error(ErrorKind::invalid, "action: expected text"));
    }
    auto fields = command::read_fields(at(given, "fields"));
    if (!fields) {
        return refuse(fields.error());
    }
    ComponentRecord record;
    record.action = given["action"];
    record.state = at(given, "state");
    if (record.action == kAskAction) {
        record.once = command::Once::component;  // by its key: a form has no message
    }
    auto sealing = std::make_shared<Sealing>(parts_, call.extension, seconds());
    const auto id = (*sealing)(std::move(record));
    if (!id) {
        return refuse(id.error());
    }
    for (const char* key : {"action", "state", "fields"}) {
        given.erase(key);
    }
    if (call.event != nullptr && call.event->type() == model::EventType::message_create) {
        command::TextForm form{*id, text_at(given, "title"), *std::move(fields), {}, {}};
        sealing->keep([this, sealing, platform = &platform, call = std::move(call),
                       form = std::move(form), done = std::move(done)](Result<> kept) mutable {
            if (!kept) {
                done(kept.error());
                return;
            }
            answers_.ask(*platform, std::move(call), std::move(form), std::move(done));
        });
        return;
    }
    given["customId"] = *id;
    given[kComponents] = command::platform_fields(*fields);
    sealing->keep([sealing, call = std::move(call), done = std::move(done),
                   next = std::move(next)](Result<> kept) mutable {
        if (!kept) {
            done(kept.error());
            return;
        }
        next(std::move(call), std::move(done));
    });
}

void ComponentStage::run_components(const model::PlatformInfo& platform, OperationCall call,
                                    OperationDone done, Next next) {
    const bool given = call.arguments.contains(kComponents);
    auto sealing = std::make_shared<Sealing>(parts_, call.extension, seconds());
    const command::FormRules rules{
        [&](ComponentRecord record) { return (*sealing)(std::move(record)); },
        seconds() + 1};  // of this second some is left
    auto layout = command::read_components(at(call.arguments, kComponents), rules);
    if (!layout) {
        const std::string& what = layout.error().message();
        done(Error(layout.error().kind(),
                   call.operation + ": components" + (what.starts_with("[") ? "" : ": ") + what));
        return;
    }
    const bool text = !has_components(platform);
    if (!text) {
        call.arguments[kComponents] = command::platform_form(*layout);
    }
    sealing->keep([this, text, given, sealing, layout = *std::move(layout), call = std::move(call),
                   done = std::move(done), next = std::move(next)](Result<> kept) mutable {
        if (!kept) {
            done(kept.error());
        } else if (text) {
            run_text(std::move(call), std::move(done), std::move(next), layout, given);
        } else {
            next(std::move(call), std::move(done));
        }
    });
}

/// A message with a menu where there are no components, or a change of one. `given`: the call says
/// something of components; else those that are there stay.
void ComponentStage::run_text(OperationCall call, OperationDone done, Next next,
                              const command::Layout& layout, bool given) {
    json& arguments = call.arguments;
    const std::string channel = text_at(arguments, "channelId");
    const bool edit = call.operation == "messages.edit";
    const auto before =
        edit ? parts_.menus.find(call.bot, channel, text_at(arguments, "messageId")) : std::nullopt;
    MenuBook::Menu menu;
    menu.bot = call.bot;
    menu.menu = given || !before ? command::menu_of(layout) : before->menu;
    menu.text = arguments.contains("content") ? text_at(arguments, "content")
                : before                      ? before->text
                                              : std::string();
    arguments.erase(kComponents);
    const bool changes = before || !menu.menu.lines.empty();
    if (changes) {
        arguments["content"] = command::with_menu(menu.text, menu.menu);
    }
    menu.message = edit ? text_at(arguments, "messageId") : std::string();
    next(std::move(call), [this, changes, channel, menu = std::move(menu),
                           done = std::move(done)](Result<json> result) mutable {
        if (result && changes) {
            const std::string where = text_at(*result, "channelId");
            menu.channel = where.empty() ? channel : where;
            menu.message = menu.message.empty() ? text_at(*result, "id") : menu.message;
            if (!menu.message.empty()) {
                parts_.menus.put(std::move(menu));
            }
        }
        done(std::move(result));
    });
}

}  // namespace rookery::hostapi
