#include "app/press_service.hpp"

#include "net/crypto.hpp"

#include <boost/asio/post.hpp>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
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

Result<command::ComponentKey> read_key(const std::filesystem::path& path) {
    command::ComponentKey key{};
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) {
        net::fill_random(key);
        const auto written = write_key(path, key);
        return written ? Result<command::ComponentKey>(key) : written.error();
    }
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file),
                                  std::istreambuf_iterator<char>()};
    if (bytes.size() != key.size()) {
        return Error(ErrorKind::invalid,
                     path.string() +
                         " cannot be read or is damaged. Without it no button that was "
                         "sent so far works; remove it to begin with a new one");
    }
    std::copy(bytes.begin(), bytes.end(), key.begin());
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
