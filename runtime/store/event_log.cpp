#include "store/event_log.hpp"

#include "base/log.hpp"
#include "store/files.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace rookery::store {

namespace fs = std::filesystem;

/// In the file, at a multiple of eight; owner, thing, name, text and second follow.
struct EventLog::Record {
    std::uint32_t size;  ///< with what follows; written last, 0: nothing here yet
    std::uint32_t finished;
    std::uint64_t sum;  ///< of everything behind it
    std::uint64_t seq;
    std::int64_t time;
    std::uint64_t former;  ///< position of the one before it of (owner, thing); 0: none
    std::uint64_t identity;
    std::uint32_t text;
    std::uint32_t second;
    std::uint16_t owner;
    std::uint16_t thing;
    std::uint16_t name;
    std::uint16_t unused;
};

namespace {

constexpr std::uint64_t kMagic = 0x3130676f6c6b6f6f;  // "ooklog01"
constexpr std::size_t kHeader = 64;
constexpr std::uint64_t kFirstBase = 4096;
constexpr std::size_t kLargestSegment = std::size_t{64} << 20U;
constexpr std::size_t kParts = 8;

struct Header {
    std::uint64_t magic;
    std::uint64_t base;
};

std::size_t aligned(std::size_t bytes) noexcept { return (bytes + 7) & ~std::size_t{7}; }

/// Whether bytes are those that were written; not against somebody who means harm.
std::uint64_t sum_of(const char* data, std::size_t size) noexcept {
    std::uint64_t sum = 0x9E3779B97F4A7C15U ^ size;
    for (; size >= 8; data += 8, size -= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data, 8);
        sum = (sum ^ word) * 0xFF51AFD7ED558CCDU;
        sum ^= sum >> 32U;
    }
    return sum;
}

std::string file_name(std::uint64_t base) {
    std::string name = std::to_string(base);
    name.insert(0, 20 - name.size(), '0');
    return name + ".log";
}

std::string key_of(std::string_view owner, std::string_view thing) {
    std::string key(owner);
    key += '\0';
    return key.append(thing);
}

Error os_error(const fs::path& path, int code) {
    return {ErrorKind::io, path.string() + ": " + std::generic_category().message(code)};
}

}  // namespace

/// A file of the log, mapped.
class EventLog::Segment {
  public:
    static Result<std::unique_ptr<Segment>> create(fs::path path, std::uint64_t base,
                                                   std::size_t bytes) {
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0) {
            return os_error(path, errno);
        }
        const int full = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
        if (full != 0) {
            ::close(fd);
            ::unlink(path.c_str());
            return os_error(path, full);
        }
        auto segment = map(std::move(path), fd, bytes);
        if (segment) {
            const Header header{kMagic, base};
            std::memcpy((*segment)->data_, &header, sizeof header);
            (*segment)->base_ = base;
        }
        return segment;
    }

    /// Error protocol: it is not one.
    static Result<std::unique_ptr<Segment>> open(fs::path path) {
        const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        struct stat info {};
        if (fd < 0 || ::fstat(fd, &info) != 0) {
            const int code = errno;
            if (fd >= 0) {
                ::close(fd);
            }
            return os_error(path, code);
        }
        const auto bytes = static_cast<std::size_t>(info.st_size);
        if (bytes < kHeader + sizeof(Record)) {
            ::close(fd);
            return Error(ErrorKind::protocol, path.string() + ": too short");
        }
        auto segment = map(path, fd, bytes);
        if (!segment) {
            return segment;
        }
        Header header{};
        std::memcpy(&header, (*segment)->data_, sizeof header);
        if (header.magic != kMagic || header.base < kFirstBase || header.base % 8 != 0 ||
            header.base > std::numeric_limits<std::int64_t>::max() ||
            path.filename() != file_name(header.base)) {
            return Error(ErrorKind::protocol, path.string() + ": not a file of the log");
        }
        (*segment)->base_ = header.base;
        return segment;
    }

    Segment(const Segment&) = delete;
    Segment& operator=(const Segment&) = delete;
    ~Segment() { ::munmap(data_, bytes_); }

    [[nodiscard]] const fs::path& path() const noexcept { return path_; }
    [[nodiscard]] std::uint64_t base() const noexcept { return base_; }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    [[nodiscard]] std::size_t used() const noexcept { return used_; }
    [[nodiscard]] bool empty() const noexcept { return used_ == kHeader; }
    [[nodiscard]] std::size_t room() const noexcept { return bytes_ - used_; }
    [[nodiscard]] char* at(std::size_t offset) const noexcept { return data_ + offset; }
    [[nodiscard]] Record& record(std::size_t offset) const noexcept {
        return *reinterpret_cast<Record*>(data_ + offset);
    }
    [[nodiscard]] std::int64_t oldest() const noexcept { return oldest_; }
    [[nodiscard]] std::int64_t newest() const noexcept { return newest_; }

    /// Whether a sound record begins there.
    [[nodiscard]] bool sound(std::size_t offset) const noexcept {
        if (offset % 8 != 0 || offset < kHeader || offset + sizeof(Record) > bytes_) {
            return false;
        }
        const Record& record = this->record(offset);
        const std::size_t texts = std::size_t{record.owner} + record.thing + record.name +
                                  record.text + std::size_t{record.second};
        return record.size >= sizeof(Record) && record.size % 8 == 0 &&
               record.size <= bytes_ - offset && texts <= record.size - sizeof(Record) &&
               sum_of(data_ + offset + 16, record.size - 16) == record.sum;
    }
    /// Everything up to the first place where there is nothing, or nothing sound.
    void count() noexcept {
        used_ = kHeader;
        while (used_ + sizeof(Record) <= bytes_ && record(used_).size != 0) {
            if (!sound(used_)) {
                log::get("store")->warn("{}: what follows byte {} is damaged", path_.string(),
                                        used_);
                break;
            }
            took(used_);
        }
    }
    void took(std::size_t offset) noexcept {
        const Record& record = this->record(offset);
        oldest_ = empty() ? record.time : oldest_;
        newest_ = record.time;
        used_ = offset + record.size;
    }

  private:
    Segment(fs::path path, void* data, std::size_t bytes)
        : path_(std::move(path)), data_(static_cast<char*>(data)), bytes_(bytes) {}

    static Result<std::unique_ptr<Segment>> map(fs::path path, int fd, std::size_t bytes) {
        void* const data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        const int code = errno;
        ::close(fd);
        if (data == MAP_FAILED) {
            return os_error(path, code);
        }
        return std::unique_ptr<Segment>(new Segment(std::move(path), data, bytes));
    }

    fs::path path_;
    char* data_;
    std::size_t bytes_;
    std::uint64_t base_ = 0;
    std::size_t used_ = kHeader;
    std::int64_t oldest_ = 0;
    std::int64_t newest_ = 0;
};

EventLog::EventLog(fs::path folder, Limits limits)
    : folder_(std::move(folder)), limits_(limits), next_base_(kFirstBase) {}

EventLog::~EventLog() = default;

Result<std::unique_ptr<EventLog>> EventLog::open(fs::path folder, Limits limits, std::int64_t now) {
    limits.bytes = std::max(limits.bytes, kLeast);
    std::unique_ptr<EventLog> log(new EventLog(std::move(folder), limits));
    if (auto loaded = log->load(); !loaded) {
        return loaded.error();
    }
    log->expire(now);
    return log;
}

void EventLog::remove(const fs::path& folder) {
    std::error_code ec;
    fs::remove_all(folder, ec);
    if (ec) {
        log::get("store")->warn("{}: {}", folder.string(), ec.message());
    }
}

Result<> EventLog::load() {
    std::error_code ec;
    fs::create_directories(folder_, ec);
    if (ec) {
        return Error(ErrorKind::io, folder_.string() + ": " + ec.message());
    }
    fs::permissions(folder_, fs::perms::owner_all, ec);
    std::vector<fs::path> files;
    for (fs::directory_iterator at(folder_, ec), last; !ec && at != last; at.increment(ec)) {
        if (at->path().extension() == ".log") {
            files.push_back(at->path());
        }
    }
    if (ec) {
        return Error(ErrorKind::io, folder_.string() + ": " + ec.message());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
        auto segment = Segment::open(file);
        if (!segment || (*segment)->base() < next_base_) {
            const auto aside = set_aside(file);
            if (!aside) {
                return aside.error();
            }
            log::get("store")->warn("{}: it was moved to {}",
                                    segment ? file.string() + " overlaps the file before it"
                                            : segment.error().message(),
                                    aside->string());
            continue;
        }
        (*segment)->count();
        next_base_ = (*segment)->base() + (*segment)->bytes();
        bytes_ += (*segment)->bytes();
        index(**segment);
        segments_.push_back(*std::move(segment));
    }
    while (bytes_ > limits_.bytes) {
        drop_oldest();
    }
    return {};
}

void EventLog::index(const Segment& segment) {
    for (std::size_t offset = kHeader; offset < segment.used();) {
        const Record& record = segment.record(offset);
        const LogEntry entry = entry_of(segment, offset);
        newest_[key_of(entry.owner, entry.thing)] = {entry.seq, entry.position};
        if (record.finished == 0) {
            left_[entry.identity] = {entry.seq, entry.position};
        }
        offset += record.size;
    }
}

LogEntry EventLog::entry_of(const Segment& segment, std::size_t offset) {
    const Record& record = segment.record(offset);
    const char* text = segment.at(offset + sizeof(Record));
    const auto take = [&](std::size_t size) {
        return std::string_view(std::exchange(text, text + size), size);
    };
    LogEntry entry;
    entry.owner = take(record.owner);
    entry.thing = take(record.thing);
    entry.name = take(record.name);
    entry.text = take(record.text);
    entry.second = take(record.second);
    entry.seq = record.seq;
    entry.identity = record.identity;
    entry.time = record.time;
    entry.position = segment.base() + offset;
    entry.next = entry.position + record.size;
    return entry;
}

Result<std::uint64_t> EventLog::append(const LogEntry& entry) {
    constexpr std::size_t kShort = std::numeric_limits<std::uint16_t>::max();
    const std::size_t bytes = aligned(sizeof(Record) + entry.owner.size() + entry.thing.size() +
                                      entry.name.size() + entry.text.size() + entry.second.size());
    if (bytes > limits_.bytes / 2 || entry.owner.size() > kShort || entry.thing.size() > kShort ||
        entry.name.size() > kShort) {
        return Error(ErrorKind::limit, "an event of " + std::to_string(bytes) +
                                           " bytes is too large for a log of " +
                                           std::to_string(limits_.bytes));
    }
    auto segment = room_for(bytes, entry.time);
    if (!segment) {
        return segment.error();
    }
    const std::size_t offset = (*segment)->used();
    Left& newest = newest_[key_of(entry.owner, entry.thing)];

    Record record{};
    record.seq = entry.seq;
    record.time = entry.time;
    record.former = newest.position;
    record.identity = entry.identity;
    record.text = static_cast<std::uint32_t>(entry.text.size());
    record.second = static_cast<std::uint32_t>(entry.second.size());
    record.owner = static_cast<std::uint16_t>(entry.owner.size());
    record.thing = static_cast<std::uint16_t>(entry.thing.size());
    record.name = static_cast<std::uint16_t>(entry.name.size());
    std::memcpy((*segment)->at(offset), &record, sizeof record);
    char* to = (*segment)->at(offset + sizeof record);
    for (const std::string_view text :
         {entry.owner, entry.thing, entry.name, entry.text, entry.second}) {
        to = std::copy(text.begin(), text.end(), to);
    }
    // What a killed process had half written may reach further than this.
    std::fill(to, (*segment)->at(offset + bytes), '\0');
    if ((*segment)->room() >= bytes + sizeof(Record)) {
        (*segment)->record(offset + bytes).size = 0;
    }
    (*segment)->record(offset).sum = sum_of((*segment)->at(offset + 16), bytes - 16);
    std::atomic_signal_fence(std::memory_order_release);
    (*segment)->record(offset).size = static_cast<std::uint32_t>(bytes);
    (*segment)->took(offset);
    newest = {entry.seq, (*segment)->base() + offset};
    return newest.position;
}

void EventLog::finish(std::uint64_t position) noexcept {
    if (const Segment* const segment = segment_at(position)) {
        segment->record(position - segment->base()).finished = 1;
    }
}

std::optional<EventLog::Left> EventLog::take_left(std::uint64_t identity) {
    const auto found = left_.find(identity);
    if (found == left_.end()) {
        return std::nullopt;
    }
    const Left left = found->second;
    left_.erase(found);
    return left;
}

/// Where so many bytes can go: the newest file, or a new one, for which the oldest ones go.
Result<EventLog::Segment*> EventLog::room_for(std::size_t bytes, std::int64_t now) {
    if (!segments_.empty()) {
        Segment& newest = *segments_.back();
        const bool old =
            !newest.empty() &&
            now - newest.oldest() > limits_.age.count() / static_cast<std::int64_t>(kParts);
        if (newest.room() >= bytes && !old) {
            return &newest;
        }
    }
    const std::size_t usual = std::min(limits_.bytes / kParts, kLargestSegment);
    const std::size_t size = aligned(std::max(usual, bytes + kHeader + sizeof(Record)));
    while (!segments_.empty() && bytes_ + size > limits_.bytes) {
        drop_oldest();
    }
    auto made = Segment::create(folder_ / file_name(next_base_), next_base_, size);
    if (!made) {
        return made.error();
    }
    bytes_ += size;
    next_base_ += size;
    segments_.push_back(*std::move(made));
    return segments_.back().get();
}

void EventLog::drop_oldest() {
    std::error_code ec;
    fs::remove(segments_.front()->path(), ec);
    bytes_ -= segments_.front()->bytes();
    segments_.pop_front();
}

void EventLog::expire(std::int64_t now) {
    while (!segments_.empty() && !segments_.front()->empty() &&
           now - segments_.front()->newest() > limits_.age.count()) {
        drop_oldest();
    }
}

std::uint64_t EventLog::newest(std::string_view owner, std::string_view thing) const {
    const auto found = newest_.find(key_of(owner, thing));
    return found == newest_.end() ? 0 : found->second.seq;
}

void EventLog::each_newest(const std::function<void(const LogEntry&)>& visit) const {
    for (const auto& [key, head] : newest_) {
        if (const Segment* const segment = segment_at(head.position)) {
            visit(entry_of(*segment, head.position - segment->base()));
        }
    }
}

const EventLog::Segment* EventLog::segment_at(std::uint64_t position) const noexcept {
    auto after = std::upper_bound(
        segments_.begin(), segments_.end(), position,
        [](std::uint64_t wanted, const auto& segment) { return wanted < segment->base(); });
    if (after == segments_.begin()) {
        return nullptr;
    }
    const Segment& segment = **--after;
    const std::uint64_t offset = position - segment.base();
    return offset >= kHeader && offset < segment.used() ? &segment : nullptr;
}

std::uint64_t EventLog::find(std::string_view owner, std::string_view thing, std::uint64_t seq,
                             std::size_t& steps) const {
    const auto found = newest_.find(key_of(owner, thing));
    if (found == newest_.end() || found->second.seq <= seq) {
        return end();
    }
    std::uint64_t begin_at = end();
    for (std::uint64_t position = found->second.position; position != 0;) {
        const Segment* const segment = segment_at(position);
        if (segment == nullptr) {
            break;  // gone: what is before it is older still
        }
        if (steps == 0) {
            return begin();
        }
        --steps;
        const Record& record = segment->record(position - segment->base());
        if (record.seq <= seq || record.former >= position) {
            break;
        }
        begin_at = position;
        position = record.former;
    }
    return begin_at;
}

std::optional<LogEntry> EventLog::read(std::uint64_t position) const {
    const auto after = std::upper_bound(
        segments_.begin(), segments_.end(), position,
        [](std::uint64_t wanted, const auto& segment) { return wanted < segment->base(); });
    for (auto at = after == segments_.begin() ? after : after - 1; at != segments_.end(); ++at) {
        const Segment& segment = **at;
        const std::size_t offset =
            position <= segment.base() + kHeader ? kHeader : position - segment.base();
        if (offset < segment.used() && segment.sound(offset)) {
            return entry_of(segment, offset);
        }
    }
    return std::nullopt;
}

std::uint64_t EventLog::begin() const noexcept {
    return segments_.empty() ? next_base_ : segments_.front()->base();
}

std::uint64_t EventLog::end() const noexcept {
    return segments_.empty() ? next_base_ : segments_.back()->base() + segments_.back()->used();
}

}  // namespace rookery::store
