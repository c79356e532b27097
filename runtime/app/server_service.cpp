#include "app/server_service.hpp"

#include "base/log.hpp"

#include <boost/asio/post.hpp>

#include <set>
#include <string>
#include <utility>

namespace rookery::app {
namespace {

namespace asio = boost::asio;

/// How old what bots() says may be.
constexpr Millis kRefresh{250};

/// Those that extensions cannot have.
std::set<std::string> own_namespaces(const config::ServerSection& section) {
    std::set<std::string> names;
    for (const char* const name : {"/", "/api/events"}) {
        const auto found = section.namespaces.find(name);
        if (found == section.namespaces.end() || found->second) {
            names.insert(name);
        }
    }
    return names;
}

}  // namespace

ServerService::ServerService(Process process)
    : process_(std::move(process)), refresh_timer_(process_.io) {}

ServerService::~ServerService() { stop(); }

Result<> ServerService::start(const config::ServerSection& section, unsigned ledger_slot) {
    section_ = section;
    ledger_slot_ = ledger_slot;
    desk_.configure(section.enabled, own_namespaces(section));
    if (!section.enabled) {
        return {};
    }
    refresh();
    server_ = std::make_unique<server::Server>(section, *this, process_.state);
    server_->serve(desk_);
    if (auto started = server_->start(); !started) {
        server_ = nullptr;
        refresh_timer_.cancel();
        return started.error().within("server");
    }
    return {};
}

Result<> ServerService::reload(config::ServerSection section) {
    if (server_ == nullptr) {
        return {};
    }
    section.enabled = section_.enabled;
    section.address = section_.address;
    section.port = section_.port;
    section.holobridge = section_.holobridge;
    section.most_connections = section_.most_connections;
    section.events = section_.events;
    section.namespaces = section_.namespaces;
    section.replay = section_.replay;
    section.replay_age = section_.replay_age;
    section.socketio = section_.socketio;
    return server_->reload(std::move(section));
}

void ServerService::keys_changed() {
    if (server_ != nullptr) {
        server_->keys_changed();
    }
}

void ServerService::write_key_uses(std::function<void()> done) {
    if (server_ == nullptr) {
        done();
        return;
    }
    server_->write_key_uses(std::move(done));
}

void ServerService::drain(Millis patience, std::function<void()> done) {
    if (server_ == nullptr) {
        asio::post(process_.io, std::move(done));
        return;
    }
    server_->drain(patience, [this, done = std::move(done)] { asio::post(process_.io, done); });
}

void ServerService::stop() {
    stopped_ = true;  // a timer that has expired already is not to start the next
    refresh_timer_.cancel();
    if (server_ != nullptr) {
        server_->stop();
    }
}

std::string ServerService::url() const { return server_ == nullptr ? "" : server_->url(); }

std::vector<server::BotInfo> ServerService::bots() const {
    const std::lock_guard lock(mutex_);
    return bots_;
}

void ServerService::refresh() {
    auto now = process_.bots();
    {
        const std::lock_guard lock(mutex_);
        bots_ = std::move(now);
    }
    refresh_timer_.expires_after(kRefresh);
    refresh_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error && !stopped_) {
            refresh();
        }
    });
}

void ServerService::call(hostapi::OperationCall call, hostapi::OperationDone done) {
    process_.operations.call(std::move(call), [mailbox = server_->mailbox(),
                                               done = std::move(done)](
                                                  Result<nlohmann::json> outcome) mutable {
        mailbox->post([done = std::move(done), outcome = std::move(outcome)] { done(outcome); });
    });
}

void ServerService::look_up(std::string bot, Lookup lookup, Cached done) {
    asio::post(process_.io, [this, mailbox = server_->mailbox(), bot = std::move(bot),
                             lookup = std::move(lookup), done = std::move(done)]() mutable {
        gateway::Bot* const found = process_.find_bot(bot);
        mailbox->post([done = std::move(done), entity = found == nullptr
                                                            ? std::nullopt
                                                            : lookup(*found)] { done(entity); });
    });
}

void ServerService::cached(std::string bot, std::string_view kind, std::string owner,
                           std::string id, Cached done) {
    look_up(
        std::move(bot),
        [kind = std::string(kind), owner = std::move(owner),
         id = std::move(id)](gateway::Bot& found) { return found.cached(kind, owner, id); },
        std::move(done));
}

void ServerService::cached_list(std::string bot, std::string_view kind, std::string owner,
                                Cached done) {
    look_up(
        std::move(bot),
        [kind = std::string(kind), owner = std::move(owner)](gateway::Bot& found) {
            return found.cached_list(kind, owner);
        },
        std::move(done));
}

void ServerService::exposition(std::function<void(std::string)> done) {
    server_->metrics(std::move(done));
}

void ServerService::readiness(std::function<void(server::Readiness)> done) {
    asio::post(process_.io, [this, mailbox = server_->mailbox(), done = std::move(done)] {
        process_.readiness([mailbox, done](server::Readiness readiness) {
            mailbox->post([done, readiness = std::move(readiness)] { done(readiness); });
        });
    });
}

void ServerService::metrics(std::function<void(server::RuntimeMetrics)> done) {
    asio::post(process_.io, [this, mailbox = server_->mailbox(), done = std::move(done)] {
        mailbox->post([done, metrics = process_.metrics()] { done(metrics); });
    });
}

}  // namespace rookery::app
