#include "plugin/host_side.hpp"

#include "plugin/c_tables/tables.hpp"
#include "plugin/plugin.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace rookery::plugin {
namespace {

static_assert(hostapi::kApiLevel == hostapi::ApiLevel{RK_ABI_MAJOR, RK_ABI_MINOR},
              "manifests and the C interface count the same levels");

constexpr std::array kStatusOfKind{
    std::pair(ErrorKind::invalid, RK_E_INVALID),
    std::pair(ErrorKind::not_found, RK_E_NOT_FOUND),
    std::pair(ErrorKind::exists, RK_E_EXISTS),
    std::pair(ErrorKind::denied, RK_E_DENIED),
    std::pair(ErrorKind::unsupported, RK_E_UNSUPPORTED),
    std::pair(ErrorKind::timeout, RK_E_TIMEOUT),
    std::pair(ErrorKind::cancelled, RK_E_CANCELLED),
    std::pair(ErrorKind::unavailable, RK_E_UNAVAILABLE),
    std::pair(ErrorKind::protocol, RK_E_PROTOCOL),
    std::pair(ErrorKind::limit, RK_E_LIMIT),
    std::pair(ErrorKind::io, RK_E_IO),
    std::pair(ErrorKind::stale, RK_E_STALE),
    std::pair(ErrorKind::internal, RK_E_INTERNAL),
};

}  // namespace

constinit thread_local const rk_host* t_entered = nullptr;

rk_status_t status_of(ErrorKind kind) noexcept {
    const auto* const found = std::find_if(kStatusOfKind.begin(), kStatusOfKind.end(),
                                           [kind](const auto& pair) { return pair.first == kind; });
    return found == kStatusOfKind.end() ? RK_E_INTERNAL : found->second;
}

rk_status_t fail(rk_error_t* error, rk_status_t status, std::string_view text) noexcept {
    constexpr std::size_t kTextAt = offsetof(rk_error_t, text);
    if (error != nullptr && error->size >= kTextAt) {
        std::size_t length =
            std::min({text.size(), std::size_t{error->size} - kTextAt, std::size_t{RK_ERROR_TEXT}});
        // Not in the middle of a character.
        while (length < text.size() && length > 0 &&
               (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
            --length;
        }
        error->status = status;
        error->length = static_cast<std::uint32_t>(length);
        std::memcpy(error->text, text.data(), length);
    }
    return status;
}

rk_status_t fail(rk_error_t* error, const Error& reason) noexcept {
    return fail(error, status_of(reason.kind()), reason.message());
}

Error error_of(rk_status_t status, const rk_error_t& error) {
    const auto* const kind =
        std::find_if(kStatusOfKind.begin(), kStatusOfKind.end(),
                     [status](const auto& pair) { return pair.second == status; });
    const std::string_view text(error.text, std::min<std::size_t>(error.length, RK_ERROR_TEXT));
    return {kind == kStatusOfKind.end() ? ErrorKind::internal : kind->first,
            text.empty() ? "status " + std::to_string(status) + ", no reason given"
                         : log::clipped(text, RK_ERROR_TEXT)};
}

UserData::~UserData() {
    if (release_ != nullptr) {
        rk_error_t error;
        enter(*side_, error, [this](rk_error_t*) {
            release_(user_);
            return RK_OK;
        });
    }
}

HostSide::HostSide(std::string own_name, Plugin& plugin, log::Logger log, hostapi::Worker& worker)
    : rk_host{sizeof(rk_host), RK_ABI_MAJOR, RK_ABI_MINOR, {}, &c_tables::get_table},
      name_text_(std::move(own_name)),
      log_(std::move(log)),
      debug_(DebugHost::wanted() ? std::make_unique<DebugHost>(log_) : nullptr),
      plugin_(&plugin),
      worker_(worker.weak_from_this()) {
    name = {name_text_.data(), name_text_.size()};
}

rk_status_t HostSide::post(rk_task_fn task, void* user, rk_release_t release) {
    bool first = false;
    {
        const std::scoped_lock lock(mutex_);
        if (!open_) {
            return RK_E_STATE;
        }
        if (posted_.size() >= kMaxPosted) {
            return RK_E_LIMIT;
        }
        first = posted_.empty();
        posted_.push_back({task, user, release});
    }
    if (const auto worker = first ? worker_.lock() : nullptr) {
        worker->post([self = shared_from_this()] { self->run_posted(); });
    }
    return RK_OK;
}

void HostSide::run_posted() {
    std::vector<Posted> batch;
    {
        const std::scoped_lock lock(mutex_);
        batch.swap(posted_);
    }
    for (const Posted& posted : batch) {
        const UserData user(*this, posted.user, posted.release);
        rk_error_t error;
        const rk_status_t status = enter(
            *this, error, [&](rk_error_t* reason) { return posted.task(posted.user, reason); });
        if (status < 0) {
            plugin_->failures().report("a posted task", status, error);
        }
    }
}

void HostSide::close() {
    std::vector<Posted> left;
    {
        const std::scoped_lock lock(mutex_);
        open_ = false;
        left.swap(posted_);
    }
    for (const Posted& posted : left) {
        const UserData user(*this, posted.user, posted.release);
    }
}

void HostSide::end() noexcept {
    set_phase(Phase::over);
    plugin_ = nullptr;
}

}  // namespace rookery::plugin
