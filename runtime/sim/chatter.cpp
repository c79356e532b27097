#include "sim/chatter.hpp"

#include "sim/cast.hpp"

#include <algorithm>

namespace rookery::sim {
namespace {

constexpr std::size_t kPlaces = 3;  // general, random and bots; the others are left in peace

template <class List>
auto pick(std::mt19937_64& random, const List& list, std::size_t most) {
    return list[std::uniform_int_distribution<std::size_t>(0, most - 1)(random)];
}

}  // namespace

void Chatter::start(double lines_per_second) {
    rate_ = lines_per_second;
    if (rate_ > 0) {
        next();
    }
}

void Chatter::next() {
    // Half of what happens is a line; the pauses are exponential, as between independent people.
    const auto pause = std::exponential_distribution<double>(rate_ * 2)(random_);
    timer_.expires_after(Millis(static_cast<std::int64_t>(std::min(pause, 60.0) * 1000)));
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            do_something();
            next();
        }
    });
}

void Chatter::do_something() {
    const std::string who = pick(random_, cast::kPeople, cast::kPeople.size()).username;
    const std::string where = pick(random_, cast::kTextChannels, kPlaces);
    const auto dice = std::uniform_real_distribution<double>(0, 1)(random_);
    Json what = {{"user", who}, {"channel", where}};
    if (dice < 0.5) {
        what.update({{"do", "write"}, {"text", pick(random_, cast::kLines, cast::kLines.size())}});
        last_channel_ = where;
    } else if (dice < 0.8 && !last_channel_.empty()) {
        what.update({{"do", "react"},
                     {"channel", last_channel_},
                     {"emoji", pick(random_, cast::kEmoji, cast::kEmoji.size())}});
    } else {
        what["do"] = "typing";
    }
    // Who left or what was deleted meanwhile makes no chatter.
    (void)platform_.act(what);
}

}  // namespace rookery::sim
