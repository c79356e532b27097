#pragma once

#include "hostapi/commands.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::testing {

/// Commands of which a test decides what they make of events. Worker thread, as what it stands for.
class FakeCommands final : public hostapi::Commands {
  public:
    struct Handler {
        hostapi::InvocationKind kind;
        std::string key;
    };

    explicit FakeCommands(hostapi::Scope& scope) : scope_(scope) {}

    [[nodiscard]] Result<hostapi::EffectId> declare(const nlohmann::json& definition,
                                                    std::string place) override {
        if (!definition.contains("name")) {
            return Error(ErrorKind::invalid, "name: expected a text, got nothing");
        }
        declared.push_back(definition);
        where.push_back(std::move(place));
        return scope_.add("command", [this] { ++withdrawn; });
    }
    [[nodiscard]] Result<hostapi::CommandHandler> handle(hostapi::InvocationKind kind,
                                                         std::string_view key) override {
        const std::uint64_t id = ++last_;
        const auto effect = scope_.add("handler", [this, id] { handlers.erase(id); });
        handlers[id] = {kind, std::string(key)};
        return hostapi::CommandHandler{effect, id};
    }
    [[nodiscard]] bool concerns(const model::Event& /*event*/) const override { return concerned; }
    void prepare(model::EventPtr /*event*/, Done done) override { waiting = std::move(done); }

    /// What the event that came last turned out to be; nothing: not for anybody here.
    void prepared(const std::string& key, nlohmann::json data, std::shared_ptr<void> place = {}) {
        hostapi::Invocation out;
        for (const auto& [id, handler] : handlers) {
            out.handler = handler.key == key ? id : out.handler;
        }
        out.data = std::move(data);
        out.place = std::move(place);
        std::exchange(waiting, nullptr)(std::move(out));
    }
    void prepared(hostapi::InvocationKind kind, const std::string& key, nlohmann::json data,
                  std::shared_ptr<void> place = {}) {
        hostapi::Invocation out;
        for (const auto& [id, handler] : handlers) {
            out.handler = handler.key == key && handler.kind == kind ? id : out.handler;
        }
        out.data = std::move(data);
        out.place = std::move(place);
        std::exchange(waiting, nullptr)(std::move(out));
    }
    /// The same for an answer to what another handler asks: it is wanted until end_asking().
    void answered(const std::string& action, nlohmann::json data) {
        hostapi::Invocation out;
        for (const auto& [id, handler] : handlers) {
            out.handler = handler.key == action ? id : out.handler;
        }
        out.data = std::move(data);
        out.until_answered = [this](std::shared_ptr<void> one) { open_.push_back(std::move(one)); };
        std::exchange(waiting, nullptr)(std::move(out));
    }
    /// Whoever has asked is done.
    void end_asking() { open_.clear(); }
    void heard(const model::Event& event) override { heard_.push_back(event.seq()); }
    [[nodiscard]] bool was_heard(const model::Event&) const override { return only_answers; }
    /// Events that are nothing but answers any more.
    std::vector<std::uint64_t> heard_;
    bool only_answers = false;
    void for_nobody() { std::exchange(waiting, nullptr)(std::nullopt); }

    std::vector<nlohmann::json> declared;
    std::vector<std::string> where;  ///< of each
    std::map<std::uint64_t, Handler> handlers;
    int withdrawn = 0;
    bool concerned = false;
    Done waiting;

  private:
    hostapi::Scope& scope_;
    std::uint64_t last_ = 0;
    std::vector<std::shared_ptr<void>> open_;
};

}  // namespace rookery::testing
