#include "sim/discord/hub.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace rookery::sim::discord {

Session& Hub::open(Id bot, unsigned shard, unsigned shards, std::uint64_t intents) {
    sweep();
    ++opened_;
    std::array<char, 40> id{};
    const std::uint64_t digits = (options_.seed + opened_) * 0x9e3779b97f4a7c15U;
    std::snprintf(id.data(), id.size(), "%08llx%016llx", static_cast<unsigned long long>(opened_),
                  static_cast<unsigned long long>(digits));
    auto session = std::make_unique<Session>();
    session->id = id.data();
    session->bot = bot;
    session->shard = shard;
    session->shards = shards;
    session->intents = intents;
    session->detached_at = clock_.now();
    return *(sessions_[session->id] = std::move(session));
}

Session* Hub::find(const std::string& id) {
    sweep();
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : found->second.get();
}

void Hub::attach(Session& session, SessionConsumer& consumer) {
    if (session.consumer != nullptr && session.consumer != &consumer) {
        session.consumer->session_lost();
    }
    session.consumer = &consumer;
}

void Hub::detach(Session& session, bool keep) {
    session.consumer = nullptr;
    session.detached_at = clock_.now();
    if (!keep) {
        sessions_.erase(session.id);
    }
}

void Hub::expire(Session& session) {
    if (auto* consumer = std::exchange(session.consumer, nullptr)) {
        consumer->session_lost();
    }
    sessions_.erase(session.id);
}

void Hub::expire_all() {
    for (auto& [id, session] : std::exchange(sessions_, {})) {
        if (session->consumer != nullptr) {
            session->consumer->session_lost();
        }
    }
}

void Hub::emit(Dispatch event) {
    auto shared = std::make_shared<const Dispatch>(std::move(event));
    if (holding_) {
        held_.push_back(std::move(shared));
    } else {
        route(shared);
    }
}

void Hub::emit_to(Session& session, Dispatch event) {
    append(session, std::make_shared<const Dispatch>(std::move(event)));
}

void Hub::release() {
    holding_ = false;
    for (const auto& event : std::exchange(held_, {})) {
        route(event);
    }
}

void Hub::route(const std::shared_ptr<const Dispatch>& event) {
    sweep();
    for (auto& [id, session] : sessions_) {
        const bool wanted = session->ready && session->covers(event->guild) &&
                            (event->any_of == 0 || (event->any_of & session->intents) != 0) &&
                            (event->only_for == 0 || event->only_for == session->bot);
        if (wanted) {
            append(*session, event);
        }
    }
}

bool Hub::content_hidden(const Dispatch& event, const Session& session) {
    return event.without_content != nullptr && (session.intents & intent::kMessageContent) == 0 &&
           std::find(event.content_for.begin(), event.content_for.end(), session.bot) ==
               event.content_for.end();
}

void Hub::append(Session& session, const std::shared_ptr<const Dispatch>& event) {
    session.ring.push_back({++session.seq, event, content_hidden(*event, session), clock_.now()});
    session.ring_bytes += session.ring.back().data().size();
    ++counts_.dispatches;
    trim(session);
    if (session.consumer != nullptr) {
        session.consumer->wake();
    }
}

void Hub::trim(Session& session) const {
    const auto too_old = clock_.now() - options_.replay_age;
    auto& ring = session.ring;
    while (ring.size() > 1 &&
           (ring.size() > options_.replay_events || session.ring_bytes > options_.replay_bytes ||
            (ring.front().at < too_old && ring.front().seq <= session.sent))) {
        session.ring_bytes -= ring.front().data().size();
        ring.pop_front();
    }
}

void Hub::sweep() {
    const auto too_old = clock_.now() - options_.session_ttl;
    std::erase_if(sessions_, [&](const auto& item) {
        return item.second->consumer == nullptr && item.second->detached_at < too_old;
    });
}

Json Hub::to_json() const {
    Json sessions = Json::array();
    for (const auto& [id, session] : sessions_) {
        sessions.push_back({{"id", id},
                            {"bot", id_text(session->bot)},
                            {"shard", {session->shard, session->shards}},
                            {"intents", session->intents},
                            {"seq", session->seq},
                            {"sent", session->sent},
                            {"ring", session->ring.size()},
                            {"resumes", session->resumes},
                            {"connected", session->consumer != nullptr}});
    }
    return {{"connects", counts_.connects},     {"identifies", counts_.identifies},
            {"resumes", counts_.resumes},       {"resume_failures", counts_.resume_failures},
            {"replayed", counts_.replayed},     {"heartbeats", counts_.heartbeats},
            {"dispatches", counts_.dispatches}, {"sessions", std::move(sessions)}};
}

}  // namespace rookery::sim::discord
