#include "cli/sim_remote.hpp"

#include "base/log.hpp"

#include <spdlog/fmt/fmt.h>

#include <cctype>
#include <iostream>

namespace rookery::cli {

using Json = nlohmann::json;

Result<sim::ControlClient> Remote::client(const CommandContext& context) const {
    if (!control.empty()) {
        return sim::ControlClient::at(control);
    }
    const auto folder = state_dir_of(target, context.state_dir);
    return folder ? sim::ControlClient::in(*folder)
                  : Result<sim::ControlClient>(
                        Error(ErrorKind::invalid, target.config + " cannot be used"));
}

Json Remote::asking(Json body) const {
    if (!platform.empty()) {
        body["platform"] = platform;
    }
    return body;
}

std::string Remote::aimed(const std::string& path) const {
    return path + "?" + (platform.empty() ? "" : "platform=" + url_encoded(platform));
}

std::string url_encoded(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
            out += c;
        } else {
            out += fmt::format("%{:02X}", byte);
        }
    }
    return out;
}

int ask_simulator(const CommandContext& context, const Remote& remote, const std::string& path,
                  const Json& body, Millis timeout, int (*show)(const Json& answer)) {
    const auto client = remote.client(context);
    if (!client) {
        std::cerr << fmt::format("rookery sim: {}\n", client.error().message());
        return kExitNoRuntime;
    }
    const auto answer = client->post(path, remote.asking(body), timeout);
    return answer ? show(*answer) : sim_failed(answer.error());
}

int sim_failed(const Error& error) {
    std::cerr << fmt::format("rookery sim: {}\n", error.message());
    return error.kind() == ErrorKind::unavailable ? kExitNoRuntime : kExitFailed;
}

bool read_pairs(const std::vector<std::string>& pairs, Json& into) {
    for (const auto& pair : pairs) {
        const auto equals = pair.find('=');
        if (equals == std::string::npos) {
            std::cerr << fmt::format("rookery sim: '{}' is not KEY=VALUE\n", log::clipped(pair));
            return false;
        }
        const auto text = pair.substr(equals + 1);
        const auto value = Json::parse(text, nullptr, false);
        // Ids stay text: they do not fit in every reader's numbers.
        const bool keep_text = value.is_discarded() || (value.is_number() && text.size() > 10);
        into[pair.substr(0, equals)] = keep_text ? Json(text) : value;
    }
    return true;
}

}  // namespace rookery::cli
