#include "plugin/plugin.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <vector>

namespace rookery::plugin {
namespace {

/// Keeps the sides of libraries that stay mapped: their code might still call.
void park(std::shared_ptr<HostSide> side) {
    static std::mutex mutex;
    static std::vector<std::shared_ptr<HostSide>> parked;
    const std::scoped_lock lock(mutex);
    parked.push_back(std::move(side));
}

struct StateSink {
    std::string data;
    bool over = false;

    static void append(void* user, rk_text_t piece) noexcept {
        auto& self = *static_cast<StateSink*>(user);
        const bool wrong = piece.data == nullptr && piece.len != 0;
        self.over = self.over || wrong || piece.len > Plugin::kMaxState - self.data.size();
        if (!self.over && piece.len != 0) {
            self.data.append(piece.data, piece.len);
        }
    }
};

}  // namespace

Plugin::Plugin(hostapi::ExtensionContext context, StagedFile file, std::shared_ptr<Names> names)
    : context_(std::move(context)),
      file_(std::move(file)),
      names_(std::move(names)),
      side_(std::make_shared<HostSide>(context_.spec.name, *this, context_.log, *context_.worker)),
      failures_(context_.log, context_.counters),
      documents_(side_->debug()),
      events_(context_, *side_, failures_),
      timers_(context_, *side_, failures_),
      calls_(context_, *side_, failures_, events_, documents_),
      pending_(*side_, failures_, events_),
      served_(context_, *side_, failures_) {}

Plugin::~Plugin() {
    stop(bus::Lane::Rest::leave_open);
    if (library_ && !library_->unload(context_.log)) {
        park(std::move(side_));
    }
}

Result<> Plugin::start() {
    auto library = Library::load(*file_);
    file_.reset();
    if (!library) {
        return library.error();
    }
    library_ = *std::move(library);
    version_ = library_->version();
    auto created = create();
    if (!created) {
        stop(bus::Lane::Rest::finish);
    }
    return created;
}

Result<> Plugin::create() {
    auto claim = names_->claim(library_->name(), context_.spec.name);
    if (!claim) {
        return Error(claim.error().kind(),
                     context_.spec.path.string() + " " + claim.error().context());
    }
    claim_.emplace(*std::move(claim));
    const rk_plugin* made = nullptr;
    rk_error_t error;
    const rk_status_t status = enter(*side_, error, [&](rk_error_t* reason) {
        return library_->entry().create(side_.get(), &made, reason);
    });
    if (status < 0) {
        return error_of(status, error).within("its create failed");
    }
    return adopt(made);
}

Result<> Plugin::adopt(const rk_plugin* made) {
    if (made == nullptr) {
        return Error(ErrorKind::invalid, "its create gave no plugin");
    }
    constexpr std::size_t kLeast = offsetof(rk_plugin, destroy) + sizeof(rk_plugin::destroy);
    if (made->size < kLeast) {
        return Error(ErrorKind::invalid, "its create gave a struct of " +
                                             std::to_string(made->size) + " bytes; at least " +
                                             std::to_string(kLeast) + " are needed");
    }
    rk_plugin copy{};
    std::memcpy(&copy, made, std::min<std::size_t>(made->size, sizeof(copy)));
    if (copy.destroy == nullptr) {
        return Error(ErrorKind::invalid, "its create gave a plugin without destroy");
    }
    plugin_ = copy;
    side_->set_phase(Phase::running);
    return {};
}

rk_handle_t Plugin::settings() {
    if (settings_ == 0) {
        settings_ = documents_.add(std::make_shared<const nlohmann::json>(context_.spec.settings));
    }
    return settings_;
}

Result<std::optional<hostapi::SavedState>> Plugin::save() {
    if (plugin_.save == nullptr) {
        return std::nullopt;
    }
    std::uint32_t version = 1;
    StateSink sink;
    rk_error_t error;
    const rk_status_t status = enter(*side_, error, [&](rk_error_t* reason) {
        return plugin_.save(plugin_.self, &version, &StateSink::append, &sink, reason);
    });
    if (status == RK_E_NOT_FOUND) {
        return std::nullopt;
    }
    if (status < 0) {
        return error_of(status, error).within("its save failed");
    }
    if (sink.over) {
        return Error(ErrorKind::limit,
                     "its save gave more than " + std::to_string(kMaxState >> 20U) + " MiB");
    }
    return std::optional(hostapi::SavedState{version, std::move(sink.data)});
}

Result<> Plugin::load(const hostapi::SavedState& state) {
    if (plugin_.load == nullptr) {
        return {};
    }
    rk_error_t error;
    const rk_status_t status = enter(*side_, error, [&](rk_error_t* reason) {
        return plugin_.load(plugin_.self, state.version, {state.data.data(), state.data.size()},
                            reason);
    });
    if (status < 0) {
        return error_of(status, error).within("its load failed");
    }
    return {};
}

std::vector<model::EventPtr> Plugin::give_up() {
    timers_.silence();  // or the time of a question would be up, and its handler go on
    return events_.give_up();
}

void Plugin::stop(bus::Lane::Rest rest) {
    if (std::exchange(stopped_, true)) {
        return;
    }
    side_->set_phase(Phase::stopping);
    const auto tell = [this](void (*function)(void*), std::string_view what) {
        rk_error_t error;
        const rk_status_t status =
            function == nullptr ? RK_OK : enter(*side_, error, [&](rk_error_t*) {
                function(plugin_.self);
                return RK_OK;
            });
        if (status < 0) {
            failures_.report(what, status, error);
        }
    };
    tell(plugin_.stop, "stop");
    undo_everything(rest);
    tell(plugin_.destroy, "destroy");
    side_->end();
}

void Plugin::undo_everything(bus::Lane::Rest rest) {
    side_->close();
    context_.scope->undo_all();
    calls_.close();
    pending_.close();
    served_.close();
    events_.drop_subscriptions();
    events_.close(rest);
}

}  // namespace rookery::plugin
