#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <functional>
#include <memory>
#include <string>

namespace rookery::sim {

/// A layer below a websocket that collects what is written and hands it to the stream beneath in
/// large pieces, once per turn of the loop: thousands of small frames then cost few system calls.
/// It never waits for the peer; the owner watches backlog() and the drained callback instead.
/// While frozen nothing leaves. One thread.
template <class Next>
class BufferedStream {
  public:
    using executor_type = typename Next::executor_type;
    using next_layer_type = Next;

    template <class... Args>
    explicit BufferedStream(Args&&... args)
        : state_(std::make_shared<State>(std::forward<Args>(args)...)) {}

    executor_type get_executor() { return state_->next.get_executor(); }
    Next& next_layer() { return state_->next; }
    const Next& next_layer() const { return state_->next; }

    [[nodiscard]] std::size_t backlog() const {
        return state_->pending.size() + state_->flying.size();
    }
    void on_drained(std::function<void()> callback) { state_->drained = std::move(callback); }
    /// Websocket pong frames are swallowed.
    void mute_pongs(bool muted) { state_->mute_pongs = muted; }
    void freeze(bool frozen) {
        state_->frozen = frozen;
        flush(state_);
    }

    template <class Buffers, class Handler>
    auto async_read_some(const Buffers& buffers, Handler&& handler) {
        return state_->next.async_read_some(buffers, std::forward<Handler>(handler));
    }

    template <class Buffers, class Handler>
    auto async_write_some(const Buffers& buffers, Handler&& handler) {
        return boost::asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
            [this](auto done, const Buffers& parts) {
                const auto before = state_->pending.size();
                for (const auto part : boost::beast::buffers_range_ref(parts)) {
                    state_->pending.append(static_cast<const char*>(part.data()), part.size());
                }
                const auto written = state_->pending.size() - before;
                if (state_->mute_pongs && written != 0 && state_->pending[before] == kPong) {
                    state_->pending.resize(before);  // each write begins with a frame
                }
                schedule();
                boost::asio::post(get_executor(), boost::beast::bind_front_handler(
                                                      std::move(done), state_->failed, written));
            },
            handler, buffers);
    }

    /// Closes the stream beneath once everything written has left.
    template <class Handler>
    void tear_down(boost::beast::role_type role, Handler&& handler) {
        auto held = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        Action teardown = [state = state_.get(), held, role] {
            using boost::beast::websocket::async_teardown;
            async_teardown(role, state->next, std::move(*held));
        };
        // The handler owns whoever owns this stream. With what is under way, and not with the
        // stream, it goes when the loop does.
        if (const auto under_way = state_->after_write.lock()) {
            *under_way = std::move(teardown);
            return;
        }
        state_->teardown = std::move(teardown);
        flush(state_);
    }

  private:
    static constexpr char kPong = static_cast<char>(0x8A);
    using Action = std::function<void()>;

    struct State {
        template <class... Args>
        explicit State(Args&&... args) : next(std::forward<Args>(args)...) {}

        Next next;
        std::string pending;
        std::string flying;
        Action drained;
        Action teardown;                    ///< nothing is being written
        std::weak_ptr<Action> after_write;  ///< what the write under way leaves as teardown
        boost::system::error_code failed;
        bool scheduled = false;
        bool frozen = false;
        bool mute_pongs = false;
    };

    void schedule() {
        if (!state_->scheduled) {
            state_->scheduled = true;
            boost::asio::post(get_executor(), [state = state_] {
                state->scheduled = false;
                flush(state);
            });
        }
    }

    static void flush(const std::shared_ptr<State>& state) {
        if (!state->flying.empty() || (state->frozen && !state->failed)) {
            return;
        }
        auto teardown = std::exchange(state->teardown, nullptr);
        if (state->pending.empty() || state->failed) {
            if (teardown) {
                teardown();
            }
            return;
        }
        state->flying.swap(state->pending);
        const auto after = std::make_shared<Action>(std::move(teardown));
        state->after_write = after;
        boost::asio::async_write(state->next, boost::asio::buffer(state->flying),
                                 [state, after](boost::system::error_code error, std::size_t) {
                                     state->flying.clear();
                                     state->failed = error;
                                     state->teardown = std::exchange(*after, nullptr);
                                     state->after_write.reset();
                                     if (state->drained) {
                                         state->drained();
                                     }
                                     flush(state);
                                 });
    }

    std::shared_ptr<State> state_;
};

template <class Next>
void teardown(boost::beast::role_type role, BufferedStream<Next>& stream,
              boost::system::error_code& error) {
    using boost::beast::websocket::teardown;
    teardown(role, stream.next_layer(), error);
}

template <class Next, class Handler>
void async_teardown(boost::beast::role_type role, BufferedStream<Next>& stream, Handler&& handler) {
    stream.tear_down(role, std::forward<Handler>(handler));
}

}  // namespace rookery::sim
