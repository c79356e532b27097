#include "protocol/discord/session_io.hpp"

#include <array>
#include <string_view>

namespace rookery::protocol::discord {
namespace {

constexpr std::array<std::string_view, kTimerCount> kTimerNames{"backoff", "hello", "heartbeat",
                                                                "ready",   "close", "quiet"};

std::string name(Timer which) { return std::string(kTimerNames[static_cast<std::size_t>(which)]); }

struct Describe {
    std::string operator()(const action::Connect& a) const {
        return "connect " + (a.resume_url.empty() ? "base" : a.resume_url);
    }
    std::string operator()(const action::Close& a) const {
        return "close " + std::to_string(a.code);
    }
    std::string operator()(const action::DropSocket&) const { return "drop"; }
    std::string operator()(const action::SendHeartbeat& a) const {
        return "beat " + (a.seq ? std::to_string(*a.seq) : "null");
    }
    std::string operator()(const action::SendIdentify&) const { return "identify"; }
    std::string operator()(const action::SendResume& a) const {
        return "resume " + a.session_id + ' ' + std::to_string(a.seq);
    }
    std::string operator()(const action::RequestSlot&) const { return "request slot"; }
    std::string operator()(const action::ReturnSlot&) const { return "return slot"; }
    std::string operator()(const action::ArmTimer& a) const {
        return "arm " + name(a.which) + ' ' + std::to_string(a.delay.count());
    }
    std::string operator()(const action::CancelTimer& a) const { return "cancel " + name(a.which); }
    std::string operator()(const action::SessionEstablished& a) const {
        return a.resumed ? "established resumed" : "established new";
    }
    std::string operator()(const action::SessionLost&) const { return "lost"; }
    std::string operator()(const action::Latency& a) const {
        return "latency " + std::to_string(a.round_trip.count()) + " us";
    }
    std::string operator()(const action::Fatal& a) const {
        return "fatal " + std::to_string(a.code);
    }
    std::string operator()(const action::Stopped&) const { return "stopped"; }
    std::string operator()(const action::Note& a) const { return "note " + a.text; }
};

}  // namespace

std::string describe(const Action& action) { return std::visit(Describe{}, action); }

}  // namespace rookery::protocol::discord
