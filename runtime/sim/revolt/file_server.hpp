#pragma once

#include "sim/http_server.hpp"
#include "sim/revolt/core.hpp"

namespace rookery::sim::revolt {

/// The server of uploads and downloads (autumn). Simulator thread.
class FileServer {
  public:
    explicit FileServer(Core& core) : core_(core) {}

    void handle(const HttpRequest& request, const HttpResponder& respond);

    /// A file of the community itself, as it stands in a message.
    [[nodiscard]] Json store(const std::string& tag, const std::string& name,
                             const std::string& type, std::string bytes, const std::string& owner);

  private:
    [[nodiscard]] HttpReply upload(const HttpRequest& request, const std::string& tag);
    [[nodiscard]] HttpReply read(const std::string& tag, const std::string& id,
                                 const std::string& name);

    Core& core_;
    std::map<std::string, std::pair<SteadyTime, unsigned>> uploads_;  ///< by tag: window, count
    std::uint64_t made_ = 0;
};

}  // namespace rookery::sim::revolt
