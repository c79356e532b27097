#pragma once

#include "async/task.hpp"
#include "gateway/bot.hpp"
#include "platform/whatsapp/api.hpp"
#include "platform/whatsapp/directory.hpp"

namespace rookery::whatsapp {

/// Carries out operations. `api` and `directory` outlive every call. io thread.
class Calls {
  public:
    Calls(Api& api, Directory& directory, const model::PlatformInfo& platform)
        : api_(api), directory_(directory), platform_(platform) {}

    /// The answer in the normalised shape.
    [[nodiscard]] async::Task<Result<Json>> run(gateway::BotCall call);

  private:
    [[nodiscard]] async::Task<Result<Json>> perform(std::string name, Json arguments,
                                                    CallContext context);
    [[nodiscard]] async::Task<Result<Json>> send(std::string answered, Json arguments,
                                                 CallContext context);
    [[nodiscard]] async::Task<Result<Json>> send_files(Json arguments, Json content,
                                                       CallContext context);
    [[nodiscard]] async::Task<Result<Json>> act(Json arguments, Json content, CallContext context);
    [[nodiscard]] async::Task<Result<Json>> post(std::string chat, Json content,
                                                 CallContext context);
    [[nodiscard]] async::Task<Result<Json>> list(std::string chat, std::size_t limit,
                                                 CallContext context);
    [[nodiscard]] async::Task<Result<Json>> user(std::string id, CallContext context);
    [[nodiscard]] Json sent(const std::string& chat, const Json& content, const Json& answer);
    [[nodiscard]] MessageKey key_of(const Json& arguments, const char* name);

    Api& api_;
    Directory& directory_;
    const model::PlatformInfo& platform_;
};

}  // namespace rookery::whatsapp
