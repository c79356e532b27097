#pragma once

#include "base/clock.hpp"
#include "server/access/guard.hpp"
#include "server/rest/call.hpp"
#include "server/rest/router.hpp"
#include "server/rest/validation.hpp"

#include <memory>
#include <string>
#include <unordered_map>

namespace rookery::server::rest {

struct RestOptions {
    std::string bot;  ///< that speaks where none is named and none has the guild
    /// A body of another type than JSON counts as empty; every key is told webhooks' tokens.
    bool holobridge = false;
    std::size_t body_limit = std::size_t{1} << 20U;  ///< bytes; bodies with files may be larger
};

/// Everything below /api but the routes of extensions. Server thread. What it is given must outlive
/// it; requests under way when it goes are dropped.
class RestApi final : public Handler {
  public:
    RestApi(Runtime& runtime, Guard& guard, const Clock& clock);
    ~RestApi() override;

    /// From the next request on.
    void set_options(RestOptions options) { options_ = std::move(options); }

    [[nodiscard]] std::optional<Response> admit(Exchange& exchange) override;
    void handle(ExchangePtr exchange) override;

  private:
    struct Running;

    [[nodiscard]] std::optional<Response> prepare(Call& call, const Router::Match& match);
    [[nodiscard]] std::optional<Response> prepare_operation(Call& call,
                                                            const model::OperationInfo& info);
    Task<bool> run(Call& call);
    Task<Response> carry_out(Call& call);
    void answer(Call& call, Response response);

    Runtime& runtime_;
    Guard& guard_;
    const Clock& clock_;
    RestOptions options_;
    Router router_;
    ChannelGuilds channels_;
    std::unordered_map<const Call*, std::unique_ptr<Running>> running_;
};

}  // namespace rookery::server::rest
