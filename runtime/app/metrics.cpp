#include "app/metrics.hpp"

#include "model/event_names.hpp"

#include <array>
#include <chrono>
#include <string>

namespace rookery::app {
namespace {

using server::Families;
using server::Family;
using server::Labels;
using server::Sample;
using Kind = Family::Kind;

template <class Number>
double number(Number value) {
    return static_cast<double>(value);
}

double seconds(std::chrono::duration<double> duration) { return duration.count(); }

Sample histogram(Labels labels, const BucketCounts::Counts& counts) {
    Sample sample{std::move(labels), seconds(counts.sum), {}, counts.total};
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < BucketCounts::kBounds.size(); ++i) {
        below += counts.of[i];
        sample.buckets.push_back({number(BucketCounts::kBounds[i]) / 1e9, below});
    }
    return sample;
}

/// A metric with one value for each thing of a kind.
template <class Thing>
struct Column {
    const char* name;
    Kind kind;
    const char* help;
    double (*value)(const Thing&);
};

template <class Thing, std::size_t Count, class LabelsOf>
void add_columns(Families& out, const std::array<Column<Thing>, Count>& columns,
                 const std::vector<Thing>& things, LabelsOf labels_of) {
    for (const auto& column : columns) {
        Family family{column.name, column.kind, column.help, {}};
        for (const auto& thing : things) {
            family.samples.push_back({labels_of(thing), column.value(thing), {}, 0});
        }
        out.push_back(std::move(family));
    }
}

using Bot = gateway::BotStatus;
constexpr std::array kBots{
    Column<Bot>{"rookery_bot_up", Kind::gauge, "Whether the bot's events flow.",
                [](const Bot& b) { return b.state == "ready" ? 1.0 : 0.0; }},
    Column<Bot>{"rookery_gateway_dispatches_total", Kind::counter, "Dispatches that came in.",
                [](const Bot& b) { return number(b.frames); }},
    Column<Bot>{"rookery_gateway_malformed_total", Kind::counter,
                "Dispatches that could not be read.",
                [](const Bot& b) { return number(b.malformed); }},
    Column<Bot>{"rookery_gateway_connects_total", Kind::counter, "Connections opened.",
                [](const Bot& b) { return number(b.connects); }},
    Column<Bot>{"rookery_gateway_identifies_total", Kind::counter, "Sessions begun.",
                [](const Bot& b) { return number(b.identifies); }},
    Column<Bot>{"rookery_gateway_resumes_total", Kind::counter,
                "Sessions carried on over another connection.",
                [](const Bot& b) { return number(b.resumes); }},
    Column<Bot>{"rookery_gateway_gaps_total", Kind::counter,
                "Sessions that could not be resumed: events in between were not seen.",
                [](const Bot& b) { return number(b.gaps); }},
    Column<Bot>{"rookery_gateway_received_bytes_total", Kind::counter,
                "Bytes from the gateway, as received.",
                [](const Bot& b) { return number(b.bytes_in); }},
    Column<Bot>{"rookery_gateway_inflated_bytes_total", Kind::counter, "The same, inflated.",
                [](const Bot& b) { return number(b.bytes_plain); }},
    Column<Bot>{"rookery_gateway_heartbeat_delay_seconds", Kind::gauge,
                "How late a heartbeat left, at most.",
                [](const Bot& b) { return seconds(b.worst_beat_delay); }},
    Column<Bot>{"rookery_deliveries_open", Kind::gauge,
                "Deliveries to extensions that are not finished.",
                [](const Bot& b) { return number(b.open); }},
    Column<Bot>{"rookery_deliveries_repeated_total", Kind::counter,
                "Events repeated after a restart because they were not finished.",
                [](const Bot& b) { return number(b.redelivered); }},
    Column<Bot>{"rookery_deliveries_unclaimed_total", Kind::counter,
                "Deliveries open before a restart that could not be repeated after it.",
                [](const Bot& b) { return number(b.unclaimed); }},
    Column<Bot>{"rookery_cache_bytes", Kind::gauge, "What the cache takes.",
                [](const Bot& b) { return number(b.cache.bytes); }},
    Column<Bot>{"rookery_cache_budget_bytes", Kind::gauge, "What it may take.",
                [](const Bot& b) { return number(b.cache.budget); }},
};

using Extension = hostapi::ExtensionStatus;
constexpr std::array kExtensions{
    Column<Extension>{"rookery_extension_up", Kind::gauge, "Whether it runs.",
                      [](const Extension& e) { return e.state == "active" ? 1.0 : 0.0; }},
    Column<Extension>{"rookery_extension_handled_total", Kind::counter, "Events finished.",
                      [](const Extension& e) { return number(e.handled); }},
    Column<Extension>{"rookery_extension_filtered_total", Kind::counter,
                      "Of these, events that no handler's filter took.",
                      [](const Extension& e) { return number(e.filtered); }},
    Column<Extension>{"rookery_extension_errors_total", Kind::counter, "Handlers that failed.",
                      [](const Extension& e) { return number(e.errors); }},
    Column<Extension>{"rookery_extension_stops_total", Kind::counter,
                      "Hard stops and exceeded waits.",
                      [](const Extension& e) { return number(e.stops); }},
    Column<Extension>{"rookery_extension_in_flight", Kind::gauge, "Events begun and not finished.",
                      [](const Extension& e) { return number(e.in_flight); }},
    Column<Extension>{"rookery_extension_queued", Kind::gauge, "Events that wait.",
                      [](const Extension& e) { return number(e.lane.queued); }},
    Column<Extension>{"rookery_extension_queued_bytes", Kind::gauge, "Their bytes in memory.",
                      [](const Extension& e) { return number(e.lane.queued_bytes); }},
    Column<Extension>{"rookery_extension_dropped_total", Kind::counter,
                      "Events given up because its queue was full.",
                      [](const Extension& e) { return number(e.lane.dropped); }},
    Column<Extension>{"rookery_extension_spilled_total", Kind::counter,
                      "Events that waited in a file because its queue was full.",
                      [](const Extension& e) { return number(e.lane.spilled); }},
    Column<Extension>{"rookery_extension_memory_bytes", Kind::gauge, "Memory of a script's state.",
                      [](const Extension& e) { return number(e.memory); }},
    Column<Extension>{"rookery_extension_cpu_seconds_total", Kind::counter,
                      "Processor time of its threads.",
                      [](const Extension& e) { return seconds(e.cpu); }},
    Column<Extension>{"rookery_extension_operations_total", Kind::counter,
                      "Operations that it asked for.",
                      [](const Extension& e) { return number(e.rest_calls); }},
    Column<Extension>{"rookery_extension_operation_failures_total", Kind::counter,
                      "Of these, how many failed.",
                      [](const Extension& e) { return number(e.rest_failures); }},
};

Labels labels_of(const Extension& extension) {
    return {{"kind", extension.kind}, {"name", extension.name}};
}
Labels labels_of(const Bot& bot) { return {{"bot", bot.name}}; }

Labels with(Labels labels, const char* name, std::string value) {
    labels.emplace_back(name, std::move(value));
    return labels;
}

void add_process(Families& out, const Snapshot& snapshot) {
    out.push_back({"rookery_build_info",
                   Kind::gauge,
                   "1, with what was built.",
                   {{{{"version", ROOKERY_VERSION}}, 1.0, {}, 0}}});
    out.push_back({"rookery_uptime_seconds",
                   Kind::gauge,
                   "Since the start.",
                   {{{}, number(snapshot.uptime.count()), {}, 0}}});
    out.push_back({"rookery_resident_bytes",
                   Kind::gauge,
                   "Memory of the process.",
                   {{{}, number(snapshot.resident_bytes), {}, 0}}});
    const auto& counted = snapshot.interactions;
    Family interactions{"rookery_interactions_total",
                        Kind::counter,
                        "Interactions: arrived, answered by an extension first, deferred by the "
                        "guardian, expired.",
                        {}};
    for (const auto& [outcome, count] :
         std::to_array<std::pair<const char*, std::uint64_t>>({{"arrived", counted.arrived},
                                                               {"answered", counted.answered},
                                                               {"deferred", counted.deferred},
                                                               {"expired", counted.expired}})) {
        interactions.samples.push_back({{{"outcome", outcome}}, number(count), {}, 0});
    }
    out.push_back(std::move(interactions));
}

void add_shards(Families& out, const Snapshot& snapshot) {
    Family up{"rookery_gateway_shard_up", Kind::gauge, "Whether the shard's events flow.", {}};
    Family latency{"rookery_gateway_latency_seconds",
                   Kind::gauge,
                   "Round trip of the shard's newest heartbeat.",
                   {}};
    Family info{"rookery_bot_info", Kind::gauge, "1, with what the bot is.", {}};
    for (const auto& bot : snapshot.bots) {
        info.samples.push_back({with(labels_of(bot), "platform", bot.platform), 1.0, {}, 0});
        for (const auto& shard : bot.shards) {
            const auto labels = with(labels_of(bot), "shard", std::to_string(shard.id));
            up.samples.push_back({labels, shard.state == "ready" ? 1.0 : 0.0, {}, 0});
            if (shard.latency) {
                latency.samples.push_back({labels, seconds(*shard.latency), {}, 0});
            }
        }
    }
    out.push_back(std::move(info));
    out.push_back(std::move(up));
    out.push_back(std::move(latency));
}

void add_cache(Families& out, const Snapshot& snapshot) {
    using Line = gateway::CacheKindStatus;
    static constexpr std::array kLines{
        Column<Line>{"rookery_cache_entries", Kind::gauge, "What is kept, by kind.",
                     [](const Line& l) { return number(l.entries); }},
        Column<Line>{"rookery_cache_entry_bytes", Kind::gauge, "Its bytes.",
                     [](const Line& l) { return number(l.bytes); }},
        Column<Line>{"rookery_cache_hits_total", Kind::counter, "Look-ups that found something.",
                     [](const Line& l) { return number(l.hits); }},
        Column<Line>{"rookery_cache_misses_total", Kind::counter, "Look-ups that did not.",
                     [](const Line& l) { return number(l.misses); }},
        Column<Line>{"rookery_cache_evicted_total", Kind::counter,
                     "What had to go for something else.",
                     [](const Line& l) { return number(l.evicted); }},
    };
    for (const auto& column : kLines) {
        Family family{column.name, column.kind, column.help, {}};
        for (const auto& bot : snapshot.bots) {
            for (const auto& line : bot.cache.kinds) {
                family.samples.push_back({with(labels_of(bot), "kind", std::string(line.kind)),
                                          column.value(line),
                                          {},
                                          0});
            }
        }
        out.push_back(std::move(family));
    }
}

void add_rest(const gateway::BotMeasures& bot, std::array<Family, 3>& rest) {
    static constexpr std::array kAnswers = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    for (const auto& route : bot.routes) {
        const Labels labels{{"bot", bot.name}, {"route", route.route}};
        for (std::size_t i = 0; i < route.answers.size(); ++i) {
            if (route.answers[i] > 0) {
                rest[0].samples.push_back(
                    {with(labels, "status", kAnswers[i]), number(route.answers[i]), {}, 0});
            }
        }
        rest[1].samples.push_back({labels, number(route.limited), {}, 0});
        rest[2].samples.push_back(histogram(labels, route.times));
    }
}

void add_measures(Families& out, const std::vector<gateway::BotMeasures>& bots) {
    Family events{"rookery_events_total",
                  Kind::counter,
                  "Events that some extension got, by type; raw: those outside of the schema.",
                  {}};
    Family left{"rookery_gateway_identifies_left",
                Kind::gauge,
                "Sessions that may still be begun within 24 hours.",
                {}};
    std::array<Family, 3> rest{
        Family{"rookery_rest_requests_total",
               Kind::counter,
               "Requests to the platform's API, by route and status; none: no answer came.",
               {}},
        Family{"rookery_rest_limited_total", Kind::counter, "Answers 429, by route.", {}},
        Family{"rookery_rest_request_seconds",
               Kind::histogram,
               "From the sending of a request to its answer, by route.",
               {}}};
    for (const auto& bot : bots) {
        for (std::size_t type = 0; type < bot.events.size(); ++type) {
            const auto infos = model::event_infos();
            if (bot.events[type] > 0) {
                events.samples.push_back(
                    {{{"bot", bot.name},
                      {"event", type < infos.size() ? std::string(infos[type].name) : "raw"}},
                     number(bot.events[type]),
                     {},
                     0});
            }
        }
        if (bot.identifies_left) {
            left.samples.push_back({{{"bot", bot.name}}, number(*bot.identifies_left), {}, 0});
        }
        add_rest(bot, rest);
    }
    out.push_back(std::move(events));
    out.push_back(std::move(left));
    for (auto& family : rest) {
        out.push_back(std::move(family));
    }
}

void add_extension_details(Families& out, const std::vector<Extension>& extensions) {
    Family reloads{"rookery_extension_reloads_total",
                   Kind::counter,
                   "Reloads: taken, or refused, after which the old version went on.",
                   {}};
    Family handlers{"rookery_extension_handler_seconds",
                    Kind::histogram,
                    "From an event's arrival until all its handlers were done, by type.",
                    {}};
    Family intercepted{"rookery_extension_intercepted_total",
                       Kind::counter,
                       "Events put before an interceptor: given, and of these stopped or timed "
                       "out; skipped: not given, because it was hanging.",
                       {}};
    for (const auto& extension : extensions) {
        const Labels labels = labels_of(extension);
        reloads.samples.push_back(
            {with(labels, "result", "taken"), number(extension.reloads), {}, 0});
        reloads.samples.push_back(
            {with(labels, "result", "refused"), number(extension.refused_reloads), {}, 0});
        if (extension.counters != nullptr) {
            extension.counters->times.each(
                [&](std::string_view type, const BucketCounts::Counts& counts) {
                    handlers.samples.push_back(
                        histogram(with(labels, "event", std::string(type)), counts));
                });
        }
        const auto& stats = extension.intercept;
        if (stats.given + stats.skipped > 0) {
            for (const auto& [outcome, count] :
                 std::to_array<std::pair<const char*, std::uint64_t>>(
                     {{"given", stats.given},
                      {"stopped", stats.stopped},
                      {"timed_out", stats.timed_out},
                      {"skipped", stats.skipped}})) {
                intercepted.samples.push_back(
                    {with(labels, "outcome", outcome), number(count), {}, 0});
            }
        }
    }
    out.push_back(std::move(reloads));
    out.push_back(std::move(handlers));
    out.push_back(std::move(intercepted));
}

}  // namespace

Families to_metrics(const Snapshot& snapshot, const std::vector<gateway::BotMeasures>& bots) {
    Families out;
    add_process(out, snapshot);
    add_columns(out, kBots, snapshot.bots, [](const Bot& bot) { return labels_of(bot); });
    add_shards(out, snapshot);
    add_cache(out, snapshot);
    add_measures(out, bots);
    add_columns(out, kExtensions, snapshot.extensions,
                [](const Extension& extension) { return labels_of(extension); });
    add_extension_details(out, snapshot.extensions);
    return out;
}

}  // namespace rookery::app
