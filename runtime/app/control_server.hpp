#pragma once

#include "async/task.hpp"
#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace rookery::app {

/// What answers one request of the control socket. Any thread, except where said; the first
/// finish() or fail() counts. Answers to a client that is gone are dropped.
class ControlReply {
  public:
    virtual ~ControlReply() = default;
    /// One line of a long answer: {"progress": text}.
    virtual void progress(const std::string& text) = 0;
    /// One part of an answer that may go on for ever: {"item": object}, `object` being the text of
    /// a JSON object. False when the client is so far behind that it does not get it.
    virtual bool item(const std::string& object) = 0;
    /// io thread. `then` is called once, there, when the client goes before the end of the answer;
    /// at once when it has gone.
    virtual void on_gone(std::function<void()> then) = 0;
    /// {"ok": true, "text": text, "data": data}
    virtual void finish(const std::string& text, nlohmann::json data = nullptr) = 0;
    /// {"ok": false, "error": text}
    virtual void fail(const std::string& text) = 0;
};
using ControlReplyPtr = std::shared_ptr<ControlReply>;

/// The socket in the state directory through which the CLI speaks to a running process: one JSON
/// object for each line, one request at a time for each connection. Only the user who runs the
/// process, and root, can reach it. io thread.
class ControlServer {
  public:
    /// `handle` gets each request: an object with "cmd"; malformed ones are answered here.
    using Handle = std::function<void(const nlohmann::json& request, ControlReplyPtr reply)>;

    [[nodiscard]] static Result<std::unique_ptr<ControlServer>> listen(
        async::Executor executor, const std::filesystem::path& path, Handle handle);
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    /// Closes the socket and every connection, and removes the file.
    [[nodiscard]] async::Task<> stop();

  private:
    struct Impl;
    explicit ControlServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::app
