#include "protocol/guilded/bot_frame.hpp"

#include "protocol/guilded/json_scan.hpp"

#include <algorithm>
#include <charconv>

namespace rookery::protocol::guilded {
namespace {

constexpr Millis kShortestBeat{50};
constexpr Millis kLongestBeat{300'000};
constexpr std::size_t kMostId = 90;  ///< bytes of a cursor that can be kept

template <class Number>
bool read_number(std::string_view text, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

std::string_view short_id(std::string_view value) {
    const auto id = plain_text(value);
    return id.size() <= kMostId && id.find('\\') == std::string_view::npos ? id
                                                                           : std::string_view();
}

}  // namespace

Result<BotFrame> read_bot_frame(std::string_view frame) {
    BotFrame out;
    bool has_op = false;
    MemberScan scan(frame);
    while (scan.next()) {
        if (scan.key() == "op") {
            has_op = read_number(scan.value(), out.op);
        } else if (scan.key() == "t") {
            out.type = scan.value().starts_with('"') ? plain_text(scan.value()) : "";
        } else if (scan.key() == "s") {
            out.id = short_id(scan.value());
        } else if (scan.key() == "d") {
            out.data = scan.value();
        }
    }
    if (scan.failed()) {
        return Error(ErrorKind::protocol, "a frame is no JSON object");
    }
    if (!has_op) {
        return Error(ErrorKind::protocol, "a frame has no op");
    }
    if (out.is(BotOp::event) && (out.type.empty() || !out.data.starts_with('{'))) {
        return Error(ErrorKind::protocol, "an event without a name or a payload");
    }
    return out;
}

Welcome read_welcome(std::string_view data) {
    Welcome out;
    std::int64_t beat = 0;
    if (read_number(member(data, "heartbeatIntervalMs"), beat) && beat > 0) {
        out.heartbeat = std::clamp(Millis(std::min<std::int64_t>(beat, kLongestBeat.count())),
                                   kShortestBeat, kLongestBeat);
    }
    out.last_id = short_id(member(data, "lastMessageId"));
    const auto user = member(data, "user");
    out.user_id = plain_text(member(user, "id"));
    out.user_name = plain_text(member(user, "name"));
    return out;
}

std::string read_bot_error(std::string_view data) {
    const auto text = plain_text(member(data, "message"));
    return text.empty() ? "no reason given" : std::string(text.substr(0, 300));
}

std::string read_resumed(const BotFrame& frame) {
    const auto id = short_id(member(frame.data, "s"));
    return std::string(id.empty() ? frame.id : id);
}

}  // namespace rookery::protocol::guilded
