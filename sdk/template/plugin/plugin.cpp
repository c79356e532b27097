// @NAME@: what it does, in one line.
#include <rookery/plugin.hpp>

namespace {

class @CLASS@ : public rookery::Plugin {
  public:
    explicit @CLASS@(rookery::Host& host) : Plugin(host) {
        on<rookery::MessageCreate>([this](const rookery::MessageCreate& message) {
            if (message.content() == "!@NAME@") {
                messages().reply(message, "This is @NAME@.");
            }
        });
    }
};

}  // namespace

ROOKERY_PLUGIN(@CLASS@, "@NAME@", "0.1.0")
