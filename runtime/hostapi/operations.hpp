#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/event.hpp"
#include "model/operations.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace rookery::hostapi {

/// A wish of an extension: one operation of the schema with its arguments.
struct OperationCall {
    std::string operation;                                ///< "messages.send"
    nlohmann::json arguments = nlohmann::json::object();  ///< by parameter name, camelCase
    std::string bot;        ///< empty: the event's bot, else the only one
    model::EventPtr event;  ///< the event being handled; null outside a handler
    std::uint32_t number =
        0;  ///< tells the calls made for that event apart, the same when it is repeated
    std::string extension;  ///< filled in by the context
    Millis deadline{30'000};
};

using OperationDone = std::function<void(Result<nlohmann::json>)>;

/// The platform's side of an operation, wired in by app. `nonce_key` is the same for the same call
/// made for the same event by the same extension, and different otherwise: what makes a repeated
/// effect one. `done` may run on any thread.
struct PlatformCall {
    const model::OperationInfo* info = nullptr;
    nlohmann::json arguments;
    std::string nonce_key;
    std::string extension;
    Millis deadline{};
};
using Platform = std::function<void(PlatformCall, OperationDone)>;

/// Every operation, once: checks the arguments against the schema and passes them to the bot's
/// platform. Any thread.
class Operations {
  public:
    void add_bot(std::string name, Platform platform);
    void remove_bot(const std::string& name);

    /// Errors by value: invalid (name, expected and actual type of a parameter), not_found (bot),
    /// and whatever the platform says. `done` is called exactly once, possibly before call()
    /// returns.
    void call(OperationCall call, OperationDone done);

    /// The arguments against the schema; the error names the parameter, what was expected and what
    /// came.
    [[nodiscard]] static Result<> check(const model::OperationInfo& info,
                                        const nlohmann::json& arguments);

  private:
    [[nodiscard]] Result<Platform> find(const OperationCall& call) const;

    mutable std::mutex mutex_;
    std::map<std::string, Platform, std::less<>> bots_;
};

}  // namespace rookery::hostapi
