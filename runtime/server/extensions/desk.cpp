#include "server/extensions/desk.hpp"

#include "server/extensions/bridge.hpp"

#include <algorithm>
#include <utility>

namespace rookery::server {
namespace {

/// Of "/api/plugins/NAME/...": what comes before the name.
constexpr std::size_t kPrefix = 2;

/// What admit() found out.
struct Note {
    KeyPtr key;
    Millis timeout{};
    std::string title;
};

std::vector<std::string> below_name(const Request& request) {
    std::vector<std::string> rest(request.segments.begin() + kPrefix + 1, request.segments.end());
    while (!rest.empty() && rest.back().empty()) {
        rest.pop_back();
    }
    return rest;
}

Response not_there() { return failure(404, "NOT_FOUND", "Route not found"); }

Response wrong_method(std::vector<std::string> methods) {
    std::sort(methods.begin(), methods.end());
    methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
    std::string allow;
    for (const std::string& method : methods) {
        allow += (allow.empty() ? "" : ", ") + method;
    }
    Response response = failure(405, "METHOD_NOT_ALLOWED", "Method not allowed");
    response.headers.add("Allow", std::move(allow));
    return response;
}

}  // namespace

/// Requests below /api/plugins/NAME.
class Desk::Routes final : public Handler {
  public:
    explicit Routes(Desk& desk) : desk_(desk) {}

    [[nodiscard]] std::optional<Response> admit(Exchange& exchange) override {
        const Request& request = exchange.request();
        if (desk_.stage_ == nullptr || request.segments.size() <= kPrefix) {
            return not_there();
        }
        const auto found =
            desk_.registry_->find(request.segments[kPrefix], request.method, below_name(request));
        if (found.form == nullptr) {
            return found.methods.empty() ? not_there() : wrong_method(found.methods);
        }
        Note note{nullptr, found.form->timeout, found.title};
        Guard& guard = desk_.stage_->guard();
        if (found.form->auth == hostapi::ServedAuth::none) {
            if (auto refused = guard.admit_stranger(request, exchange.response_headers)) {
                return refused;
            }
        } else {
            auto admitted = guard.admit(request, exchange.response_headers);
            if (auto* const refused = std::get_if<Response>(&admitted)) {
                return std::move(*refused);
            }
            note.key = std::get<KeyPtr>(std::move(admitted));
            if (auto refused = guard.require(*note.key, found.form->scope)) {
                return refused;
            }
        }
        exchange.body_limit = found.form->body_limit;
        exchange.note = std::move(note);
        return std::nullopt;
    }

    void handle(ExchangePtr exchange) override {
        const Note* const note = std::any_cast<Note>(&exchange->note);
        if (desk_.stage_ == nullptr || note == nullptr) {
            exchange->respond(not_there());
            return;
        }
        const Request& from = exchange->request();
        extensions::Request visit;
        visit.segments = below_name(from);
        hostapi::ServedRequest& request = visit.request;
        request.id = from.id;
        request.method = from.method;
        for (const std::string& segment : visit.segments) {
            request.path += "/" + segment;
        }
        if (request.path.empty()) {
            request.path = "/";
        }
        request.query = from.query;
        request.headers = extensions::describe(from.headers, note->key != nullptr);
        request.body = from.body;
        request.peer = from.peer;
        request.secure = from.secure;
        request.key = extensions::describe(note->key);
        visit.answer =
            desk_.stage_->wait({exchange, from.segments[kPrefix], note->key}, note->timeout);
        desk_.registry_->offer(note->title, std::move(visit));
    }

  private:
    Desk& desk_;
};

Desk::Desk()
    : registry_(std::make_shared<extensions::Registry>()),
      routes_(std::make_unique<Routes>(*this)) {}

Desk::~Desk() = default;

void Desk::configure(bool serves, std::set<std::string> own_namespaces) {
    registry_->configure(serves, std::move(own_namespaces));
}

std::shared_ptr<hostapi::ServerSession> Desk::open(std::string title, std::string name,
                                                   log::Logger log,
                                                   std::weak_ptr<hostapi::Worker> worker) {
    return registry_->open(std::move(title), std::move(name), std::move(log), std::move(worker));
}

void Desk::attach(const extensions::Mount& mount, extensions::Registry::Post post) {
    stage_ = std::make_shared<extensions::Stage>(mount, registry_);
    mount.guard->on_gone([weak = std::weak_ptr<extensions::Stage>(stage_)](const std::string& key) {
        if (const auto stage = weak.lock()) {
            stage->key_gone(key);
        }
    });
    registry_->attach(std::move(post), stage_);
}

void Desk::shut_down() {
    if (stage_ != nullptr) {
        stage_->shut_down();
    }
}

void Desk::detach() {
    registry_->detach();
    stage_.reset();
}

Handler& Desk::routes() noexcept { return *routes_; }

}  // namespace rookery::server
