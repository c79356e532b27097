#pragma once

#include "hostapi/web.hpp"

#include <nlohmann/json.hpp>

namespace rookery::testing {

/// Answers every request at once with what was asked, as JSON; the host "broken.test" fails.
class FakeWeb final : public hostapi::WebSession {
  public:
    void request(hostapi::WebRequest request, hostapi::WebAllowed allowed,
                 hostapi::WebDone done) override {
        if (request.url.find("broken.test") != std::string::npos) {
            done(Error(ErrorKind::unavailable, "nobody is there"));
            return;
        }
        hostapi::WebAnswer answer;
        answer.status = 200;
        answer.headers = {{"X-One", "1"}, {"X-Two", "a"}, {"x-two", "b"}};
        nlohmann::json headers = nlohmann::json::object();
        for (const auto& [name, value] : request.headers) {
            headers[name] = value;
        }
        answer.body = nlohmann::json{{"method", request.method},
                                     {"body", request.body},
                                     {"headers", headers},
                                     {"timeout", request.timeout.count()},
                                     {"max_bytes", request.max_bytes},
                                     {"redirects", request.redirects},
                                     {"granted", static_cast<bool>(allowed("http:example.com:80"))}}
                          .dump();
        answer.url = std::move(request.url);
        done(std::move(answer));
    }
};

}  // namespace rookery::testing
