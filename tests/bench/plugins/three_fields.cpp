// Reads three fields of each message.

#include <rookery/plugin.hpp>

#include <cstddef>

namespace {

class ThreeFields final : public rookery::Plugin {
    void start() override {
        on<rookery::MessageCreate>([this](const rookery::MessageCreate& message) {
            seen_ += message.content().size() + message.author().username().size() +
                     message.channel_id().size();
        });
    }
    void stop() override { log().debug(seen_, " bytes seen"); }

    std::size_t seen_ = 0;
};

}  // namespace

ROOKERY_PLUGIN(ThreeFields, "three_fields", "1.0.0")
