#pragma once

#include <rookery/testing/fake_host.hpp>

#include <algorithm>

/// What is behind FakeHost: the tables of the C interface.
namespace rookery::testing {

inline const FakeDocument* FakeHost::document_of(rk_handle_t handle) const {
    if (const auto event = events_.find(handle); event != events_.end()) {
        return event->second.document.get();
    }
    const auto document = documents_.find(handle);
    return document == documents_.end() ? nullptr : document->second.document.get();
}

inline bool FakeHost::fits(const Subscription& one, const OpenEvent& event) {
    const JsonValue& json = event.document->json();
    if (one.event != "*" && one.event != event.name) {
        return false;
    }
    if (one.interaction != 0) {
        const JsonValue* const type = json.find("type");
        const bool by_id =
            one.interaction == RK_INTERACTION_COMPONENT || one.interaction == RK_INTERACTION_MODAL;
        const std::string_view key = json.text_at(by_id ? "customId" : "commandName");
        const bool prefix = by_id && one.key.ends_with('*');
        return type != nullptr && type->integer == one.interaction &&
               (prefix ? key.starts_with(std::string_view(one.key).substr(0, one.key.size() - 1))
                       : key == one.key);
    }
    for (std::size_t i = 0; i < one.filter.keys.size(); ++i) {
        const std::string& key = one.filter.keys[i];
        const JsonValue& wanted = one.filter.items[i];
        const auto any = [&wanted](const auto& accept) {
            if (wanted.kind != JsonValue::Kind::list) {
                return accept(wanted);
            }
            for (const JsonValue& each : wanted.items) {
                if (accept(each)) {
                    return true;
                }
            }
            return false;
        };
        const std::string_view content = json.text_at("content");
        const auto value_at = [&](std::initializer_list<const char*> paths) {
            return any([&](const JsonValue& each) {
                for (const char* path : paths) {
                    const JsonValue* const found = json.path(path);
                    if (found != nullptr && found->dump() == each.dump()) {
                        return true;
                    }
                }
                return false;
            });
        };
        const bool holds =
            key == "channel"    ? value_at({"channelId", "channel.id"})
            : key == "guild"    ? value_at({"guildId", "guild.id"})
            : key == "user"     ? value_at({"author.id", "user.id", "userId"})
            : key == "platform" ? any([](const JsonValue& each) { return each.text == "discord"; })
            : key == "startsWith"
                ? any([&](const JsonValue& each) { return content.starts_with(each.text); })
            : key == "endsWith"
                ? any([&](const JsonValue& each) { return content.ends_with(each.text); })
            : key == "contains" ? any([&](const JsonValue& each) {
                  return content.find(each.text) != content.npos;
              })
            : key == "equals"   ? any([&](const JsonValue& each) { return content == each.text; })
            : key == "bot"      ? any([&](const JsonValue& each) {
                  if (each.kind == JsonValue::Kind::text) {
                      return each.text == event.bot;
                  }
                  const JsonValue* bot = json.path("author.bot");
                  bot = bot == nullptr ? json.path("user.bot") : bot;
                  return (bot != nullptr && bot->boolean) == each.boolean;
              })
                                : value_at({key.c_str()});
        if (!holds) {
            return false;
        }
    }
    return true;
}

/// Interceptors first, the higher priority before the lower; then the handlers, unless it is
/// stopped.
inline void FakeHost::deliver(rk_handle_t handle, const rk_view_t& view) {
    const OpenEvent& event = events_.at(handle);
    std::vector<std::pair<std::int64_t, rk_handle_t>> wanted;
    for (const auto& [subscription, one] : subscriptions_) {
        if (fits(one, event)) {
            constexpr std::int64_t kBehindAll = std::int64_t{1} << 40;
            wanted.emplace_back(one.intercepts ? -std::int64_t{one.priority} : kBehindAll,
                                subscription);
        }
    }
    std::sort(wanted.begin(), wanted.end());
    for (const auto& [order, each] : wanted) {
        const auto found = subscriptions_.find(each);
        if (found == subscriptions_.end() || event.stopped) {
            continue;
        }
        const bool intercepts = found->second.intercepts;
        const auto callback = found->second.callback;
        const rk_handle_t before = std::exchange(current_, handle);
        rk_status_t status = RK_OK;
        note(enter([&](rk_error_t* error) {
                 return status = callback.function(callback.user, view, error);
             }),
             "handler of " + event.name);
        current_ = before;
        if (intercepts) {
            settle();
            OpenEvent& decided = events_.at(handle);
            decided.stopped = decided.stopped || status == RK_INTERCEPT_STOP;
        }
    }
}

inline void FakeHost::release_event(rk_handle_t handle) {
    const auto found = events_.find(handle);
    if (found != events_.end() && --found->second.holds == 0) {
        events_.erase(found);
    }
}

inline void FakeHost::release_document(rk_handle_t handle) {
    const auto found = documents_.find(handle);
    if (found != documents_.end() && found->second.holds-- == 0) {
        documents_.erase(found);
    }
}

/// Tasks from other threads, and the ends of operations, until nothing is left to do.
inline void FakeHost::settle() {
    for (bool more = true; more;) {
        std::vector<Callback<rk_task_fn>> tasks;
        {
            const std::lock_guard lock(mutex_);
            tasks.swap(posted_);
        }
        for (const auto& task : tasks) {
            note(enter([&](rk_error_t* error) { return task.function(task.user, error); }),
                 "a posted task");
            give_back(task);
        }
        more = !tasks.empty();
        for (auto ends = std::exchange(ends_, {}); const auto& end : ends) {
            end();
            more = true;
        }
        for (std::size_t i = 0; i < pending_.size(); ++i) {
            const auto answers = answers_.find(pending_[i].operation);
            const bool silent = answers != answers_.end() && !answers->second.empty() &&
                                answers->second.front().status == kSilent;
            if (!silent || !pending_[i].wrong.empty()) {
                Pending call = std::move(pending_[i]);
                pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
                finish(std::move(call), false);
                more = true;
                break;
            }
        }
    }
}

inline void FakeHost::finish(Pending call, bool late) {
    Answer answer{RK_OK, {}, {}};
    if (!call.wrong.empty()) {
        answer = {RK_E_INVALID, {}, call.wrong};
    } else if (late) {
        answer = {RK_E_TIMEOUT, {}, call.operation + ": no answer in time"};
    } else if (auto& list = answers_[call.operation]; !list.empty()) {
        answer = list.front();
        if (list.size() > 1) {
            list.pop_front();
        }
    }
    int shape = schema::kNone;
    bool list = false;
    for (const schema::Operation& each : schema::kOperations) {
        if (each.name == call.operation) {
            shape = each.shape;
            list = each.list;
        }
    }
    if (answer.json.empty() && answer.status >= 0 && shape != schema::kNone) {
        answer.json = list ? "[]" : "{}";
    }
    rk_handle_t document = 0;
    if (!answer.json.empty()) {
        document = ++last_handle_;
        documents_[document].document = std::make_unique<FakeDocument>(
            JsonValue::parse(answer.json), answer.status >= 0 ? shape : schema::kNone);
    }
    const rk_handle_t before = std::exchange(current_, call.event);
    if (call.callback.function != nullptr) {
        note(enter([&](rk_error_t* error) {
                 return call.callback.function(call.callback.user, answer.status, document,
                                               rookery::detail::to_text(answer.message), error);
             }),
             "the end of " + call.operation);
    } else if (answer.status < 0) {
        note(answer.message, call.operation);
    }
    current_ = before;
    give_back(call.callback);
    release_document(document);
    release_event(call.event);
}

inline void FakeHost::advance_to(std::uint64_t until) {
    settle();
    while (true) {
        auto timer = timers_.end();
        for (auto each = timers_.begin(); each != timers_.end(); ++each) {
            if (each->second.due <= until &&
                (timer == timers_.end() || each->second.due < timer->second.due)) {
                timer = each;
            }
        }
        auto late = pending_.end();
        for (auto each = pending_.begin(); each != pending_.end(); ++each) {
            if (each->due <= until && (late == pending_.end() || each->due < late->due)) {
                late = each;
            }
        }
        if (late != pending_.end() && (timer == timers_.end() || late->due < timer->second.due)) {
            now_ = late->due;
            Pending call = std::move(*late);
            pending_.erase(late);
            finish(std::move(call), true);
        } else if (timer != timers_.end()) {
            const rk_handle_t handle = timer->first;
            const Timer fired = timer->second;
            now_ = fired.due;
            if (fired.pause == 0) {
                timers_.erase(timer);
            }
            note(enter([&](rk_error_t* error) {
                     return fired.callback.function(fired.callback.user, error);
                 }),
                 "a timer");
            if (fired.pause == 0) {
                give_back(fired.callback);
            } else if (const auto again = timers_.find(handle); again != timers_.end()) {
                again->second.due = now_ + fired.pause;
            }
        } else {
            now_ = until;
            return;
        }
        settle();
    }
}

inline void FakeHost::release_everything() {
    for (auto timers = std::exchange(timers_, {}); const auto& [handle, timer] : timers) {
        give_back(timer.callback);
    }
    for (auto calls = std::exchange(pending_, {}); const Pending& call : calls) {
        give_back(call.callback);
    }
    for (auto all = std::exchange(subscriptions_, {}); const auto& [handle, one] : all) {
        give_back(one.callback);
    }
    for (auto all = std::exchange(invocables_, {}); const auto& [handle, one] : all) {
        give_back(one.callback);
    }
    while (!ends_.empty()) {
        // Their callbacks are given back; nobody hears of the ends any more.
        const auto end = std::move(ends_.front());
        ends_.pop_front();
        dropping_ = true;
        end();
        dropping_ = false;
    }
    for (auto tasks = std::exchange(posted_, {}); const auto& task : tasks) {
        give_back(task);
    }
    release_served();
    events_.clear();
    commands_.clear();
}

inline std::string FakeHost::wrong_arguments(std::string_view operation,
                                             const JsonValue& arguments) {
    const std::string where(operation);
    for (const schema::Operation& each : schema::kOperations) {
        if (each.name != operation) {
            continue;
        }
        for (std::size_t i = 0; i < each.count; ++i) {
            const JsonValue* const given = arguments.find(each.params[i].name);
            if (each.params[i].required && given == nullptr) {
                return where + ": parameter " + std::string(each.params[i].name) + " is missing";
            }
        }
        for (const std::string& key : arguments.keys) {
            bool known = false;
            for (std::size_t i = 0; i < each.count; ++i) {
                known = known || each.params[i].name == key;
            }
            if (!known) {
                return where + ": there is no parameter " + key;
            }
        }
        return {};
    }
    return "there is no operation " + where;
}

/// The functions of the tables, by table.
struct FakeTables {
    using Host = const rk_host_t*;

    static std::string_view view(rk_text_t text) { return {text.data, text.len}; }
    static rk_status_t refuse(rk_error_t* error, rk_status_t status, std::string_view text) {
        return rookery::detail::report(error, status, std::string(text).c_str());
    }

    /// Runs what must happen on the test's thread, within a call into the plugin.
    template <class Body>
    static rk_status_t inside(Host raw, std::string_view function, const Body& body) {
        FakeHost& host = FakeHost::self(raw);
        if (host.thread_ != std::this_thread::get_id() || host.inside_ == 0) {
            const std::lock_guard lock(host.mutex_);
            host.note("called from outside of the instance's thread", function);
            return RK_E_THREAD;
        }
        return body(host);
    }
    template <class Body>
    static rk_status_t reading(Host raw, rk_handle_t handle, const Body& body) {
        return inside(raw, "views", [&](FakeHost& host) -> rk_status_t {
            const FakeDocument* const document = host.document_of(handle);
            return document == nullptr ? RK_E_STALE : body(*document);
        });
    }

    // rookery.views/1
    static rk_status_t get(Host raw, rk_view_t at, std::uint32_t field, rk_value_t* out) {
        return reading(raw, at.event,
                       [&](const FakeDocument& it) { return it.get(at, field, *out); });
    }
    static rk_status_t get_named(Host raw, rk_view_t at, rk_text_t name, rk_value_t* out) {
        return reading(raw, at.event,
                       [&](const FakeDocument& it) { return it.get_named(at, view(name), *out); });
    }
    static rk_status_t get_elements(Host raw, rk_array_t array, std::uint32_t first,
                                    rk_value_t* out, std::uint32_t capacity, std::uint32_t* total) {
        return reading(raw, array.owner.event, [&](const FakeDocument& it) {
            return static_cast<rk_status_t>(it.elements(array, first, out, capacity, total));
        });
    }
    static rk_status_t write_view(Host raw, rk_view_t at, rk_sink_t sink, void* user) {
        return reading(raw, at.event, [&](const FakeDocument& it) {
            const JsonValue* const node = it.at(at.node);
            const std::string text = node == nullptr ? "{}" : node->dump();
            sink(user, rookery::detail::to_text(text));
            return RK_OK;
        });
    }
    static rk_status_t raw_text(Host raw, rk_view_t at, rk_text_t* out) {
        return reading(raw, at.event, [&](const FakeDocument&) {
            *out = {"", 0};
            return RK_OK;
        });
    }
    static rk_status_t shape(Host raw, rk_view_t at, rk_text_t* name, std::uint32_t* fields) {
        return reading(raw, at.event, [&](const FakeDocument&) {
            const schema::Shape* const known = FakeDocument::shape_of(at);
            if (name != nullptr) {
                *name = rookery::detail::to_text(known == nullptr ? "raw" : known->name);
            }
            if (fields != nullptr) {
                *fields = static_cast<std::uint32_t>(known == nullptr ? 0 : known->count);
            }
            return RK_OK;
        });
    }
    static rk_status_t field_name(Host raw, rk_view_t at, std::uint32_t field, rk_text_t* out) {
        return reading(raw, at.event, [&](const FakeDocument&) -> rk_status_t {
            const schema::Shape* const known = FakeDocument::shape_of(at);
            if (known == nullptr || field >= known->count) {
                return RK_E_NOT_FOUND;
            }
            *out = rookery::detail::to_text(known->fields[field].name);
            return RK_OK;
        });
    }
    static rk_status_t event_info(Host raw, rk_handle_t event, rk_event_info_t* out) {
        return inside(raw, "event_info", [&](FakeHost& host) -> rk_status_t {
            const auto found = host.events_.find(event);
            if (found == host.events_.end()) {
                return RK_E_STALE;
            }
            const std::uint32_t size = out->size;
            *out = {};
            out->size = size;
            out->name = rookery::detail::to_text(found->second.name);
            out->bot = rookery::detail::to_text(found->second.bot);
            out->platform = rookery::detail::to_text("discord");
            return RK_OK;
        });
    }

    // rookery.documents/1
    template <class Body>
    static rk_status_t in_document(Host raw, rk_handle_t handle, rk_text_t path, const Body& body) {
        return reading(raw, handle, [&](const FakeDocument& it) -> rk_status_t {
            const JsonValue* const value = it.json().path(view(path));
            return value == nullptr ? RK_E_NOT_FOUND : body(*value);
        });
    }
    static rk_status_t value(Host raw, rk_handle_t handle, rk_text_t path, rk_value_t* out) {
        return in_document(raw, handle, path, [&](const JsonValue& found) {
            FakeDocument::set(handle, found, schema::kNone, *out);
            return RK_OK;
        });
    }
    static rk_status_t count(Host raw, rk_handle_t handle, rk_text_t path, std::uint32_t* out) {
        return in_document(raw, handle, path, [&](const JsonValue& found) {
            *out = static_cast<std::uint32_t>(found.items.size());
            return RK_OK;
        });
    }
    static rk_status_t key(Host raw, rk_handle_t handle, rk_text_t path, std::uint32_t index,
                           rk_text_t* out) {
        return in_document(raw, handle, path, [&](const JsonValue& found) -> rk_status_t {
            if (index >= found.keys.size()) {
                return RK_E_NOT_FOUND;
            }
            *out = rookery::detail::to_text(found.keys[index]);
            return RK_OK;
        });
    }
    static rk_status_t write_json(Host raw, rk_handle_t handle, rk_text_t path, rk_sink_t sink,
                                  void* user) {
        return in_document(raw, handle, path, [&](const JsonValue& found) {
            const std::string text = found.dump();
            sink(user, rookery::detail::to_text(text));
            return RK_OK;
        });
    }
    static rk_status_t document_view(Host raw, rk_handle_t handle, rk_value_t* out) {
        return reading(raw, handle, [&](const FakeDocument& it) -> rk_status_t {
            return it.root(handle, *out) ? RK_OK : RK_E_NOT_FOUND;
        });
    }
    static rk_status_t hold_document(Host raw, rk_handle_t handle) {
        return inside(raw, "hold", [&](FakeHost& host) -> rk_status_t {
            const auto found = host.documents_.find(handle);
            if (found == host.documents_.end()) {
                return RK_E_STALE;
            }
            ++found->second.holds;
            return RK_OK;
        });
    }
    static rk_status_t release_document(Host raw, rk_handle_t handle) {
        return inside(raw, "release", [&](FakeHost& host) -> rk_status_t {
            if (host.documents_.find(handle) == host.documents_.end()) {
                return RK_E_STALE;
            }
            host.release_document(handle);
            return RK_OK;
        });
    }

    // rookery.config/1
    static rk_status_t settings(Host raw, rk_handle_t* out) {
        return inside(raw, "settings", [&](FakeHost& host) {
            const rk_handle_t handle = ++host.last_handle_;
            host.documents_[handle].document =
                std::make_unique<FakeDocument>(JsonValue(host.settings_->json()), schema::kNone);
            *out = handle;
            return RK_OK;
        });
    }

    static rk_status_t place(Host raw, rk_text_t path, rk_sink_t sink, void* user) {
        return inside(raw, "place", [&](FakeHost& host) -> rk_status_t {
            if (host.settings_->json().path(view(path)) == nullptr) {
                return RK_E_NOT_FOUND;
            }
            sink(user, rookery::detail::to_text("test.toml"));
            return RK_OK;
        });
    }

    // rookery.events/1
    static rk_status_t add(Host raw, FakeHost::Subscription one, rk_event_fn handler, void* user,
                           rk_release_t release, rk_handle_t* out, rk_error_t* error) {
        return inside(raw, "subscribe", [&](FakeHost& host) -> rk_status_t {
            bool known = one.event == "*" || one.event.find(':') != std::string::npos;
            for (const schema::Event& each : schema::kEvents) {
                known = known || each.name == one.event;
            }
            if (!known) {
                return refuse(error, RK_E_INVALID, "there is no event " + one.event);
            }
            one.callback = host.take(handler, user, release);
            const rk_handle_t handle = ++host.last_handle_;
            host.subscriptions_.emplace(handle, std::move(one));
            if (out != nullptr) {
                *out = handle;
            }
            return RK_OK;
        });
    }
    static rk_status_t subscribe(Host raw, rk_text_t name, rk_event_fn handler, void* user,
                                 rk_release_t release, rk_handle_t* out, rk_error_t* error) {
        FakeHost::Subscription one;
        one.event = view(name);
        return add(raw, std::move(one), handler, user, release, out, error);
    }
    static rk_status_t subscribe_where(Host raw, rk_text_t name, rk_text_t filter,
                                       rk_event_fn handler, void* user, rk_release_t release,
                                       rk_handle_t* out, rk_error_t* error) {
        FakeHost::Subscription one;
        one.event = view(name);
        try {
            one.filter = JsonValue::parse(filter.len == 0 ? "{}" : view(filter));
        } catch (const std::invalid_argument& wrong) {
            return refuse(error, RK_E_INVALID, wrong.what());
        }
        return add(raw, std::move(one), handler, user, release, out, error);
    }
    static rk_status_t intercept(Host raw, rk_text_t name, rk_text_t filter, std::int32_t priority,
                                 rk_intercept_fn handler, void* user, rk_release_t release,
                                 rk_handle_t* out, rk_error_t* error) {
        rk_handle_t handle = 0;
        const rk_status_t status =
            subscribe_where(raw, name, filter, handler, user, release, &handle, error);
        if (status >= 0) {
            FakeHost::Subscription& one = FakeHost::self(raw).subscriptions_.at(handle);
            one.intercepts = true;
            one.priority = priority;
        }
        if (status >= 0 && out != nullptr) {
            *out = handle;
        }
        return status;
    }
    static rk_status_t stop(Host raw, rk_handle_t event) {
        return inside(raw, "stop", [&](FakeHost& host) -> rk_status_t {
            const auto found = host.events_.find(event);
            if (found == host.events_.end()) {
                return RK_E_STALE;
            }
            found->second.stopped = true;
            return RK_OK;
        });
    }
    static rk_status_t unsubscribe(Host raw, rk_handle_t handle) {
        return inside(raw, "unsubscribe", [&](FakeHost& host) -> rk_status_t {
            if (const auto one = host.invocables_.find(handle); one != host.invocables_.end()) {
                const auto callback = one->second.callback;
                host.invocables_.erase(one);
                host.give_back(callback);
                return RK_OK;
            }
            const auto found = host.subscriptions_.find(handle);
            if (found == host.subscriptions_.end()) {
                return RK_E_STALE;
            }
            const auto callback = found->second.callback;
            host.subscriptions_.erase(found);
            host.give_back(callback);
            return RK_OK;
        });
    }
    static rk_status_t hold_event(Host raw, rk_handle_t event) {
        return inside(raw, "hold", [&](FakeHost& host) -> rk_status_t {
            const auto found = host.events_.find(event);
            if (found == host.events_.end()) {
                return RK_E_STALE;
            }
            ++found->second.holds;
            return RK_OK;
        });
    }
    static rk_status_t release_event(Host raw, rk_handle_t event) {
        return inside(raw, "release", [&](FakeHost& host) -> rk_status_t {
            if (host.events_.find(event) == host.events_.end()) {
                return RK_E_STALE;
            }
            host.release_event(event);
            return RK_OK;
        });
    }

    // rookery.interactions/1
    static rk_status_t interact(Host raw, std::uint32_t kind, rk_text_t key, rk_event_fn handler,
                                void* user, rk_release_t release, rk_handle_t* out,
                                rk_error_t* error) {
        FakeHost::Subscription one;
        one.event = "interactionCreate";
        one.interaction = kind;
        one.key = view(key);
        return add(raw, std::move(one), handler, user, release, out, error);
    }
    static rk_status_t declare(Host raw, rk_text_t command, rk_handle_t* out, rk_error_t* error) {
        return inside(raw, "declare", [&](FakeHost& host) -> rk_status_t {
            try {
                if (JsonValue::parse(view(command)).text_at("name").empty()) {
                    return refuse(error, RK_E_INVALID, "name: is missing");
                }
            } catch (const std::invalid_argument& wrong) {
                return refuse(error, RK_E_INVALID, wrong.what());
            }
            const rk_handle_t handle = ++host.last_handle_;
            host.commands_.emplace(handle, view(command));
            if (out != nullptr) {
                *out = handle;
            }
            return RK_OK;
        });
    }
    static rk_status_t withdraw(Host raw, rk_handle_t command) {
        return inside(raw, "withdraw", [&](FakeHost& host) -> rk_status_t {
            return host.commands_.erase(command) != 0 ? RK_OK : RK_E_STALE;
        });
    }

    // rookery.operations/1
    static void note_writes(FakeHost& host, rk_handle_t event, const JsonValue& arguments) {
        const JsonValue* const components = arguments.find("components");
        const auto open = host.events_.find(event);
        for (std::size_t i = 0; components != nullptr && i < components->items.size(); ++i) {
            const JsonValue& each = components->items[i];
            const JsonValue* const state = each.find("state");
            if (open != host.events_.end() && each.flag_at("writes")) {
                host.writes_.push_back(
                    {event, std::string(each.text_at("only")),
                     std::string(open->second.document->json().text_at("channelId")),
                     std::string(each.text_at("action")),
                     state != nullptr ? state->dump() : "null"});
            }
        }
    }
    static rk_status_t call(Host raw, const rk_call_t* wish, rk_done_fn done, void* user,
                            rk_release_t release, rk_error_t* error) {
        return inside(raw, "call", [&](FakeHost& host) -> rk_status_t {
            FakeCall made{std::string(view(wish->operation)), {}, std::string(view(wish->bot))};
            try {
                const auto arguments = view(wish->arguments);
                made.arguments = JsonValue::parse(arguments.empty() ? "{}" : arguments);
            } catch (const std::invalid_argument& wrong) {
                return refuse(error, RK_E_INVALID, wrong.what());
            }
            FakeHost::Pending pending{};
            pending.operation = made.operation;
            pending.wrong = FakeHost::wrong_arguments(made.operation, made.arguments);
            pending.due = host.now_ +
                          (wish->deadline_ms != 0 ? wish->deadline_ms : FakeHost::kDefaultDeadline);
            pending.event = wish->event != 0 ? wish->event : host.current_;
            if (const auto event = host.events_.find(pending.event); event != host.events_.end()) {
                ++event->second.holds;
            } else if (wish->event != 0) {
                return refuse(error, RK_E_STALE, made.operation + ": its event has been released");
            } else {
                pending.event = 0;
            }
            pending.callback = host.take(done, user, release);
            note_writes(host, pending.event, made.arguments);
            host.calls_.push_back(std::move(made));
            if (!host.stopping_) {
                host.pending_.push_back(std::move(pending));
            }
            return RK_OK;
        });
    }

    // rookery.timers/1
    static rk_status_t start(Host raw, std::uint64_t millis, bool repeats, rk_task_fn task,
                             void* user, rk_release_t release, rk_handle_t* out,
                             rk_error_t* error) {
        return inside(raw, "a timer", [&](FakeHost& host) -> rk_status_t {
            if (repeats && millis == 0) {
                return refuse(error, RK_E_INVALID, "a timer of 0 ms");
            }
            const rk_handle_t handle = ++host.last_handle_;
            host.timers_.emplace(handle, FakeHost::Timer{host.now_ + millis, repeats ? millis : 0,
                                                         host.take(task, user, release)});
            if (out != nullptr) {
                *out = handle;
            }
            return RK_OK;
        });
    }
    static rk_status_t after(Host raw, std::uint64_t millis, rk_task_fn task, void* user,
                             rk_release_t release, rk_handle_t* out, rk_error_t* error) {
        return start(raw, millis, false, task, user, release, out, error);
    }
    static rk_status_t every(Host raw, std::uint64_t millis, rk_task_fn task, void* user,
                             rk_release_t release, rk_handle_t* out, rk_error_t* error) {
        return start(raw, millis, true, task, user, release, out, error);
    }
    static rk_status_t cron(Host raw, rk_text_t when, rk_text_t, rk_task_fn task, void* user,
                            rk_release_t release, rk_handle_t* out, rk_error_t*) {
        return inside(raw, "cron", [&](FakeHost& host) -> rk_status_t {
            const rk_handle_t handle = ++host.last_handle_;
            host.timers_.emplace(
                handle, FakeHost::Timer{~std::uint64_t{0}, 0, host.take(task, user, release),
                                        std::string(view(when))});
            if (out != nullptr) {
                *out = handle;
            }
            return RK_OK;
        });
    }
    static rk_status_t now(Host raw, std::int64_t* millis) {
        return inside(raw, "now", [&](FakeHost& host) -> rk_status_t {
            *millis = FakeHost::kBegin + static_cast<std::int64_t>(host.now_);
            return RK_OK;
        });
    }
    static rk_status_t cancel(Host raw, rk_handle_t timer) {
        return inside(raw, "cancel", [&](FakeHost& host) -> rk_status_t {
            const auto found = host.timers_.find(timer);
            if (found == host.timers_.end()) {
                return RK_E_STALE;
            }
            const auto callback = found->second.callback;
            host.timers_.erase(found);
            host.give_back(callback);
            return RK_OK;
        });
    }
    static rk_status_t post(Host raw, rk_task_fn task, void* user, rk_release_t release,
                            rk_error_t*) {
        FakeHost& host = FakeHost::self(raw);
        const std::lock_guard lock(host.mutex_);
        host.posted_.push_back(host.take(task, user, release));
        return RK_OK;
    }

    // rookery.log/1
    static rk_status_t write_line(Host raw, std::uint32_t level, rk_text_t text) {
        constexpr const char* kLevels[] = {"", "debug", "info", "warn", "error"};
        if (level < RK_LOG_DEBUG || level > RK_LOG_ERROR) {
            return RK_E_INVALID;
        }
        FakeHost& host = FakeHost::self(raw);
        const std::lock_guard lock(host.mutex_);
        host.log_.push_back(std::string(kLevels[level]) + ": " + std::string(view(text)));
        return RK_OK;
    }
    static rk_status_t enabled(Host, std::uint32_t) { return 1; }
};

/// In fake_services.hpp.
[[nodiscard]] const void* service_table(std::string_view id);
[[nodiscard]] const void* server_table();
[[nodiscard]] const void* commands_table();

inline const void* FakeHost::get_table(const rk_host_t*, rk_text_t id) {
    using Tables = FakeTables;
    static const rk_views_t views{sizeof(rk_views_t),    0,
                                  &Tables::get,          &Tables::get_named,
                                  &Tables::get_elements, &Tables::write_view,
                                  &Tables::raw_text,     &Tables::shape,
                                  &Tables::field_name,   &Tables::event_info};
    static const rk_documents_t documents{sizeof(rk_documents_t),
                                          0,
                                          &Tables::value,
                                          &Tables::count,
                                          &Tables::key,
                                          &Tables::write_json,
                                          &Tables::document_view,
                                          &Tables::hold_document,
                                          &Tables::release_document};
    static const rk_config_t config{sizeof(rk_config_t), 0, &Tables::settings, &Tables::place};
    static const rk_events_t events = [] {
        rk_events_t table{};
        table.size = offsetof(rk_events_t, stop) + sizeof(void*);
        table.subscribe = &Tables::subscribe;
        table.unsubscribe = &Tables::unsubscribe;
        table.hold = &Tables::hold_event;
        table.release = &Tables::release_event;
        table.subscribe_where = &Tables::subscribe_where;
        table.intercept = &Tables::intercept;
        table.stop = &Tables::stop;
        return table;
    }();
    static const rk_interactions_t interactions{sizeof(rk_interactions_t), 0, &Tables::interact,
                                                &Tables::declare, &Tables::withdraw};
    static const rk_operations_t operations{sizeof(rk_operations_t), 0, &Tables::call};
    static const rk_timers_t timers = [] {
        rk_timers_t table{};
        table.size = offsetof(rk_timers_t, now) + sizeof(void*);
        table.after = &Tables::after;
        table.every = &Tables::every;
        table.cancel = &Tables::cancel;
        table.post = &Tables::post;
        table.cron = &Tables::cron;
        table.now = &Tables::now;
        return table;
    }();
    static const rk_log_t log{sizeof(rk_log_t), 0, &Tables::write_line, &Tables::enabled};
    const std::pair<std::string_view, const void*> tables[] = {{RK_VIEWS_ID, &views},
                                                               {RK_DOCUMENTS_ID, &documents},
                                                               {RK_CONFIG_ID, &config},
                                                               {RK_EVENTS_ID, &events},
                                                               {RK_INTERACTIONS_ID, &interactions},
                                                               {RK_OPERATIONS_ID, &operations},
                                                               {RK_TIMERS_ID, &timers},
                                                               {RK_LOG_ID, &log}};
    for (const auto& [name, table] : tables) {
        if (FakeTables::view(id) == name) {
            return table;
        }
    }
    if (FakeTables::view(id) == RK_SERVER_ID) {
        return server_table();
    }
    if (FakeTables::view(id) == RK_COMMANDS_ID) {
        return commands_table();
    }
    return service_table(FakeTables::view(id));
}

}  // namespace rookery::testing
