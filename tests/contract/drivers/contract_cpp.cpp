// The contract's driver in C++: as contract_c.c, by the wrapper.

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
        } else {
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

    void listen(const View& command, const std::string& tag) {
        const std::string event = text_of(command, "event");
        try {
            if (command.get("read").boolean()) {
                tags_[tag] = on_read(event, tag);
                return;
            }
            const auto tell = [this, tag, once = command.get("once").boolean().value_or(false)](
                                  const View& heard) {
                if (once) {
                    tags_[tag].cancel();
                }
                report(head(tag, heard).text());
            };
            if (const auto where = command.get("where").object()) {
                JsonObject conditions;
                for (const Value& name : command.get("names").array()) {
                    Writer value;
                    value.add(where->get(*name.text()));
                    conditions.add_json(*name.text(), value.text());
                }
                tags_[tag] = on(event, Filter{.fields = conditions}, tell);
                return;
            }
            tags_[tag] = on(event, tell);
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
    std::optional<std::string> state_;
};

}  // namespace rookery::contract

ROOKERY_PLUGIN(rookery::contract::Driver, "contract_cpp", "1.0.0")
