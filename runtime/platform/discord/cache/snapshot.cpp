#include "platform/discord/cache/snapshot.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace rookery::discord {
namespace {

using cache::Entry;

constexpr std::uint64_t kMagic = 0x3130636863616b72;  // "rkachc01"

/// Numbers as they lie in memory: the file never leaves the machine.
template <class Number>
void append(std::string& out, Number number) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    out.append(bytes, sizeof number);
}

void append_text(std::string& out, std::string_view text) {
    append(out, static_cast<std::uint32_t>(text.size()));
    out += text;
}

/// Of all bytes in pieces, wherever they are cut.
class Checksum {
  public:
    void add(std::string_view text) noexcept {
        for (const char c : text) {
            sum_ = (sum_ ^ static_cast<unsigned char>(c)) * 0x100000001B3;  // FNV-1a
        }
    }
    [[nodiscard]] std::uint64_t value() const noexcept { return sum_; }

  private:
    std::uint64_t sum_ = 0xCBF29CE484222325;
};

/// Beside the file, which it replaces when it is whole.
class Writer {
  public:
    explicit Writer(const std::filesystem::path& path)
        : path_(path), beside_(path.string() + ".new") {
        std::error_code ignored;
        std::filesystem::remove(beside_, ignored);
        stream_.open(beside_, std::ios::binary | std::ios::trunc);
        std::filesystem::permissions(
            beside_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
            ignored);
    }

    void write(std::string_view bytes) {
        sum_.add(bytes);
        stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    /// The sum stands last. False: it could not be written.
    bool finish() {
        std::string sum;
        append(sum, sum_.value());
        write(sum);
        stream_.close();
        std::error_code failed;
        if (stream_) {
            std::filesystem::rename(beside_, path_, failed);
        }
        return stream_ && !failed;
    }

  private:
    std::filesystem::path path_;
    std::filesystem::path beside_;
    std::ofstream stream_;
    Checksum sum_;
};

/// A file's bytes; empty when there is none.
class Mapped {
  public:
    explicit Mapped(const std::filesystem::path& path) {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat about {};
        if (file >= 0 && ::fstat(file, &about) == 0 && about.st_size > 0) {
            size_ = static_cast<std::size_t>(about.st_size);
            base_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
        }
        if (file >= 0) {
            ::close(file);
        }
    }
    ~Mapped() {
        if (base_ != MAP_FAILED) {
            ::munmap(base_, size_);
        }
    }
    Mapped(const Mapped&) = delete;
    Mapped& operator=(const Mapped&) = delete;

    [[nodiscard]] std::string_view text() const noexcept {
        return base_ == MAP_FAILED ? std::string_view{}
                                   : std::string_view(static_cast<const char*>(base_), size_);
    }

  private:
    void* base_ = MAP_FAILED;
    std::size_t size_ = 0;
};

/// Reads what append() wrote; stays failed after the first thing that is cut short.
class Cursor {
  public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    template <class Number>
    Number number() {
        Number found{};
        const std::string_view bytes = take(sizeof found);
        if (!bytes.empty()) {
            std::memcpy(&found, bytes.data(), sizeof found);
        }
        return found;
    }
    std::string_view text() { return take(number<std::uint32_t>()); }
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] bool done() const noexcept { return rest_.empty(); }

  private:
    std::string_view take(std::size_t size) {
        if (failed_ || rest_.size() < size) {
            failed_ = true;
            return {};
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    std::string_view rest_;
    bool failed_ = false;
};

/// Everything behind the magic. False: it does not fit.
bool take_up(DiscordCache& cache, Cursor& file, std::string_view session,
             std::uint64_t last_received) {
    const auto seq = file.number<std::uint64_t>();
    const auto self = file.number<std::uint64_t>();
    const KindSet kinds(file.number<std::uint32_t>());
    if (file.text() != session || seq != last_received || kinds != cache.entities().kept()) {
        return false;
    }
    Entities& entities = cache.entities();
    entities.set_self(self);
    while (!file.done()) {
        const auto kind = file.number<std::uint8_t>();
        const auto pinned = file.number<std::uint8_t>();
        const auto owner = file.number<std::uint64_t>();
        const auto id = file.number<std::uint64_t>();
        const std::string_view text = file.text();
        if (file.failed() || kind >= cache::kKinds || !model::JsonIndex::scan(text)) {
            return false;
        }
        entities.put_raw(static_cast<Kind>(kind), owner, id, text);
        entities.store().pin(static_cast<Kind>(kind), owner, id, pinned != 0);
    }
    cache.set_seq(seq);
    return true;
}

}  // namespace

void save_snapshot(DiscordCache& cache, std::string_view session, const log::Logger& log) {
    const auto& path = cache.options().snapshot;
    Entities& entities = cache.entities();
    if (path.empty() || entities.kept().none()) {
        return;
    }
    entities.settle();
    Writer file(path);
    std::string piece;
    append(piece, kMagic);
    append(piece, cache.seq());
    append(piece, entities.self());
    append(piece, static_cast<std::uint32_t>(entities.kept().to_ulong()));
    append_text(piece, session);
    file.write(piece);
    const auto add = [&](Kind kind, const Entry& entry) {
        piece.clear();
        append(piece, static_cast<std::uint8_t>(kind));
        append(piece, static_cast<std::uint8_t>(entities.store().pinned(kind, entry) ? 1 : 0));
        append(piece, entry.owner);
        append(piece, entry.id);
        append_text(piece, entry.text);
        file.write(piece);
    };
    // Users first: members refer to them.
    entities.store().each(Kind::user, 0, [&](const Entry& entry) { add(Kind::user, entry); });
    entities.store().each_entry([&](Kind kind, const Entry& entry) {
        if (kind != Kind::user) {
            add(kind, entry);
        }
    });
    if (!file.finish()) {
        log->warn("the cache could not be written to {}", path.string());
    }
}

void load_snapshot(DiscordCache& cache, std::string_view session, std::uint64_t last_received,
                   const log::Logger& log) {
    const auto& path = cache.options().snapshot;
    if (path.empty()) {
        return;
    }
    const Mapped mapped(path);
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    const std::string_view text = mapped.text();
    if (text.empty()) {
        return;
    }
    constexpr std::size_t kSum = sizeof(std::uint64_t);
    Checksum sum;
    sum.add(text.substr(0, text.size() - std::min(kSum, text.size())));
    Cursor file(text.substr(0, text.size() - std::min(kSum, text.size())));
    Cursor end(text.substr(text.size() - std::min(kSum, text.size())));
    if (file.number<std::uint64_t>() != kMagic || end.number<std::uint64_t>() != sum.value()) {
        log->warn("{} is damaged or of another version: the cache begins empty", path.string());
    } else if (!take_up(cache, file, session, last_received)) {
        cache.clear();
        log->info(
            "the saved cache is of another session, event or choice of kinds: it begins empty");
    }
}

}  // namespace rookery::discord
