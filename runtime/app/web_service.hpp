#pragma once

#include "async/task_group.hpp"
#include "hostapi/web.hpp"
#include "net/http_client.hpp"

#include <list>
#include <memory>
#include <string>

namespace rookery::app {

/// The requests of extensions, on the io thread. Connections are shared by all of them: what may be
/// reached depends on the URL, which is checked for each request. A name leads to public addresses
/// only.
class WebService final : public hostapi::WebPort {
  public:
    struct Options {
        std::optional<net::TlsContext> tls;
        std::string user_agent;
        /// Addresses of hosts that are not to be looked up; for tests.
        std::map<std::string, std::vector<std::string>> hosts = {};
    };

    WebService(async::Executor executor, Options options);
    ~WebService() override;

    [[nodiscard]] std::unique_ptr<hostapi::WebSession> open() override;

    /// Ends what is under way. Sessions may be left; they do nothing any more.
    [[nodiscard]] async::Task<> stop();

  private:
    struct Impl;
    class Session;
    std::shared_ptr<Impl> impl_;
};

}  // namespace rookery::app
