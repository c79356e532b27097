#define BOOST_DLL_USE_STD_FS
#include "plugin/library.hpp"

#include "plugin/elf_file.hpp"

#include <boost/dll/shared_library.hpp>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <mutex>
#include <set>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace rookery::plugin {
namespace {

namespace fs = std::filesystem;

class FileDescriptor {
  public:
    explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    [[nodiscard]] int get() const noexcept { return fd_; }

  private:
    int fd_;
};

Error system_error(const std::string& what, int code) {
    return {ErrorKind::io, what + ": " + std::generic_category().message(code)};
}

Result<> write_all(int fd, std::string_view bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return system_error("cannot write " + path.string(), errno);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// The part of the entry that no major ever moves.
struct EntryHead {
    std::uint32_t size;
    std::uint32_t magic;
    std::uint16_t abi_major;
    std::uint16_t abi_minor;
};
static_assert(offsetof(rk_entry, abi_minor) == offsetof(EntryHead, abi_minor));

std::string level(unsigned major, unsigned minor) {
    return std::to_string(major) + "." + std::to_string(minor);
}

Result<> check_head(std::span<const std::byte> bytes) {
    EntryHead head{};
    if (bytes.size() < sizeof(head)) {
        return Error(ErrorKind::invalid,
                     "has an entry of only " + std::to_string(bytes.size()) + " bytes");
    }
    std::memcpy(&head, bytes.data(), sizeof(head));
    if (head.magic != RK_ENTRY_MAGIC) {
        return Error(ErrorKind::invalid,
                     "exports " RK_ENTRY_SYMBOL " without the magic number of a plugin");
    }
    if (head.abi_major != RK_ABI_MAJOR) {
        return Error(ErrorKind::unsupported,
                     "was built for plugin interface " + level(head.abi_major, head.abi_minor) +
                         "; this host has " + level(RK_ABI_MAJOR, RK_ABI_MINOR) +
                         ": build it with this version's SDK");
    }
    if (head.size < sizeof(rk_entry) || bytes.size() < sizeof(rk_entry)) {
        return Error(ErrorKind::invalid, "has an entry of " + std::to_string(head.size) +
                                             " bytes; at least " +
                                             std::to_string(sizeof(rk_entry)) + " are needed");
    }
    return {};
}

bool all_in(std::string_view text, std::string_view more) {
    return std::all_of(text.begin(), text.end(), [more](char c) {
        const bool alnum =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return alnum || more.find(c) != std::string_view::npos;
    });
}

Result<> check_entry(const rk_entry& entry) {
    if (entry.least_host > RK_ABI_MINOR) {
        return Error(ErrorKind::unsupported,
                     "needs a host with plugin interface " + level(RK_ABI_MAJOR, entry.least_host) +
                         " or later; this one has " + level(RK_ABI_MAJOR, RK_ABI_MINOR));
    }
    if (entry.create == nullptr) {
        return Error(ErrorKind::invalid, "has an entry without create");
    }
    constexpr std::size_t kMaxName = 64;
    constexpr std::size_t kMaxVersion = 32;
    if (entry.name.data == nullptr || entry.name.len == 0 || entry.name.len > kMaxName ||
        !all_in({entry.name.data, entry.name.len}, "_-")) {
        return Error(ErrorKind::invalid, "declares a name that is not 1 to 64 of a-z A-Z 0-9 _ -");
    }
    const bool none = entry.version.data == nullptr;
    if (entry.version.len > kMaxVersion || (none && entry.version.len != 0) ||
        (!none && !all_in({entry.version.data, entry.version.len}, ".+-_~"))) {
        return Error(ErrorKind::invalid,
                     "declares a version that is not up to 32 of a-z A-Z 0-9 . + - _ ~");
    }
    return {};
}

/// What the manifest says before loading is what the plugin is.
Result<> check_agreement(const hostapi::Manifest& manifest, std::string_view name,
                         std::string_view version) {
    const auto differ = [](const std::string& what, const std::string& said, std::string_view is) {
        return Error(ErrorKind::invalid, "has a manifest of " + what + " " + said +
                                             " and an entry of " + what + " " + std::string(is));
    };
    if (!manifest.name.empty() && manifest.name != name) {
        return differ("name", manifest.name, name);
    }
    if (!manifest.version.empty() && manifest.version != version) {
        return differ("version", manifest.version, version);
    }
    return {};
}

/// The loader's own words, with the user's file in place of the copy.
std::string loader_text(const StagedFile& file) {
    const char* const said = ::dlerror();
    std::string text = said != nullptr ? said : "the loader gave no reason";
    const std::string copy = file.path().string() + ": ";
    if (const auto at = text.find(copy); at != std::string::npos) {
        text.erase(at, copy.size());
    }
    return text;
}

bool is_loaded(const std::string& file_name) {
    struct Search {
        std::string_view name;
        bool found = false;
    } search{file_name};
    ::dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* user) {
            auto& wanted = *static_cast<Search*>(user);
            const std::string_view path = info->dlpi_name != nullptr ? info->dlpi_name : "";
            wanted.found = path.ends_with(wanted.name);
            return wanted.found ? 1 : 0;
        },
        &search);
    return search.found;
}

bool first_time(std::string_view name) {
    static std::mutex mutex;
    static std::set<std::string, std::less<>> names;
    const std::scoped_lock lock(mutex);
    return names.emplace(name).second;
}

}  // namespace

Result<std::string> read_whole(const fs::path& path, std::size_t max) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info {};
    if (file.get() < 0 || ::fstat(file.get(), &info) != 0) {
        return system_error("cannot be read", errno);
    }
    if (!S_ISREG(info.st_mode)) {
        return Error(ErrorKind::invalid, "is not a regular file");
    }
    if (static_cast<std::uint64_t>(info.st_size) > max) {
        return Error(ErrorKind::limit, "is larger than " + std::to_string(max >> 20U) + " MiB");
    }
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + have, bytes.size() - have);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return system_error("cannot be read", errno);
        }
        if (got == 0) {
            break;
        }
        have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
}

namespace {

Result<PluginFacts> facts_of(std::string_view bytes, const std::string& where) {
    auto elf = inspect_elf(std::as_bytes(std::span(bytes)), RK_ENTRY_SYMBOL);
    if (!elf) {
        return Error(elf.error().kind(), where + " " + elf.error().context());
    }
    if (auto head = check_head(elf->entry); !head) {
        return Error(head.error().kind(), where + " " + head.error().context());
    }
    EntryHead head{};
    std::memcpy(&head, elf->entry.data(), sizeof(head));
    PluginFacts out;
    out.abi_major = head.abi_major;
    out.abi_minor = head.abi_minor;
    out.exported = std::move(elf->exported);
    out.needed = std::move(elf->needed);
    out.unique_symbol = std::move(elf->unique_symbol);
    out.bytes = bytes.size();
    if (elf->manifest) {
        out.manifest_text = *elf->manifest;
        auto manifest = hostapi::parse_manifest(*elf->manifest, where + ", its manifest");
        if (!manifest) {
            return manifest.error();
        }
        out.manifest = *std::move(manifest);
    }
    return out;
}

}  // namespace

Result<PluginFacts> read_plugin(const fs::path& path) {
    auto bytes = read_whole(path, StagedFile::kMaxBytes);
    if (!bytes) {
        return bytes.error().within(path.string());
    }
    return facts_of(*bytes, path.string());
}

Result<StagedFile> StagedFile::make(const fs::path& source, const fs::path& staging_dir) {
    const std::string where = source.string();
    auto bytes = read_whole(source, kMaxBytes);
    if (!bytes) {
        return bytes.error().within(where);
    }
    auto facts = facts_of(*bytes, where);
    if (!facts) {
        return facts.error();
    }
    static std::atomic<std::uint64_t> counter{0};
    const std::string name = source.stem().string() + "." + std::to_string(::getpid()) + "." +
                             std::to_string(counter.fetch_add(1)) + ".so";
    StagedFile out(source, fs::absolute(staging_dir) / name);
    // Whatever the mode of the source was: a write-protected plugin must not leave a copy that
    // stays.
    const FileDescriptor copy(
        ::open(out.path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0700));
    if (copy.get() < 0) {
        const int code = errno;
        const std::string path = std::exchange(out.path_, {}).string();
        return system_error(where + ": cannot make the copy " + path, code);
    }
    if (auto written = write_all(copy.get(), *bytes, out.path_); !written) {
        return written.error().within(where);
    }
    out.unique_symbol_ = std::move(facts->unique_symbol);
    out.manifest_ = std::move(facts->manifest);
    return out;
}

StagedFile::StagedFile(StagedFile&& other) noexcept
    : source_(std::move(other.source_)),
      path_(std::exchange(other.path_, {})),
      unique_symbol_(std::move(other.unique_symbol_)),
      manifest_(std::move(other.manifest_)) {}

StagedFile::~StagedFile() {
    if (!path_.empty()) {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
}

Result<Library> Library::load(const StagedFile& file) {
    const std::string where = file.source().string();
    Library out;
    out.staged_name_ = file.path().filename().string();
    out.unique_symbol_ = file.unique_symbol();
    try {
        std::error_code code;
        out.library_ = std::make_shared<boost::dll::shared_library>(
            file.path(), boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local, code);
        if (code) {
            return Error(ErrorKind::invalid, where + " cannot be loaded: " + loader_text(file));
        }
        out.entry_ = &out.library_->get<const rk_entry>(RK_ENTRY_SYMBOL);
    } catch (const std::exception& error) {
        return Error(ErrorKind::invalid, where + " cannot be loaded: " + error.what());
    }
    // The file was looked at, but what counts is what is mapped.
    auto head = check_head(std::as_bytes(std::span(out.entry_, 1)));
    auto checked = head ? check_entry(*out.entry_) : std::move(head);
    if (checked) {
        checked = check_agreement(file.manifest(), out.name(), out.version());
    }
    if (!checked) {
        return Error(checked.error().kind(), where + " " + checked.error().context());
    }
    return out;
}

bool Library::unload(const log::Logger& log) {
    const std::string plugin(name());
    entry_ = nullptr;
    library_.reset();
    if (!is_loaded(staged_name_)) {
        return true;
    }
    if (first_time(plugin)) {
        const std::string reason =
            unique_symbol_ ? "it defines the process-wide symbol " + log::clipped(*unique_symbol_) +
                                 " (build it with -fno-gnu-unique)"
                           : "a thread_local with a destructor, or a thread of its own, holds it";
        log->warn("the library stays in memory after unloading: {}; each reload adds to it",
                  reason);
    }
    return false;
}

}  // namespace rookery::plugin
