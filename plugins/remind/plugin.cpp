// Answers a message a while later: !remind 10m tea. remind_c and remind_rust do the same.

#include <rookery/plugin.hpp>

#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace {

using rookery::MessageCreate;

constexpr std::string_view kCommand = "!remind ";
constexpr std::uint64_t kLongest = 24 * 3600;

struct Wish {
    std::chrono::seconds pause;
    std::string_view text;
};

/// "10m tea": a number with s, m or h, and the rest.
std::optional<Wish> read_wish(std::string_view words) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(words.data(), words.data() + words.size(), number);
    words.remove_prefix(static_cast<std::size_t>(read.ptr - words.data()));
    if (read.ec != std::errc() || number > kLongest || words.size() < 3 || words[1] != ' ') {
        return std::nullopt;
    }
    const std::uint64_t unit = words[0] == 's'   ? 1
                               : words[0] == 'm' ? 60
                               : words[0] == 'h' ? 3600
                                                 : 0;
    if (unit == 0 || number * unit > kLongest) {
        return std::nullopt;
    }
    return Wish{std::chrono::seconds(number * unit), words.substr(2)};
}

class Remind final : public rookery::Plugin {
    void start() override {
        on<MessageCreate>(rookery::Filter{.bot = false, .starts_with = kCommand},
                          [this](const MessageCreate& message) -> rookery::Task<> {
                              const auto wish =
                                  read_wish(message.content().substr(kCommand.size()));
                              if (!wish) {
                                  reply(message, "Say: !remind 10m tea (s, m or h, up to a day)");
                                  co_return;
                              }
                              // The event stays open: after a crash it comes again.
                              co_await rookery::sleep(wish->pause);
                              reply(message, "Reminder: " + std::string(wish->text));
                          });
    }
};

}  // namespace

ROOKERY_PLUGIN(Remind)
