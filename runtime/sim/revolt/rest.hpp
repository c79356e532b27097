#pragma once

#include "sim/multipart.hpp"
#include "sim/revolt/actions.hpp"
#include "sim/revolt/rate_limits.hpp"

#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace rookery::sim::revolt {

struct Route;

/// What REST remembers between requests.
struct RestState {
    std::deque<std::string> idempotency_keys;
    std::map<unsigned, std::uint64_t> by_status;
    std::uint64_t requests = 0;
    /// Told about each message whose key was seen before and that was therefore not written.
    std::function<void(const std::string& content)> on_suppressed = [](const std::string&) {};
};

/// One request on its way through a handler. The finders give null with `failure` set.
struct Call {
    Core& core;
    Actions& actions;
    RestState& state;
    const HttpRequest& request;
    std::vector<std::string> parameters = {};
    Account* account = nullptr;  ///< null on routes without authorisation
    Json body = Json::object();
    HttpReply failure = {};

    [[nodiscard]] const std::string& me() const { return account->user; }
    Json* channel(std::size_t index);  ///< one that the caller sees
    Json* message(std::size_t channel_index, std::size_t index);
    Json* server(std::size_t index);  ///< one that the caller is on
    Json* member(const Json& server, std::size_t index);
    /// False with `failure` set when the caller lacks that right there.
    [[nodiscard]] bool may(std::uint64_t right, const Json& channel);
    [[nodiscard]] bool may_on(std::uint64_t right, const Json& server);
    /// What the file of that id becomes in an object; null with `failure` set.
    [[nodiscard]] Json use_file(const std::string& id, const std::string& tag);
    bool fail(HttpReply reply) {
        failure = std::move(reply);
        return false;
    }
};

struct Route {
    const char* method;
    const char* path;  ///< "{}" takes one segment
    HttpReply (*handle)(Call&);
    bool needs_account = true;
    bool refused_for_bots = false;
};

[[nodiscard]] std::span<const Route> message_routes();
[[nodiscard]] std::span<const Route> channel_routes();
[[nodiscard]] std::span<const Route> server_routes();
[[nodiscard]] std::span<const Route> user_routes();
[[nodiscard]] std::span<const Route> other_routes();

/// An error of the platform itself: {"type", ..., "location"}.
[[nodiscard]] HttpReply domain_error(unsigned status, const char* type, Json more = Json::object());
[[nodiscard]] HttpReply not_found();

/// One field of a body.
struct Field {
    enum class Kind { text, number, boolean, list, object };
    const char* name;
    Kind kind = Kind::text;
    std::size_t least = 0;  ///< characters of a text, entries of a list
    std::size_t most = SIZE_MAX;
    bool required = false;
};
/// False with `failure` set: 422 of the framework for wrong types and missing fields, 400
/// FailedValidation for wrong sizes.
[[nodiscard]] bool check_fields(Call& call, std::span<const Field> fields);
/// The fields of the body that are among these, and its "remove".
struct Patch {
    Json data = Json::object();
    Json clear = Json::array();
};
[[nodiscard]] Patch patch_of(const Json& body, std::span<const Field> fields);

/// POST of a message, by a member or (author = the webhook) by a webhook.
[[nodiscard]] HttpReply send_message(Call& call, const Json& channel, const Json* webhook);
[[nodiscard]] HttpReply edit_message(Call& call, Json& message);

/// The HTTP API. Simulator thread.
class Rest {
  public:
    Rest(Core& core, Actions& actions, Gateway& gateway)
        : core_(core), actions_(actions), gateway_(gateway), limits_(core.shared) {}

    void handle(const HttpRequest& request, const HttpResponder& respond);
    void lift_limits(bool lifted) { lifted_ = lifted; }
    [[nodiscard]] RestState& state() { return state_; }
    [[nodiscard]] Json counts() const;

  private:
    [[nodiscard]] HttpReply answer(const HttpRequest& request);
    [[nodiscard]] HttpReply routed(const HttpRequest& request, const std::string& path);
    [[nodiscard]] Account* account_of(const HttpRequest& request);
    [[nodiscard]] bool injected(const HttpRequest& request, HttpReply& reply);
    void spoil(HttpReply& reply);

    Core& core_;
    Actions& actions_;
    Gateway& gateway_;
    RateLimits limits_;
    RestState state_;
    bool lifted_ = false;
};

/// An error of the HTTP framework, as JSON or as a page of HTML by the request's Accept.
[[nodiscard]] HttpReply guard_error(const HttpRequest& request, unsigned status,
                                    const char* reason);

}  // namespace rookery::sim::revolt
