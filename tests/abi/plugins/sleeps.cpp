// A handler that blocks until the file named by the setting `until` exists.
#include <rookery/plugin.hpp>

#include <chrono>
#include <filesystem>
#include <thread>

namespace {

class Sleeps final : public rookery::Plugin {
    void start() override {
        const std::string until = config().required_text("until");
        on<rookery::MessageCreate>([until](const rookery::MessageCreate&) {
            while (!std::filesystem::exists(until)) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        });
    }
};

}  // namespace

ROOKERY_PLUGIN(Sleeps, "sleeps", "1.0.0")
