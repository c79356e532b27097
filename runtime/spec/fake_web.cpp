#include "spec/fake_web.hpp"

#include <utility>

namespace rookery::spec {
namespace {

/// "http:example.com:443"
std::string capability_of(const std::string& url) {
    const auto scheme = url.find("://");
    const bool secure = url.starts_with("https://");
    const auto start = scheme == std::string::npos ? 0 : scheme + 3;
    auto host = url.substr(start, url.find_first_of("/?#", start) - start);
    const bool ported =
        host.find(':', host.starts_with('[') ? host.find(']') : 0) != std::string::npos;
    return "http:" + host + (ported ? "" : secure ? ":443" : ":80");
}

Result<hostapi::WebAnswer> answer_of(const nlohmann::json& laid_out,
                                     const hostapi::WebRequest& wish) {
    const std::string& url = wish.url;
    if (laid_out.contains("error")) {
        return Error(ErrorKind::unavailable, url + ": " + laid_out.value("error", std::string()));
    }
    hostapi::WebAnswer answer;
    answer.status = laid_out.value("status", 200U);
    answer.body = laid_out.value("body", std::string());
    if (answer.body.size() > wish.max_bytes) {
        return Error(ErrorKind::limit, url + ": the answer is too large (body limit exceeded)");
    }
    answer.url = url;
    const auto headers = laid_out.value("headers", nlohmann::json::object());
    for (const auto& [name, value] : headers.items()) {
        answer.headers.emplace_back(name,
                                    value.is_string() ? value.get<std::string>() : value.dump());
    }
    return answer;
}

}  // namespace

class FakeWeb::Session final : public hostapi::WebSession {
  public:
    explicit Session(FakeWeb& web) : web_(web) {}
    void request(hostapi::WebRequest wish, hostapi::WebAllowed allowed,
                 hostapi::WebDone done) override {
        web_.request(std::move(wish), allowed, std::move(done));
    }

  private:
    FakeWeb& web_;
};

std::unique_ptr<hostapi::WebSession> FakeWeb::open() { return std::make_unique<Session>(*this); }

void FakeWeb::lay_out(const std::string& url, nlohmann::json answer) {
    const std::scoped_lock lock(mutex_);
    answers_[url] = std::move(answer);
}

void FakeWeb::request(hostapi::WebRequest wish, const hostapi::WebAllowed& allowed,
                      hostapi::WebDone done) {
    if (auto granted = allowed(capability_of(wish.url)); !granted) {
        done(granted.error());
        return;
    }
    nlohmann::json answer;
    {
        const std::scoped_lock lock(mutex_);
        nlohmann::json headers = nlohmann::json::object();
        for (const auto& [name, value] : wish.headers) {
            headers[name] = value;
        }
        nlohmann::json question = {{"id", requests_.size() + 1},
                                   {"method", wish.method},
                                   {"url", wish.url},
                                   {"headers", std::move(headers)},
                                   {"body", wish.body}};
        requests_.push_back(question);
        const auto found = answers_.find(wish.url);
        if (found == answers_.end()) {
            answer = {{"error", "the spec has laid out no answer: sim:http(\"" + wish.url +
                                    "\", { status = 200, body = \"...\" })"}};
        } else if (found->second.is_null()) {
            waiting_[requests_.size()] = {std::move(question), std::move(wish), std::move(done)};
            return;
        } else {
            answer = found->second;
        }
    }
    done(answer_of(answer, wish));
}

std::optional<nlohmann::json> FakeWeb::question() {
    const std::scoped_lock lock(mutex_);
    for (auto& [id, waiting] : waiting_) {
        if (!std::exchange(waiting.told, true)) {
            return waiting.question;
        }
    }
    return std::nullopt;
}

void FakeWeb::answer(std::uint64_t id, const nlohmann::json& answer) {
    Waiting waiting;
    {
        const std::scoped_lock lock(mutex_);
        auto found = waiting_.extract(id);
        if (!found) {
            return;
        }
        waiting = std::move(found.mapped());
    }
    waiting.done(answer_of(answer, waiting.wish));
}

std::vector<nlohmann::json> FakeWeb::requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
}

}  // namespace rookery::spec
