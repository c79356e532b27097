#pragma once

#include "base/result.hpp"
#include "hostapi/extension.hpp"
#include "plugin/handle_map.hpp"
#include "plugin/host_side.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <rookery/abi/ext/server.h>

#include <string>
#include <utility>

namespace rookery::plugin {

class Failures;

/// What a plugin serves: its registrations, each an effect of its scope, and the calls of the
/// server that it has not answered yet. Instance thread.
class Served {
  public:
    Served(hostapi::ExtensionContext& context, const HostSide& side, Failures& failures)
        : context_(context), side_(side), failures_(failures) {}
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;

    /// Errors of hostapi::Serving; `user` then stays with the caller.
    [[nodiscard]] Result<rk_handle_t> route(hostapi::RouteForm form, rk_server_request_fn handler,
                                            void* user, rk_release_t release);
    [[nodiscard]] Result<rk_handle_t> open(hostapi::ChannelForm form,
                                           const rk_server_handlers_t& handlers, void* user,
                                           rk_release_t release);
    /// False when there is no such registration.
    bool withdraw(rk_handle_t handle);

    // Errors: stale.
    [[nodiscard]] Result<> answer(rk_handle_t request, hostapi::ServedAnswer answer);
    [[nodiscard]] Result<> admit(rk_handle_t admission, hostapi::Admitted admitted);
    [[nodiscard]] Result<> reply(rk_handle_t reply, hostapi::ServedArguments arguments);
    /// Of a registered channel; 0 when there is none.
    [[nodiscard]] hostapi::ClaimId claim(rk_handle_t channel);

    /// What has not been answered never will be.
    void close();

  private:
    struct Registered : boost::intrusive_ref_counter<Registered, boost::thread_unsafe_counter> {
        Registered(UserData user_in, rk_server_request_fn handler_in,
                   const rk_server_handlers_t& handlers_in)
            : user(std::move(user_in)), handler(handler_in), handlers(handlers_in) {}

        UserData user;
        rk_server_request_fn handler;
        rk_server_handlers_t handlers;
        hostapi::EffectId effect = 0;
        hostapi::ClaimId claim = 0;
    };
    using RegisteredPtr = boost::intrusive_ptr<Registered>;
    /// What an answer is owed to; it ends with a timer where the plugin may forget it.
    template <class T>
    struct Open {
        hostapi::AnswerPtr<T> answer;
        hostapi::ServedHold hold;
        hostapi::TimerId timer = 0;
    };
    using Requests = HandleMap<Open<hostapi::ServedAnswer>, HandleKind::request>;
    using Admissions = HandleMap<Open<hostapi::Admitted>, HandleKind::admission>;
    using Replies = HandleMap<Open<hostapi::ServedArguments>, HandleKind::reply>;

    [[nodiscard]] rk_handle_t add(void* user, rk_release_t release, rk_server_request_fn handler,
                                  const rk_server_handlers_t& handlers);
    [[nodiscard]] rk_handle_t begun(rk_handle_t handle, const std::string& label);
    template <class Map, class T>
    [[nodiscard]] rk_handle_t owe(Map& open, hostapi::AnswerPtr<T> answer, hostapi::ServedHold hold,
                                  Millis patience);
    template <class Map, class T>
    [[nodiscard]] Result<> give(Map& open, rk_handle_t handle, T result);
    template <class Call>
    bool call(rk_handle_t handle, const char* what, const Call& run);
    [[nodiscard]] hostapi::ChannelHandlers handlers_of(rk_handle_t handle, bool engine);

    hostapi::ExtensionContext& context_;
    const HostSide& side_;
    Failures& failures_;
    HandleMap<RegisteredPtr, HandleKind::registration> registered_;
    Requests requests_;
    Admissions admissions_;
    Replies replies_;
};

}  // namespace rookery::plugin
