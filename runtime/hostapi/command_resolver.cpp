#include "hostapi/command_resolver.hpp"

#include "command/text.hpp"
#include "command/value_parser.hpp"
#include "model/json_index.hpp"
#include "model/operations.hpp"
#include "model/string_scratch.hpp"
#include "model/view.hpp"

#include <algorithm>
#include <utility>

namespace rookery::hostapi {
namespace {

using command::Option;
using command::OptionType;
using command::Problem;
using command::ProblemKind;
using nlohmann::json;

constexpr std::size_t kMostNamed = 10;  // of those who share a name, told to the user
constexpr int kMostSearched = 100;
constexpr int kMostListed = 1'000;

std::string text_of(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string()
               ? found->get<std::string>()
               : std::string();
}

/// The platform's object in the public shape of that operation's answer.
json shaped(const json& raw, std::string_view operation, const char* field = nullptr) {
    const auto* const info = model::find_operation(operation);
    const std::string text = raw.dump(-1, ' ', false, json::error_handler_t::replace);
    const auto index = model::JsonIndex::build(text);
    if (info == nullptr || info->result == nullptr || !index) {
        return nullptr;
    }
    const model::View view(index->root(), *info->result);
    std::string out;
    if (field == nullptr) {
        view.write_json(out);
    } else {
        model::StringScratch scratch;
        const auto value = view.get(field, scratch);
        if (value.kind != model::Value::Kind::array) {
            return nullptr;
        }
        value.array.write_json(out);
    }
    return json::parse(out, nullptr, false);
}

bool is_named(const json& object, std::initializer_list<const char*> keys,
              const std::string& folded) {
    return std::any_of(keys.begin(), keys.end(), [&](const char* key) {
        const std::string name = text_of(object, key);
        return !name.empty() && command::folded(name) == folded;
    });
}

bool is_named_user(const json& member, const std::string& folded) {
    const auto user = member.find("user");
    return is_named(member, {"nickname", "displayName"}, folded) ||
           (user != member.end() && is_named(*user, {"username", "globalName"}, folded));
}

/// Names of several that share one, to tell them apart.
json names_of(const std::vector<const json*>& found, const char* name) {
    json names = json::array();
    for (const json* one : found) {
        if (names.size() < kMostNamed) {
            const auto user = one->find("user");
            names.push_back(
                (user != one->end() ? text_of(*user, "username") : text_of(*one, name)) + " (" +
                text_of(*one, "id") + ")");
        }
    }
    return names;
}

bool is_gone(const Error& error) {
    return error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::invalid;
}

}  // namespace

CommandResolver::CommandResolver(FactReader facts, Parts parts)
    : facts_(std::move(facts)),
      desk_(parts.desk),
      event_(std::move(parts.event)),
      raw_(std::move(parts.raw)),
      guild_(raw_->guild_text()),
      who_(facts_.bot() + "/" + guild_ + "/" + parts.user) {}

void CommandResolver::look_up(const QuestionPtr& question, const std::string& operation,
                              const json& arguments, FactCache::Done done) const {
    if (!facts_.has(operation, arguments)) {
        const Millis wait = desk_->take_lookup(
            who_, raw_->dedupe_key() + "/" + operation +
                      arguments.dump(-1, ' ', false, json::error_handler_t::replace));
        if (wait > Millis{0}) {
            question->done(TooMany{wait});
            return;
        }
    }
    facts_.get(operation, arguments, std::move(done));
}

void CommandResolver::fail(const Question& question, ProblemKind kind, json expected) {
    Problem problem;
    problem.kind = kind;
    problem.option = question.option;
    problem.given = question.typed;
    problem.expected = std::move(expected);
    problem.at = question.at;
    question.done(std::move(problem));
}

json CommandResolver::given(std::string_view kind, const std::string& id) const {
    const auto resolved = event_->find("resolved");
    if (resolved == event_->end() || !resolved->is_object()) {
        return nullptr;
    }
    const auto object = [&](const char* key) -> json {
        const auto group = resolved->find(key);
        if (group == resolved->end() || !group->is_object()) {
            return nullptr;
        }
        const auto found = group->find(id);
        return found == group->end() || !found->is_object() ? json() : *found;
    };
    if (kind == "member") {
        json member = object("members");
        if (member.is_object()) {
            member["user"] = object("users");
            member["guild_id"] = guild_;
            return shaped(member, "members.get");
        }
        return nullptr;
    }
    if (kind == "attachment") {
        const json file = object("attachments");
        const json list = file.is_null() ? json()
                                         : shaped({{"attachments", json::array({file})}},
                                                  "messages.get", "attachments");
        return list.is_array() && !list.empty() ? list.front() : json();
    }
    struct Kind {
        std::string_view name;
        const char* key;
        std::string_view operation;
    };
    static constexpr Kind kKinds[] = {{"user", "users", "users.get"},
                                      {"role", "roles", "roles.get"},
                                      {"channel", "channels", "channels.get"},
                                      {"message", "messages", "messages.get"}};
    for (const Kind& known : kKinds) {
        if (known.name == kind) {
            const json raw = object(known.key);
            return raw.is_null() ? json() : shaped(raw, known.operation);
        }
    }
    return nullptr;
}

/// A user whom the message mentions; null when it does not.
json CommandResolver::mentioned(const std::string& id) const {
    for (const char* key : {"author", "user"}) {
        const auto author = event_->find(key);
        if (author != event_->end() && text_of(*author, "id") == id) {
            return *author;
        }
    }
    const auto users = event_->find("mentionedUsers");
    if (users != event_->end() && users->is_array()) {
        for (const json& user : *users) {
            if (text_of(user, "id") == id) {
                return user;
            }
        }
    }
    return nullptr;
}

void CommandResolver::resolve(const command::Value& value, Done done) {
    auto question = std::make_shared<Question>();
    question->option = value.option;
    question->typed = value.typed;
    question->at = value.at;
    question->done = std::move(done);
    if (const auto* known = std::get_if<json>(&value.data)) {
        question->done(*known);
        return;
    }
    if (const auto* file = std::get_if<command::AttachmentIndex>(&value.data)) {
        const auto files = event_->find("attachments");
        if (files == event_->end() || !files->is_array() || file->index >= files->size()) {
            fail(*question, ProblemKind::no_attachment);
            return;
        }
        question->done((*files)[file->index]);
        return;
    }
    question->reference = std::get<Reference>(value.data);
    if (raw_->type() == model::EventType::interaction_create) {
        from_interaction(*question);
        return;
    }
    switch (value.option->type) {
        case OptionType::user:
        case OptionType::member:
            find_user(question);
            return;
        case OptionType::role:
            find_role(question);
            return;
        case OptionType::channel:
            find_channel(question);
            return;
        default:
            find_mentionable(question);
            return;
    }
}

/// The platform has looked everything up; whoever is no member any more is missing there.
void CommandResolver::from_interaction(const Question& question) const {
    const std::string& id = question.reference.id;
    const OptionType type = question.option->type;
    if (type == OptionType::mentionable) {
        json found = given("role", id);
        const bool role = found.is_object();
        if (!role) {
            found = given("user", id);
        }
        if (!found.is_object()) {
            fail(question, ProblemKind::not_found);
            return;
        }
        found["type"] = role ? "role" : "user";
        question.done(std::move(found));
        return;
    }
    json found = given(command::to_string(type), id);
    if (!found.is_object()) {
        fail(question, ProblemKind::not_found);
    } else if (type == OptionType::channel) {
        check_channel(question, found);
    } else {
        question.done(std::move(found));
    }
}

void CommandResolver::find_user(const QuestionPtr& question) {
    const Reference& reference = question->reference;
    if (reference.id.empty()) {
        find_named_user(question, "members.search");
        return;
    }
    if (question->option->type == OptionType::member) {
        find_member(question, reference.id);
        return;
    }
    if (const json user = mentioned(reference.id); user.is_object()) {
        question->done(user);
        return;
    }
    look_up(
        question, "users.get", {{"userId", reference.id}},
        [self = shared_from_this(), question](const Result<FactCache::Fact>& user) {
            if (user) {
                question->done(**user);
            } else if (question->reference.kind == Reference::Kind::any && is_gone(user.error())) {
                self->find_named_user(question, "members.search");
            } else if (is_gone(user.error())) {
                fail(*question, ProblemKind::not_found);
            } else {
                question->done(user.error());
            }
        });
}

void CommandResolver::find_member(const QuestionPtr& question, const std::string& id) {
    if (guild_.empty()) {
        fail(*question, ProblemKind::not_found);
        return;
    }
    look_up(question, "members.get", {{"guildId", guild_}, {"userId", id}},
            [self = shared_from_this(), question](const Result<FactCache::Fact>& member) {
                if (member) {
                    question->done(**member);
                } else if (!is_gone(member.error())) {
                    question->done(member.error());
                } else if (question->reference.kind == Reference::Kind::any) {
                    self->find_named_user(question, "members.search");
                } else {
                    fail(*question, ProblemKind::not_found);
                }
            });
}

/// By user name, nickname or display name, in any case. Platforms that cannot search list.
void CommandResolver::find_named_user(const QuestionPtr& question, const char* operation) {
    const std::string& name = question->reference.name;
    if (guild_.empty() || name.empty() || command::characters(name) > 100) {
        fail(*question, ProblemKind::not_found);
        return;
    }
    const bool search = std::string_view(operation) == "members.search";
    json arguments = {{"guildId", guild_}, {"limit", search ? kMostSearched : kMostListed}};
    if (search) {
        arguments["query"] = name;
    }
    look_up(question, operation, arguments,
            [self = shared_from_this(), question, search](const Result<FactCache::Fact>& members) {
                if (!members && search && members.error().kind() == ErrorKind::unsupported) {
                    self->find_named_user(question, "members.list");
                    return;
                }
                if (!members || !(*members)->is_array()) {
                    question->done(members ? Error(ErrorKind::protocol, "members: no list")
                                           : members.error());
                    return;
                }
                const std::string wanted = command::folded(question->reference.name);
                std::vector<const json*> found;
                for (const json& member : **members) {
                    if (is_named_user(member, wanted)) {
                        found.push_back(&member);
                    }
                }
                if (found.size() > 1) {
                    fail(*question, ProblemKind::ambiguous, names_of(found, "displayName"));
                } else if (found.empty()) {
                    fail(*question, ProblemKind::not_found);
                } else if (question->option->type != OptionType::member) {
                    question->done(found.front()->value("user", json::object()));
                } else {
                    question->done(*found.front());
                }
            });
}

void CommandResolver::find_role(const QuestionPtr& question) {
    if (guild_.empty()) {
        fail(*question, ProblemKind::not_found);
        return;
    }
    facts_.get(
        "roles.list", {{"guildId", guild_}}, [question](const Result<FactCache::Fact>& roles) {
            if (!roles) {
                if (is_gone(roles.error()) || roles.error().kind() == ErrorKind::unsupported) {
                    fail(*question, ProblemKind::not_found);
                } else {
                    question->done(roles.error());
                }
                return;
            }
            const Reference& reference = question->reference;
            const std::string wanted = command::folded(reference.name);
            std::vector<const json*> found;
            for (const json& role : **roles) {
                if (!reference.id.empty() && text_of(role, "id") == reference.id) {
                    found = {&role};
                    break;
                }
                if (reference.kind == Reference::Kind::any && is_named(role, {"name"}, wanted)) {
                    found.push_back(&role);
                }
            }
            if (found.empty()) {
                fail(*question, ProblemKind::not_found);
            } else if (found.size() > 1) {
                fail(*question, ProblemKind::ambiguous, names_of(found, "name"));
            } else {
                question->done(*found.front());
            }
        });
}

void CommandResolver::check_channel(const Question& question, const json& channel) const {
    if (auto problem = command::check_channel(*question.option, text_of(channel, "typeName"),
                                              question.typed)) {
        problem->at = question.at;
        question.done(*std::move(problem));
        return;
    }
    question.done(channel);
}

void CommandResolver::find_channel(const QuestionPtr& question) {
    const Reference& reference = question->reference;
    if (!reference.id.empty() && reference.kind == Reference::Kind::channel) {
        look_up(question, "channels.get", {{"channelId", reference.id}},
                [self = shared_from_this(), question](const Result<FactCache::Fact>& channel) {
                    if (!channel && !is_gone(channel.error()) &&
                        channel.error().kind() != ErrorKind::denied) {
                        question->done(channel.error());
                    } else if (!channel || text_of(**channel, "guildId") != self->guild_) {
                        fail(*question, ProblemKind::not_found);
                    } else {
                        self->check_channel(*question, **channel);
                    }
                });
        return;
    }
    if (guild_.empty()) {
        fail(*question, ProblemKind::not_found);
        return;
    }
    facts_.get("channels.list", {{"guildId", guild_}},
               [self = shared_from_this(), question](const Result<FactCache::Fact>& channels) {
                   if (!channels) {
                       question->done(channels.error());
                       return;
                   }
                   const std::string wanted = command::folded(question->reference.name);
                   std::vector<const json*> found;
                   for (const json& channel : **channels) {
                       if (!question->reference.id.empty() &&
                           text_of(channel, "id") == question->reference.id) {
                           found = {&channel};
                           break;
                       }
                       if (is_named(channel, {"name"}, wanted)) {
                           found.push_back(&channel);
                       }
                   }
                   if (found.empty()) {
                       fail(*question, ProblemKind::not_found);
                   } else if (found.size() > 1) {
                       fail(*question, ProblemKind::ambiguous, names_of(found, "name"));
                   } else {
                       self->check_channel(*question, *found.front());
                   }
               });
}

/// A role, else a user.
void CommandResolver::find_mentionable(const QuestionPtr& question) {
    auto typed = [question](const char* type) {
        return [question, type](Answer answer) {
            if (auto* found = std::get_if<json>(&answer)) {
                (*found)["type"] = type;
            }
            question->done(std::move(answer));
        };
    };
    auto user = std::make_shared<Question>(*question);
    user->done = typed("user");
    if (question->reference.kind == Reference::Kind::user || guild_.empty()) {
        find_user(user);
        return;
    }
    auto role = std::make_shared<Question>(*question);
    role->done = [self = shared_from_this(), question, user,
                  found = typed("role")](Answer answer) mutable {
        const auto* problem = std::get_if<Problem>(&answer);
        if (problem != nullptr && problem->kind == ProblemKind::not_found &&
            question->reference.kind == Reference::Kind::any) {
            self->find_user(user);
        } else {
            found(std::move(answer));
        }
    };
    find_role(role);
}

}  // namespace rookery::hostapi
