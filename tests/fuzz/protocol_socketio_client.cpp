#include "base/assert.hpp"
#include "protocol/socketio/client.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace rookery;
using namespace rookery::protocol::socketio;

namespace {

constexpr char kNext = '\n';      ///< between two messages
constexpr char kBinary = '\x01';  ///< in front of a binary one
constexpr char kTime = '\x02';    ///< instead of one: time passes

ClientOptions options(EngineRevision revision) {
    ClientOptions made;
    made.revision = revision;
    made.namespaces = {{"/", "", Recovery{"p", "o"}}, {"/x", ""}};
    made.max_payload = 4'096;
    made.max_nodes = 200;
    made.most_acks = 4;
    return made;
}

/// A server's messages against a client whose owner does whatever an owner may do.
class Somebody final : public Client::Owner {
  public:
    explicit Somebody(EngineRevision revision) : client(options(revision), *this, now) {}

    void send(std::string_view payload, bool binary) override {
        RK_ASSERT(binary || !payload.empty());
    }
    void joined(std::string_view ns) override {
        RK_ASSERT(!over && client.is_joined(ns));
        ask(ns);
    }
    void refused(std::string_view ns, std::string, std::string) override {
        RK_ASSERT(!over && !client.is_joined(ns));
        (void)client.join({std::string(ns), ""}, now).has_value();
    }
    void left(std::string_view ns) override { RK_ASSERT(!over && !client.is_joined(ns)); }
    void event(ClientEvent event) override {
        RK_ASSERT(!over && event.arguments.attachments.size() <= kMaxAttachments);
        RK_ASSERT(event.arguments.json.starts_with('[') && event.arguments.json.ends_with(']'));
        ask(event.ns);
        if (event.ack) {
            (void)client.reply(event.ns, *event.ack, event.arguments).has_value();
        }
        if (event.name == "bye") {
            client.leave(event.ns);
        } else if (event.name == "close") {
            over = true;
            client.close();
        }
    }
    void malformed(std::string_view, const Error& error) override {
        RK_ASSERT(!over && !error.message().empty());
    }
    void latency(std::chrono::microseconds round_trip) override {
        RK_ASSERT(round_trip.count() >= 0);
    }
    void ended(const Error&) override {
        RK_ASSERT(!over);
        over = true;
    }

    void ask(std::string_view ns) {
        ++asked;
        client.emit_with_ack(ns, "q", {}, now + Millis(100), [this](const auto&) { ++answered; });
    }

    SteadyTime now{};
    bool over = false;
    std::size_t asked = 0;
    std::size_t answered = 0;
    Client client;
};

void play(std::string_view input, EngineRevision revision) {
    Somebody somebody(revision);
    while (!input.empty()) {
        const std::size_t size = std::min(input.find(kNext), input.size());
        auto message = input.substr(0, size);
        input.remove_prefix(std::min(size + 1, input.size()));
        somebody.now += Millis(10);
        if (message.starts_with(kTime)) {
            somebody.now = std::max(somebody.now, std::min(somebody.client.next_deadline(),
                                                           somebody.now + Millis(60'000)));
            somebody.client.tick(somebody.now);
        } else if (message.starts_with(kBinary)) {
            somebody.client.binary(message.substr(1), somebody.now);
        } else {
            somebody.client.text(message, somebody.now);
        }
    }
    somebody.client.lost(Error(ErrorKind::io, "the end"));
    RK_ASSERT(somebody.asked == somebody.answered);
    RK_ASSERT(somebody.client.next_deadline() == SteadyTime::max());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    play(input, EngineRevision::v3);
    play(input, EngineRevision::v4);
    return 0;
}
