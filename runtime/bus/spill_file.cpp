#include "bus/spill_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace rookery::bus {
namespace {

Error os_error(const char* what) {
    return {ErrorKind::io,
            std::string(what) + ": " + std::strerror(errno)};  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

Result<std::unique_ptr<SpillFile>> SpillFile::create(const std::filesystem::path& dir) {
    std::string name = (dir / "spill-XXXXXX").string();
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) {
        return os_error("make a spill file");
    }
    ::unlink(name.c_str());
    return std::unique_ptr<SpillFile>(new SpillFile(descriptor));
}

SpillFile::~SpillFile() { ::close(descriptor_); }

Result<> SpillFile::append(const model::Event& event) {
    const std::string_view payload = event.raw();
    const std::string_view text(payload.data(), payload.size() + event.raw_context().size());
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t wrote = ::pwrite(descriptor_, text.data() + done, text.size() - done,
                                       static_cast<off_t>(end_ + done));
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return os_error("write to the spill file");
        }
        done += static_cast<std::size_t>(wrote);
    }
    entries_.push_back({event.header(), end_, static_cast<std::uint32_t>(text.size()),
                        static_cast<std::uint32_t>(payload.size())});
    end_ += text.size();
    bytes_ += text.size();
    return {};
}

Result<model::EventPtr> SpillFile::pop() {
    const Entry entry = std::move(entries_.front());
    entries_.pop_front();
    bytes_ -= entry.length;
    std::string text(entry.length, '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t got = ::pread(descriptor_, text.data() + done, text.size() - done,
                                    static_cast<off_t>(entry.offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return os_error("read the spill file");
        }
        done += static_cast<std::size_t>(got);
    }
    if (entries_.empty()) {
        end_ = 0;
        if (::ftruncate(descriptor_, 0) != 0) {
            return os_error("empty the spill file");
        }
    }
    const std::string_view all = text;
    return model::Event::make(entry.header, all.substr(0, entry.payload),
                              all.substr(entry.payload));
}

}  // namespace rookery::bus
