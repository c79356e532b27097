// A thread_local with a destructor, made on the instance thread: until that thread ends, the
// library is in use.
#include <rookery/plugin.hpp>

#include <string>

namespace {

class Remembers final : public rookery::Plugin {
    void start() override {
        thread_local std::string last = std::string(100, 'x');
        on<rookery::MessageCreate>(
            [](const rookery::MessageCreate& message) { last = message.content(); });
    }
};

}  // namespace

ROOKERY_PLUGIN(Remembers, "thread_local_dtor", "1.0.0")
