#include <rookery/plugin.hpp>

#include <stdexcept>

namespace {

class Intercepts final : public rookery::Plugin {
    void start() override {
        intercept<rookery::MessageCreate>(
            rookery::Filter{.channel = "1001"},
            [](const rookery::MessageCreate& message) {
                if (message.content() == "fail") {
                    throw std::runtime_error("on purpose");
                }
                return message.content() == "spam" ? rookery::Verdict::stop
                                                   : rookery::Verdict::pass;
            },
            -2);
    }
};

}  // namespace

ROOKERY_PLUGIN(Intercepts, "intercepts_cpp", "1.0.0")
