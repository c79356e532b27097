#include "server/operations/server_metrics.hpp"

#include <array>
#include <string>
#include <utility>

namespace rookery::server {
namespace {

using Kind = Family::Kind;

template <class Number>
double number(Number value) {
    return static_cast<double>(value);
}

void add(Families& families, const char* name, Kind kind, const char* help, double value) {
    families.push_back({name, kind, help, {{{}, value}}});
}

}  // namespace

void add_metrics(Families& families, const KeyRing::Stats& stats) {
    add(families, "rookery_server_keys", Kind::gauge, "Keys that are accepted now.",
        number(stats.keys));
    families.push_back(
        {"rookery_server_key_decisions_total",
         Kind::counter,
         "Requests by what their key came to: admitted, unauthorised (401), forbidden (403), "
         "limited (429).",
         {{{{"outcome", "admitted"}}, number(stats.admitted)},
          {{{"outcome", "unauthorised"}}, number(stats.unauthorised)},
          {{{"outcome", "forbidden"}}, number(stats.forbidden)},
          {{{"outcome", "limited"}}, number(stats.limited)}}});
}

void add_metrics(Families& families, const HttpStats& stats, std::size_t connections) {
    add(families, "rookery_server_connections", Kind::gauge, "Connections that speak HTTP.",
        number(connections));
    add(families, "rookery_server_sent_bytes_total", Kind::counter,
        "Bytes of bodies that HTTP sent.", number(stats.bytes));
    Family requests{"rookery_server_requests_total", Kind::counter,
                    "Requests, by the path that they are below and the status of their answer."};
    Family times{"rookery_server_request_seconds", Kind::histogram,
                 "From a request's arrival to the end of its answer."};
    static constexpr std::array kStatus = {"0xx", "1xx", "2xx", "3xx", "4xx", "5xx"};
    for (const auto& [prefix, mount] : stats.mounts) {
        const std::string path = prefix.empty() ? "none" : prefix;
        for (std::size_t i = 0; i < mount.answers.size(); ++i) {
            if (mount.answers[i] > 0) {
                requests.samples.push_back(
                    {{{"path", path}, {"status", kStatus[i]}}, number(mount.answers[i])});
            }
        }
        const auto counts = mount.times.counts();
        Sample sample{{{"path", path}}, std::chrono::duration<double>(counts.sum).count()};
        sample.count = counts.total;
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < BucketCounts::kBounds.size(); ++i) {
            below += counts.of[i];
            sample.buckets.push_back({number(BucketCounts::kBounds[i]) / 1e9, below});
        }
        times.samples.push_back(std::move(sample));
    }
    families.push_back(std::move(requests));
    families.push_back(std::move(times));
}

void add_metrics(Families& families, const SocketHub::Stats& stats,
                 const ChannelPool::Stats& channels) {
    const auto& sessions = stats.sessions;
    families.push_back({"rookery_socketio_clients",
                        Kind::gauge,
                        "Clients, by transport.",
                        {{{{"transport", "polling"}}, number(sessions.polling)},
                         {{{"transport", "websocket"}}, number(sessions.websocket)}}});
    add(families, "rookery_socketio_sockets", Kind::gauge,
        "Clients in namespaces; one in two of them counts twice.", number(stats.sockets));
    add(families, "rookery_socketio_clients_opened_total", Kind::counter, "Clients that came.",
        number(sessions.opened));
    add(families, "rookery_socketio_clients_refused_total", Kind::counter,
        "Clients for which there was no room.", number(sessions.refused));
    add(families, "rookery_socketio_slow_clients_total", Kind::counter,
        "Clients that were sent away because they did not read.", number(sessions.slow_consumers));
    add(families, "rookery_socketio_ping_timeouts_total", Kind::counter,
        "Clients that did not answer a ping.", number(sessions.ping_timeouts));
    add(families, "rookery_socketio_dropped_total", Kind::counter,
        "Messages that slow clients did not get.", number(sessions.dropped));
    add(families, "rookery_socketio_events_received_total", Kind::counter,
        "Events that clients emitted.", number(stats.events_received));
    add(families, "rookery_socketio_events_sent_total", Kind::counter,
        "Events sent, one for each client that was sent it.", number(stats.events_sent));
    add(families, "rookery_socketio_broadcasts_total", Kind::counter,
        "Events that went to whoever is in a room.", number(stats.broadcasts));
    add(families, "rookery_socketio_recovered_total", Kind::counter,
        "Clients that took a lost connection up again.", number(stats.recovered));
    add(families, "rookery_socketio_recovery_bytes", Kind::gauge,
        "Of the events that are kept for that.", number(stats.recovery_bytes));
    add(families, "rookery_socketio_sent_bytes_total", Kind::counter, "Bytes over websockets.",
        number(channels.bytes_sent));
    add(families, "rookery_socketio_received_bytes_total", Kind::counter, "Bytes from websockets.",
        number(channels.bytes_received));
    add(families, "rookery_socketio_writes_total", Kind::counter,
        "Calls of the system that sent them.", number(channels.writes));
}

}  // namespace rookery::server
