#include "hostapi/command_preparation.hpp"

#include "command/duration.hpp"
#include "command/help.hpp"
#include "command/slash_options.hpp"
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
constexpr std::string_view kLocale = "en-US";        // where nobody says another

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

/// As `Member.permissions` has them: "ManageMessages".
json told(command::Permissions set) {
    json names = json::array();
    for (std::string name : command::names_of(set)) {
        name.front() = static_cast<char>(name.front() - 'a' + 'A');
        names.push_back(std::move(name));
    }
    return names;
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

/// A name that stays the same over restarts: FNV-1a.
std::string short_name(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const unsigned char c : text) {
        hash = (hash ^ c) * 0x100000001b3;
    }
    return fmt::format("{:016x}", hash);
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
    resolver_ = CommandResolver::make(facts_, event_, parts_.event);
    guild_ = parts_.event->guild_text();
    channel_ = parts_.event->channel_text();
    user_ = field(inner(*event_, parts_.match.interaction ? "user" : "author"), "id");
    locale_ = parts_.match.interaction ? text("locale") : std::string(kLocale);
    if (!parts_.match.interaction) {
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
        if (!self->ended_ && !self->answering_) {
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
    if (!ended_ && !answering_) {
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

void CommandPreparation::fact(const std::string& operation, const json& arguments,
                              std::function<void(const json&)> then, Millis kept) {
    facts_.get(
        operation, arguments,
        [self = shared_from_this(), operation,
         then = std::move(then)](const Result<FactCache::Fact>& fact) {
            if (self->ended_ || self->answering_) {
                return;
            }
            if (!fact && fact.error().kind() == ErrorKind::unsupported) {
                then(json());  // the platform has no such thing: nothing is allowed by it
                return;
            }
            if (!fact) {
                self->parts_.log->warn("command {}: {}: {}", self->node_->path, operation,
                                       fact.error().message());
                self->refuse(Phrase::failed);
                return;
            }
            then(**fact);
        },
        kept);
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
        with_channel([self = shared_from_this()](const json& channel) {
            inner(channel, "nsfw") == true ? self->next() : self->refuse(Phrase::nsfw_only);
        });
    }
}

/// The channel whose settings hold: a thread's is the one that it is in.
void CommandPreparation::with_channel(std::function<void(const json&)> then) {
    fact("channels.get", {{"channelId", channel_}},
         [self = shared_from_this(), then = std::move(then)](const json& channel) {
             const std::string parent = field(channel, "parentId");
             if (parent.empty() || field(channel, "typeName").find("thread") == std::string::npos) {
                 then(channel);
                 return;
             }
             self->fact("channels.get", {{"channelId", parent}}, then);
         });
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

/// What tells who may do what in the guild.
void CommandPreparation::with_guild_facts(std::function<void()> then) {
    const auto keep = [self = shared_from_this()](FactCache::Fact CommandPreparation::*where,
                                                  const json& value) {
        self.get()->*where = std::make_shared<const json>(value);
    };
    if (guild_fact_ != nullptr && roles_fact_ != nullptr && channel_fact_ != nullptr) {
        then();
        return;
    }
    fact("guilds.get", {{"guildId", guild_}},
         [self = shared_from_this(), keep, then = std::move(then)](const json& guild) {
             keep(&CommandPreparation::guild_fact_, guild);
             self->fact("roles.list", {{"guildId", self->guild_}},
                        [self, keep, then](const json& roles) {
                            keep(&CommandPreparation::roles_fact_, roles);
                            self->with_channel([keep, then](const json& channel) {
                                keep(&CommandPreparation::channel_fact_, channel);
                                then();
                            });
                        });
         });
}

command::Permissions CommandPreparation::computed(const std::string& member,
                                                  const json& roles) const {
    const std::string owner = field(*guild_fact_, "ownerId");
    const json overwrites = inner(*channel_fact_, "permissionOverwrites");
    command::PermissionFacts facts;
    facts.member = member;
    facts.guild = guild_;
    facts.guild_owner = owner;
    facts.own_roles = &roles;
    facts.roles = roles_fact_.get();
    facts.overwrites = &overwrites;
    return command::compute_permissions(facts);
}

void CommandPreparation::require(command::Permissions have, command::Permissions wanted,
                                 bool of_bot) {
    const auto lacks = command::lacking(have, wanted);
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
    with_guild_facts([self = shared_from_this(), wanted, member] {
        if (const json roles = inner(member, "roles"); roles.is_array()) {
            self->member_may_ = self->computed(self->user_, roles);
            self->require(*self->member_may_, wanted, false);
            return;
        }
        self->fact("members.get", {{"guildId", self->guild_}, {"userId", self->user_}},
                   [self, wanted](const json& found) {
                       self->member_may_ = self->computed(self->user_, inner(found, "roles"));
                       self->require(*self->member_may_, wanted, false);
                   });
    });
}

void CommandPreparation::with_own_member(
    std::function<void(const std::string& id, const json& member)> then) {
    fact(
        "users.me", json::object(),
        [self = shared_from_this(), then = std::move(then)](const json& me) {
            const std::string id = field(me, "id");
            self->fact("members.get", {{"guildId", self->guild_}, {"userId", id}},
                       [then, id](const json& member) { then(id, member); });
        },
        FactCache::kKeptLong);
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
    with_guild_facts([self = shared_from_this(), wanted] {
        self->with_own_member([self, wanted](const std::string& id, const json& member) {
            self->require(self->computed(id, inner(member, "roles")), wanted, true);
        });
    });
}

/// Whoever is going to be refused is refused before names are looked up: that takes requests, which
/// nobody shall cause at will. What counts is settled afterwards.
void CommandPreparation::look_ahead() {
    if (problem_) {
        refuse(*problem_);
        return;
    }
    const auto& most = rules().concurrency;
    if (most && node_->leaf &&
        !parts_.desk->places()->free(key_of(rules().concurrency_of, most->per), most->limit,
                                     parts_.event->dedupe_key())) {
        refuse(busy_phrase(most->per));
        return;
    }
    if (rules().cooldown && node_->leaf) {
        if (const auto outcome = parts_.desk->look(use()); !outcome.allowed) {
            refuse_use(outcome.wait);
            return;
        }
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
        if (self->ended_ || self->answering_) {
            return;
        }
        if (const auto* const problem = std::get_if<command::Problem>(&answer)) {
            self->refuse(*problem);
        } else if (const auto* const error = std::get_if<Error>(&answer)) {
            self->parts_.log->warn("command {}: {}", self->node_->path, error->message());
            self->refuse(Phrase::failed);
        } else {
            self->options_[self->values_[index].option->name] = std::get<json>(std::move(answer));
            self->resolve(index + 1);
        }
    });
}

/// What is counted together: the command, in the bot, by whom or where.
std::string CommandPreparation::key_of(const std::string& path, Per per) const {
    std::string key = short_name(parts_.match.entry->owner + "/" + path) + "/" +
                      std::string(parts_.event->bot_name()) + "/" +
                      std::string(command::to_string(per));
    switch (per) {
        case Per::user:
            return key + "/" + user_;
        case Per::member:
            return key + "/" + guild_ + "/" + user_;
        case Per::channel:
            return key + "/" + channel_;
        case Per::guild:
            // Outside of a guild the place is the conversation.
            return key + "/" + (guild_.empty() ? channel_ : guild_);
        case Per::everyone:
            break;
    }
    return key;
}

void CommandPreparation::take_place() {
    if (const auto& wanted = rules().concurrency; wanted && node_->leaf) {
        place_ =
            parts_.desk->places()->take(key_of(rules().concurrency_of, wanted->per), wanted->limit,
                                        parts_.event->dedupe_key(), parts_.match.entry->session);
        if (place_ == nullptr) {
            refuse(busy_phrase(wanted->per));
            return;
        }
    }
    next();
}

/// Of a command that has a cooldown.
CommandDesk::Use CommandPreparation::use() const {
    const auto& wanted = rules().cooldown;
    return {key_of(rules().cooldown_of, wanted->per),
            {wanted->uses, wanted->time},
            parts_.event->dedupe_key(),
            text("createdAt")};
}

void CommandPreparation::refuse_use(Millis wait) {
    const double seconds = std::ceil(static_cast<double>(wait.count()) / 1'000);
    refuse(Phrase::cooldown, {{"time", command::duration_words(seconds, locale_)}});
}

void CommandPreparation::take_use() {
    if (!rules().cooldown || !node_->leaf) {
        next();
        return;
    }
    parts_.desk->use(use(), [self = shared_from_this()](command::Cooldowns::Outcome outcome) {
        const auto go_on = [self, outcome] {
            if (outcome.allowed) {
                self->next();
                return;
            }
            self->place_.reset();
            self->refuse_use(outcome.wait);
        };
        if (self->parts_.worker->on_thread()) {
            go_on();
        } else {
            self->parts_.worker->post(go_on);
        }
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
                member["permissions"] = told(*member_may_);
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
