#pragma once

#include "command/definition.hpp"
#include "hostapi/command_desk.hpp"

#include <functional>
#include <memory>
#include <string>

namespace rookery::hostapi {

/// One use of a command as its cooldown and its concurrency count it. Worker thread.
class CommandUse {
  public:
    struct Who {
        std::string owner;  ///< the extension that has the command
        std::string bot;
        std::string user;
        std::string channel;
        std::string guild;  ///< empty: a direct message
        std::string event;  ///< model::Event::dedupe_key()
        std::string made;   ///< `createdAt`
        std::uint64_t session = 0;
    };
    CommandUse(CommandDesk& desk, Who who) : desk_(desk), who_(std::move(who)) {}

    /// Whether a place is free for it; of a command of which any number may run: yes.
    [[nodiscard]] bool free(const command::Node& node) const;
    /// A place: free again when the last copy is let go. Null: all are taken.
    [[nodiscard]] std::shared_ptr<void> take_place(const command::Node& node) const;

    /// What take() would come to; 0: it may be used.
    [[nodiscard]] Millis wait(const command::Node& node) const;
    /// Counts it. `done` is called once, on any thread: 0, or the time until it may be used.
    void take(const command::Node& node, std::function<void(Millis)> done) const;

  private:
    [[nodiscard]] std::string key_of(const std::string& path, command::Per per) const;
    [[nodiscard]] CommandDesk::Use use(const command::Rules& rules) const;

    CommandDesk& desk_;
    const Who who_;
};

}  // namespace rookery::hostapi
