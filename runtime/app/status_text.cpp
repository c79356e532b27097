#include "app/status_text.hpp"

#include "app/text_table.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

namespace rookery::app {
namespace {

std::string megabytes(std::uint64_t bytes) {
    return bytes == 0 ? "-" : fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string latency(const std::optional<std::chrono::microseconds>& round_trip) {
    return round_trip ? fmt::format("{:.1f} ms", static_cast<double>(round_trip->count()) / 1000.0)
                      : "-";
}

nlohmann::json latency_us(const std::optional<std::chrono::microseconds>& round_trip) {
    return round_trip ? nlohmann::json(round_trip->count()) : nlohmann::json();
}

std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) {
        text += (text.empty() ? "" : ", ") + part;
    }
    return text;
}

Row bot_row(const gateway::BotStatus& bot) {
    return {bot.name,
            bot.platform,
            bot.state,
            bot.user.empty() ? "-" : bot.user,
            std::to_string(bot.frames),
            std::to_string(bot.published),
            std::to_string(bot.open),
            fmt::format("{}/{}", bot.identifies, bot.resumes),
            latency(bot.latency),
            bot.detail};
}

Row shard_row(const gateway::BotStatus& bot, const gateway::ShardStatus& shard) {
    return {fmt::format("  shard {}/{}", shard.id, bot.shard_count),
            "",
            shard.state,
            "",
            std::to_string(shard.frames),
            std::to_string(shard.published),
            std::to_string(shard.open),
            fmt::format("{}/{}", shard.identifies, shard.resumes),
            latency(shard.latency),
            shard.detail};
}

nlohmann::json cache_json(const gateway::CacheStatus& cache) {
    nlohmann::json kinds = nlohmann::json::object();
    for (const auto& kind : cache.kinds) {
        kinds[std::string(kind.kind)] = {{"entries", kind.entries},
                                         {"bytes", kind.bytes},
                                         {"hits", kind.hits},
                                         {"misses", kind.misses},
                                         {"evicted", kind.evicted}};
    }
    return {{"bytes", cache.bytes},
            {"reserved", cache.reserved},
            {"budget", cache.budget},
            {"kinds", kinds}};
}

nlohmann::json gap_json(const std::optional<gateway::Gap>& gap) {
    if (!gap) {
        return nullptr;
    }
    const auto millis = [](std::chrono::system_clock::time_point time) {
        return std::chrono::duration_cast<Millis>(time.time_since_epoch()).count();
    };
    return {{"fromMs", gap->from ? nlohmann::json(millis(*gap->from)) : nlohmann::json()},
            {"toMs", millis(gap->to)},
            {"lastSeq", gap->last_seq}};
}

nlohmann::json shard_json(const gateway::ShardStatus& shard) {
    return {{"id", shard.id},
            {"state", shard.state},
            {"detail", shard.detail},
            {"seq", shard.seq},
            {"received", shard.frames},
            {"wanted", shard.published},
            {"open", shard.open},
            {"connects", shard.connects},
            {"identified", shard.identifies},
            {"resumed", shard.resumes},
            {"gaps", shard.gaps},
            {"lastGap", gap_json(shard.last_gap)},
            {"bytesIn", shard.bytes_in},
            {"bytesPlain", shard.bytes_plain},
            {"latencyUs", latency_us(shard.latency)},
            {"worstBeatDelayUs", shard.worst_beat_delay.count()}};
}

Row extension_row(const hostapi::ExtensionStatus& extension) {
    return {extension.kind,
            extension.name,
            extension.version.empty() ? "-" : extension.version,
            extension.state,
            std::to_string(extension.handled),
            std::to_string(extension.errors),
            std::to_string(extension.stops),
            fmt::format("{}+{}", extension.lane.queued, extension.in_flight),
            std::to_string(extension.lane.dropped),
            std::to_string(extension.reloads),
            megabytes(extension.memory),
            extension.detail};
}

nlohmann::json times_us(const Histogram::Summary& times) {
    const auto us = [](Histogram::Duration time) {
        return static_cast<double>(time.count()) / 1e3;
    };
    return {{"p50", us(times.p50)}, {"p99", us(times.p99)}, {"max", us(times.most)}};
}

std::string interactions_line(const hostapi::InteractionCounters& counters) {
    std::string late;
    for (const auto& [owner, count] : counters.late) {
        late += (late.empty() ? " (" : ", ") + fmt::format("{} {}", owner, count);
    }
    return fmt::format(
        "interactions: {} came, {} answered, {} deferred because nobody had answered{}, {} expired",
        counters.arrived, counters.answered, counters.deferred, late.empty() ? "" : late + ")",
        counters.expired);
}

}  // namespace

std::string to_text(const Snapshot& snapshot) {
    std::vector<Row> bots = {{"BOT", "PLATFORM", "STATE", "USER", "RECEIVED", "WANTED", "OPEN",
                              "IDENTIFIED/RESUMED", "LATENCY", "NOTE"}};
    for (const auto& bot : snapshot.bots) {
        bots.push_back(bot_row(bot));
        if (bot.shard_count > 1) {
            for (const auto& shard : bot.shards) {
                bots.push_back(shard_row(bot, shard));
            }
        }
    }
    std::vector<Row> caches = {
        {"CACHE OF", "KIND", "ENTRIES", "MEMORY", "HITS", "MISSES", "EVICTED"}};
    for (const auto& bot : snapshot.bots) {
        for (const auto& kind : bot.cache.kinds) {
            caches.push_back({bot.name, std::string(kind.kind), std::to_string(kind.entries),
                              megabytes(kind.bytes), std::to_string(kind.hits),
                              std::to_string(kind.misses), std::to_string(kind.evicted)});
        }
    }
    const std::string kept = caches.size() > 1 ? table(caches) + "\n" : std::string();
    std::vector<Row> extensions = {{"KIND", "NAME", "VERSION", "STATE", "HANDLED", "ERRORS",
                                    "STOPS", "QUEUE", "DROPPED", "RELOADS", "MEMORY", "NOTE"}};
    for (const auto& extension : snapshot.extensions) {
        extensions.push_back(extension_row(extension));
    }
    for (const auto& title : snapshot.disabled) {
        const auto space = title.find(' ');
        extensions.push_back({title.substr(0, space), title.substr(space + 1), "-", "disabled"});
    }
    return table(bots) + "\n" + kept + table(extensions) +
           (snapshot.server.empty() ? "" : "\nserver: " + snapshot.server + "\n") +
           fmt::format("\nup {} s, {} resident\n", snapshot.uptime.count(),
                       megabytes(snapshot.resident_bytes));
}

std::vector<std::string> to_lines(const Snapshot& snapshot) {
    std::vector<std::string> lines;
    lines.push_back(fmt::format("up {} s, {} resident", snapshot.uptime.count(),
                                megabytes(snapshot.resident_bytes)));
    for (const auto& bot : snapshot.bots) {
        lines.push_back(fmt::format(
            "bot {}: {}{}{}, seq {}, received {}, wanted {}, open {}, redelivered {}, malformed "
            "{}, identified {}, "
            "resumed {}, gaps {}, identifies in 24 h {}, latency {}, latest heartbeat {} us "
            "late{}{}",
            bot.name, bot.state, bot.detail.empty() ? "" : ": ", bot.detail, bot.seq, bot.frames,
            bot.published, bot.open, bot.redelivered, bot.malformed, bot.identifies, bot.resumes,
            bot.gaps, bot.identifies_24h, latency(bot.latency), bot.worst_beat_delay.count(),
            bot.intents.empty() ? "" : ", intents ", join(bot.intents)));
        for (const auto& kind : bot.cache.kinds) {
            lines.push_back(fmt::format(
                "bot {} cache: {} {}, {} of {} ({} together), hits {}, misses {}, evicted {}",
                bot.name, kind.entries, kind.kind, megabytes(kind.bytes),
                megabytes(bot.cache.budget), megabytes(bot.cache.bytes), kind.hits, kind.misses,
                kind.evicted));
        }
        for (const auto& shard :
             bot.shard_count > 1 ? bot.shards : std::vector<gateway::ShardStatus>()) {
            lines.push_back(fmt::format(
                "bot {} shard {} of {}: {}{}{}, seq {}, received {}, wanted {}, open {}, "
                "identified "
                "{}, resumed {}, latency {}",
                bot.name, shard.id, bot.shard_count, shard.state, shard.detail.empty() ? "" : ": ",
                shard.detail, shard.seq, shard.frames, shard.published, shard.open,
                shard.identifies, shard.resumes, latency(shard.latency)));
        }
    }
    for (const auto& extension : snapshot.extensions) {
        lines.push_back(fmt::format(
            "{} {} {}: {}{}{}, handled {}, errors {}, stops {}, queued {} ({} bytes), spilled {}, "
            "dropped {}, in flight "
            "{}, doubled {}, reloads {}, memory {}, busy {} ms",
            extension.kind, extension.name, extension.version, extension.state,
            extension.detail.empty() ? "" : ": ", extension.detail, extension.handled,
            extension.errors, extension.stops, extension.lane.queued, extension.lane.queued_bytes,
            extension.lane.spilled, extension.lane.dropped, extension.in_flight, extension.doubled,
            extension.reloads, megabytes(extension.memory), extension.busy.count()));
    }
    if (!snapshot.server.empty()) {
        lines.push_back("server: " + snapshot.server);
    }
    if (snapshot.interactions.arrived > 0) {
        lines.push_back(interactions_line(snapshot.interactions));
    }
    return lines;
}

nlohmann::json to_json(const Snapshot& snapshot) {
    nlohmann::json bots = nlohmann::json::array();
    for (const auto& bot : snapshot.bots) {
        nlohmann::json shards = nlohmann::json::array();
        for (const auto& shard : bot.shards) {
            shards.push_back(shard_json(shard));
        }
        bots.push_back({{"name", bot.name},
                        {"platform", bot.platform},
                        {"state", bot.state},
                        {"detail", bot.detail},
                        {"user", bot.user},
                        {"cache", cache_json(bot.cache)},
                        {"fatal", bot.fatal},
                        {"seq", bot.seq},
                        {"received", bot.frames},
                        {"wanted", bot.published},
                        {"redelivered", bot.redelivered},
                        {"malformed", bot.malformed},
                        {"unclaimed", bot.unclaimed},
                        {"open", bot.open},
                        {"connects", bot.connects},
                        {"identified", bot.identifies},
                        {"resumed", bot.resumes},
                        {"gaps", bot.gaps},
                        {"identifies24h", bot.identifies_24h},
                        {"bytesIn", bot.bytes_in},
                        {"bytesPlain", bot.bytes_plain},
                        {"latencyUs", latency_us(bot.latency)},
                        {"worstBeatDelayUs", bot.worst_beat_delay.count()},
                        {"intents", bot.intents},
                        {"shardCount", bot.shard_count},
                        {"shards", std::move(shards)},
                        {"restRequests", bot.rest_requests},
                        {"restLimited", bot.rest_limited}});
    }
    nlohmann::json extensions = nlohmann::json::array();
    for (const auto& extension : snapshot.extensions) {
        extensions.push_back({{"kind", extension.kind},
                              {"name", extension.name},
                              {"version", extension.version},
                              {"state", extension.state},
                              {"detail", extension.detail},
                              {"handled", extension.handled},
                              {"errors", extension.errors},
                              {"stops", extension.stops},
                              {"inFlight", extension.in_flight},
                              {"memory", extension.memory},
                              {"reloads", extension.reloads},
                              {"doubled", extension.doubled},
                              {"queued", extension.lane.queued},
                              {"queuedBytes", extension.lane.queued_bytes},
                              {"spilled", extension.lane.spilled},
                              {"dropped", extension.lane.dropped},
                              {"received", extension.lane.received},
                              {"filtered", extension.filtered},
                              {"cpuUs", extension.cpu.count()},
                              {"runUs", times_us(extension.run)},
                              {"latencyUs", times_us(extension.latency)},
                              {"intercept",
                               {{"given", extension.intercept.given},
                                {"stopped", extension.intercept.stopped},
                                {"timedOut", extension.intercept.timed_out},
                                {"skipped", extension.intercept.skipped},
                                {"waiting", extension.intercept.waiting}}},
                              {"rest",
                               {{"calls", extension.rest_calls},
                                {"failures", extension.rest_failures},
                                {"waiting", extension.rest_waiting},
                                {"refused", extension.rest_refused}}},
                              {"busyMs", extension.busy.count()}});
    }
    return {{"bots", std::move(bots)},
            {"extensions", std::move(extensions)},
            {"disabled", snapshot.disabled},
            {"server", snapshot.server},
            {"interactions",
             {{"arrived", snapshot.interactions.arrived},
              {"answered", snapshot.interactions.answered},
              {"deferred", snapshot.interactions.deferred},
              {"expired", snapshot.interactions.expired},
              {"late", snapshot.interactions.late}}},
            {"uptimeSeconds", snapshot.uptime.count()},
            {"residentBytes", snapshot.resident_bytes}};
}

std::string to_text(const std::vector<hostapi::CommandStatus>& commands) {
    static constexpr std::array kTypes = {"slash", "user", "message", "entry point"};
    if (commands.empty()) {
        return "no extension declares an application command\n";
    }
    std::vector<Row> rows = {{"BOT", "COMMAND", "TYPE", "WHERE", "OF", "ID", "STATE"}};
    for (const auto& one : commands) {
        const auto type = static_cast<std::size_t>(one.type - 1);
        rows.push_back({one.bot, one.name, type < kTypes.size() ? kTypes[type] : "?",
                        one.guild.empty() ? "everywhere" : one.guild, one.owner,
                        one.id.empty() ? "-" : one.id, one.state});
    }
    return table(rows);
}

nlohmann::json to_json(const std::vector<hostapi::CommandStatus>& commands) {
    nlohmann::json out = nlohmann::json::array();
    for (const auto& one : commands) {
        out.push_back(
            {{"bot", one.bot},
             {"name", one.name},
             {"type", one.type},
             {"guildId", one.guild.empty() ? nlohmann::json() : nlohmann::json(one.guild)},
             {"owner", one.owner},
             {"id", one.id.empty() ? nlohmann::json() : nlohmann::json(one.id)},
             {"state", one.state}});
    }
    return out;
}

std::uint64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    statm >> size >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace rookery::app
