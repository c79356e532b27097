// What SIGHUP and the control socket do: the part of Application that changes a running system.
#include "app/application.hpp"
#include "app/key_commands.hpp"
#include "async/with_timeout.hpp"
#include "base/log.hpp"
#include "server/operations/exposition.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <future>
#include <utility>

namespace rookery::app {
namespace {

constexpr Millis kDrainStep{20};

std::string listed(const std::string& what, const config::Changes& changes) {
    std::string text;
    const auto add = [&](const char* verb, const std::vector<std::string>& names) {
        for (const auto& name : names) {
            text += (text.empty() ? "" : ", ") + what + " " + name + " " + verb;
        }
    };
    add("is gone", changes.gone);
    add("changed", changes.changed);
    add("is new", changes.added);
    return text;
}

std::string text_of(const hostapi::StepResult& step) {
    return step.title + ": " + step.action + (step.detail.empty() ? "" : ": " + step.detail);
}

std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) {
        text += (text.empty() ? "" : ", ") + part;
    }
    return text;
}

}  // namespace

void Application::show_plan(const config::Diff& diff, const Progress& progress) const {
    std::vector<std::string> parts;
    for (const auto& text :
         {listed("bot", diff.bots), listed("the section of plugin", diff.plugins),
          listed("the section of script", diff.scripts)}) {
        if (!text.empty()) {
            parts.push_back(text);
        }
    }
    const std::string plan = parts.empty() ? "the TOML asks for nothing new" : join(parts);
    log::get("core")->info("plan: {}; then files that changed", plan);
    progress("plan: " + plan);
    if (!diff.restart.empty()) {
        const std::string text = "takes effect only after a restart: " + join(diff.restart);
        log::get("core")->warn("{}", text);
        progress(text);
    }
}

Application::Reloaded Application::reload(const Progress& progress) {
    Reloaded reloaded;
    (void)tell_new_sessions([](const std::string&) {});  // of earlier changes
    boost::asio::post(io_, [this] { commands_->hold(); });
    auto loaded = config::load(config_.file, load_options());
    if (!loaded) {
        log::get("config")->error("the new configuration cannot be used, the old one stays:\n{}",
                                  loaded.error().message());
        progress(loaded.error().message());
        progress(
            "the configuration cannot be used, the old one stays; files are reloaded under it");
    }
    reloaded.good = loaded.has_value();
    if (loaded) {
        config::Config next = *std::move(loaded);
        next.runtime.state = config_.runtime.state;
        const config::Diff diff = config::diff(config_, next);
        show_plan(diff, progress);
        if (next.runtime.log_level != config_.runtime.log_level) {
            log::configure({next.runtime.log_level, true});
        }
        bus_.stage().set_timeout(next.runtime.intercept_timeout);
        set_command_rules(next);
        for (const auto& name : diff.bots.gone) {
            command_desk_->remove_bot(name);
        }
        reloaded.good = replace_bots(next, diff.bots, progress) && reloaded.good;
        reloaded.bots = diff.bots.changed;
        reloaded.bots.insert(reloaded.bots.end(), diff.bots.added.begin(), diff.bots.added.end());
        if (auto served = server_->reload(next.server); !served) {
            const std::string text =
                "server: " + served.error().message() + "; it goes on as it was";
            log::get("core")->error("{}", text);
            progress(text);
            reloaded.good = false;
        }
        config_ = std::move(next);
    }
    const auto steps = extensions_->apply(
        config_, [&](const hostapi::StepResult& step) { progress(text_of(step)); });
    boost::asio::post(io_, [this] { commands_->release(); });
    if (steps.empty()) {
        log::get("core")->info("no plugin or script has changed");
        progress("no plugin or script has changed");
    }
    reloaded.good = reloaded.good && std::all_of(steps.begin(), steps.end(),
                                                 [](const auto& step) { return step.ok; });
    const auto begun = tell_new_sessions(progress);
    reloaded.bots.insert(reloaded.bots.end(), begun.begin(), begun.end());
    return reloaded;
}

std::vector<std::string> Application::tell_new_sessions(const Progress& progress) {
    auto done = std::make_shared<std::promise<decltype(new_sessions_)>>();
    boost::asio::post(io_, [this, done] {
        interest_changed();
        done->set_value(std::exchange(new_sessions_, {}));
    });
    std::vector<std::string> bots;
    for (const auto& [bot, intents] : done->get_future().get()) {
        progress("bot " + bot + ": a new session begins, since " +
                 join({intents.begin(), intents.end()}) +
                 " is needed now; what happens until it is ready is not seen");
        bots.push_back(bot);
    }
    return bots;
}

bool Application::replace_bots(const config::Config& next, const config::Changes& changes,
                               const Progress& progress) {
    if (changes.empty()) {
        return true;
    }
    auto failures = std::make_shared<std::vector<std::string>>();
    auto done = std::make_shared<std::promise<void>>();
    auto finished = done->get_future();
    boost::asio::post(io_, [this, &next, &changes, failures, done] {
        if (stopping_) {
            done->set_value();
            return;
        }
        swapping_ = true;
        tasks_.spawn("swap bots", [this, &next, &changes, failures, done]() -> async::Task<> {
            co_await swap_bots(&next, &changes, failures.get());
            swapping_ = false;
            done->set_value();
        });
    });
    finished.wait();
    for (const auto& failure : *failures) {
        log::get("core")->error("{}", failure);
        progress(failure);
    }
    return failures->empty();
}

/// What its ledger holds open would be delivered again by its successor, beside the handlers that
/// are still busy with it: so these end first.
async::Task<> Application::end_bot(const std::string& name) {
    gateway::Bot* const bot = find_bot(name);
    if (bot == nullptr) {
        co_return;
    }
    co_await bot->close();
    const auto patience = std::chrono::steady_clock::now() + config_.runtime.drain_timeout;
    while (bot->status().open > 0 && std::chrono::steady_clock::now() < patience) {
        co_await async::sleep_for(kDrainStep);
    }
    if (const auto open = bot->status().open; open > 0) {
        log::get("core")->info(
            "bot {}: {} deliveries are not finished yet; their handlers go on with them", name,
            open);
        extensions_->manager().expect_again(name);
    }
    co_await bot->stop();
    std::erase_if(bots_, [&](const BotPtr& each) { return each.get() == bot; });
}

async::Task<> Application::swap_bots(const config::Config* next, const config::Changes* changes,
                                     std::vector<std::string>* failures) {
    const auto named = [](const std::vector<std::string>& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (const auto& section : next->bots) {
        const bool changed = named(changes->changed, section.name);
        if (!changed && !named(changes->added, section.name)) {
            continue;
        }
        if (changed) {
            co_await end_bot(section.name);
        }
        auto bot = make_bot(section);
        if (!bot) {
            failures->push_back("bot " + section.name + ": " + bot.error().message());
            operations_.remove_bot(section.name);
            commands_->remove_bot(section.name);
            continue;
        }
        add_bot(*std::move(bot));
        if (bots_started_) {
            bots_.back()->start();
        }
        log::get("core")->info("bot {} {}", section.name,
                               changed ? "connects with its new settings" : "is new");
    }
    for (const auto& name : changes->gone) {
        co_await end_bot(name);
        operations_.remove_bot(name);
        commands_->remove_bot(name);
        log::get("core")->info("bot {} is gone", name);
    }
}

void Application::answer(const nlohmann::json& request, const ControlReplyPtr& reply) {
    const std::string command = request["cmd"].get<std::string>();
    const std::string name = request.contains("name") && request["name"].is_string()
                                 ? request["name"].get<std::string>()
                                 : std::string();
    if (command == "list" || command == "status") {
        const Snapshot now = snapshot();
        if (command == "list") {
            reply->finish(to_text(now), to_json(now));
            return;
        }
        std::string text;
        for (const auto& line : to_lines(now)) {
            text += line + "\n";
        }
        reply->finish(text, to_json(now));
    } else if (command == "metrics") {
        answer_metrics(reply);
    } else if (command == "stop") {
        reply->finish("stopping");
        stop("rookery stop");
    } else if (command == "reload" && name.empty()) {
        extensions_->manager().post([this, reply] {
            const Progress progress = [reply](const std::string& line) { reply->progress(line); };
            const auto reloaded = reload(progress);
            if (reloaded.good) {
                reply->finish("reloaded", {{"connecting", reloaded.bots}});
            } else {
                reply->fail("something could not be reloaded; what ran before goes on running");
            }
        });
    } else if (command == "events") {
        answer_tail(request, reply);
    } else if (command == "eval") {
        answer_eval(request, name, reply);
    } else if (command == "commands") {
        answer_commands(name, reply);
    } else if (command == "keys") {
        answer_keys(request, reply);
    } else if (command == "reload" || command == "disable" || command == "enable") {
        answer_extension(command, name, reply);
    } else {
        reply->fail("there is no command \"" + log::clipped(command, 40) +
                    "\"; there are: list, status, metrics, commands, events, eval, reload, "
                    "disable, enable, keys, stop");
    }
}

void Application::answer_tail(const nlohmann::json& request, const ControlReplyPtr& reply) {
    auto filter = read_tail_filter(request);
    if (!filter) {
        reply->fail(filter.error().message());
        return;
    }
    if (!filter->bot.empty() && find_bot(filter->bot) == nullptr) {
        std::string known;
        for (const auto& bot : bots_) {
            known += (known.empty() ? "" : ", ") + bot->status().name;
        }
        reply->fail("there is no bot " + log::clipped(filter->bot, 60) + "; there are: " + known);
        return;
    }
    tails_.start(*std::move(filter), reply);
}

void Application::answer_eval(const nlohmann::json& request, const std::string& name,
                              const ControlReplyPtr& reply) {
    if (name.empty() || !request.contains("code") || !request["code"].is_string()) {
        reply->fail("eval needs a name and code");
        return;
    }
    auto evaluation = std::make_shared<hostapi::Evaluation>(
        request["code"].get<std::string>(),
        [reply](const std::string& line) {
            (void)reply->item(nlohmann::json{{"print", line}}.dump(
                -1, ' ', false, nlohmann::json::error_handler_t::replace));
        },
        [reply](Result<hostapi::Evaluation::Outcome> outcome) {
            if (outcome) {
                reply->finish(outcome->text, {{"incomplete", outcome->incomplete}});
            } else {
                reply->fail(outcome.error().message());
            }
        });
    extensions_->manager().post([this, name, evaluation] {
        extensions_->manager().evaluate("script " + name, evaluation);
    });
}

void Application::answer_commands(const std::string& what, const ControlReplyPtr& reply) {
    if (what == "sync") {
        commands_->force();
        reply->finish("every scope is sent again");
        return;
    }
    if (!what.empty()) {
        reply->fail("rookery commands lists them; \"sync\" sends them again");
        return;
    }
    const auto commands = commands_->list();
    reply->finish(to_text(commands), to_json(commands));
}

void Application::answer_metrics(const ControlReplyPtr& reply) {
    if (!server_->url().empty()) {
        server_->exposition([reply](const std::string& text) { reply->finish(text); });
        return;
    }
    const auto measured = measure();
    reply->finish(server::exposition(measured.families) + measured.text);
}

void Application::answer_keys(const nlohmann::json& request, const ControlReplyPtr& reply) {
    const auto answer = [this, request, reply] {
        extensions_->manager().post([this, request, reply] {
            const auto said = app::answer_keys(request, {state_->path(), config_.server.keys,
                                                         server_->url(), WallTime::clock::now()});
            if (!said) {
                reply->fail(said.error().message());
                return;
            }
            if (said->changed) {
                server_->keys_changed();
            }
            reply->finish(said->text, said->data);
        });
    };
    server_->write_key_uses(answer);
}

void Application::answer_extension(const std::string& command, const std::string& name,
                                   const ControlReplyPtr& reply) {
    if (name.empty()) {
        reply->fail(command + " needs a name");
        return;
    }
    extensions_->manager().post([this, command, name, reply] {
        (void)tell_new_sessions([](const std::string&) {});  // of earlier changes
        const auto step = command == "reload"    ? extensions_->reload(config_, name)
                          : command == "disable" ? extensions_->disable(config_, name)
                                                 : extensions_->enable(config_, name);
        if (!step) {
            reply->fail(step.error().message());
            return;
        }
        const auto begun =
            tell_new_sessions([reply](const std::string& line) { reply->progress(line); });
        if (!step->ok) {
            reply->fail(text_of(*step));
        } else {
            reply->finish(text_of(*step), {{"connecting", begun}});
        }
    });
}

}  // namespace rookery::app
