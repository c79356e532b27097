#pragma once

#include "async/task.hpp"
#include "async/task_group.hpp"
#include "gateway/bot.hpp"
#include "model/bots.hpp"
#include "platform/revolt/api.hpp"
#include "platform/revolt/cache.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::revolt {

/// Carries out operations: most are the request that the schema says, some are several, some need
/// no request at all. io thread, but for call().
class Operations {
  public:
    struct Parts {
        const model::BotInfo* bot = nullptr;
        Api* api = nullptr;
        Cache* cache = nullptr;
        std::function<std::string()> self;  ///< the bot's own id; empty while it is not known
        /// Tells that the bot is typing there. Error unavailable: not connected.
        std::function<Result<>(std::string_view channel)> typing;
    };

    Operations(async::Executor executor, Parts parts);
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;

    /// Any thread; `done` runs once, on the io thread.
    void call(gateway::BotCall call, gateway::BotCallDone done);
    /// Ends everything under way with Error cancelled.
    [[nodiscard]] async::Task<> close();

  private:
    using Json = nlohmann::json;
    using Answer = async::Task<Result<Json>>;
    /// One call under way.
    struct Call {
        const model::PlatformOperation* operation = nullptr;
        Json arguments;
        std::string nonce_key;
        CallContext context;

        [[nodiscard]] std::string text(const char* name) const;
        [[nodiscard]] bool has(const char* name) const;  ///< given, be it null
        [[nodiscard]] const Json& value(const char* name) const;
        [[nodiscard]] std::size_t limit(std::size_t fallback) const;
    };
    using Coded = Answer (Operations::*)(Call);
    struct Special {
        std::string_view name;
        Coded run;
    };
    static Coded special(std::string_view name) noexcept;

    void start(gateway::BotCall call, gateway::BotCallDone done);
    [[nodiscard]] Answer run(Call call);
    [[nodiscard]] Answer plain(Call call);
    [[nodiscard]] async::Task<Result<>> convert(ApiRequest& request, const Call& call);
    [[nodiscard]] async::Task<Result<>> put_files(Json& body, const Call& call);
    [[nodiscard]] async::Task<Result<std::string>> put_picture(std::string tag, Json value,
                                                               CallContext context);
    [[nodiscard]] Json tidied(const Call& call, Json answer) const;
    [[nodiscard]] Result<Json> shown(const Call& call, const Json& answer) const;
    [[nodiscard]] Answer ask(std::string method, std::string label, std::vector<std::string> ids,
                             Json body, const Call& call);

    // Several requests, or none.
    [[nodiscard]] Answer reactions_list(Call call);
    [[nodiscard]] Answer channels_list(Call call);
    [[nodiscard]] Answer channels_typing(Call call);
    [[nodiscard]] Answer guilds_list(Call call);
    [[nodiscard]] Answer members_search(Call call);
    [[nodiscard]] Answer members_add_role(Call call);
    [[nodiscard]] Answer members_remove_role(Call call);
    [[nodiscard]] Answer members_edit_self(Call call);
    [[nodiscard]] Answer set_role(Call call, bool give);
    [[nodiscard]] Answer bans_list(Call call);
    [[nodiscard]] Answer bans_get(Call call);
    [[nodiscard]] Answer roles_list(Call call);
    [[nodiscard]] Answer roles_create(Call call);
    [[nodiscard]] Answer roles_edit(Call call);
    [[nodiscard]] Answer emojis_create(Call call);
    [[nodiscard]] Answer api_request(Call call);
    [[nodiscard]] Answer change_role(Call call, std::string role);

    async::Executor executor_;
    Parts parts_;
    bool closed_ = false;
    async::TaskGroup tasks_;
};

/// The text at that place; empty when there is none.
[[nodiscard]] std::string text_at(const nlohmann::json& object, const char* pointer);

}  // namespace rookery::revolt
