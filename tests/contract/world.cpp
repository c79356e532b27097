#include "contract/world.hpp"

#include "base/assert.hpp"
#include "hostapi/extension.hpp"
#include "places.hpp"
#include "support/fake_web.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <iostream>
#include <set>
#include <sstream>

namespace rookery::contract {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);
constexpr std::int64_t kFirstMoment = 1'000'000;
constexpr unsigned kInterceptSlot = 10;  // beyond the slot of the same driver

/// Asks for the grant, as every way out does, before it answers.
class Web final : public hostapi::WebSession {
  public:
    void request(hostapi::WebRequest request, hostapi::WebAllowed allowed,
                 hostapi::WebDone done) override {
        if (const auto granted = allowed("http:api.example.com:443"); !granted) {
            done(granted.error());
            return;
        }
        answers_.request(std::move(request), std::move(allowed), std::move(done));
    }

  private:
    testing::FakeWeb answers_;
};

class Webs final : public hostapi::WebPort {
  public:
    std::unique_ptr<hostapi::WebSession> open() override { return std::make_unique<Web>(); }
};

}  // namespace

const std::vector<Form>& forms() {
    static const std::vector<Form> kForms = {
        {"C", "plugin contract_c", "plugin/contract_c", 1, false},
        {"C++", "plugin contract_cpp", "plugin/contract_cpp", 2, false},
        {"Lua", "script contract_lua", "script/contract_lua", 3, true},
    };
    return kForms;
}

const Form& form_of_lua() { return forms().back(); }

json as_told(json value, bool without_nulls, bool tables) {
    if (value.is_object()) {
        for (auto at = value.begin(); at != value.end();) {
            if (without_nulls && at->is_null()) {
                at = value.erase(at);
                continue;
            }
            *at = as_told(std::move(*at), without_nulls, tables);
            ++at;
        }
        if (tables && value.empty()) {
            return json::array();
        }
    } else if (value.is_array()) {
        for (json& element : value) {
            element = as_told(std::move(element), without_nulls, tables);
        }
    }
    return value;
}

/// Remembers who has finished what, and wakes those that wait for it.
class World::Ledger final : public model::Delivery {
  public:
    Ledger(std::mutex& mutex, std::condition_variable& changed)
        : mutex_(mutex), changed_(changed) {}

    void finished(std::uint64_t seq, unsigned slot) noexcept override {
        const std::scoped_lock lock(mutex_);
        done_.insert({seq, slot});
        changed_.notify_all();
    }
    /// Under the mutex.
    [[nodiscard]] bool done(std::uint64_t seq, unsigned slot) const {
        return done_.contains({seq, slot});
    }

  private:
    std::mutex& mutex_;
    std::condition_variable& changed_;
    std::set<std::pair<std::uint64_t, unsigned>> done_;
};

World::World(Millis reload_deadline)
    : answer_([](const SeenCall&) { return Result<json>(json()); }),
      ledger_(std::make_shared<Ledger>(mutex_, changed_)),
      plugins_(dir_ / "staged"),
      scripts_("contract") {
    for (const char* bot : {"test", "other"}) {
        operations_.add_bot(bot, [this, bot = std::string(bot)](hostapi::PlatformCall call,
                                                                hostapi::OperationDone done) {
            platform(std::move(call), std::move(done), bot);
        });
    }
    for (const model::PlatformInfo* const info : model::platforms()) {
        operations_.add_bot(
            std::string(info->name),
            [this, bot = std::string(info->name)](hostapi::PlatformCall call,
                                                  hostapi::OperationDone done) {
                platform(std::move(call), std::move(done), bot);
            },
            info);
    }
    hostapi::Manager::Options options;
    options.start_deadline = Millis{60'000};  // tests share their processor
    options.stop_deadline = Millis{60'000};
    options.reload_deadline = reload_deadline;
    options.slot_for = [](const std::string& title) -> Result<unsigned> {
        for (const Form& form : forms()) {
            if (title == form.title) {
                return form.slot;
            }
            if (title == form.title + "/intercept") {
                return form.slot + kInterceptSlot;
            }
        }
        return Error(ErrorKind::not_found, "no such driver");
    };
    open_services(options.services);
    options.commands = &registry_;
    bus_.stage().set_timeout(Millis{60'000});
    manager_ = std::make_unique<hostapi::Manager>(bus_, operations_, options);
    for (const Form& form : forms()) {
        const auto step = reload(form);
        EXPECT_TRUE(step.ok) << form.name << ": " << step.detail;
    }
}

void World::open_services(hostapi::Services& services) {
    auto kv = store::KvStore::open(dir_ / "kv.db", [this] { return kFirstMoment + passed_; });
    RK_ASSERT(kv.has_value());
    kv_ = *std::move(kv);
    services.kv = kv_.get();
    services.settings = &settings_.emplace(*kv_);
    services.metrics = &metrics_;
    commands_.emplace(hostapi::CommandDesk::Parts{&clock_, &operations_, kv_.get()});
    RK_ASSERT(commands_->open().has_value());
    commands_->set_bot("test", {{"!"}, true, {"1"}});
    services.commands = &*commands_;
    menus_.emplace(*kv_, clock_);
    stage_.emplace(hostapi::ComponentStage::Parts{*kv_, operations_, *menus_, clock_, key_});
    presses_.emplace(hostapi::PressDesk::Parts{*kv_, operations_, *menus_, clock_, key_});
    services.presses = &*presses_;
    web_ = std::make_unique<Webs>();
    services.web = web_.get();
}

World::~World() {
    let_answers_go();
    on_manager([this] { EXPECT_TRUE(manager_->stop_all(Millis{5'000})); });
    manager_.reset();
}

hostapi::ExtensionHost& World::host(const Form& form) {
    return form.tables ? static_cast<hostapi::ExtensionHost&>(scripts_) : plugins_;
}

hostapi::ExtensionSpec World::spec(const Form& form, int version) const {
    hostapi::ExtensionSpec out;
    out.name = form.title.substr(form.title.find(' ') + 1);
    out.path =
        form.tables
            ? std::string(ROOKERY_SOURCE_DIR) + "/tests/contract/drivers/" + out.name + ".lua"
            : std::string(ROOKERY_BINARY_DIR "/tests/plugins/contract") + "/" + out.name + ".so";
    out.fingerprint = std::to_string(version);
    out.grants.granted = granted_;
    out.grants.section = "plugins.driver";
    out.limits.time_limit = Millis{60'000};
    out.settings = {{"greeting", "Grüße"},
                    {"count", 42},
                    {"ratio", 0.5},
                    {"on", true},
                    {"nested", {{"list", {"a", "b"}}}}};
    if (!asks_.empty()) {
        out.settings["asks"] = asks_;
    }
    return out;
}

hostapi::StepResult World::reload(const Form& form) {
    hostapi::StepResult step;
    on_manager([&] { step = manager_->reload(host(form), spec(form, ++version_)); });
    return step;
}

hostapi::StepResult World::unload(const Form& form) {
    hostapi::StepResult step;
    on_manager([&] { step = manager_->unload(form.title, "the test is over"); });
    return step;
}

hostapi::ExtensionStatus World::status(const Form& form) {
    for (const auto& status : manager_->list()) {
        if (status.kind + " " + status.name == form.title) {
            return status;
        }
    }
    return {};
}

void World::on_manager(const std::function<void()>& task) {
    std::promise<void> done;
    manager_->post([&] {
        task();
        done.set_value();
    });
    done.get_future().wait();
}

model::EventPtr World::event(std::string_view name, std::string_view payload,
                             std::string_view context, std::string_view bot) {
    model::EventHeader header;
    const auto type = model::EventNames::intern(name);
    RK_ASSERT(type.has_value());
    header.type = *type;
    header.bot = *model::intern_bot(bot, "discord");
    header.seq = ++seq_;
    header.delivery = ledger_;
    auto made = model::Event::make(std::move(header), payload, context);
    EXPECT_TRUE(made) << name << ": " << (made ? "" : made.error().message());
    return made ? *std::move(made) : nullptr;
}

void World::give(const Form& form, model::EventPtr event) {
    publisher_.begin();
    model::SlotMask only;
    only.set(form.slot);
    publisher_.publish(event, only);
    publisher_.flush();
}

template <class Condition>
bool World::wait(std::unique_lock<std::mutex>& lock, const Condition& condition) {
    return changed_.wait_for(lock, kPatience, condition);
}

std::vector<json> World::send(const Form& form, model::EventPtr event) {
    const std::uint64_t seq = event->seq();
    const auto interest = bus_.interest();
    const auto* const entry = interest->of(event->type());
    if (entry == nullptr || !entry->slots.test(form.slot)) {
        return {};  // nobody is there to finish it
    }
    give(form, std::move(event));
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(wait(lock, [&] { return ledger_->done(seq, form.slot); }))
        << form.name << ": the event was not finished in time";
    in_order_.clear();
    return std::exchange(reports_[form.owner], {});
}

std::vector<std::pair<std::string, json>> World::send_to_all(const model::EventPtr& event) {
    const auto interest = bus_.interest();
    const auto* const entry = interest->of(event->type());
    const model::SlotMask slots = entry == nullptr ? model::SlotMask() : entry->slots;
    publisher_.begin();
    publisher_.publish(event, slots);
    publisher_.flush();
    std::unique_lock lock(mutex_);
    const auto all_done = [&] {
        for (unsigned slot = 0; slot < 2 * kInterceptSlot; ++slot) {
            if (slots.test(slot) && !ledger_->done(event->seq(), slot)) {
                return false;
            }
        }
        return true;
    };
    EXPECT_TRUE(wait(lock, all_done)) << "the event was not finished in time";
    reports_.clear();
    return std::exchange(in_order_, {});
}

std::vector<json> World::run(const Form& form, const std::vector<json>& commands) {
    const json payload = {{"commands", json(commands)}};
    auto out = send(form, event("discord:CONTRACT", payload.dump()));
    const auto done = std::find(out.begin(), out.end(), json("done"));
    if (done == out.end()) {
        ADD_FAILURE() << form.name << " did not carry out " << payload.dump().substr(0, 200)
                      << "; it reported " << json(out).dump().substr(0, 500);
    } else {
        out.erase(done);
    }
    return out;
}

std::vector<json> World::reports(const Form& form, std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(wait(lock, [&] { return reports_[form.owner].size() >= count; }))
        << form.name << " did not report " << count << " times in time";
    return std::exchange(reports_[form.owner], {});
}

void World::take_components() { operations_.set_stage(*stage_); }

void World::wait_until_finished(const Form& form, std::uint64_t seq) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(wait(lock, [&] { return ledger_->done(seq, form.slot); }))
        << form.name << ": the event was not finished in time";
}

bool World::finished(const Form& form, std::uint64_t seq) {
    const std::scoped_lock lock(mutex_);
    return ledger_->done(seq, form.slot);
}

void World::answer_with(Answer answer) {
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(answer);
}

void World::hold_answers() {
    const std::scoped_lock lock(mutex_);
    hold_ = true;
}

void World::let_answers_go() {
    std::vector<std::function<void()>> held;
    {
        const std::scoped_lock lock(mutex_);
        hold_ = false;
        held.swap(held_);
    }
    for (const auto& each : held) {
        each();
    }
}

std::vector<SeenCall> World::take_calls(const Form& form) {
    const std::scoped_lock lock(mutex_);
    return std::exchange(calls_[form.owner], {});
}

std::vector<SeenCall> World::take_calls(const Form& form,
                                        const std::function<bool(const SeenCall&)>& wanted,
                                        std::size_t count) {
    std::unique_lock lock(mutex_);
    std::vector<SeenCall>& calls = calls_[form.owner];
    EXPECT_TRUE(wait(lock,
                     [&] {
                         return static_cast<std::size_t>(
                                    std::count_if(calls.begin(), calls.end(), wanted)) >= count;
                     }))
        << form.name << " did not make " << count << " such calls in time";
    const auto rest = std::stable_partition(calls.begin(), calls.end(), wanted);
    std::vector<SeenCall> out(std::make_move_iterator(calls.begin()),
                              std::make_move_iterator(rest));
    calls.erase(calls.begin(), rest);
    return out;
}

void World::wait_for_calls(const Form& form, std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(wait(lock, [&] { return calls_[form.owner].size() >= count; })) << form.name;
}

std::string World::metrics(const Form& form) const {
    std::string prefix = form.title + "_";
    std::replace(prefix.begin(), prefix.end(), ' ', '_');
    std::istringstream all(metrics_.text());
    std::string out;
    for (std::string line; std::getline(all, line);) {
        if (const auto at = line.find(prefix); at != std::string::npos) {
            out += line.erase(at, prefix.size()) + '\n';
        }
    }
    return out;
}

bool World::wants(const Form& form) const {
    const auto interest = bus_.interest();
    const auto* const entry = interest->of(*model::EventNames::find("guildCreate"));
    return entry != nullptr && entry->slots.test(form.slot);
}

void World::platform(hostapi::PlatformCall call, hostapi::OperationDone done,
                     const std::string& bot) {
    if (call.info->name == "api.request" && call.arguments.value("path", "") == "/report") {
        {
            const std::scoped_lock lock(mutex_);
            const json& told = call.arguments["body"]["report"];
            reports_[call.extension].push_back(told);
            for (const Form& form : forms()) {
                if (form.owner == call.extension) {
                    in_order_.emplace_back(form.name, told);
                }
            }
            changed_.notify_all();
        }
        done(json());
        return;
    }
    SeenCall seen{std::string(call.info->name),
                  std::move(call.arguments),
                  bot,
                  call.nonce_key,
                  call.deadline,
                  call.lane};
    Answer answer;
    {
        const std::scoped_lock lock(mutex_);
        answer = answer_;
        calls_[call.extension].push_back(seen);
        changed_.notify_all();
        if (hold_) {
            held_.push_back([done, result = answer(seen)] { done(result); });
            return;
        }
    }
    done(answer(seen));
}

std::map<std::string, Tally>& Tally::all() {
    static std::map<std::string, Tally> tallies;
    return tallies;
}

Tally& Tally::of(const std::string& what) { return all()[what]; }

void Tally::print() {
    for (const auto& [what, tally] : all()) {
        std::cout << "contract: " << what << ": " << tally.cases_ << " cases, each through "
                  << forms().size() << " forms\n";
    }
}

}  // namespace rookery::contract
