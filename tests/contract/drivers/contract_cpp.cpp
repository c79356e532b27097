// The contract's driver in C++: as contract_c.c, by the wrapper.

#include "definitions.hpp"
#include "read.hpp"

#include <rookery/plugin.hpp>

#include <chrono>
#include <map>
#include <memory>

namespace rookery::contract {
namespace {

std::string kind_of(rk_status_t status) {
    constexpr const char* kKinds[] = {"ok",          "invalid",     "not_found", "exists",
                                      "denied",      "unsupported", "timeout",   "cancelled",
                                      "unavailable", "protocol",    "limit",     "io",
                                      "stale",       "internal",    "thread",    "state"};
    const auto index = static_cast<std::size_t>(-status);
    return index < std::size(kKinds) ? kKinds[index] : "?";
}

std::string text_of(const View& view, std::string_view name) {
    return std::string(view.get(name).text().value_or(""));
}

std::chrono::milliseconds millis_of(const View& command) {
    return std::chrono::milliseconds(command.get("ms").integer().value_or(0));
}

std::string failure(rk_status_t status, std::string_view message) {
    return JsonObject().add("kind", kind_of(status)).add("message", message).text();
}

/// The outcomes of one command's calls, reported in order when all have ended.
struct Batch {
    std::vector<std::string> outcomes;
    std::size_t open = 1;
};
using BatchPtr = std::shared_ptr<Batch>;

}  // namespace

class Driver final : public Plugin {
  public:
    void start() override {
        const JsonValue settings = JsonValue::parse(config().json());
        if (const std::string asks(settings.text_at("asks")); !asks.empty()) {
            command({.name = "remind", .description = "Asks"});
            on_command("remind", asks);
            press("vote", [this](const Press& press) { tell(press); });
        }
        on("discord:CONTRACT", [this](const View& event) {
            struct Done {
                Driver& driver;
                ~Done() { driver.report("\"done\""); }
            } const done{*this};
            for (const Value& command : event.get("commands").array()) {
                carry_out(event, *command.object());
            }
        });
    }
    std::optional<std::string> save() override { return state_; }
    std::uint32_t state_version() const override { return 3; }
    void load(std::string_view state, std::uint32_t version) override {
        if (version != 3) {
            throw Error(RK_E_INVALID, "another version");
        }
        state_ = state;
    }

  private:
    void carry_out(const View& event, const View& command) {
        const std::string what = text_of(command, "do");
        const std::string tag = text_of(command, "tag");
        if (what == "calls") {
            calls(command);
        } else if (what == "on") {
            listen(command, tag);
        } else if (what == "off") {
            tags_[tag].cancel();
        } else if (what == "after" || what == "every") {
            start_timer(command, tag, what == "every");
        } else if (what == "cancel") {
            report(tags_[tag].cancel() ? R"({"cancelled":true})" : R"({"cancelled":false})");
        } else if (what == "log") {
            write_log(text_of(command, "level"), text_of(command, "text"));
        } else if (what == "config") {
            report(JsonObject().add_json("config", config().json()).text());
        } else if (what == "keep") {
            state_ = text_of(command, "state");
        } else if (what == "state") {
            report(JsonObject().add("state", state_.value_or("")).text());
        } else if (what == "linger") {
            after(millis_of(command), [this, held = std::make_shared<HeldEvent>(hold(event))] {
                report(R"({"fired":"let go"})");
            });
        } else if (what == "fail") {
            throw Error(RK_E_INTERNAL, "as it was told");
        } else if (!store(command, what) && !set_up(command, what) && !watch(command, what, tag) &&
                   !declare_by(command, what)) {
            report(JsonObject().add("unknown", what).text());
        }
    }

    void report(std::string_view json) {
        bot("test").api().request("POST", "/report",
                                  {.body = JsonObject().add_json("report", json)});
    }

    void calls(const View& command) {
        auto batch = std::make_shared<Batch>();
        const auto wanted = command.get("calls").array();
        batch->outcomes.resize(wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            ++batch->open;
            begin(*wanted[i].object(), batch, i);
        }
        end(*batch);
    }
    void begin(const View& wish, const BatchPtr& batch, std::size_t index) {
        JsonObject arguments;
        const View given = *wish.get("arguments").object();
        for (const Value& name : wish.get("names").array()) {
            Writer value;
            value.add(given.get(*name.text()));
            arguments.add_json(*name.text(), value.text());
        }
        const auto done = [this, batch, index](const Result<Document>& result) {
            batch->outcomes[index] = outcome(result);
            end(*batch);
        };
        try {
            bot(text_of(wish, "bot"))
                .operations()
                .call(text_of(wish, "operation"), arguments)
                .then(done);
        } catch (const Error& error) {
            batch->outcomes[index] = failure(error.status(), error.what());
            end(*batch);
        }
    }
    static std::string outcome(const Result<Document>& result) {
        if (result) {
            const std::string json = result->json();
            return JsonObject().add_json("ok", json.empty() ? "true" : json).text();
        }
        const Failure& why = result.error();
        JsonObject out;
        out.add("kind", kind_of(why.status)).add("message", why.message);
        if (!why.said.empty()) {
            out.add_json("refusal", why.said);
        }
        return out.text();
    }
    void end(Batch& batch) {
        if (--batch.open == 0) {
            std::string list;
            for (const std::string& each : batch.outcomes) {
                list += (list.empty() ? "" : ",") + each;
            }
            report(JsonObject().add_json("outcomes", "[" + list + "]").text());
        }
    }

    /// Reports the end of a call by `write`, which makes JSON of what it came to.
    template <class Call, class Write>
    void tell(Call call, Write write) {
        try {
            std::move(call).then([this, write](const auto& result) {
                report(result ? write(*result)
                              : failure(result.error().status, result.error().message));
            });
        } catch (const Error& error) {
            report(failure(error.status(), error.what()));
        }
    }
    /// Reports what `act` returns, or what it was refused with.
    template <class Act>
    void tell_now(Act act) {
        try {
            report(act());
        } catch (const Error& error) {
            report(failure(error.status(), error.what()));
        }
    }
    static std::string done_of(const Done& /*done*/) { return R"({"ok":true})"; }
    static std::string truth_of(bool value) { return value ? R"({"ok":true})" : R"({"ok":false})"; }

    bool store(const View& command, const std::string& what) {
        const std::string key = text_of(command, "key");
        if (what == "kv_get") {
            tell(kv().get(key), [](const std::optional<std::string>& value) {
                return value ? JsonObject().add("ok", *value).text() : R"({"none":true})";
            });
        } else if (what == "kv_set") {
            keep(command, key);
        } else if (what == "kv_delete") {
            tell(kv().remove(key), truth_of);
        } else if (what == "kv_incr") {
            tell(kv().incr(key, command.get("amount").integer().value_or(1)),
                 [](std::int64_t sum) { return JsonObject().add("ok", sum).text(); });
        } else if (what == "kv_cas") {
            const auto old = command.get("old").text();
            tell(kv().cas(key, old ? std::optional<std::string>(*old) : std::nullopt,
                          text_of(command, "value")),
                 truth_of);
        } else if (what == "kv_batch") {
            tell(kv().commit(batch_of(command)), truth_of);
        } else if (what == "kv_list") {
            tell(kv().list(text_of(command, "prefix"), text_of(command, "after"),
                           static_cast<std::uint32_t>(command.get("limit").integer().value_or(0))),
                 [](const KvPage& page) {
                     JsonList items;
                     for (const auto& [name, value] : page.items) {
                         items.add_json(JsonList().add(name).add(value).text());
                     }
                     return JsonObject().add("ok", items).add("more", page.more).text();
                 });
        } else {
            return false;
        }
        return true;
    }
    void keep(const View& command, const std::string& key) {
        std::string value;
        for (std::int64_t i = command.get("repeat").integer().value_or(1); i > 0; --i) {
            value += text_of(command, "value");
        }
        if (command.get("ms").integer()) {
            tell(kv().set(key, value, millis_of(command)), done_of);
        } else {
            tell(kv().set(key, value), done_of);
        }
    }
    static KvBatch batch_of(const View& command) {
        KvBatch batch;
        for (const Value& each : command.get("expect").array()) {
            const View item = *each.object();
            if (const auto value = item.get("value").text()) {
                batch.expect(text_of(item, "key"), *value);
            } else {
                batch.expect_none(text_of(item, "key"));
            }
        }
        for (const Value& each : command.get("write").array()) {
            const View item = *each.object();
            if (const auto value = item.get("value").text()) {
                batch.set(text_of(item, "key"), *value);
            } else {
                batch.remove(text_of(item, "key"));
            }
        }
        return batch;
    }

    /// Settings of guilds, and numbers.
    bool set_up(const View& command, const std::string& what) {
        const std::string guild = text_of(command, "guild");
        const std::string key = text_of(command, "key");
        if (what == "settings_declare") {
            tell_now([&] {
                settings().declare(command.get("settings").object()->raw());
                return truth_of(true);
            });
        } else if (what == "settings_get") {
            tell_now([&]() -> std::string {
                const std::string json = settings().json(guild, key);
                return json == "null" ? R"({"none":true})"
                                      : JsonObject().add_json("ok", json).text();
            });
        } else if (what == "settings_all") {
            tell_now([&] { return JsonObject().add_json("ok", settings().json(guild)).text(); });
        } else if (what == "settings_set") {
            tell(settings().set(guild, key, setting_of(command.get("value"))), done_of);
        } else if (what == "settings_reset") {
            tell(settings().reset(guild, key), done_of);
        } else if (what == "metric") {
            tell_now([&] { return count(command); });
        } else if (what == "http") {
            ask(command);
        } else {
            return false;
        }
        return true;
    }
    void ask(const View& command) {
        const std::string header = text_of(command, "header");
        const std::string body = text_of(command, "body");
        HttpOptions options;
        if (!header.empty()) {
            options.headers = HttpHeaders(header, "yes");
        }
        options.body = body;
        options.timeout = millis_of(command);
        options.max_bytes =
            static_cast<std::uint32_t>(command.get("max_bytes").integer().value_or(0));
        tell(http().request(text_of(command, "method"), text_of(command, "url"), options),
             [](const HttpResponse& answer) {
                 const auto told = JsonObject()
                                       .add("status", std::int64_t{answer.status})
                                       .add("url", answer.url)
                                       .add("body", answer.body);
                 return JsonObject().add("ok", told).text();
             });
    }
    static SettingValue setting_of(const Value& value) {
        if (const auto text = value.text()) {
            return *text;
        }
        if (const auto boolean = value.boolean()) {
            return *boolean;
        }
        if (const auto integer = value.integer()) {
            return *integer;
        }
        return value.number().value_or(0);
    }
    std::string count(const View& command) {
        const std::string kind = text_of(command, "kind");
        const std::string name = text_of(command, "name");
        const auto amount = static_cast<double>(command.get("amount").integer().value_or(0));
        const std::string label = text_of(command, "label");
        Metrics::Labels labels;
        if (!label.empty()) {
            labels.emplace_back("of", label);
        }
        if (kind == "counter") {
            metrics().counter(name, "Of the contract", labels).add(amount);
        } else if (kind == "gauge") {
            metrics().gauge(name, "Of the contract", labels).set(amount);
        } else {
            metrics().histogram(name, "Of the contract", labels, {1, 10}).observe(amount);
        }
        return truth_of(true);
    }

    /// Times, and decisions on events.
    bool watch(const View& command, const std::string& what, const std::string& tag) {
        try {
            if (what == "cron") {
                tags_[tag] = cron(text_of(command, "when"), text_of(command, "zone"),
                                  [this, tag] { report(JsonObject().add("fired", tag).text()); });
            } else if (what == "intercept") {
                intercept_by(command, tag);
            } else {
                return false;
            }
        } catch (const Error& error) {
            refuse(error);
        }
        return true;
    }
    void intercept_by(const View& command, const std::string& tag) {
        const auto decide =
            [this, tag, verdict = text_of(command, "verdict")](const MessageCreate& /*event*/) {
                report(JsonObject().add("asked", tag).text());
                if (verdict == "fail") {
                    throw Error(RK_E_INTERNAL, "as it was told");
                }
                return verdict == "stop" ? Verdict::stop : Verdict::pass;
            };
        tags_[tag] = intercept<MessageCreate>(
            Filter{.fields = conditions_of(command)}, decide,
            static_cast<std::int32_t>(command.get("priority").integer().value_or(0)));
    }
    static JsonObject conditions_of(const View& command) {
        JsonObject conditions;
        if (const auto where = command.get("where").object()) {
            for (const Value& name : command.get("names").array()) {
                Writer value;
                value.add(where->get(*name.text()));
                conditions.add_json(*name.text(), value.text());
            }
        }
        return conditions;
    }

    /// Commands of people.
    bool declare_by(const View& command, const std::string& what) {
        if (what == "withdraw") {
            for (const Registration& each : handlers_) {
                each.cancel();
            }
            report(declared_.cancel() ? R"({"ok":true})" : R"({"ok":false})");
            return true;
        }
        if (what != "declare") {
            return false;
        }
        try {
            const std::string path = text_of(command, "path");
            const std::string act = text_of(command, "act");
            declared_ = this->command(command_of(*command.get("definition").object()));
            handlers_ = {on_command(path, act),
                         press("vote", [this](const Press& press) { tell(press); })};
            autocomplete(path, "what", [this](const CommandCall& call) {
                tell(call);
                const std::string typed(call.typed());
                return std::vector<OptionChoice>{typed + "a", {typed + "b", "b"}};
            });
            report(R"({"ok":true})");
        } catch (const Error& error) {
            report(failure(error.status(), error.what()));
        }
        return true;
    }
    void tell(const Invoked& invoked) {
        report(JsonObject().add_json("invoked", invoked.data().dump()).text());
    }
    /// `act`: what the handler does beside telling what it was given.
    Registration on_command(const std::string& path, const std::string& act) {
        if (act == "confirm" || act == "choose" || act == "ask" || act == "twice") {
            return on_invocation(
                path, [this, act](const CommandCall& call) { return ask_somebody(&call, act); });
        }
        return on_invocation(path, [this, act](const CommandCall& call) {
            tell(call);
            if (act == "reply") {
                call.reply("said");
            } else if (act == "refuse") {
                call.fail("not so");
            } else if (act == "fail") {
                throw Error(RK_E_INTERNAL, "as it was told");
            } else if (act == "form") {
                call.form({.title = "Note",
                           .action = "vote",
                           .state = R"({"n":2})",
                           .fields = {{.name = "text", .label = "What?"}}});
            }
        });
    }
    Task<> ask_somebody(const CommandCall* call, std::string act) {
        tell(*call);
        JsonList answers;
        if (act == "confirm" || act == "twice") {
            Task<Confirmed> asking = call->confirm("Really?");
            const Confirmed sure = co_await std::move(asking);
            answers.add_json(sure ? "true" : "false");
        }
        if (act == "choose" || act == "twice") {
            const std::vector<SelectChoice> choices = {{.name = "a"}, {.name = "B", .value = "b"}};
            Task<std::optional<std::string>> asking = call->choose("Which?", choices);
            const std::optional<std::string> chosen = co_await std::move(asking);
            answers.add(chosen.value_or(""));
        }
        if (act == "ask") {
            Task<std::optional<std::string>> asking = call->ask("Your name?");
            const std::optional<std::string> name = co_await std::move(asking);
            answers.add(name.value_or(""));
        }
        const std::string all = answers.text();
        report(JsonObject()
                   .add_json("answer", act == "twice" ? all : all.substr(1, all.size() - 2))
                   .text());
    }

    void listen(const View& command, const std::string& tag) {
        const std::string event = text_of(command, "event");
        try {
            if (command.get("read").boolean()) {
                tags_[tag] = on_read(event, tag);
                return;
            }
            const auto hear = [this, tag, once = command.get("once").boolean().value_or(false)](
                                  const View& heard) {
                if (once) {
                    tags_[tag].cancel();
                }
                report(head(tag, heard).text());
            };
            tags_[tag] = command.get("where").object()
                             ? on(event, Filter{.fields = conditions_of(command)}, hear)
                             : on(event, hear);
        } catch (const Error& error) {
            refuse(error);
        }
    }
    static JsonObject head(const std::string& tag, const View& heard) {
        return JsonObject().add("heard", tag).add("event", heard.event().name);
    }
    /// By the typed class of the event, or for those without one by the raw view.
    Registration on_read(const std::string& event, const std::string& tag) {
        const auto tell = [this, tag](const auto& heard) {
            Writer data;
            put(data, heard);
            report(head(tag, heard)
                       .add_json("data", data.text())
                       .add("bot", heard.event().bot)
                       .add("platform", heard.event().platform)
                       .text());
        };
        const auto typed = with_event_type(event, [&]<class Event>() { return on<Event>(tell); });
        return typed ? *typed : on(event, tell);
    }

    void start_timer(const View& command, const std::string& tag, bool repeats) {
        const auto tell = [this, tag] { report(JsonObject().add("fired", tag).text()); };
        try {
            tags_[tag] =
                repeats ? every(millis_of(command), tell) : after(millis_of(command), tell);
        } catch (const Error& error) {
            refuse(error);
        }
    }
    void refuse(const Error& error) {
        report(JsonObject().add_json("refused", failure(error.status(), error.what())).text());
    }
    void write_log(const std::string& level, const std::string& text) {
        if (level == "debug") {
            log().debug(text);
        } else if (level == "info") {
            log().info(text);
        } else if (level == "warn") {
            log().warn(text);
        } else {
            log().error(text);
        }
    }

    std::map<std::string, Registration> tags_;
    Registration declared_;
    std::vector<Registration> handlers_;
    std::optional<std::string> state_;
};

}  // namespace rookery::contract

ROOKERY_PLUGIN(rookery::contract::Driver, "contract_cpp", "1.0.0")
