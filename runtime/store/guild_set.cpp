#include "store/guild_set.hpp"

#include "base/log.hpp"
#include "store/files.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>

namespace rookery::store {

namespace {

constexpr std::size_t kMaxFile = std::size_t{64} << 20U;

}  // namespace

Result<GuildSet> GuildSet::open(const std::filesystem::path& path) {
    GuildSet set(path);
    const auto text = read_file(path, kMaxFile);
    if (!text) {
        return text.error();
    }
    std::string_view rest = *text ? std::string_view(**text) : std::string_view();
    // A line cut short by a kill has no newline: it was not acted upon.
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        const auto line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        std::uint64_t guild = 0;
        if (line.size() < 2 ||
            std::from_chars(line.data() + 1, line.data() + line.size(), guild).ec != std::errc()) {
            continue;
        }
        if (line.front() == '+' || line.front() == '!') {
            set.guilds_[guild] = line.front() == '+' ? State::present : State::outage;
        } else if (line.front() == '-') {
            set.guilds_.erase(guild);
        }
    }
    if (auto written = set.rewrite(); !written) {
        return written.error();
    }
    return set;
}

GuildSet::GuildSet(GuildSet&& other) noexcept
    : path_(std::move(other.path_)),
      guilds_(std::move(other.guilds_)),
      file_(std::exchange(other.file_, -1)) {}

GuildSet& GuildSet::operator=(GuildSet&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(guilds_, other.guilds_);
    std::swap(file_, other.file_);
    return *this;
}

GuildSet::~GuildSet() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

Result<std::vector<std::uint64_t>> GuildSet::assign(std::span<const std::uint64_t> guilds) {
    auto before = std::exchange(guilds_, {});
    for (const std::uint64_t guild : guilds) {
        guilds_.emplace(guild, State::loading);
        before.erase(guild);
    }
    if (auto written = rewrite(); !written) {
        return written.error();
    }
    std::vector<std::uint64_t> gone;
    for (const auto& [guild, state] : before) {
        gone.push_back(guild);
    }
    std::sort(gone.begin(), gone.end());
    return gone;
}

bool GuildSet::insert(std::uint64_t guild) {
    if (!guilds_.emplace(guild, State::present).second) {
        return false;
    }
    append('+', guild);
    return true;
}

std::optional<GuildSet::State> GuildSet::state(std::uint64_t guild) const {
    const auto known = guilds_.find(guild);
    return known == guilds_.end() ? std::nullopt : std::optional(known->second);
}

std::optional<GuildSet::State> GuildSet::set(std::uint64_t guild, State state) {
    const auto known = guilds_.find(guild);
    if (known == guilds_.end()) {
        guilds_.emplace(guild, state);
        append(state == State::outage ? '!' : '+', guild);
        return std::nullopt;
    }
    const State before = std::exchange(known->second, state);
    if ((before == State::outage) != (state == State::outage)) {
        append(state == State::outage ? '!' : '+', guild);
    }
    return before;
}

bool GuildSet::erase(std::uint64_t guild) {
    if (guilds_.erase(guild) == 0) {
        return false;
    }
    append('-', guild);
    return true;
}

Result<> GuildSet::rewrite() {
    std::string text;
    for (const auto& [guild, state] : guilds_) {
        text += (state == State::outage ? '!' : '+') + std::to_string(guild) + '\n';
    }
    if (auto replaced = replace_file(path_, text); !replaced) {
        return replaced;
    }
    if (file_ >= 0) {
        ::close(file_);
    }
    file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file_ < 0) {
        return Error(ErrorKind::io, "open " + path_.string() + ": " + std::strerror(errno));
    }
    return {};
}

void GuildSet::append(char sign, std::uint64_t guild) {
    const auto line = sign + std::to_string(guild) + '\n';
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        log::get("store")->warn("write {}: {}", path_.string(), std::strerror(errno));
    }
}

}  // namespace rookery::store
