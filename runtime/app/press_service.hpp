#pragma once

#include "base/clock.hpp"
#include "bus/event_bus.hpp"
#include "command/component_id.hpp"
#include "hostapi/component_stage.hpp"
#include "hostapi/menu_book.hpp"
#include "hostapi/operations.hpp"
#include "hostapi/press_desk.hpp"
#include "store/kv.hpp"
#include "store/state_dir.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>

namespace rookery::app {

/// Buttons, menus and forms with what is around them: the key that signs them, and a lane of its
/// own, by which the runtime hears of presses that no extension handles any more. Made before the
/// first extension, gone after the last.
class PressService {
  public:
    /// Owner of the lane.
    static constexpr const char* kOwner = "components";

    struct Parts {
        boost::asio::io_context& io;
        bus::EventBus& bus;
        hostapi::Operations& operations;
        store::KvStore& store;
        const Clock& clock;
    };

    /// Reads the key, or makes it; and what is stored of menus. Errors: io, invalid (the key's file
    /// is damaged), those of the store.
    [[nodiscard]] static Result<std::unique_ptr<PressService>> open(const Parts& parts,
                                                                    const store::StateDir& state);

    PressService(const PressService&) = delete;
    PressService& operator=(const PressService&) = delete;

    [[nodiscard]] hostapi::PressDesk& desk() noexcept { return desk_; }

    /// `slot`: of the delivery ledgers. Before the first event.
    void listen(unsigned slot);
    void add_bot(const model::PlatformInfo& platform);
    /// Io thread: what has not been looked after stays open in the ledgers.
    void stop();

  private:
    PressService(const Parts& parts, const command::ComponentKey& key);
    void drain();

    const Parts parts_;
    const command::ComponentKey key_;
    hostapi::MenuBook menus_;
    hostapi::ComponentStage stage_;
    hostapi::PressDesk desk_;
    std::shared_ptr<bus::Lane> lane_;
};

}  // namespace rookery::app
