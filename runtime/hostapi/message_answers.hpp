#pragma once

#include "base/clock.hpp"
#include "hostapi/menu_book.hpp"
#include "hostapi/operations.hpp"

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace rookery::hostapi {

/// The verbs of interactions.* for an event that is a message: the text form of a command, or a
/// text that stands for a button. An extension answers the same way whatever it was asked by. Any
/// thread.
class MessageAnswers {
  public:
    using Call = std::function<void(OperationCall, OperationDone)>;
    static constexpr std::size_t kMost = 5'000;  ///< answers that are remembered

    /// `call` is Operations::call; `menus` outlives this.
    MessageAnswers(Call call, MenuBook& menus) : call_(std::move(call)), menus_(menus) {}

    /// Whether it answers the message that is being handled, instead of an interaction that it
    /// names.
    [[nodiscard]] static bool takes(const model::OperationInfo& info, const OperationCall& call);

    /// Errors to `done`: invalid (there is no answer yet, no menu, or no message can be answered
    /// so), and those of messages.*.
    void run(const model::OperationInfo& info, const model::PlatformInfo& platform,
             OperationCall call, OperationDone done);

    /// Asks for the form's fields, one by one, whoever has written the message that is being
    /// handled. A form that the same event has opened already goes on where it is.
    void ask(const model::PlatformInfo& platform, OperationCall call, command::TextForm form,
             OperationDone done);

  private:
    struct Answer {
        std::string channel;
        std::string message;     ///< empty: deferred, it is still to come
        bool ephemeral = false;  ///< of a deferral: only the author is to see what comes
    };
    enum class Eyes { none, one, all };

    void reply(const model::PlatformInfo& platform, OperationCall call, OperationDone done);
    void reply_privately(const model::PlatformInfo& platform, OperationCall call,
                         OperationDone done);
    void reply_here(const model::PlatformInfo& platform, OperationCall call, OperationDone done);
    void edit(const model::PlatformInfo& platform, OperationCall call, OperationDone done);
    void on_answer(OperationCall call, std::string operation, OperationDone done);
    void update(OperationCall call, OperationDone done);
    void typing(const model::PlatformInfo& platform, OperationCall call, OperationDone done);
    void remember(const std::string& key, const nlohmann::json& message);
    void keep(const std::string& key, Answer answer);
    [[nodiscard]] std::optional<Answer> answer(const std::string& key) const;
    /// Who is to see the answer that a deferral has promised; none: nothing is promised.
    [[nodiscard]] Eyes promise(const std::string& key) const;

    const Call call_;
    MenuBook& menus_;
    mutable std::mutex mutex_;
    std::map<std::string, Answer> answers_;  ///< by event and extension: the first one
    std::deque<std::string> age_;
};

}  // namespace rookery::hostapi
