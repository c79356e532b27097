#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/event.hpp"
#include "model/event_names.hpp"
#include "model/operations.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
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
    model::Lane lane = model::Lane::background;
};
using Platform = std::function<void(PlatformCall, OperationDone)>;

/// What carries out operations that the runtime has a part in; their arguments have been checked.
using CoreOperation =
    std::function<void(const model::OperationInfo&, OperationCall, OperationDone)>;

/// Sees calls before they are checked, and makes of what extensions write what platforms have. Any
/// thread.
class CallStage {
  public:
    CallStage() = default;
    CallStage(const CallStage&) = delete;
    CallStage& operator=(const CallStage&) = delete;
    virtual ~CallStage() = default;

    /// Whether the call is to go through run(); cheap. `call.bot` is the bot that carries it out.
    [[nodiscard]] virtual bool wants(const model::OperationInfo& info,
                                     const model::PlatformInfo& platform,
                                     const OperationCall& call) const = 0;

    /// Calls `next` with the call as it is to go on, or `done` with its answer; once, possibly
    /// before it returns, on any thread.
    using Next = std::function<void(OperationCall, OperationDone)>;
    virtual void run(const model::OperationInfo& info, const model::PlatformInfo& platform,
                     OperationCall call, OperationDone done, Next next) = 0;
};

/// Every operation, once: checks the arguments against the schema, and whether the bot's platform
/// has the operation and a place for them, and passes them to it. Any thread.
class Operations {
  public:
    /// `info`: what the bot's platform can do; null: Discord's.
    void add_bot(std::string name, Platform platform, const model::PlatformInfo* info = nullptr);
    void remove_bot(const std::string& name);

    /// All operations of that method ("CORE"), or the one of that name (which counts first), go to
    /// `core` instead of a platform. Before the first call.
    void route(std::string method_or_name, CoreOperation core);

    /// Before the first call; outlives this.
    void set_stage(CallStage& stage) noexcept { stage_ = &stage; }

    /// Errors by value: invalid (name, expected and actual type of a parameter), not_found (bot),
    /// unsupported (by the bot's platform: the operation, or a parameter that it has no place for),
    /// and whatever the platform says. `done` is called exactly once, possibly before call()
    /// returns.
    void call(OperationCall call, OperationDone done);

    /// Counts what is under way from now on, for tests that wait until it is done. Before the first
    /// call.
    void count_calls() { under_way_ = std::make_shared<std::atomic<std::size_t>>(0); }
    /// Called, and not yet answered.
    [[nodiscard]] std::size_t under_way() const noexcept {
        return under_way_ == nullptr ? 0 : under_way_->load();
    }

    /// Straight to the bot's platform, unchecked: for what carries out others. As call() otherwise.
    void send(OperationCall call, OperationDone done);

  private:
    struct Bot {
        std::string name;
        Platform platform;
        const model::PlatformInfo* info;
    };
    [[nodiscard]] Result<Bot> find(const OperationCall& call) const;
    [[nodiscard]] const CoreOperation* core(const model::OperationInfo& info) const;
    void carry_out(const model::OperationInfo& info, OperationCall call, OperationDone done) const;
    void send(const model::OperationInfo& info, OperationCall call, OperationDone done) const;

    [[nodiscard]] OperationDone counted(OperationDone done) const;

    std::shared_ptr<std::atomic<std::size_t>> under_way_;  ///< null: not counted
    CallStage* stage_ = nullptr;
    mutable std::mutex mutex_;
    std::map<std::string, Bot, std::less<>> bots_;
    std::map<std::string, CoreOperation, std::less<>> core_;
};

}  // namespace rookery::hostapi
