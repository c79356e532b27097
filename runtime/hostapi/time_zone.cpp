#include "hostapi/time_zone.hpp"

#include "hostapi/civil.hpp"
#include "hostapi/posix_zone.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

namespace rookery::hostapi {

namespace {

constexpr std::size_t kLargest = std::size_t{1} << 20U;  // of a file; the longest have some 4 KiB
constexpr std::size_t kHeader = 44;
constexpr std::int64_t kDay = 86'400;

struct Counts {
    std::uint32_t utc, standard, leap, times, types, characters;
    [[nodiscard]] std::uint64_t bytes(unsigned time_size) const {
        return std::uint64_t{times} * (time_size + 1) + std::uint64_t{types} * 6 + characters +
               std::uint64_t{leap} * (time_size + 4) + standard + utc;
    }
};

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) {
        value = value << 8U | static_cast<unsigned char>(byte);
    }
    return value;
}

std::uint32_t word(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint32_t>(big_endian(bytes.substr(at, 4)));
}

std::optional<Counts> read_header(std::string_view bytes) {
    if (bytes.size() < kHeader || !bytes.starts_with("TZif") || bytes[4] < '2') {
        return std::nullopt;
    }
    return Counts{word(bytes, 20), word(bytes, 24), word(bytes, 28),
                  word(bytes, 32), word(bytes, 36), word(bytes, 40)};
}

Error damaged() { return {ErrorKind::protocol, "the time zone's file is damaged"}; }

bool is_zone_name(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '+' || c == '/';
    };
    return !name.empty() && name.size() < 100 && name.front() != '/' && name.back() != '/' &&
           std::ranges::all_of(name, allowed);
}

}  // namespace

struct TimeZone::Data {
    struct Type {
        std::int32_t offset;
        std::string abbreviation;
    };
    std::vector<std::int64_t> times;       ///< of the changes, ascending
    std::vector<std::uint8_t> time_types;  ///< from then on
    std::vector<Type> types;
    std::optional<PosixZone> rest;  ///< after the last change
};

TimeZone::TimeZone() = default;

Result<TimeZone> TimeZone::find(std::string_view name, const std::filesystem::path& folder) {
    if (name == "UTC") {
        return TimeZone();
    }
    const std::string shown(name.substr(0, 100));
    if (!is_zone_name(name)) {
        return Error(ErrorKind::invalid,
                     "'" + shown + "' is not a time zone: expected a name like Europe/Berlin");
    }
    const std::filesystem::path file = folder / shown;
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem) ||
        std::filesystem::file_size(file, problem) > kLargest) {
        return Error(ErrorKind::not_found, "there is no time zone '" + shown + "' in " +
                                               folder.string() + " (package tzdata)");
    }
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    return read(bytes);
}

Result<TimeZone> TimeZone::read(std::string_view bytes) {
    const auto old = read_header(bytes);
    if (!old || old->bytes(4) > bytes.size() - kHeader) {
        return damaged();
    }
    bytes.remove_prefix(kHeader + static_cast<std::size_t>(old->bytes(4)));
    const auto counts = read_header(bytes);
    if (!counts || counts->types == 0 || counts->types > 256 ||
        counts->bytes(8) > bytes.size() - kHeader) {
        return damaged();
    }
    bytes.remove_prefix(kHeader);
    auto data = std::make_shared<Data>();
    const std::string_view types = bytes.substr(std::size_t{counts->times} * 9);
    const std::string_view names = types.substr(std::size_t{counts->types} * 6, counts->characters);
    for (std::size_t i = 0; i < counts->times; ++i) {
        data->times.push_back(static_cast<std::int64_t>(big_endian(bytes.substr(i * 8, 8))));
        data->time_types.push_back(
            static_cast<std::uint8_t>(bytes[std::size_t{counts->times} * 8 + i]));
        if (data->time_types.back() >= counts->types ||
            (i > 0 && data->times[i] <= data->times[i - 1])) {
            return damaged();
        }
    }
    for (std::size_t i = 0; i < counts->types; ++i) {
        const auto offset = static_cast<std::int32_t>(word(types, i * 6));
        const auto name = static_cast<unsigned char>(types[i * 6 + 5]);
        if (offset < -2 * kDay || offset > 2 * kDay || name >= names.size()) {
            return damaged();
        }
        data->types.push_back(
            {offset, std::string(names.substr(name, names.find('\0', name) - name))});
    }
    std::string_view footer = bytes.substr(static_cast<std::size_t>(counts->bytes(8)));
    if (footer.size() < 2 || footer.front() != '\n' || footer.find('\n', 1) == footer.npos) {
        return damaged();
    }
    footer = footer.substr(1, footer.find('\n', 1) - 1);
    if (!footer.empty()) {
        data->rest = PosixZone::parse(footer);
        if (!data->rest) {
            return damaged();
        }
    }
    return TimeZone(std::move(data));
}

TimeZone::Local TimeZone::at(std::int64_t moment) const {
    if (data_ == nullptr) {
        return {0, "UTC"};
    }
    const auto next = std::ranges::upper_bound(data_->times, moment);
    if (next == data_->times.end() && data_->rest) {
        const auto now = data_->rest->at(moment);
        return {now.offset, std::string(now.abbreviation)};
    }
    const std::size_t type =
        next == data_->times.begin()
            ? 0
            : data_->time_types[static_cast<std::size_t>(next - data_->times.begin()) - 1];
    return {data_->types[type].offset, data_->types[type].abbreviation};
}

std::int32_t TimeZone::offset_at(std::int64_t moment) const {
    return data_ == nullptr ? 0 : at(moment).offset;
}

std::int64_t TimeZone::change_between(std::int64_t from, std::int64_t to) const {
    const std::int32_t before = offset_at(from);
    if (offset_at(to) == before) {
        return to;
    }
    while (to - from > 1) {
        const std::int64_t middle = from + (to - from) / 2;
        (offset_at(middle) == before ? from : to) = middle;
    }
    return to;
}

std::int64_t TimeZone::moment_of(std::int64_t local) const {
    const std::int64_t early = local - offset_at(local - kDay);
    if (early + offset_at(early) == local) {
        return early;
    }
    const std::int64_t late = local - offset_at(local + kDay);
    if (late + offset_at(late) == local) {
        return late;
    }
    return change_between(std::min(early, late) - kDay, std::max(early, late) + kDay);
}

}  // namespace rookery::hostapi
