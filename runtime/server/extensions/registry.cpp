#include "server/extensions/registry.hpp"

#include "server/extensions/stage.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rookery::server::extensions {
namespace {

using hostapi::ChannelForm;

/// Where no engine of an extension may be.
constexpr std::array<std::string_view, 6> kOwnPaths = {"/api/",     "/socket.io/", "/health/",
                                                       "/healthz/", "/readyz/",    "/metrics/"};

std::size_t bytes_of(const hostapi::ServedArguments& arguments) {
    std::size_t bytes = arguments.json.size();
    for (const std::string& one : arguments.attachments) {
        bytes += one.size();
    }
    return bytes;
}

std::size_t bytes_of(const Visit& visit) {
    constexpr std::size_t kOverhead = 500;
    if (const auto* const request = std::get_if<Request>(&visit)) {
        return kOverhead + request->request.body.size();
    }
    if (const auto* const event = std::get_if<Event>(&visit)) {
        return kOverhead + bytes_of(event->arguments);
    }
    return kOverhead;
}

/// What has to be known whatever happens, and is bounded by the number of sockets.
bool is_certain(const Visit& visit) {
    return std::holds_alternative<Arrival>(visit) || std::holds_alternative<Departure>(visit);
}

void refuse(const Visit& visit, const Error& error) {
    if (const auto* const request = std::get_if<Request>(&visit)) {
        request->answer->finish(error);
    } else if (const auto* const admission = std::get_if<Admission>(&visit)) {
        admission->answer->finish(error);
    }
}

/// Its events and its end, when there is nobody to tell of them.
void forget(Gate& gate, const Visit& visit) {
    if (const auto* const departure = std::get_if<Departure>(&visit)) {
        gate.members.erase(departure->socket);
    } else if (const auto* const event = std::get_if<Event>(&visit)) {
        const auto found = gate.members.find(event->socket);
        if (found != gate.members.end() && found->second.waiting > 0) {
            --found->second.waiting;
        }
    }
}

Error nothing_served() {
    return {ErrorKind::unsupported,
            "the server is off: the configuration must say: [server] listen = \"127.0.0.1:3000\""};
}

}  // namespace

std::string channel_key(ChannelForm::Kind kind, std::string_view name) {
    return (kind == ChannelForm::Kind::engine ? "engine " : "namespace ") + std::string(name);
}

void Registry::configure(bool serves, std::set<std::string> own_namespaces) {
    const std::scoped_lock lock(mutex_);
    serves_ = serves;
    own_namespaces_ = std::move(own_namespaces);
}

std::shared_ptr<Session> Registry::open(std::string title, std::string name, log::Logger log,
                                        std::weak_ptr<hostapi::Worker> worker) {
    const std::scoped_lock lock(mutex_);
    auto& gate = gates_[title];
    if (gate == nullptr) {
        gate = std::make_unique<Gate>();
        gate->title = std::move(title);
        gate->name = std::move(name);
    }
    auto session = std::make_shared<Session>(shared_from_this(), next_++, *gate, std::move(log),
                                             std::move(worker));
    std::erase_if(sessions_, [](const auto& weak) { return weak.expired(); });
    sessions_.push_back(session);
    return session;
}

void Registry::attach(Post post, const std::shared_ptr<Stage>& stage) {
    {
        const std::scoped_lock lock(post_mutex_);
        post_ = std::move(post);
        stage_ = stage;
    }
    const std::scoped_lock lock(mutex_);
    reconcile();
}

void Registry::detach() {
    const std::scoped_lock lock(post_mutex_);
    post_ = nullptr;
    stage_.reset();
}

void Registry::on_stage(std::function<void(Stage&)> task) {
    const std::scoped_lock lock(post_mutex_);
    if (post_) {
        post_([weak = stage_, task = std::move(task)] {
            if (const auto stage = weak.lock()) {
                task(*stage);
            }
        });
    }
}

void Registry::reconcile() {
    on_stage([](Stage& stage) { stage.reconcile(); });
}

std::vector<std::shared_ptr<Session>> Registry::sessions() const {
    std::vector<std::shared_ptr<Session>> all;
    for (const auto& weak : sessions_) {
        if (auto session = weak.lock(); session != nullptr && !session->retired()) {
            all.push_back(std::move(session));
        }
    }
    return all;
}

Result<> Registry::admit_route(const Session& session, const hostapi::RouteForm& form,
                               const hostapi::RoutePattern& pattern) const {
    for (const auto& other : sessions()) {
        if (other->gate_.title != session.gate_.title && other->gate_.name == session.gate_.name &&
            !other->routes_.empty()) {
            return Error(ErrorKind::exists,
                         other->gate_.title + " serves /api/plugins/" + session.gate_.name);
        }
    }
    for (const Session::Route& route : session.routes_) {
        if (route.form->method == form.method && route.pattern.shape() == pattern.shape()) {
            return Error(ErrorKind::exists, "it has a route " + route.form->method + " " +
                                                route.form->pattern + " already");
        }
    }
    return session.routes_.size() >= kMostRoutes
               ? Result<>(Error(ErrorKind::limit, "an extension has at most 500 routes"))
               : Result<>();
}

Result<> Registry::admit_channel(const Session& session, const ChannelForm& form) const {
    const bool engine = form.kind == ChannelForm::Kind::engine;
    if (!engine && own_namespaces_.contains(form.name)) {
        return Error(ErrorKind::exists, "the namespace " + form.name +
                                            " is the server's own; [server.namespaces] \"" +
                                            form.name + "\" = false turns that off");
    }
    if (engine && std::any_of(kOwnPaths.begin(), kOwnPaths.end(),
                              [&](std::string_view path) { return form.name.starts_with(path); })) {
        return Error(ErrorKind::exists, "the path " + form.name + " is the server's own");
    }
    const std::string key = channel_key(form.kind, form.name);
    for (const auto& other : sessions()) {
        const bool same = other->gate_.title == session.gate_.title;
        if ((!same || other.get() == &session) && other->channel(key) != nullptr) {
            return Error(ErrorKind::exists, other->gate_.title + " serves the " + key + " already");
        }
    }
    return session.channels_.size() >= kMostChannels
               ? Result<>(Error(ErrorKind::limit, "an extension has at most 50 channels"))
               : Result<>();
}

Registry::Found Registry::find(const std::string& name, const std::string& method,
                               const std::vector<std::string>& segments) const {
    const std::scoped_lock lock(mutex_);
    Found found;
    for (const auto& [title, gate] : gates_) {
        if (gate->name != name || gate->active == nullptr) {
            continue;
        }
        hostapi::RoutePattern::Params params;
        if (const auto* const route = gate->active->find(method, segments, params)) {
            return {route->form, {}, title};
        }
        for (const Session::Route& route : gate->active->routes_) {
            if (route.pattern.match(segments, params)) {
                found.methods.push_back(route.form->method);
            }
        }
    }
    return found;
}

std::vector<Registry::Channel> Registry::channels() const {
    const std::scoped_lock lock(mutex_);
    std::vector<Channel> all;
    for (const auto& [title, gate] : gates_) {
        if (gate->active != nullptr) {
            for (const Session::Claimed& claimed : gate->active->channels_) {
                all.push_back({claimed.key, claimed.form, title, gate->name});
            }
        }
    }
    return all;
}

bool Registry::crowded(const std::string& title) const {
    const std::scoped_lock lock(mutex_);
    const auto found = gates_.find(title);
    return found != gates_.end() && found->second->queue.size() >= kMostWaiting;
}

bool Registry::offer(const std::string& title, Visit visit) {
    const std::scoped_lock lock(mutex_);
    const auto found = gates_.find(title);
    if (found == gates_.end()) {
        return true;
    }
    Gate& gate = *found->second;
    if (gate.active == nullptr) {
        refuse(visit, Error(ErrorKind::unavailable, gate.title + " does not run"));
        forget(gate, visit);
        return true;
    }
    Member* sender = nullptr;
    if (const auto* const event = std::get_if<Event>(&visit)) {
        const auto member = gate.members.find(event->socket);
        if (member == gate.members.end()) {
            return true;
        }
        sender = &member->second;
    }
    const std::size_t bytes = bytes_of(visit);
    if (!is_certain(visit) &&
        (gate.queue.size() >= kMostWaiting || gate.queued_bytes + bytes > kMostWaitingBytes ||
         (sender != nullptr && sender->waiting >= kMostEvents))) {
        refuse(visit, Error(ErrorKind::limit, "too much waits for " + gate.title));
        return sender == nullptr;
    }
    if (sender != nullptr) {
        ++sender->waiting;
    }
    gate.queued_bytes += bytes;
    gate.queue.push_back(std::move(visit));
    gate.active->wake();
    return true;
}

hostapi::SocketNumber Registry::add_member(const std::string& title, Member member) {
    hostapi::SocketNumber number = 0;
    {
        const std::scoped_lock lock(mutex_);
        number = next_++;
        member.socket.number = number;
        if (const auto gate = gates_.find(title); gate != gates_.end()) {
            gate->second->members.emplace(number, std::move(member));
        }
    }
    offer(title, Arrival{number});
    return number;
}

Session::Session(std::shared_ptr<Registry> registry, std::uint64_t number, Gate& gate,
                 log::Logger log, std::weak_ptr<hostapi::Worker> worker)
    : registry_(std::move(registry)),
      number_(number),
      gate_(gate),
      log_(std::move(log)),
      worker_(std::move(worker)) {}

const Session::Route* Session::find(const std::string& method,
                                    const std::vector<std::string>& segments,
                                    hostapi::RoutePattern::Params& params) const {
    const Route* best = nullptr;
    hostapi::RoutePattern::Params matched;
    for (const Route& route : routes_) {
        if (route.form->method == method && route.pattern.match(segments, matched) &&
            (best == nullptr || route.pattern.before(best->pattern))) {
            best = &route;
            params = matched;
        }
    }
    return best;
}

const Session::Claimed* Session::channel(const std::string& key) const {
    const auto found = std::find_if(channels_.begin(), channels_.end(),
                                    [&](const Claimed& one) { return one.key == key; });
    return found == channels_.end() ? nullptr : &*found;
}

Member* Session::member(hostapi::SocketNumber socket) const {
    const auto found = gate_.members.find(socket);
    return found == gate_.members.end() ? nullptr : &found->second;
}

bool Session::may_begin() const {
    return gate_.active.get() == this && !gate_.held && under_way_ < Registry::kMostUnderWay &&
           (!gate_.queue.empty() || !unannounced_.empty());
}

void Session::wake() {
    if (scheduled_ || !may_begin()) {
        return;
    }
    if (const auto worker = worker_.lock()) {
        scheduled_ = worker->post([self = shared_from_this()] { self->run(); });
    }
}

/// Some of what waits, so that events and timers have their turn.
void Session::run() {
    constexpr int kAtOnce = 32;
    for (int i = 0; i < kAtOnce; ++i) {
        Call call;
        {
            const std::scoped_lock lock(registry_->mutex_);
            scheduled_ = false;
            call = take();
        }
        if (!call) {
            return;
        }
        call(
            hostapi::ServedHold(this, [self = shared_from_this()](const void*) { self->ended(); }));
    }
    const std::scoped_lock lock(registry_->mutex_);
    wake();
}

void Session::ended() {
    const std::scoped_lock lock(registry_->mutex_);
    --under_way_;
    wake();
}

Session::Call Session::take() {
    while (may_begin()) {
        Call call;
        if (!unannounced_.empty()) {
            const Arrival arrival{unannounced_.front()};
            unannounced_.pop_front();
            call = begin(arrival);
        } else {
            gate_.queued_bytes -= bytes_of(gate_.queue.front());
            Visit visit = std::move(gate_.queue.front());
            gate_.queue.pop_front();
            call = std::visit([this](auto& one) { return begin(std::move(one)); }, visit);
        }
        if (call) {
            ++under_way_;
            return call;
        }
    }
    return {};
}

/// Asked once more: the version that is there now may have other routes.
Session::Call Session::begin(Request visit) {
    const Route* const route = find(visit.request.method, visit.segments, visit.request.params);
    if (route == nullptr) {
        visit.answer->finish(Error(ErrorKind::not_found, "there is no such route any more"));
        return {};
    }
    const auto& key = visit.request.key;
    const auto has = [&](const std::string& scope) {
        return std::find(key->scopes.begin(), key->scopes.end(), scope) != key->scopes.end();
    };
    if (route->form->auth == hostapi::ServedAuth::key &&
        (key == nullptr || (!has(route->form->scope) && !has("admin")))) {
        visit.answer->finish(Error(ErrorKind::denied, "the route asks for " + route->form->scope));
        return {};
    }
    return [handler = route->handler, visit = std::move(visit)](hostapi::ServedHold hold) mutable {
        (*handler)(std::move(visit.request), std::move(visit.answer), std::move(hold));
    };
}

Session::Call Session::begin(Admission visit) {
    const Claimed* const claimed = channel(visit.channel);
    if (claimed == nullptr || !claimed->handlers->admit) {
        visit.answer->finish(Error(ErrorKind::unavailable, "the namespace has changed"));
        return {};
    }
    return
        [handlers = claimed->handlers, visit = std::move(visit)](hostapi::ServedHold hold) mutable {
            handlers->admit(std::move(visit.handshake), std::move(visit.answer), std::move(hold));
        };
}

Session::Call Session::begin(Arrival visit) {
    Member* const member = this->member(visit.socket);
    const Claimed* const claimed = member == nullptr ? nullptr : channel(member->channel);
    if (claimed == nullptr || member->announced == number_) {
        return {};
    }
    hostapi::ServedSocket socket = member->socket;
    socket.kept = member->announced != 0;
    socket.rooms.assign(member->rooms.begin(), member->rooms.end());
    member->announced = number_;
    return [handlers = claimed->handlers, socket = std::move(socket)](hostapi::ServedHold hold) {
        handlers->connected(socket, std::move(hold));
    };
}

Session::Call Session::begin(Event visit) {
    Member* const member = this->member(visit.socket);
    if (member == nullptr) {
        return {};
    }
    --member->waiting;
    const Claimed* const claimed = channel(member->channel);
    if (claimed == nullptr || member->announced != number_) {
        return {};
    }
    return
        [handlers = claimed->handlers, visit = std::move(visit)](hostapi::ServedHold hold) mutable {
            handlers->event(visit.socket, std::move(visit.name), std::move(visit.arguments),
                            std::move(visit.reply), std::move(hold));
        };
}

Session::Call Session::begin(Departure visit) {
    Member* const member = this->member(visit.socket);
    const Claimed* const claimed =
        member == nullptr || member->announced != number_ ? nullptr : channel(member->channel);
    const auto handlers = claimed == nullptr ? nullptr : claimed->handlers;
    gate_.members.erase(visit.socket);
    if (handlers == nullptr) {
        return {};
    }
    return [handlers, visit = std::move(visit)](hostapi::ServedHold hold) mutable {
        handlers->left(visit.socket, std::move(visit.reason), std::move(hold));
    };
}

Result<hostapi::ClaimId> Session::route(hostapi::RouteForm form, hostapi::RouteHandler handler) {
    auto pattern = hostapi::RoutePattern::parse(form.pattern);
    if (!pattern) {
        return pattern.error();
    }
    if (form.scope.empty()) {
        form.scope = "plugin:" + gate_.name;
    }
    const std::scoped_lock lock(registry_->mutex_);
    if (!registry_->serves_) {
        return nothing_served();
    }
    if (auto admitted = registry_->admit_route(*this, form, *pattern); !admitted) {
        return admitted.error();
    }
    routes_.push_back(
        {registry_->next_++, std::make_shared<const hostapi::RouteForm>(std::move(form)),
         *std::move(pattern), std::make_shared<const hostapi::RouteHandler>(std::move(handler))});
    return routes_.back().claim;
}

Result<hostapi::ClaimId> Session::open(hostapi::ChannelForm form,
                                       hostapi::ChannelHandlers handlers) {
    if (form.scope.empty()) {
        form.scope = "plugin:" + gate_.name;
    }
    const std::scoped_lock lock(registry_->mutex_);
    if (!registry_->serves_) {
        return nothing_served();
    }
    if (auto admitted = registry_->admit_channel(*this, form); !admitted) {
        return admitted.error();
    }
    const std::string key = channel_key(form.kind, form.name);
    channels_.push_back({registry_->next_++, key, std::move(form),
                         std::make_shared<const hostapi::ChannelHandlers>(std::move(handlers))});
    if (gate_.active.get() == this) {
        registry_->reconcile();
    }
    return channels_.back().claim;
}

void Session::withdraw(hostapi::ClaimId claim) {
    const std::scoped_lock lock(registry_->mutex_);
    std::erase_if(routes_, [claim](const Route& route) { return route.claim == claim; });
    if (std::erase_if(channels_, [claim](const Claimed& one) { return one.claim == claim; }) > 0 &&
        gate_.active.get() == this) {
        registry_->reconcile();
    }
}

void Session::activate() {
    const std::scoped_lock lock(registry_->mutex_);
    if (retired_) {
        return;
    }
    const auto before = std::exchange(gate_.active, shared_from_this());
    gate_.held = false;
    if (before.get() != this) {
        for (const auto& [number, member] : gate_.members) {
            unannounced_.push_back(number);
        }
        registry_->reconcile();
    }
    wake();
}

void Session::hold() {
    const std::scoped_lock lock(registry_->mutex_);
    if (gate_.active.get() == this) {
        gate_.held = true;
    }
}

void Session::retire() {
    std::shared_ptr<Session> was_active;  // destroyed after the lock
    const std::scoped_lock lock(registry_->mutex_);
    if (retired_.exchange(true)) {
        return;
    }
    routes_.clear();
    channels_.clear();
    unannounced_.clear();
    if (gate_.active.get() != this) {
        return;
    }
    was_active = std::exchange(gate_.active, nullptr);
    gate_.held = false;
    while (!gate_.queue.empty()) {
        refuse(gate_.queue.front(), Error(ErrorKind::unavailable, gate_.title + " was unloaded"));
        forget(gate_, gate_.queue.front());
        gate_.queue.pop_front();
    }
    gate_.queued_bytes = 0;
    registry_->reconcile();
}

std::size_t Session::under_way() const {
    const std::scoped_lock lock(registry_->mutex_);
    return under_way_;
}

}  // namespace rookery::server::extensions
