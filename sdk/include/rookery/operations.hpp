#pragma once

#include <rookery/document.hpp>
#include <rookery/host.hpp>
#include <rookery/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rookery {

/// How an operation ended. Valid while the callback that got it runs.
class Answer {
  public:
    Answer(const Host& host, rk_status_t status, rk_handle_t result, rk_text_t message) noexcept
        : status_(status), message_(detail::to_view(message)), document_(host, result) {}

    [[nodiscard]] bool ok() const noexcept { return status_ >= 0; }
    [[nodiscard]] rk_status_t status() const noexcept { return status_; }
    /// Why not, when not ok().
    [[nodiscard]] std::string_view message() const noexcept { return message_; }
    /// What the platform answered: the message that was sent. Of a call that it refused: status,
    /// code, message, and fields with path, code and message each ("fields.0.path").
    [[nodiscard]] const Document& result() const noexcept { return document_; }
    [[nodiscard]] std::optional<std::string> text(std::string_view path) const {
        return document_.text(path);
    }

  private:
    rk_status_t status_;
    std::string_view message_;
    Document document_;
};

/// What stands in for a callback where none is wanted: a failure is logged by the host.
struct NoCallback {};

/// Begins operations. None of them waits: the callback, `void(const Answer&)`, is called later on
/// the same thread, and not at all once the plugin is stopped. Until an operation has ended, the
/// event that it was begun for counts as unfinished, so that a crash in between does not lose the
/// answer. A begun operation is validated later: wrong arguments come to the callback too.
class Operations {
  public:
    /// `event` is the event that is answered; without one, the event being handled.
    explicit Operations(const Host& host, rk_handle_t event = 0) noexcept
        : host_(&host), event_(event) {}

    /// Any operation of the reference. Throws Error when it cannot be begun.
    template <class Callback = NoCallback>
    void call(std::string_view operation, const JsonObject& arguments, Callback callback = {},
              std::string_view bot = {}) const {
        const std::string text = arguments.text();
        rk_call_t wish{};
        wish.size = sizeof(wish);
        wish.operation = detail::to_text(operation);
        wish.arguments = detail::to_text(text);
        wish.bot = detail::to_text(bot);
        wish.event = event_;
        detail::Reason reason;
        if constexpr (std::is_same_v<Callback, NoCallback>) {
            reason.check(
                host_->operations->call(host_->raw, &wish, nullptr, nullptr, nullptr, reason),
                operation);
        } else {
            using Pending = detail::Boxed<Done<Callback>>;
            Pending pending(Done<Callback>{host_, std::move(callback)});
            reason.check(host_->operations->call(host_->raw, &wish, &Done<Callback>::run,
                                                 pending.user(), &Pending::release, reason),
                         operation);
            pending.given();
        }
    }

  private:
    template <class Callback>
    struct Done {
        const Host* host;
        Callback callback;

        static rk_status_t run(void* user, rk_status_t status, rk_handle_t result,
                               rk_text_t message, rk_error_t* error) {
            return detail::guarded(error, [&] {
                auto& self = *static_cast<Done*>(user);
                self.callback(Answer(*self.host, status, result, message));
                return RK_OK;
            });
        }
    };

    const Host* host_;
    rk_handle_t event_;
};

/// Messages. As of Operations.
class Messages : private Operations {
  public:
    using Operations::Operations;

    template <class Callback = NoCallback>
    void send(std::string_view channel, std::string_view content, Callback callback = {}) const {
        call("messages.send", JsonObject().add("channelId", channel).add("content", content),
             std::move(callback));
    }
    /// With all that a message may have: `arguments` holds content, embeds, ...
    template <class Callback = NoCallback>
    void send(std::string_view channel, JsonObject arguments, Callback callback = {}) const {
        call("messages.send", arguments.add("channelId", channel), std::move(callback));
    }
    template <class Callback = NoCallback>
    void reply(std::string_view channel, std::string_view message, std::string_view content,
               Callback callback = {}) const {
        call("messages.reply",
             JsonObject()
                 .add("channelId", channel)
                 .add("messageId", message)
                 .add("content", content),
             std::move(callback));
    }
    template <class Callback = NoCallback>
    void edit(std::string_view channel, std::string_view message, std::string_view content,
              Callback callback = {}) const {
        call("messages.edit",
             JsonObject()
                 .add("channelId", channel)
                 .add("messageId", message)
                 .add("content", content),
             std::move(callback));
    }
    template <class Callback = NoCallback>
    void remove(std::string_view channel, std::string_view message, Callback callback = {}) const {
        call("messages.delete", JsonObject().add("channelId", channel).add("messageId", message),
             std::move(callback));
    }
};

/// Reactions: `emoji` is the character, or "name:id". As of Operations.
class Reactions : private Operations {
  public:
    using Operations::Operations;

    template <class Callback = NoCallback>
    void add(std::string_view channel, std::string_view message, std::string_view emoji,
             Callback callback = {}) const {
        call("reactions.add", arguments(channel, message, emoji), std::move(callback));
    }
    template <class Callback = NoCallback>
    void remove(std::string_view channel, std::string_view message, std::string_view emoji,
                Callback callback = {}) const {
        call("reactions.remove", arguments(channel, message, emoji), std::move(callback));
    }

  private:
    static JsonObject arguments(std::string_view channel, std::string_view message,
                                std::string_view emoji) {
        JsonObject out;
        out.add("channelId", channel).add("messageId", message).add("emoji", emoji);
        return out;
    }
};

/// Roles of members. As of Operations.
class Members : private Operations {
  public:
    using Operations::Operations;

    template <class Callback = NoCallback>
    void add_role(std::string_view guild, std::string_view user, std::string_view role,
                  Callback callback = {}) const {
        call("members.addRole", arguments(guild, user, role), std::move(callback));
    }
    template <class Callback = NoCallback>
    void remove_role(std::string_view guild, std::string_view user, std::string_view role,
                     Callback callback = {}) const {
        call("members.removeRole", arguments(guild, user, role), std::move(callback));
    }

  private:
    static JsonObject arguments(std::string_view guild, std::string_view user,
                                std::string_view role) {
        JsonObject out;
        out.add("guildId", guild).add("userId", user).add("roleId", role);
        return out;
    }
};

}  // namespace rookery
