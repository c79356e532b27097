#include "sim/community/wire_faults.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::community {
namespace {

constexpr std::size_t kMostBytes = std::size_t{512} << 20U;
constexpr std::size_t kMostDepth = 1'000'000;

struct Breaking {
    WsChannel& channel;
    const WireForm& form;
    const Json& with;

    void event(const std::string& name, const std::string& data) const {
        channel.send(form.event(name, data), false);
    }
};

void fragments(const Breaking& to) {
    const auto whole = to.form.event(to.form.usual, to.form.usual_data.dump());
    const auto half = whole.size() / 2;
    to.channel.send_raw(ws_frame(std::string_view(whole).substr(0, half), 1, false));
    to.channel.send_raw(ws_frame(std::string_view(whole).substr(half), 0, true));
}

/// A frame that promises more than comes, then the end of the connection.
void cut_frame(const Breaking& to) {
    const auto whole = ws_frame(to.form.event(to.form.usual, to.form.usual_data.dump()), 1, true);
    to.channel.send_raw(std::string_view(whole).substr(0, whole.size() / 2));
    to.channel.close(1006, "");
}

void flood(const Breaking& to) {
    const auto count = std::min(to.with.value("count", 10'000U), 1'000'000U);
    const auto text = to.form.event(to.with.value("t", to.form.usual),
                                    to.with.value("d", to.form.usual_data).dump());
    for (unsigned i = 0; i < count; ++i) {
        to.channel.send(text, false);
    }
}

void nested(const Breaking& to) {
    const auto depth = std::min(to.with.value("depth", std::size_t{1'000}), kMostDepth);
    to.event(to.form.usual,
             R"({"deep":)" + std::string(depth, '[') + std::string(depth, ']') + "}");
}

void oversized(const Breaking& to) {
    const auto bytes = std::min(to.with.value("bytes", std::size_t{64} << 20U), kMostBytes);
    to.event(to.form.usual, R"({"long":")" + std::string(bytes, 'x') + "\"}");
}

struct Kind {
    const char* name;
    void (*happen)(const Breaking&);
};

constexpr std::array kKinds = {
    Kind{"binary",
         [](const Breaking& to) { to.channel.send(std::string("\x00\xff\x04{", 4), true); }},
    Kind{"close",
         [](const Breaking& to) {
             to.channel.close(to.with.value("code", 1001U),
                              to.with.value("reason", std::string("on demand")));
         }},
    Kind{"cut_frame", cut_frame},
    Kind{"flood", flood},
    Kind{"fragments", fragments},
    Kind{"frame",
         [](const Breaking& to) {
             to.channel.send(to.with.value("text", std::string("{}")), false);
         }},
    Kind{"freeze", [](const Breaking& to) { to.channel.freeze(true); }},
    Kind{"malformed", [](const Breaking& to) { to.event(to.form.usual, R"({"message":{)"); }},
    Kind{"nested", nested},
    Kind{"oversized", oversized},
    Kind{"reset", [](const Breaking& to) { to.channel.reset(); }},
    Kind{"thaw", [](const Breaking& to) { to.channel.freeze(false); }},
    Kind{"unknown_event",
         [](const Breaking& to) { to.event("QuantumFluxCreated", R"({"id":"1","new":true})"); }},
    Kind{"wrong_type", [](const Breaking& to) { to.event(to.form.usual, "[1,\"two\",null]"); }},
};

}  // namespace

bool break_wire(WsChannel& channel, const WireForm& form, const std::string& kind,
                const Json& parameters) {
    const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                     [&](const Kind& known) { return kind == known.name; });
    if (found == kKinds.end()) {
        return false;
    }
    found->happen({channel, form, parameters});
    return true;
}

std::vector<std::string> wire_fault_names() {
    std::vector<std::string> names;
    for (const auto& kind : kKinds) {
        names.emplace_back(kind.name);
    }
    return names;
}

std::string ws_frame(std::string_view payload, unsigned opcode, bool final) {
    std::string frame(1, static_cast<char>(opcode | (final ? 0x80U : 0U)));
    const auto size = payload.size();
    const auto put = [&](unsigned bytes) {
        for (unsigned i = bytes; i-- > 0;) {
            frame += static_cast<char>((size >> (8 * i)) & 0xFFU);
        }
    };
    if (size < 126) {
        frame += static_cast<char>(size);
    } else if (size <= 0xFFFF) {
        frame += static_cast<char>(126);
        put(2);
    } else {
        frame += static_cast<char>(127);
        put(8);
    }
    return frame.append(payload);
}

}  // namespace rookery::sim::community
