#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace rookery::server {

/// The way onto the server's thread, for whoever may outlive the server. Any thread.
class Mailbox {
  public:
    explicit Mailbox(boost::asio::io_context& context) : context_(&context) {}

    /// `work` runs on the server's thread, later; after close() it is dropped here and now.
    void post(std::function<void()> work) {
        const std::lock_guard lock(mutex_);
        if (context_ != nullptr) {
            boost::asio::post(*context_, std::move(work));
        }
    }

    /// Before the context goes.
    void close() {
        const std::lock_guard lock(mutex_);
        context_ = nullptr;
    }

  private:
    std::mutex mutex_;
    boost::asio::io_context* context_;
};
using MailboxPtr = std::shared_ptr<Mailbox>;

}  // namespace rookery::server
