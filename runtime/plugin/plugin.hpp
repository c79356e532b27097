#pragma once

#include "hostapi/extension.hpp"
#include "hostapi/hands_over.hpp"
#include "plugin/calls.hpp"
#include "plugin/commands.hpp"
#include "plugin/documents.hpp"
#include "plugin/events.hpp"
#include "plugin/failures.hpp"
#include "plugin/host_side.hpp"
#include "plugin/library.hpp"
#include "plugin/names.hpp"
#include "plugin/pending.hpp"
#include "plugin/served.hpp"
#include "plugin/timers.hpp"

#include <memory>
#include <optional>
#include <string>

namespace rookery::plugin {

/// One running version of a native plugin: its library, and what it has registered. As of
/// hostapi::Extension.
class Plugin final : public hostapi::Extension, public hostapi::HandsOver {
  public:
    static constexpr std::size_t kMaxState = std::size_t{64} << 20U;

    Plugin(hostapi::ExtensionContext context, StagedFile file, std::shared_ptr<Names> names);
    ~Plugin() override;

    [[nodiscard]] Result<> start() override;
    void handle(hostapi::Ticket ticket) override { events_.handle(std::move(ticket)); }
    void intercept(hostapi::Ticket ticket, std::uint64_t tag) override {
        events_.intercept(std::move(ticket), tag);
    }
    [[nodiscard]] Result<std::optional<hostapi::SavedState>> save() override;
    [[nodiscard]] Result<> load(const hostapi::SavedState& state) override;
    [[nodiscard]] std::size_t in_flight() const override { return events_.open_count(); }
    [[nodiscard]] std::vector<model::EventPtr> give_up() override;
    void take_up(hostapi::Ticket ticket) override { events_.take_up(std::move(ticket)); }
    [[nodiscard]] std::vector<std::string> in_hand(std::string_view bot) const override {
        return events_.in_hand(bot);
    }
    void deliver_again(hostapi::Ticket& ticket) override { events_.deliver_again(ticket); }
    void stop(bus::Lane::Rest rest) override;
    [[nodiscard]] std::string version() const override { return version_; }

    // For the C tables. Instance thread.
    [[nodiscard]] Events& events() noexcept { return events_; }
    [[nodiscard]] Timers& timers() noexcept { return timers_; }
    [[nodiscard]] Calls& calls() noexcept { return calls_; }
    [[nodiscard]] Documents& documents() noexcept { return documents_; }
    [[nodiscard]] Commands& commands() noexcept { return commands_; }
    [[nodiscard]] Pending& pending() noexcept { return pending_; }
    [[nodiscard]] Served& served() noexcept { return served_; }
    [[nodiscard]] const hostapi::ExtensionContext& context() const noexcept { return context_; }
    [[nodiscard]] Failures& failures() noexcept { return failures_; }
    /// Where a setting stands: "bot.toml:12:9"; null when it stands nowhere.
    [[nodiscard]] const std::string* place_of_setting(std::string_view path) const {
        const auto found = context_.spec.places.find(path);
        return found == context_.spec.places.end() ? nullptr : &found->second;
    }
    /// The document of the settings.
    [[nodiscard]] rk_handle_t settings();
    /// The setting that was read last: its text stays until the next one.
    [[nodiscard]] const nlohmann::json& keep_setting(nlohmann::json value) {
        return setting_ = std::move(value);
    }

  private:
    [[nodiscard]] Result<> create();
    [[nodiscard]] Result<> adopt(const rk_plugin* made);
    void undo_everything(bus::Lane::Rest rest);

    hostapi::ExtensionContext context_;
    std::optional<StagedFile> file_;
    std::shared_ptr<Names> names_;
    std::optional<Names::Claim> claim_;
    std::shared_ptr<HostSide> side_;
    std::optional<Library> library_;
    std::string version_;
    rk_plugin plugin_{};  ///< what create gave, as far as it goes; no `destroy`: there is none

    Failures failures_;
    Documents documents_;
    Events events_;
    Timers timers_;
    Calls calls_;
    Pending pending_;
    Commands commands_{context_};
    Served served_;
    rk_handle_t settings_ = 0;
    nlohmann::json setting_;
    bool stopped_ = false;
};

}  // namespace rookery::plugin
