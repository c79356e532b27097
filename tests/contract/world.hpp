#pragma once

#include "base/clock.hpp"
#include "hostapi/command_desk.hpp"
#include "hostapi/command_registry.hpp"
#include "hostapi/component_stage.hpp"
#include "hostapi/manager.hpp"
#include "hostapi/menu_book.hpp"
#include "hostapi/press_desk.hpp"
#include "hostapi/services.hpp"
#include "plugin/plugin_host.hpp"
#include "script/script_host.hpp"
#include "support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::contract {

using nlohmann::json;

/// The forms in which one extension exists: tests/contract/drivers has the same program in each.
struct Form {
    std::string name;   ///< "C", for people
    std::string title;  ///< "plugin contract_c", of the manager
    std::string owner;  ///< "plugin/contract_c", of calls
    unsigned slot;      ///< of the delivery ledger
    /// Null and missing are one thing there, and an empty table may be a list or an object.
    bool tables = false;
};
[[nodiscard]] const std::vector<Form>& forms();
[[nodiscard]] const Form& form_of_lua();

/// A value as a form can tell it: for Lua without nulls, with every empty object as an empty list.
/// Fields of typed C++ that are null or missing are one thing, too.
[[nodiscard]] json as_told(json value, bool without_nulls, bool tables);

/// What a call looked like when it reached the platform.
struct SeenCall {
    std::string operation;
    json arguments;
    std::string bot;
    std::string nonce_key;
    Millis deadline{};
    model::Lane lane{};
};

/// The runtime without links: bus, manager and the real hosts, with one driver of each form, over a
/// platform that records and answers. The test's thread drives it.
class World {
  public:
    /// `reload_deadline`: how long an unload waits for what is in flight.
    explicit World(Millis reload_deadline = Millis{30'000});
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Has a driver carry out commands, and waits until its handler has finished. What it reported
    /// meanwhile, without the mark of the end.
    std::vector<json> run(const Form& form, const std::vector<json>& commands);
    /// Gives an event to that driver alone and waits until it is finished.
    std::vector<json> send(const Form& form, model::EventPtr event);
    /// The same without waiting.
    void give(const Form& form, model::EventPtr event);
    /// Gives an event to all drivers, and waits until all of them are finished with it. Who
    /// reported what, in order: {"C", report}.
    std::vector<std::pair<std::string, json>> send_to_all(const model::EventPtr& event);
    /// Waits until that many reports are there that nobody has taken; takes them.
    std::vector<json> reports(const Form& form, std::size_t count);

    /// An event for send(): numbered, and accounted for.
    model::EventPtr event(std::string_view name, std::string_view payload,
                          std::string_view context = {}, std::string_view bot = "test");

    /// What the platform does with a call; null results answer nothing.
    using Answer = std::function<Result<json>(const SeenCall&)>;
    void answer_with(Answer answer);
    /// From now on calls of the drivers wait until they are let go.
    void hold_answers();
    void let_answers_go();
    std::vector<SeenCall> take_calls(const Form& form);
    /// Waits for that many of those that `wanted` picks; takes these.
    std::vector<SeenCall> take_calls(const Form& form,
                                     const std::function<bool(const SeenCall&)>& wanted,
                                     std::size_t count);
    /// Waits until that many calls are there.
    void wait_for_calls(const Form& form, std::size_t count);
    /// Time passes for keys that expire.
    void let_time_pass(Millis time) { passed_ += time.count(); }
    /// From the next load on it may ask these hosts: "http:api.example.com".
    void grant(std::vector<std::string> granted) { granted_ = std::move(granted); }
    /// From the next load on it has a command `remind` from its start, whose handler does that.
    void ask_from_start(std::string act) { asks_ = std::move(act); }
    /// From now on what stands in `components` is made the platform's form of it.
    void take_components();
    /// What the driver has counted, in Prometheus' form with its names alone.
    [[nodiscard]] std::string metrics(const Form& form) const;
    /// Whether the driver still gets any event.
    bool wants(const Form& form) const;

    hostapi::StepResult reload(const Form& form);
    hostapi::StepResult unload(const Form& form);
    hostapi::ExtensionStatus status(const Form& form);
    /// Whether the driver's host has reported the event as finished.
    bool finished(const Form& form, std::uint64_t seq);
    void wait_until_finished(const Form& form, std::uint64_t seq);
    void on_manager(const std::function<void()>& task);

  private:
    class Ledger;

    void platform(hostapi::PlatformCall call, hostapi::OperationDone done, const std::string& bot);
    [[nodiscard]] hostapi::ExtensionSpec spec(const Form& form, int version) const;
    hostapi::ExtensionHost& host(const Form& form);
    void open_services(hostapi::Services& services);
    template <class Condition>
    bool wait(std::unique_lock<std::mutex>& lock, const Condition& condition);

    testing::TempDir dir_;
    std::atomic<std::int64_t> passed_{0};  ///< milliseconds
    std::unique_ptr<store::KvStore> kv_;
    std::optional<hostapi::GuildBooks> settings_;
    hostapi::MetricBook metrics_;
    std::unique_ptr<hostapi::WebPort> web_;
    bus::EventBus bus_;
    hostapi::Operations operations_;
    hostapi::CommandRegistry registry_;
    SystemClock clock_;
    command::ComponentKey key_{};
    std::optional<hostapi::CommandDesk> commands_;
    std::optional<hostapi::MenuBook> menus_;
    std::optional<hostapi::ComponentStage> stage_;
    std::optional<hostapi::PressDesk> presses_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::vector<json>> reports_;
    std::vector<std::pair<std::string, json>> in_order_;  ///< the reports of all
    std::map<std::string, std::vector<SeenCall>> calls_;
    std::vector<std::function<void()>> held_;
    bool hold_ = false;
    Answer answer_;
    std::shared_ptr<Ledger> ledger_;
    std::uint64_t seq_ = 0;
    std::vector<std::string> granted_;
    std::string asks_;
    int version_ = 0;
    plugin::PluginHost plugins_;
    script::ScriptHost scripts_;
    bus::Publisher publisher_{bus_};
    std::unique_ptr<hostapi::Manager> manager_;
};

/// How often something was held against the contract; printed at the end.
class Tally {
  public:
    static Tally& of(const std::string& what);
    void add(std::size_t cases = 1) { cases_ += cases; }
    static void print();

  private:
    static std::map<std::string, Tally>& all();
    std::size_t cases_ = 0;
};

}  // namespace rookery::contract
