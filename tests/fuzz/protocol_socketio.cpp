#include "base/assert.hpp"
#include "protocol/socketio/connection.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

using namespace rookery;
using namespace rookery::protocol::socketio;

namespace {

constexpr char kNext = '\n';      ///< between two messages
constexpr char kBinary = '\x01';  ///< in front of a binary one

/// A packet that was read, written as a server does it, is read as the same.
void go_round(std::string_view ns, const std::string& name, const Arguments& arguments,
              std::optional<std::uint64_t> id) {
    const auto out = encode_event(ns, name, arguments, id);
    const auto packet = parse_packet(out.text.payload().substr(1));
    RK_ASSERT(packet && packet->ns == ns && packet->id == id &&
              packet->attachments == arguments.attachments.size());
    const auto content = read_event(*packet);
    RK_ASSERT(content && content->name == name && content->json == arguments.json);
}

class Everybody final : public Connection::Owner {
  public:
    std::optional<Connection::Key> admit(std::string_view ns) override {
        RK_ASSERT(ns.starts_with('/') && ns.size() <= kMaxNamespace);
        return ns.size() < 8 ? std::optional(++keys_) : std::nullopt;
    }
    void connect(Connection::Key key, std::string_view ns, std::string auth) override {
        RK_ASSERT(auth.starts_with('{') && auth.ends_with('}'));
        ns_ = ns;
        if (key % 3 == 0) {
            (void)connection.refuse(key, "no");
        } else if (key % 3 == 1) {
            (void)connection.accept(key, "sid");
            connection.emit_with_ack(key, "q", {}, SteadyTime::max(), [](const auto&) {});
        }
    }
    void event(Connection::Key key, std::string name, Arguments arguments,
               std::optional<std::uint64_t> ack) override {
        RK_ASSERT(connection.is_joined(key));
        if (arguments.attachments.size() <= kMaxAttachments) {
            // A name that is a number, or was a lone surrogate, comes back as text.
            go_round("/", name, arguments, ack);
        }
        if (ack) {
            connection.reply(key, *ack, arguments);
        }
        if (name == "bye") {
            connection.disconnect(key, {});
        }
    }
    void left(Connection::Key key, EndReason, bool) override {
        RK_ASSERT(!connection.is_joined(key));
    }
    void send(const OutMessage& message) override { RK_ASSERT(!message.text.has_separator()); }
    void close(EndReason, std::string why) override {
        RK_ASSERT(!closed && !why.empty());
        closed = true;
    }

    ConnectionOptions options;
    Connection connection{options, *this, {}};
    bool closed = false;

  private:
    Connection::Key keys_ = 0;
    std::string ns_;
};

}  // namespace

/// The messages of one client.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(bytes), size);
    Everybody everybody;
    while (!rest.empty() && !everybody.closed) {
        const auto message = rest.substr(0, rest.find(kNext));
        rest.remove_prefix(std::min(message.size() + 1, rest.size()));
        if (message.starts_with(kBinary)) {
            everybody.connection.binary(message.substr(1), {});
        } else {
            everybody.connection.text(message, {});
        }
    }
    everybody.connection.closed(EndReason::transport_close);
    RK_ASSERT(everybody.connection.joined() == 0);
    return 0;
}
