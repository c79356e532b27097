#pragma once

#include "base/clock.hpp"
#include "server/access/guard.hpp"
#include "server/http/handler.hpp"
#include "server/operations/family.hpp"
#include "server/operations/readiness.hpp"
#include "server/ports.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace rookery::server {

/// `/health`, `/healthz`, `/readyz` and `/metrics`: for whoever looks after the process. Who comes
/// from this machine, or has a key with `read:metrics`, gets metrics and reasons; health and the
/// verdict of readiness are everybody's.
class OperationsHandler final : public Handler {
  public:
    /// Appends what is measured on the server's thread.
    using Collect = std::function<void(Families&)>;

    /// All outlive it. `patience` is for the rest of the process.
    OperationsHandler(boost::asio::io_context& context, const Clock& clock, Guard& guard,
                      Runtime& runtime, Collect collect, Millis patience = Millis{2'000});
    ~OperationsHandler() override;

    void handle(ExchangePtr exchange) override;

    /// All metrics, for the command line. `done` runs on the server's thread.
    void metrics(std::function<void(std::string)> done);

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

/// Whether the request comes from this machine, and not through a proxy on it.
[[nodiscard]] bool is_local(const Request& request);

}  // namespace rookery::server
