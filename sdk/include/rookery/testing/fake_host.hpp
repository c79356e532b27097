#pragma once

#include <rookery/abi/entry.h>
#include <rookery/abi/ext/commands.h>
#include <rookery/abi/ext/config.h>
#include <rookery/abi/ext/documents.h>
#include <rookery/abi/ext/events.h>
#include <rookery/abi/ext/interactions.h>
#include <rookery/abi/ext/log.h>
#include <rookery/abi/ext/operations.h>
#include <rookery/abi/ext/server.h>
#include <rookery/abi/ext/timers.h>
#include <rookery/duration.hpp>
#include <rookery/error.hpp>
#include <rookery/testing/fake_document.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

/// The plugin's own entry: it is compiled into the test.
extern "C" const rk_entry_t rookery_plugin_entry;

namespace rookery::testing {

/// What a plugin asked for.
struct FakeCall {
    std::string operation;
    JsonValue arguments;
    std::string bot;

    /// "channelId", "embeds.0.title"; empty where there is no such text.
    [[nodiscard]] std::string text(std::string_view path) const {
        return std::string(arguments.text_at(path));
    }
};

/// Who uses a command or a button, where and how.
struct FakeUser {
    std::string id = "5";
    std::string channel = "2";
    std::string guild = "1";  ///< empty: in direct messages
    std::string locale = "en-US";
    std::string source = "slash";  ///< "prefix": the event is a messageCreate
    std::string event{};  ///< its id; empty: a new one. The same again: it is handled again
};

/// A host for tests of a plugin: one process, one thread, a clock that stands still, and a platform
/// that says what it is told to say.
///
///     rookery::testing::FakeHost host("karma");
///     ASSERT_EQ(host.load(), "");
///     host.emit("messageCreate", R"({"id":"1","channelId":"2","content":"!karma"})");
///     EXPECT_EQ(host.calls().at(0).operation, "messages.reply");
///
/// Events are given in the normalised form, as docs/reference/events.md lists their fields; what is
/// left out has its empty value. An operation that nobody has given an answer for succeeds with an
/// empty one; wrong parameters are refused as by the runtime. Needs nothing but the SDK.
class FakeHost : private rk_host {
  public:
    /// Under which name the plugin is loaded.
    explicit FakeHost(std::string loaded_as = "plugin")
        : rk_host{sizeof(rk_host), RK_ABI_MAJOR, RK_ABI_MINOR, {}, &get_table},
          own_name_(std::move(loaded_as)),
          settings_(std::make_unique<FakeDocument>(JsonValue::parse("{}"), schema::kNone)) {
        rk_host::name = {own_name_.data(), own_name_.size()};
    }
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;
    ~FakeHost() { static_cast<void>(unload()); }

    /// The plugin's keys of the configuration, before load().
    void config(std::string_view json) {
        settings_ = std::make_unique<FakeDocument>(JsonValue::parse(json), schema::kNone);
    }

    /// Starts the plugin; empty when it did, else why not.
    [[nodiscard]] std::string load(const rk_entry_t& entry = rookery_plugin_entry) {
        if (entry.magic != RK_ENTRY_MAGIC || entry.abi_major != RK_ABI_MAJOR) {
            return "the entry is none of this interface";
        }
        const rk_plugin_t* made = nullptr;
        const std::string failure =
            enter([&](rk_error_t* error) { return entry.create(this, &made, error); });
        if (!failure.empty() || made == nullptr) {
            release_everything();
            return failure.empty() ? "create gave no plugin" : failure;
        }
        plugin_ = made;
        settle();
        return {};
    }

    /// Delivers one event, runs whatever follows from it, and returns. `bot`: which one hears it.
    void emit(std::string_view event, std::string_view json, std::string_view bot = "test") {
        int shape = schema::kNone;
        for (const schema::Event& each : schema::kEvents) {
            shape = each.name == event ? each.shape : shape;
        }
        const rk_handle_t handle = ++last_handle_;
        OpenEvent& open = events_[handle];
        open.name = event;
        open.bot = bot;
        open.document = std::make_unique<FakeDocument>(JsonValue::parse(json), shape);
        open.holds = 1;
        rk_value_t root{};
        static_cast<void>(open.document->root(handle, root));
        deliver(handle, root.as.object);
        if (event == "messageCreate") {
            answer_in_writing(handle);
        }
        release_event(handle);
        settle();
    }

    /// Somebody uses a command: command("todo add", R"({"what": "tea"})"). Options as the handler
    /// gets them; defaults are filled in. False when the plugin has no handler for it.
    inline bool command(std::string_view path, std::string_view options = "{}",
                        const FakeUser& by = {});
    /// The same in the menu of a user or a message, which is given as JSON.
    inline bool command_on(std::string_view path, std::string_view target, const FakeUser& by = {});
    /// Somebody types an option; what is offered, or nothing when nobody completes it.
    inline std::vector<std::string> complete(std::string_view path, std::string_view option,
                                             std::string_view typed, const FakeUser& by = {});
    /// Somebody presses a button or uses a menu. False when the plugin has no handler for it.
    inline bool press(std::string_view action, std::string_view state = "null",
                      const std::vector<std::string>& values = {}, const FakeUser& by = {});
    /// The button or the choice of that label, of the newest message that has one. False when there
    /// is none.
    inline bool click(std::string_view label, const FakeUser& by = {});
    /// The form that was shown last is sent: submit(R"({"text": "Hello"})").
    inline bool submit(std::string_view fields, const FakeUser& by = {});
    /// What commands and presses were answered with so far: the texts of replies, follow-ups and
    /// changes, the oldest first.
    [[nodiscard]] inline std::vector<std::string> answers() const;

    /// What the operation answers from now on; several are used one after the other, the last one
    /// again and again.
    void answer(std::string_view operation, std::string_view json) {
        answers_[std::string(operation)].push_back({RK_OK, std::string(json), {}});
    }
    /// It fails. `refusal`: what the platform said: {"status":403,"code":50013,"fields":[]}.
    void fail(std::string_view operation, rk_status_t status, std::string_view message,
              std::string_view refusal = {}) {
        answers_[std::string(operation)].push_back(
            {status, std::string(refusal), std::string(message)});
    }
    /// It is not answered before its deadline.
    void ignore(std::string_view operation) {
        answers_[std::string(operation)].push_back({kSilent, {}, {}});
    }

    /// What requests to URLs that begin so are answered with; of several that fit the last by name.
    /// Any other is refused, as a host that is not granted.
    void answer_http(std::string_view url, std::uint32_t status, std::string_view body) {
        web_[std::string(url)] = {status, std::string(body)};
    }
    /// What was requested.
    struct Request {
        std::string method;
        std::string url;
        std::string body;
    };
    [[nodiscard]] const std::vector<Request>& requests() const noexcept { return requests_; }
    /// The stored value of a key; nothing when there is none.
    [[nodiscard]] std::optional<std::string> stored(const std::string& key) const {
        const auto found = kv_.find(key);
        return found == kv_.end() ? std::nullopt : std::optional(found->second.value);
    }

    /// What a guild has set: JSON; nothing: the default holds.
    void setting(const std::string& guild, const std::string& key, std::string_view json) {
        guild_settings_[{guild, key}] = JsonValue::parse(json);
    }
    [[nodiscard]] std::string setting(const std::string& guild, const std::string& key) const {
        const auto found = guild_settings_.find({guild, key});
        return found == guild_settings_.end() ? std::string() : found->second.dump();
    }

    /// Asks a route: ask("GET", "/items/5"); 0 when there is none. `key`: the id of who asks.
    inline rk_handle_t ask(std::string_view method, std::string_view path,
                           std::string_view body = {}, std::string_view key = {});
    struct Answered {
        std::uint32_t status = 0;  ///< 0: not yet
        std::string body{};
        std::string content_type{};
    };
    [[nodiscard]] Answered answered(rk_handle_t asked) const {
        const auto found = answered_.find(asked);
        return found == answered_.end() ? Answered{} : found->second;
    }
    /// A client joins a namespace, or opens a session at a path; 0 when it is refused.
    inline std::uint64_t connect(std::string_view channel, std::string_view auth = "{}");
    /// It sends an event (without a name: a session's message) that asks for an acknowledgement:
    /// what came, a JSON array, attachments behind a plus each; empty when nothing did.
    inline std::string say(std::uint64_t socket, std::string_view event, std::string_view json);
    inline void disconnect(std::uint64_t socket);
    /// What went to clients: "7 hello [1]", "all ROOM hello [1]".
    [[nodiscard]] const std::vector<std::string>& sent() const noexcept { return sent_; }

    /// What was asked for so far, the oldest first.
    [[nodiscard]] const std::deque<FakeCall>& calls() const noexcept { return calls_; }
    void clear_calls() { calls_.clear(); }

    /// Moves the clock, which begins at 2023-11-14T22:13:20Z: timers fire in their order, deadlines
    /// pass.
    template <class Duration>
    void advance(Duration duration) {
        advance_to(now_ + rookery::detail::millis_of(duration));
    }
    [[nodiscard]] std::size_t timers() const noexcept { return timers_.size(); }
    /// Runs what is registered for "0 9 * * *" (by its text, and as often as it is asked): the fake
    /// clock has no days. False when nothing is.
    bool run_cron(std::string_view when) {
        bool found = false;
        for (const auto& [handle, timer] : std::map<rk_handle_t, Timer>(timers_)) {
            if (timer.cron == when && timers_.count(handle) != 0) {
                found = true;
                const auto callback = timer.callback;
                note(enter([&](rk_error_t* error) {
                         return callback.function(callback.user, error);
                     }),
                     "a cron task");
                settle();
            }
        }
        return found;
    }

    /// What the plugin logged: "info: hello".
    [[nodiscard]] const std::vector<std::string>& log() const noexcept { return log_; }
    [[nodiscard]] bool logged(std::string_view text) const { return contains(log_, text); }
    /// What failed: handlers, timers, operations without a callback, calls on a wrong thread.
    [[nodiscard]] const std::vector<std::string>& failures() const noexcept { return failures_; }

    /// Commands that are declared, in either form, as JSON.
    [[nodiscard]] std::vector<std::string> commands() const {
        std::vector<std::string> out;
        for (const auto& [handle, json] : commands_) {
            out.push_back(json);
        }
        return out;
    }
    /// Events that the plugin has not finished.
    [[nodiscard]] std::size_t open_events() const noexcept { return events_.size(); }

    /// State for the next version with its version; nothing when the plugin keeps none.
    [[nodiscard]] std::optional<std::pair<std::string, std::uint32_t>> save() {
        std::pair<std::string, std::uint32_t> out{{}, 1};
        if (plugin_ == nullptr || plugin_->save == nullptr) {
            return std::nullopt;
        }
        const std::string failure = enter([&](rk_error_t* error) {
            return plugin_->save(plugin_->self, &out.second, &append, &out.first, error);
        });
        return failure.empty() ? std::optional(std::move(out)) : std::nullopt;
    }
    /// Gives what an older version saved; empty when the plugin took it, else why not.
    [[nodiscard]] std::string restore(std::string_view state, std::uint32_t version = 1) {
        if (plugin_ == nullptr || plugin_->load == nullptr) {
            return {};
        }
        return enter([&](rk_error_t* error) {
            return plugin_->load(plugin_->self, version, rookery::detail::to_text(state), error);
        });
    }

    /// Stops the plugin and ends it. Empty when it left nothing behind; else what.
    std::string unload() {
        if (plugin_ == nullptr) {
            return {};
        }
        stopping_ = true;
        if (plugin_->stop != nullptr) {
            note(enter([&](rk_error_t*) {
                plugin_->stop(plugin_->self);
                return RK_OK;
            }));
        }
        release_everything();
        note(enter([&](rk_error_t*) {
            plugin_->destroy(plugin_->self);
            return RK_OK;
        }));
        plugin_ = nullptr;
        stopping_ = false;
        std::string left;
        for (const auto& [handle, document] : documents_) {
            left += document.holds > 0 ? "a document is still held; " : "";
        }
        return left + (boxes_ == 0 ? "" : std::to_string(boxes_) + " callbacks were not released");
    }

  private:
    static constexpr rk_status_t kSilent = 1;
    static constexpr std::uint64_t kDefaultDeadline = 30'000;

    /// A callback with what the plugin gave along with it.
    template <class Function>
    struct Callback {
        Function function = nullptr;
        void* user = nullptr;
        rk_release_t release = nullptr;
    };
    struct OpenEvent {
        std::string name;
        std::string bot;
        std::unique_ptr<FakeDocument> document;
        std::uint32_t holds = 0;
        bool stopped = false;  ///< by an interceptor
    };
    struct OpenDocument {
        std::unique_ptr<FakeDocument> document;
        std::uint32_t holds = 0;
    };
    struct Subscription {
        std::string event;
        JsonValue filter{};
        std::uint32_t interaction = 0;  ///< kind; 0: any event
        std::string key{};
        bool intercepts = false;
        std::int32_t priority = 0;
        Callback<rk_event_fn> callback{};
    };
    struct Invocable {
        std::uint32_t kind = 0;
        std::string key{};
        Callback<rk_invocation_fn> callback{};
    };
    struct Timer {
        std::uint64_t due;
        std::uint64_t pause;  ///< 0: once
        Callback<rk_task_fn> callback;
        std::string cron{};  ///< fires when it is told to only
    };
    struct Pending {
        std::string operation;
        std::string wrong;  ///< why it is refused; empty: it is not
        std::uint64_t due;
        rk_handle_t event;
        Callback<rk_done_fn> callback;
    };
    struct Kept {
        std::string value{};
        std::uint64_t expires = 0;  ///< 0: never
    };
    struct Route {
        std::string what;  ///< "GET /items/:id"
        Callback<rk_server_request_fn> callback;
    };
    struct Channel {
        std::string name;
        std::uint32_t flags;
        rk_server_handlers_t handlers;
        Callback<rk_release_t> user;
    };
    struct Page {
        std::uint32_t status = 0;
        std::string body{};
    };
    struct Answer {
        rk_status_t status;
        std::string json;
        std::string message;
    };

    friend struct FakeCommands;
    friend struct FakeTables;
    friend struct FakeServices;
    friend struct FakeSettings;
    friend struct FakeServer;

    static FakeHost& self(const rk_host_t* host) {
        return const_cast<FakeHost&>(static_cast<const FakeHost&>(*host));
    }
    static const void* get_table(const rk_host_t* host, rk_text_t id);
    static void append(void* user, rk_text_t piece) {
        static_cast<std::pair<std::string, std::uint32_t>*>(user)->first.append(piece.data,
                                                                                piece.len);
    }
    static bool contains(const std::vector<std::string>& lines, std::string_view text) {
        for (const std::string& line : lines) {
            if (line.find(text) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    /// Calls into the plugin; empty, or why it failed.
    template <class Body>
    std::string enter(const Body& body) {
        rk_error_t error{};
        error.size = sizeof(error);
        ++inside_;
        const rk_status_t status = body(&error);
        --inside_;
        if (status >= 0) {
            return {};
        }
        return error.length != 0 ? std::string(error.text, error.length)
                                 : "status " + std::to_string(status);
    }
    void note(std::string failure, std::string_view where = {}) {
        if (!failure.empty()) {
            failures_.push_back((where.empty() ? "" : std::string(where) + ": ") + failure);
        }
    }

    template <class Function>
    Callback<Function> take(Function function, void* user, rk_release_t release) {
        boxes_ += release != nullptr ? 1 : 0;
        return {function, user, release};
    }
    template <class Function>
    void give_back(const Callback<Function>& callback) {
        if (callback.release != nullptr) {
            --boxes_;
            note(enter([&](rk_error_t*) {
                callback.release(callback.user);
                return RK_OK;
            }));
        }
    }

    [[nodiscard]] inline const Invocable* invocable(std::uint32_t kind, std::string_view key) const;
    inline void invoke_for(rk_handle_t event, const Invocable& one, const JsonObject& invocation);
    inline void answer_in_writing(rk_handle_t event);
    inline bool invoke(std::uint32_t kind, std::string_view key, const JsonObject& invocation,
                       const FakeUser& by);
    [[nodiscard]] inline JsonObject options_of(std::string_view path,
                                               std::string_view options) const;
    inline bool click_in(const JsonValue& component, std::string_view label, const FakeUser& by);
    inline void deliver(rk_handle_t handle, const rk_view_t& view);
    inline void release_event(rk_handle_t handle);
    inline void release_document(rk_handle_t handle);
    inline void later(std::function<void()> end);
    inline void settle();
    inline void finish(Pending call, bool late);
    inline void advance_to(std::uint64_t until);
    inline void release_everything();
    inline void release_served();
    [[nodiscard]] static inline std::string wrong_arguments(std::string_view operation,
                                                            const JsonValue& arguments);
    [[nodiscard]] static inline bool fits(const Subscription& one, const OpenEvent& event);
    [[nodiscard]] inline const FakeDocument* document_of(rk_handle_t handle) const;

    std::string own_name_;
    std::unique_ptr<FakeDocument> settings_;
    const rk_plugin_t* plugin_ = nullptr;
    std::thread::id thread_ = std::this_thread::get_id();
    unsigned inside_ = 0;
    bool stopping_ = false;
    bool dropping_ = false;  ///< what has not ended is given back
    std::uint64_t now_ = 0;
    static constexpr std::int64_t kBegin = 1'700'000'000'000;  ///< what Plugin::now() says at first
    rk_handle_t last_handle_ = 0;
    rk_handle_t current_ = 0;
    std::size_t boxes_ = 0;
    std::map<rk_handle_t, OpenEvent> events_;
    std::map<rk_handle_t, OpenDocument> documents_;
    std::map<rk_handle_t, Subscription> subscriptions_;
    std::map<rk_handle_t, Invocable> invocables_;
    /// What a handler asks somebody to write.
    struct Writes {
        rk_handle_t asked_by = 0;  ///< the event that is handled
        std::string user;
        std::string channel;
        std::string action;
        std::string state;
    };
    std::vector<Writes> writes_;
    std::map<rk_handle_t, Timer> timers_;
    std::map<rk_handle_t, std::string> commands_;
    std::deque<Pending> pending_;
    std::deque<FakeCall> calls_;
    std::map<std::string, std::deque<Answer>> answers_;
    std::map<std::string, Kept> kv_;
    JsonValue declared_settings_{};
    std::map<std::pair<std::string, std::string>, JsonValue> guild_settings_;
    std::string last_setting_;
    std::map<std::string, Page> web_;
    std::vector<Request> requests_;
    std::map<rk_handle_t, Route> routes_;
    std::map<rk_handle_t, Channel> channels_;
    std::set<rk_handle_t> asked_;  ///< requests that are not answered
    std::map<rk_handle_t, Answered> answered_;
    std::map<rk_handle_t, std::pair<bool, std::string>> admitted_;
    std::map<rk_handle_t, std::string> replies_;
    std::map<std::uint64_t, rk_handle_t> sockets_;  ///< and their channels
    std::vector<std::string> sent_;
    std::deque<std::function<void()>> ends_;  ///< of calls to services
    std::mutex mutex_;
    std::vector<Callback<rk_task_fn>> posted_;
    std::vector<std::string> log_;
    std::vector<std::string> failures_;
};

}  // namespace rookery::testing

#include <rookery/testing/fake_tables.hpp>
// Stands on the one above.
#include <rookery/testing/fake_commands.hpp>
#include <rookery/testing/fake_server.hpp>
#include <rookery/testing/fake_services.hpp>
#include <rookery/testing/fake_settings.hpp>
