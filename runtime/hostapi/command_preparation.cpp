#include "hostapi/command_preparation.hpp"

#include "command/duration.hpp"
#include "command/help.hpp"
#include "command/slash_options.hpp"
#include "hostapi/guild_language.hpp"
#include "model/operations.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::hostapi {
namespace {

using command::Per;
using command::Phrase;
using nlohmann::json;

constexpr std::uint32_t kAnswerNumber = 0xC0DE0001;  // of the one answer that an event gets

std::string field(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string()
               ? found->get<std::string>()
               : std::string();
}

json inner(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : json();
}

Phrase busy_phrase(Per per) {
    switch (per) {
        case Per::user:
            return Phrase::busy_user;
        case Per::member:
            return Phrase::busy_member;
        case Per::channel:
            return Phrase::busy_channel;
        case Per::guild:
            return Phrase::busy_guild;
        case Per::everyone:
            break;
    }
    return Phrase::busy_everyone;
}

/// Whether the application's document names the user as its owner, or as one of its team.
bool owns(const json& application, const std::string& user) {
    if (field(inner(application, "owner"), "id") == user) {
        return true;
    }
    const json members = inner(inner(application, "team"), "members");
    return members.is_array() && std::any_of(members.begin(), members.end(), [&](const json& one) {
               return field(inner(one, "user"), "id") == user;
           });
}

/// How a command with subcommands is used, and what they are.
std::string group_help(const command::Node& node, const std::string& locale,
                       const std::string& prefix) {
    std::string out = "`" + command::usage_line(node, prefix) + "`";
    for (const command::Node& one : node.subcommands) {
        if (!one.rules.hidden) {
            out += "\n`" + one.name + "`: " + command::localized_description(one, locale);
        }
    }
    return out;
}

}  // namespace

CommandPreparation::CommandPreparation(Parts parts)
    : parts_(std::move(parts)),
      definition_(parts_.match.entry->definition),
      node_(&definition_->root),
      facts_(parts_.desk->facts(), parts_.worker, std::string(parts_.event->bot_name())) {
    std::string out;
    parts_.event->view().write_json(out);
    event_ = std::make_shared<const json>(json::parse(out, nullptr, false));
    guild_ = parts_.event->guild_text();
    channel_ = parts_.event->channel_text();
    user_ = field(inner(*event_, parts_.match.interaction ? "user" : "author"), "id");
    rights_ = CommandRights::make(facts_, guild_, channel_);
    resolver_ = CommandResolver::make(facts_, {parts_.desk, user_, event_, parts_.event});
    use_.emplace(*parts_.desk,
                 CommandUse::Who{parts_.match.entry->owner, std::string(parts_.event->bot_name()),
                                 user_, channel_, guild_, parts_.event->dedupe_key(),
                                 text("createdAt"), parts_.match.entry->session});
    if (parts_.match.interaction) {
        locale_ = text("locale");
    } else {
        content_ = text("content");
        content_.erase(0, std::min(parts_.match.rest, content_.size()));
    }
}

std::string CommandPreparation::text(const char* key) const { return field(*event_, key); }

void CommandPreparation::start() {
    const bool bot = inner(inner(*event_, "author"), "bot") == true;
    if (!parts_.match.interaction && (bot || !text("webhookId").empty())) {
        end(std::nullopt);
        return;
    }
    if (parts_.match.interaction) {
        const auto data = parts_.event->root()["data"];
        if (const auto* const named = command::find_node(*definition_, command::slash_path(data))) {
            node_ = named;
        }
    }
    timer_ = parts_.worker->after(kLongest, [self = shared_from_this()] {
        self->timer_ = 0;
        if (!self->over()) {
            self->parts_.log->warn("command {}: the platform took too long to tell what it needs",
                                   self->node_->path);
            self->refuse(Phrase::failed);
        }
    });
    next();
}

/// Goes through the next gate.
void CommandPreparation::next() {
    static constexpr auto kSteps = std::to_array<Step>({
        &CommandPreparation::check_mention,
        &CommandPreparation::learn_language,
        &CommandPreparation::read_options,
        &CommandPreparation::check_policy,
        &CommandPreparation::check_place,
        &CommandPreparation::check_owner,
        &CommandPreparation::check_member,
        &CommandPreparation::check_bot,
        &CommandPreparation::look_ahead,
        &CommandPreparation::resolve_options,
        &CommandPreparation::take_place,
        &CommandPreparation::take_use,
        &CommandPreparation::learn_rights,
        &CommandPreparation::enter,
    });
    // Suggestions can tell as much as the command does, so they are for whoever may use it. They
    // are no use of it: nothing is counted.
    static constexpr auto kTypedSteps = std::to_array<Step>({
        &CommandPreparation::check_policy,
        &CommandPreparation::check_place,
        &CommandPreparation::check_owner,
        &CommandPreparation::check_member,
        &CommandPreparation::take_typed,
    });
    if (!over()) {
        const Step step = parts_.match.autocomplete ? kTypedSteps[step_] : kSteps[step_];
        ++step_;
        (this->*step)();
    }
}

void CommandPreparation::end(std::optional<Invocation> invocation) {
    if (std::exchange(ended_, true)) {
        return;
    }
    if (timer_ != 0) {
        parts_.worker->cancel(std::exchange(timer_, 0));
    }
    const auto done = std::exchange(parts_.done, nullptr);
    done(std::move(invocation));
}

void CommandPreparation::refuse(Phrase phrase, std::initializer_list<command::PhraseWord> words) {
    answer(command::say(locale_, phrase, words));
}

void CommandPreparation::refuse(const command::Problem& problem) {
    answer(command::problem_text(problem, *node_, locale_,
                                 parts_.match.interaction ? "/" : parts_.match.prefix, content_));
}

/// Tells whoever asked why not, to nobody else where that can be; then it is over. Who is still
/// typing is shown nothing to choose from.
void CommandPreparation::answer(const std::string& text) {
    if (ended_ || std::exchange(answering_, true)) {
        return;
    }
    OperationCall call;
    call.event = parts_.event;
    call.number = kAnswerNumber;
    call.deadline = Millis{10'000};
    if (parts_.match.autocomplete) {
        call.operation = "interactions.autocomplete";
        call.arguments = {{"choices", json::array()}};
    } else if (parts_.match.interaction) {
        call.operation = "interactions.reply";
        call.arguments = {{"content", text}, {"ephemeral", true}};
    } else {
        call.operation = "messages.reply";
        call.arguments = {
            {"channelId", channel_}, {"messageId", this->text("id")}, {"content", text}};
        // Whoever wrote it knows; nobody is pinged.
        if (parts_.event->platform() == "discord") {
            call.arguments["allowedMentions"] = {{"parse", json::array()}, {"repliedUser", false}};
        }
    }
    parts_.call(std::move(call), [self = shared_from_this()](const Result<json>& answered) {
        if (!answered && answered.error().kind() != ErrorKind::exists) {
            self->parts_.log->warn("command {}: whoever used it could not be told: {}",
                                   self->node_->path, answered.error().message());
        }
        self->end(std::nullopt);
    });
}

void CommandPreparation::give_up(const Error& error) {
    parts_.log->warn("command {}: {}", node_->path, error.message());
    refuse(Phrase::failed);
}

/// A mention is a prefix when it is the bot's own.
void CommandPreparation::check_mention() {
    if (parts_.match.mention.empty()) {
        next();
        return;
    }
    facts_.get(
        "users.me", json::object(),
        [self = shared_from_this()](const Result<FactCache::Fact>& me) {
            if (me && field(**me, "id") == self->parts_.match.mention) {
                self->next();
            } else {
                self->end(std::nullopt);
            }
        },
        FactCache::kKeptLong);
}

/// A text says nothing of the language of whoever wrote it.
void CommandPreparation::learn_language() {
    if (parts_.match.interaction) {
        next();
        return;
    }
    const auto take = [self = shared_from_this()](const std::string& language) {
        self->locale_ = language;
        self->next();
    };
    find_guild_language(*parts_.desk, facts_.bot(), guild_,
                        [worker = parts_.worker, take](const std::string& language) {
                            if (worker->on_thread()) {
                                take(language);
                            } else {
                                worker->post([take, language] { take(language); });
                            }
                        });
}

void CommandPreparation::read_options() {
    command::ParseResult result = command::Parsed{node_, {}};
    if (definition_->type == command::CommandType::slash) {
        const json files = inner(*event_, "attachments");
        result = parts_.match.interaction
                     ? command::read_slash_options(*node_, parts_.event->root()["data"], locale_)
                     : command::parse_text(*definition_, content_,
                                           files.is_array() ? files.size() : 0, locale_);
    }
    if (const auto* failure = std::get_if<command::ParseFailure>(&result)) {
        node_ = failure->node == nullptr ? node_ : failure->node;
        problem_ = failure->problem;
    } else {
        auto& parsed = std::get<command::Parsed>(result);
        node_ = parsed.node == nullptr ? node_ : parsed.node;
        values_ = std::move(parsed.values);
    }
    next();
}

void CommandPreparation::check_policy() {
    const auto* const policy = parts_.rules->of(parts_.event->bot_name(), guild_);
    if (policy != nullptr && policy->is_disabled(node_->path)) {
        refuse(Phrase::disabled);
        return;
    }
    next();
}

void CommandPreparation::check_place() {
    const command::Where where = rules().where;
    if (where == command::Where::guild && guild_.empty()) {
        refuse(Phrase::guild_only);
    } else if (where == command::Where::dm && !guild_.empty()) {
        refuse(Phrase::dm_only);
    } else if (!rules().nsfw || guild_.empty()) {
        next();
    } else if (const json known = inner(inner(*event_, "channel"), "nsfw"); known.is_boolean()) {
        known.get<bool>() ? next() : refuse(Phrase::nsfw_only);
    } else {
        rights_->channel([self = shared_from_this()](const Result<json>& channel) {
            if (self->over()) {
                return;
            }
            if (!channel) {
                self->give_up(channel.error());
                return;
            }
            inner(*channel, "nsfw") == true ? self->next() : self->refuse(Phrase::nsfw_only);
        });
    }
}

void CommandPreparation::check_owner() {
    if (!rules().owner) {
        next();
        return;
    }
    const BotCommandRules* const bot = parts_.rules->of(parts_.event->bot_name());
    if (bot != nullptr && !bot->owners.empty()) {
        const bool own =
            std::find(bot->owners.begin(), bot->owners.end(), user_) != bot->owners.end();
        own ? next() : refuse(Phrase::owner_only);
        return;
    }
    facts_.get(
        "application.get", json::object(),
        [self = shared_from_this()](const Result<FactCache::Fact>& application) {
            if (!application) {
                self->parts_.log->warn(
                    "command {} is for owners, and who that is is not known ({}): say so with "
                    "`owners` of the [[bot]]",
                    self->node_->path, application.error().message());
            }
            application&& owns(**application, self->user_) ? self->next()
                                                           : self->refuse(Phrase::owner_only);
        },
        FactCache::kKeptLong);
}

void CommandPreparation::require(const Result<command::Permissions>& have,
                                 command::Permissions wanted, bool of_bot) {
    if (over()) {
        return;
    }
    if (!have) {
        give_up(have.error());
        return;
    }
    const auto lacks = command::lacking(*have, wanted);
    if (lacks == 0) {
        next();
        return;
    }
    const std::string names = command::permission_words(locale_, command::names_of(lacks));
    refuse(of_bot ? Phrase::bot_permissions : Phrase::member_permissions, {{"permissions", names}});
}

void CommandPreparation::check_member() {
    const command::Permissions wanted = rules().member_bits;
    if (wanted == 0) {
        next();
        return;
    }
    if (guild_.empty()) {
        // In a direct message there is nothing to be allowed to.
        refuse(Phrase::guild_only);
        return;
    }
    const json member = inner(*event_, "member");
    if (const json names = inner(member, "permissions"); names.is_array() && !names.empty()) {
        require(command::permissions_from_names(names), wanted, false);
        return;
    }
    rights_->of_member(user_, inner(member, "roles"),
                       [self = shared_from_this(), wanted](Result<command::Permissions> may) {
                           if (may) {
                               self->member_may_ = *may;
                           }
                           self->require(may, wanted, false);
                       });
}

void CommandPreparation::check_bot() {
    const command::Permissions wanted = rules().bot_bits;
    if (wanted == 0 || guild_.empty()) {
        next();
        return;
    }
    if (const json names = inner(*event_, "appPermissions"); names.is_array() && !names.empty()) {
        require(command::permissions_from_names(names), wanted, true);
        return;
    }
    rights_->of_bot([self = shared_from_this(), wanted](const Result<command::Permissions>& may) {
        self->require(may, wanted, true);
    });
}

/// Whoever is going to be refused is refused before names are looked up: that takes requests, which
/// nobody shall cause at will. What counts is settled afterwards.
void CommandPreparation::look_ahead() {
    if (problem_) {
        refuse(*problem_);
        return;
    }
    if (!use_->free(*node_)) {
        refuse(busy_phrase(rules().concurrency->per));
        return;
    }
    if (const Millis wait = use_->wait(*node_); wait > Millis{0}) {
        refuse_for(Phrase::cooldown, wait);
        return;
    }
    next();
}

void CommandPreparation::resolve_options() { resolve(0); }

void CommandPreparation::resolve(std::size_t index) {
    if (index == values_.size()) {
        next();
        return;
    }
    resolver_->resolve(values_[index], [self = shared_from_this(),
                                        index](CommandResolver::Answer answer) {
        if (self->over()) {
            return;
        }
        if (const auto* const problem = std::get_if<command::Problem>(&answer)) {
            self->refuse(*problem);
        } else if (const auto* const many = std::get_if<CommandResolver::TooMany>(&answer)) {
            self->refuse_for(Phrase::too_many_lookups, many->wait);
        } else if (const auto* const error = std::get_if<Error>(&answer)) {
            self->give_up(*error);
        } else {
            self->options_[self->values_[index].option->name] = std::get<json>(std::move(answer));
            self->resolve(index + 1);
        }
    });
}

void CommandPreparation::take_place() {
    if (rules().concurrency && node_->leaf) {
        place_ = use_->take_place(*node_);
        if (place_ == nullptr) {
            refuse(busy_phrase(rules().concurrency->per));
            return;
        }
    }
    next();
}

void CommandPreparation::refuse_for(Phrase phrase, Millis wait) {
    const double seconds = std::ceil(static_cast<double>(wait.count()) / 1'000);
    refuse(phrase, {{"time", command::duration_words(seconds, locale_)}});
}

void CommandPreparation::take_use() {
    use_->take(*node_, [self = shared_from_this()](Millis wait) {
        const auto go_on = [self, wait] {
            if (wait == Millis{0}) {
                self->next();
                return;
            }
            self->place_.reset();
            self->refuse_for(Phrase::cooldown, wait);
        };
        if (self->parts_.worker->on_thread()) {
            go_on();
        } else {
            self->parts_.worker->post(go_on);
        }
    });
}

/// What the member may do, for the handler: as far as that costs no question to the platform.
void CommandPreparation::learn_rights() {
    const json member = inner(*event_, "member");
    const json names = inner(member, "permissions");
    if (parts_.match.interaction || guild_.empty() || member_may_ || !member.is_object() ||
        (names.is_array() && !names.empty())) {
        next();
        return;
    }
    rights_->known(user_, inner(member, "roles"),
                   [self = shared_from_this()](std::optional<command::Permissions> may) {
                       self->member_may_ = may;
                       self->next();
                   });
}

json CommandPreparation::data() const {
    const CommandMatch& match = parts_.match;
    std::string source = "prefix";
    if (match.interaction) {
        source = command::to_string(definition_->type);
    }
    json out = {{"kind", match.autocomplete ? "autocomplete" : "command"},
                {"command", node_->path},
                {"source", source},
                {"options", options_},
                {"locale", locale_},
                {"userId", user_},
                {"channelId", channel_}};
    if (!guild_.empty()) {
        out["guildId"] = guild_;
    }
    if (!match.interaction) {
        if (json member = inner(*event_, "member"); member.is_object()) {
            member["user"] = inner(*event_, "author");
            member["guildId"] = guild_;
            if (member_may_) {
                member["permissions"] = command::names_of(*member_may_);
            } else if (const auto told = member.find("permissions");
                       told != member.end() && told->empty()) {
                member.erase(told);  // not that they are none: nobody knows
            }
            out["member"] = std::move(member);
        }
        out["prefix"] = match.prefix;
        out["alias"] = match.word;
        out["messageId"] = text("id");
    } else if (const std::string target = text("targetId"); !target.empty()) {
        out["target"] = resolver_->given(source, target);
    }
    return out;
}

void CommandPreparation::enter() {
    const std::uint64_t handler = parts_.handler(InvocationKind::command, node_->path);
    if (handler == 0 && !node_->leaf) {
        // A bare "!todo": what stands below it is its help.
        answer(group_help(*node_, locale_, parts_.match.prefix));
        return;
    }
    if (handler == 0) {
        parts_.log->warn("command {} is declared and has no handler", node_->path);
        refuse(Phrase::command_gone);
        return;
    }
    end(Invocation{handler, data(), std::move(place_)});
}

void CommandPreparation::take_typed() {
    const std::uint64_t handler = parts_.handler(InvocationKind::autocomplete, node_->path);
    command::Focused focused = command::read_focused(*node_, parts_.event->root()["data"]);
    if (handler == 0 || focused.option == nullptr) {
        end(std::nullopt);
        return;
    }
    options_ = std::move(focused.given);
    json out = data();
    out["focused"] = focused.option->name;
    out["typed"] = std::move(focused.typed);
    end(Invocation{handler, std::move(out), nullptr});
}

}  // namespace rookery::hostapi
