#include "server/socketio/channel.hpp"

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <utility>

namespace rookery::server {
namespace {

namespace asio = boost::asio;
namespace websocket = protocol::websocket;
using boost::system::error_code;
using protocol::socketio::EngineSession;

constexpr std::size_t kScratch = std::size_t{64} << 10U;
constexpr std::size_t kReadBuffer = std::size_t{4} << 10U;
constexpr int kReadsPerTurn = 16;
constexpr std::size_t kPieces = 64;  ///< of one gathering write
constexpr int kUserTimeoutMs = 30'000;
/// What the kernel keeps for one client beyond what is on its way: little, since what waits here is
/// counted and shared, and what waits there is neither. Unlike SO_SNDBUF it leaves a fast and
/// distant client its window.
constexpr int kUnsent = 128 << 10;

template <class T>
void set_option(int fd, int level, int name, T value) {
    // A socket without it works, too.
    static_cast<void>(::setsockopt(fd, level, name, &value, sizeof value));
}

void tune(int fd) {
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMs);
    set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kUnsent);
}

/// Straight to the system: Asio only tells when the socket is ready.
class PlainChannel final : public Channel {
  public:
    PlainChannel(ChannelPool& pool, Upgraded::Plain socket, std::size_t max_message, User& user)
        : Channel(pool, max_message, user), socket_(std::move(socket)) {
        tune(socket_.native_handle());
    }

  private:
    void read() override {
        socket_.async_wait(Upgraded::Plain::wait_read, [self = ChannelPtr(this), this](error_code) {
            if (!gone() && on_readable()) {
                read();
            }
        });
    }

    bool on_readable() {
        for (int reads = 0; reads < kReadsPerTurn; ++reads) {
            const auto room = reader_.prepare();
            const auto bytes =
                ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
            if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) {
                break;
            }
            if (bytes <= 0) {
                lost();
                return false;
            }
            if (!take(static_cast<std::size_t>(bytes))) {
                return false;
            }
            if (static_cast<std::size_t>(bytes) < room.size()) {
                break;
            }
        }
        reader_.release();
        return true;
    }

    bool write_ready(EngineSession& session) override {
        while (session.ready() > 0) {
            std::size_t offered = 0;
            const auto bytes = send_some(session, offered);
            if (bytes < 0 && errno == EINTR) {
                continue;
            }
            if (bytes < 0 && errno != EAGAIN) {
                return false;
            }
            const auto taken = bytes < 0 ? 0 : static_cast<std::size_t>(bytes);
            count_sent(taken);
            session.wrote(taken);
            if (taken < offered) {  // nothing more would be taken now
                await_write();
                break;
            }
        }
        return true;
    }

    /// One call of the system.
    ssize_t send_some(const EngineSession& session, std::size_t& offered) {
        count_write();
        const auto fd = socket_.native_handle();
        if (const auto bytes = together(session); !bytes.empty()) {
            offered = bytes.size();
            return ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        }
        std::array<iovec, kPieces> pieces;
        const auto count = std::min(session.ready(), kPieces);
        for (std::size_t i = 0; i < count; ++i) {
            auto frame = session.ready(i).frame();
            frame.remove_prefix(i == 0 ? session.offset() : 0);
            pieces[i] = {const_cast<char*>(frame.data()), frame.size()};
            offered += frame.size();
        }
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = count;
        return ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    void write_last() override {
        const auto bytes = ::send(socket_.native_handle(), last_.data(), last_.size(),
                                  MSG_DONTWAIT | MSG_NOSIGNAL);
        if (bytes < 0 && errno != EAGAIN && errno != EINTR) {
            lost();
            return;
        }
        const auto taken = bytes < 0 ? 0 : static_cast<std::size_t>(bytes);
        if (taken < last_.size()) {
            await_write();
        }
        wrote_last(taken);
    }

    void await_write() {
        blocked_ = true;
        socket_.async_wait(Upgraded::Plain::wait_write,
                           [self = ChannelPtr(this), this](error_code) { unblocked(); });
    }

    void shut() override {
        error_code ignored;
        socket_.shutdown(Upgraded::Plain::shutdown_send, ignored);
    }

    void drop() override {
        error_code ignored;
        socket_.close(ignored);
    }

    Upgraded::Plain socket_;
};

class TlsChannel final : public Channel {
  public:
    TlsChannel(ChannelPool& pool, std::unique_ptr<Upgraded::Tls> stream, std::size_t max_message,
               User& user)
        : Channel(pool, max_message, user), stream_(std::move(stream)) {
        tune(stream_->next_layer().native_handle());
    }

  private:
    void read() override {
        const auto room = reader_.prepare();
        stream_->async_read_some(
            asio::buffer(room.data(), room.size()),
            [self = ChannelPtr(this), this](error_code error, std::size_t bytes) {
                if (gone()) {
                    return;
                }
                if (error) {
                    lost();
                } else if (take(bytes)) {
                    read();
                }
            });
    }

    bool write_ready(EngineSession& session) override {
        if (session.ready() == 0) {
            return true;
        }
        auto first = session.offset();
        for (std::size_t i = 0; i < session.ready() && out_.size() < kScratch; ++i) {
            out_.append(session.ready(i).frame().substr(std::exchange(first, 0)));
        }
        session.wrote(out_.size());
        write_out();
        return true;
    }

    void write_last() override {
        out_ = std::exchange(last_, {});
        write_out();  // then unblocked(), which finds nothing left
    }

    void write_out() {
        blocked_ = true;
        count_write();
        asio::async_write(*stream_, asio::buffer(out_),
                          [self = ChannelPtr(this), this](error_code error, std::size_t bytes) {
                              out_ = {};
                              count_sent(bytes);
                              if (error && !gone()) {
                                  lost();
                              }
                              unblocked();
                          });
    }

    void shut() override {
        if (!blocked_) {
            stream_->async_shutdown([self = ChannelPtr(this), this](error_code) { drop(); });
        }
    }

    void drop() override {
        error_code ignored;
        stream_->next_layer().close(ignored);
    }

    std::unique_ptr<Upgraded::Tls> stream_;
    std::string out_;
};

}  // namespace

ChannelPool::ChannelPool(asio::io_context& io, Options options)
    : options_(options), timer_(io), alive_(std::make_shared<bool>(true)) {}

ChannelPool::~ChannelPool() { *alive_ = false; }

/// Those who are in the same rooms have the same frames waiting: what was put together for one is
/// there for the next.
std::string_view ChannelPool::together(const EngineSession& session) {
    const auto count = session.ready();
    if (count == 1) {
        return session.ready(0).frame().substr(session.offset());
    }
    if (session.offset() > 0 || session.queued_bytes() > kScratch) {
        return {};
    }
    const auto& packets = in_scratch_;
    bool same = packets.size() == count;
    for (std::size_t i = 0; same && i < count; ++i) {
        same = packets[i].bytes() == session.ready(i).bytes();
    }
    if (!same) {
        if (!scratch_) {
            scratch_ = std::make_unique_for_overwrite<char[]>(kScratch);
        }
        in_scratch_.clear();
        scratch_bytes_ = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const auto frame = session.ready(i).frame();
            std::memcpy(scratch_.get() + scratch_bytes_, frame.data(), frame.size());
            scratch_bytes_ += frame.size();
            in_scratch_.push_back(session.ready(i));
        }
    }
    return {scratch_.get(), scratch_bytes_};
}

void ChannelPool::watch(Channel& channel) {
    if (std::exchange(channel.watched_, true)) {
        return;
    }
    watched_.emplace_back(&channel);
    if (watched_.size() == 1) {
        tick();
    }
}

void ChannelPool::tick() {
    timer_.expires_after(std::clamp<Millis>(
        std::min(options_.message_time, options_.close_time) / 4, Millis{5}, Millis{1000}));
    timer_.async_wait([this, alive = alive_](error_code error) {
        if (!error && *alive) {
            expire();
        }
    });
}

void ChannelPool::expire() {
    const auto now = std::chrono::steady_clock::now();
    std::vector<ChannelPtr> late;
    std::erase_if(watched_, [&](const ChannelPtr& channel) {
        const bool due = channel->due_ <= now;
        if (!channel->gone_ && !due && channel->due_ != SteadyTime::max()) {
            return false;
        }
        channel->watched_ = false;
        if (!channel->gone_ && due) {
            late.push_back(channel);
        }
        return true;
    });
    if (!watched_.empty()) {
        tick();
    }
    for (const auto& channel : late) {
        if (auto* user = std::exchange(channel->user_, nullptr)) {
            user->socket_failed(websocket::kClosePolicy);
        } else {
            channel->end();
        }
    }
}

Channel::Channel(ChannelPool& pool, std::size_t max_message, User& user)
    : reader_(websocket::Role::server, {max_message, pool.options().max_fragments, kReadBuffer}),
      pool_(pool),
      user_(&user) {}

ChannelPtr Channel::make(ChannelPool& pool, Upgraded connection, std::size_t max_message,
                         User& user) {
    ChannelPtr channel;
    if (auto* plain = std::get_if<Upgraded::Plain>(&connection.socket)) {
        channel.reset(new PlainChannel(pool, std::move(*plain), max_message, user));
    } else {
        auto& tls = std::get<std::unique_ptr<Upgraded::Tls>>(connection.socket);
        channel.reset(new TlsChannel(pool, std::move(tls), max_message, user));
    }
    channel->early_ = std::move(connection.early);
    return channel;
}

void Channel::start() {
    const ChannelPtr self(this);
    const auto early = std::exchange(early_, {});
    for (std::size_t at = 0; at < early.size();) {
        const auto room = reader_.prepare();
        const auto bytes = std::min(room.size(), early.size() - at);
        std::memcpy(room.data(), early.data() + at, bytes);
        at += bytes;
        if (!take(bytes)) {
            return;
        }
    }
    reader_.release();
    read();
}

bool Channel::take(std::size_t bytes) {
    pool_.stats_.bytes_received += bytes;
    reader_.commit(bytes);
    bool progress = false;
    while (user_ != nullptr) {
        websocket::Message message;
        switch (reader_.next(message)) {
            case websocket::FrameReader::Next::message:
                progress = true;
                user_->socket_message(message);
                break;
            case websocket::FrameReader::Next::need_more:
                watch_message(progress);
                return true;
            case websocket::FrameReader::Next::failed:
                std::exchange(user_, nullptr)->socket_failed(reader_.failure().close_code);
                break;
        }
    }
    reader_.reset();  // from now on only the end of it is of interest
    return !gone_;
}

void Channel::watch_message(bool progress) {
    if (!reader_.inside_message()) {
        due_ = SteadyTime::max();
    } else if (progress || due_ == SteadyTime::max()) {
        due_ = std::chrono::steady_clock::now() + pool_.options_.message_time;
        pool_.watch(*this);
    }
}

bool Channel::write(EngineSession& session) {
    if (!blocked_ && !closing_ && !gone_ && !write_ready(session)) {
        user_ = nullptr;
        end();
    }
    return !gone_;
}

void Channel::close(std::string last) {
    user_ = nullptr;
    if (gone_ || closing_) {
        return;
    }
    if (last.empty()) {
        end();
        return;
    }
    closing_ = true;
    last_ = std::move(last);
    due_ = std::chrono::steady_clock::now() + pool_.options_.close_time;
    pool_.watch(*this);
    if (!blocked_) {
        write_last();
    }
}

void Channel::wrote_last(std::size_t bytes) {
    last_.erase(0, bytes);
    if (last_.empty()) {
        last_ = {};
        shut();
    }
}

void Channel::unblocked() {
    blocked_ = false;
    if (gone_) {
        return;
    }
    if (closing_) {
        last_.empty() ? shut() : write_last();
    } else if (user_ != nullptr) {
        user_->socket_ready();
    }
}

void Channel::lost() {
    auto* user = std::exchange(user_, nullptr);
    end();
    if (user != nullptr) {
        user->socket_gone();
    }
}

void Channel::end() {
    if (!std::exchange(gone_, true)) {
        drop();
    }
}

}  // namespace rookery::server
