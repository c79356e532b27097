#pragma once

#include <rookery/command_spec.hpp>
#include <rookery/invocation_handler.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What gives the values of options while they are typed: behind Plugin::autocomplete().
namespace rookery::detail {

/// What gives the values of one option while it is typed.
struct Completer {
    std::string command;
    std::string option;

    Completer(std::string_view of, std::string_view name) : command(of), option(name) {}
    Completer(const Completer&) = delete;
    Completer& operator=(const Completer&) = delete;
    virtual ~Completer() = default;
    virtual void complete(rk_view_t event, JsonValue data) = 0;
};

template <class Handler>
struct CompleterOf final : Completer {
    CompleterOf(const Host& on, std::string_view path, std::string_view name, Handler what)
        : Completer(path, name), host(&on), handler(std::move(what)) {}

    void complete(rk_view_t event, JsonValue data) override {
        const CommandCall call(*host, kept_event<View>(*host, event), std::move(data));
        using Out = std::invoke_result_t<Handler&, const CommandCall&>;
        if constexpr (is_task<Out>) {
            begin_invoked(*host, handler, call,
                          [](const Shared<Handler>& kept, const CommandCall& about) {
                              return later<typename Out::Value>(about, (*kept)(about));
                          });
        } else {
            tell(call, (*handler)(call));
        }
    }

    template <class Choices>
    static Task<> later(const CommandCall& call, Task<Choices> task) {
        const Choices choices = co_await std::move(task);
        tell(call, choices);
    }
    template <class Choices>
    static void tell(const CommandCall& call, const Choices& choices) {
        constexpr std::size_t kMost = 25;
        JsonList list;
        std::size_t count = 0;
        for (const auto& each : choices) {
            if (++count > kMost) {
                break;
            }
            list.add_json(OptionChoice(each).json());
        }
        const JsonObject arguments = JsonObject().add("choices", list);
        Call<Document>(call.caller(), "interactions.autocomplete", arguments.text());
    }

    const Host* host;
    Shared<Handler> handler;
};

/// What completes the options of one plugin instance. Instance thread.
class Completions {
  public:
    explicit Completions(const Host& host) : host_(&host) {}

    void add(std::unique_ptr<Completer> completer) {
        bool known = false;
        for (const auto& each : completers_) {
            known = known || each->command == completer->command;
        }
        const std::string command = completer->command;
        completers_.push_back(std::move(completer));
        if (!known) {
            handle_invocations(*host_, RK_INVOKE_AUTOCOMPLETE, command,
                               std::make_unique<Typing>(*this, command));
        }
    }

  private:
    struct Typing final : InvocationTarget {
        Typing(Completions& of, std::string which) : self(&of), command(std::move(which)) {}
        void call(rk_view_t event, JsonValue data) override {
            for (const auto& each : self->completers_) {
                if (each->command == command && each->option == data.text_at("focused")) {
                    each->complete(event, std::move(data));
                    return;
                }
            }
        }
        Completions* self;
        std::string command;
    };

    const Host* host_;
    std::vector<std::unique_ptr<Completer>> completers_;
};

}  // namespace rookery::detail
