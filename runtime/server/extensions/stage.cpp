#include "server/extensions/stage.hpp"

#include "base/log.hpp"
#include "server/extensions/bridge.hpp"
#include "server/extensions/engine_bridge.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <utility>

namespace rookery::server::extensions {
namespace {

using hostapi::ServedAnswer;
using hostapi::ServedArguments;

server::Arguments to_server(const ServedArguments& arguments) {
    return {arguments.json, arguments.attachments};
}

/// As failure(), with the extension's name.
Response plugin_failure(unsigned status, const char* code, const char* text,
                        const std::string& plugin) {
    const nlohmann::ordered_json body{
        {"success", false}, {"error", text}, {"code", code}, {"plugin", plugin}};
    return Response::text(status, "application/json; charset=utf-8", body.dump());
}

Response refusal(const Error& error, const std::string& plugin) {
    switch (error.kind()) {
        case ErrorKind::not_found:
            return failure(404, "NOT_FOUND", "Route not found");
        case ErrorKind::denied:
            return failure(403, "INSUFFICIENT_SCOPE", "Insufficient scope");
        case ErrorKind::timeout:
            return plugin_failure(504, "PLUGIN_TIMEOUT", "The plugin did not answer in time",
                                  plugin);
        case ErrorKind::limit:
            return plugin_failure(503, "PLUGIN_BUSY", "The plugin has too much to do", plugin);
        case ErrorKind::unavailable:
            return plugin_failure(503, "PLUGIN_UNAVAILABLE", "The plugin does not run", plugin);
        default:
            return plugin_failure(500, "PLUGIN_ERROR", "Internal plugin error", plugin);
    }
}

}  // namespace

Stage::Stage(Mount mount, std::shared_ptr<Registry> registry)
    : mount_(std::move(mount)), registry_(std::move(registry)) {}

Stage::~Stage() {
    for (const auto& [key, bridge] : bridges_) {
        mount_.sockets->close(bridge->channel().form.name);
    }
    for (const auto& [key, engine] : engines_) {
        close(*engine);
    }
}

void Stage::close(EngineBridge& engine) { mount_.close_path(engine.prefix()); }

template <class T, class Table>
hostapi::AnswerPtr<T> Stage::answer_into(Table Stage::*table, std::uint64_t number) {
    return std::make_shared<hostapi::Answer<T>>(
        [registry = registry_, table, number](Result<T> result) {
            registry->on_stage([table, number, result = std::move(result)](Stage& stage) mutable {
                if (auto found = (stage.*table).extract(number)) {
                    found.mapped()(std::move(result));
                }
            });
        });
}

hostapi::AnswerPtr<ServedAnswer> Stage::wait(Asked asked, Millis timeout) {
    const std::uint64_t number = next_++;
    auto timer = std::make_unique<boost::asio::steady_timer>(mount_.executor);
    timer->expires_after(timeout);
    timer->async_wait([weak = weak_from_this(), number](const boost::system::error_code& error) {
        const auto self = error ? nullptr : weak.lock();
        if (self != nullptr) {
            self->finish(number, Error(ErrorKind::timeout, "no answer"));
        }
    });
    asked.exchange->on_gone([weak = weak_from_this(), number] {
        if (const auto self = weak.lock()) {
            self->requests_.erase(number);
        }
    });
    requests_.emplace(number, Waiting{std::move(asked), std::move(timer)});
    return std::make_shared<hostapi::Answer<ServedAnswer>>(
        [registry = registry_, number](Result<ServedAnswer> result) {
            registry->on_stage([number, result = std::move(result)](Stage& stage) {
                stage.finish(number, result);
            });
        });
}

hostapi::AnswerPtr<hostapi::Admitted> Stage::wait(
    std::function<void(Result<hostapi::Admitted>)> decide) {
    const std::uint64_t number = next_++;
    admissions_.emplace(number, std::move(decide));
    return answer_into<hostapi::Admitted>(&Stage::admissions_, number);
}

hostapi::AnswerPtr<ServedArguments> Stage::wait(Namespace::Reply reply) {
    const std::uint64_t number = next_++;
    replies_.emplace(number, [reply = std::move(reply)](Result<ServedArguments> result) {
        if (result) {
            reply(to_server(*result));
        }
    });
    return answer_into<ServedArguments>(&Stage::replies_, number);
}

void Stage::finish(std::uint64_t number, const Result<ServedAnswer>& result) {
    const auto found = requests_.extract(number);
    if (!found) {
        return;
    }
    const Asked& asked = found.mapped().asked;
    Response response;
    if (result) {
        response = Response::text(result->status, result->content_type, result->body);
        for (const auto& [name, value] : result->headers) {
            response.headers.add(name, value);
        }
    } else {
        response = refusal(result.error(), asked.plugin);
    }
    const server::Request& request = asked.exchange->request();
    if (asked.key != nullptr && request.method != "GET") {
        mount_.guard->audit(*asked.key, request.method + " " + request.path,
                            std::to_string(response.status), request.peer);
    }
    asked.exchange->respond(std::move(response));
}

void Stage::reconcile() {
    Channels namespaces;
    Channels engines;
    for (Registry::Channel& channel : registry_->channels()) {
        const bool engine = channel.form.kind == hostapi::ChannelForm::Kind::engine;
        if (engine ? mount_.turn != nullptr : mount_.sockets != nullptr) {
            std::string key = channel.key;
            (engine ? engines : namespaces).emplace(std::move(key), std::move(channel));
        }
    }
    reconcile_namespaces(std::move(namespaces));
    reconcile_engines(std::move(engines));
}

void Stage::reconcile_engines(Channels wanted) {
    for (auto one = engines_.begin(); one != engines_.end();) {
        const auto found = wanted.find(one->first);
        if (found != wanted.end() && found->second.title == one->second->channel().title) {
            wanted.erase(found);
            ++one;
            continue;
        }
        close(*one->second);
        one = engines_.erase(one);
    }
    for (auto& [key, channel] : wanted) {
        auto engine = std::make_unique<EngineBridge>(*this, std::move(channel));
        mount_.open_path(engine->prefix(), engine->handler());
        engines_.emplace(key, std::move(engine));
    }
}

void Stage::reconcile_namespaces(Channels wanted) {
    for (auto one = bridges_.begin(); one != bridges_.end();) {
        const Registry::Channel& has = one->second->channel();
        const auto found = wanted.find(one->first);
        if (found != wanted.end() && found->second.title == has.title &&
            found->second.form.recovery == has.form.recovery) {
            one->second->change(std::move(found->second));
            wanted.erase(found);
            ++one;
            continue;
        }
        mount_.sockets->close(has.form.name);
        one = bridges_.erase(one);
    }
    for (auto& [key, channel] : wanted) {
        const NamespaceOptions options{channel.form.recovery, hostapi::ServerSession::kMostRooms};
        const std::string name = channel.form.name;
        const std::string title = channel.title;
        auto bridge = std::make_unique<Bridge>(*this, std::move(channel));
        if (auto opened = mount_.sockets->open(name, *bridge, options); !opened) {
            log::get(title)->error("the namespace {}: {}", name, opened.error().message());
            continue;
        }
        bridges_.emplace(key, std::move(bridge));
    }
}

void Stage::shut_down() {
    for (const auto& [key, engine] : engines_) {
        engine->shut_down();
    }
}

void Stage::key_gone(const std::string& id) {
    for (const auto& [key, bridge] : bridges_) {
        bridge->key_gone(id);
    }
}

void Stage::emit(const std::string& channel, std::uint64_t id, const std::string& event,
                 const ServedArguments& arguments) {
    if (const auto engine = engines_.find(channel); engine != engines_.end()) {
        engine->second->send(id, arguments);
        return;
    }
    mount_.sockets->emit(id, event, to_server(arguments));
}

void Stage::broadcast(const std::string& ns, const std::vector<std::string>& rooms,
                      const std::vector<std::uint64_t>& except, const std::string& event,
                      const ServedArguments& arguments) {
    mount_.sockets->broadcast(ns, rooms, event, to_server(arguments), except);
}

void Stage::call(std::uint64_t id, const std::string& event, const ServedArguments& arguments,
                 Millis timeout, hostapi::AnswerPtr<ServedArguments> answer) {
    mount_.sockets->emit_with_ack(id, event, to_server(arguments), timeout,
                                  [answer = std::move(answer)](Result<server::Arguments> result) {
                                      if (!result) {
                                          answer->finish(result.error());
                                          return;
                                      }
                                      answer->finish(ServedArguments{
                                          std::move(result->json), std::move(result->attachments)});
                                  });
}

void Stage::join(std::uint64_t id, const std::string& room) {
    // Its own count of rooms is no larger than the server's.
    static_cast<void>(mount_.sockets->join(id, room));
}

void Stage::leave(std::uint64_t id, const std::string& room) { mount_.sockets->leave(id, room); }

void Stage::disconnect(const std::string& channel, std::uint64_t id) {
    if (const auto engine = engines_.find(channel); engine != engines_.end()) {
        engine->second->close(id);
        return;
    }
    mount_.sockets->disconnect(id, false);
}

}  // namespace rookery::server::extensions
