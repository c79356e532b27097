#include "app/press_service.hpp"

#include "base/log.hpp"
#include "net/crypto.hpp"

#include <boost/asio/post.hpp>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace rookery::app {
namespace {

constexpr const char* kKeyFile = "components.key";
constexpr std::size_t kAtOnce = 256;

Error io_error(const std::filesystem::path& path) {
    return {ErrorKind::io,
            path.string() + ": " + std::error_code(errno, std::generic_category()).message()};
}

/// Whole or not at all, and for the owner's eyes.
Result<> write_key(const std::filesystem::path& path, const command::ComponentKey& key) {
    const std::filesystem::path next = path.string() + ".new";
    std::error_code ignored;
    std::filesystem::remove(next, ignored);
    const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        return io_error(next);
    }
    const bool written =
        ::write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
        ::fsync(file) == 0;
    const int problem = errno;
    ::close(file);
    errno = problem;
    if (!written || ::rename(next.c_str(), path.c_str()) != 0) {
        return io_error(path);
    }
    return {};
}

/// A key that others could read is taken from their eyes.
void keep_private(int file, mode_t mode, const std::filesystem::path& path) {
    if ((mode & 077U) != 0 && ::fchmod(file, 0600) == 0) {
        log::get("core")->warn(
            "{} could be read by others, who could have forged buttons: it is its owner's alone "
            "now",
            path.string());
    }
}

/// False: there is no key in it.
bool read_whole(const std::filesystem::path& path, command::ComponentKey& key) {
    // Without blocking: what stands there may be anything.
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat about {};
    const bool read = file >= 0 && ::fstat(file, &about) == 0 && S_ISREG(about.st_mode) &&
                      about.st_size == static_cast<off_t>(key.size()) &&
                      ::read(file, key.data(), key.size()) == static_cast<ssize_t>(key.size());
    if (read) {
        keep_private(file, about.st_mode, path);
    }
    if (file >= 0) {
        ::close(file);
    }
    return read;
}

Result<command::ComponentKey> read_key(const std::filesystem::path& path) {
    command::ComponentKey key{};
    std::error_code error;
    if (!std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
        net::fill_random(key);
        const auto written = write_key(path, key);
        return written ? Result<command::ComponentKey>(key) : written.error();
    }
    if (!read_whole(path, key)) {
        return Error(ErrorKind::invalid,
                     path.string() +
                         " cannot be read or is damaged. Without it no button that was "
                         "sent so far works; remove it to begin with a new one");
    }
    return key;
}

}  // namespace

Result<std::unique_ptr<PressService>> PressService::open(const Parts& parts,
                                                         const store::StateDir& state) {
    const auto key = read_key(state.file(kKeyFile));
    if (!key) {
        return key.error();
    }
    auto service = std::unique_ptr<PressService>(new PressService(parts, *key));
    if (auto loaded = service->menus_.load(); !loaded) {
        return loaded.error();
    }
    return service;
}

PressService::PressService(const Parts& parts, const command::ComponentKey& key)
    : parts_(parts),
      key_(key),
      menus_(parts.store, parts.clock),
      stage_({parts.store, parts.operations, menus_, parts.clock, key_}),
      desk_({parts.store, parts.operations, menus_, parts.clock, key_}) {
    parts_.operations.set_stage(stage_);
}

void PressService::listen(unsigned slot) {
    lane_ = std::make_shared<bus::Lane>(kOwner, slot, bus::LaneLimits{});
    lane_->on_ready([this] { boost::asio::post(parts_.io, [this] { drain(); }); });
    parts_.bus.subscribe(lane_, model::EventType::interaction_create);
    parts_.bus.attach(lane_);
}

void PressService::add_bot(const model::PlatformInfo& platform) {
    if (!hostapi::has_components(platform)) {
        desk_.expect_texts();
    }
}

void PressService::drain() {
    std::vector<model::EventPtr> events;
    while (lane_ != nullptr && lane_->take(events, kAtOnce)) {
        for (const model::EventPtr& event : events) {
            desk_.look_after(event, [event, slot = lane_->slot()] {
                if (event->delivery() != nullptr) {
                    event->delivery()->finished(event->seq(), slot);
                }
            });
        }
        events.clear();
    }
}

void PressService::stop() {
    if (lane_ != nullptr) {
        parts_.bus.remove(lane_);
        lane_->close(bus::Lane::Rest::leave_open);
    }
}

}  // namespace rookery::app
