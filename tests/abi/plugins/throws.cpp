// Throws what the setting `where` says: in start, in a handler, in save, in load.
#include <rookery/plugin.hpp>

#include <stdexcept>

namespace {

class Throws final : public rookery::Plugin {
    void start() override {
        where_ = config().text("where", "");
        fail_at("start");
        on<rookery::MessageCreate>([this](const rookery::MessageCreate&) { fail_at("handler"); });
        on<rookery::MessageCreate>(
            [this](const rookery::MessageCreate&) { log().info("the second handler ran"); });
    }
    std::optional<std::string> save() override {
        fail_at("save");
        return "state";
    }
    void load(std::string_view, std::uint32_t) override { fail_at("load"); }

    void fail_at(std::string_view place) const {
        if (place == where_) {
            throw std::runtime_error("thrown in " + where_);
        }
    }

    std::string where_;
};

}  // namespace

ROOKERY_PLUGIN(Throws, "throws", "1.0.0")
