// Asks for the whole normalised JSON of each message.

#include <rookery/plugin.hpp>

#include <cstddef>

namespace {

class FullJson final : public rookery::Plugin {
    void start() override {
        on<rookery::MessageCreate>(
            [this](const rookery::MessageCreate& message) { seen_ += message.json().size(); });
    }
    void stop() override { log().debug(seen_, " bytes seen"); }

    std::size_t seen_ = 0;
};

}  // namespace

ROOKERY_PLUGIN(FullJson, "full_json", "1.0.0")
