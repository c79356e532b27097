#include "store/mapped_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace rookery::store {

namespace fs = std::filesystem;

namespace {

Error failed(const char* what, const fs::path& path) {
    return {ErrorKind::io, std::string(what) + " " + path.string() + ": " + std::strerror(errno)};
}

}  // namespace

Result<MappedFile> MappedFile::open(const fs::path& path, std::size_t bytes, bool touch) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return failed("open", path);
    }
    errno = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
    void* const base = errno != 0 ? MAP_FAILED
                                  : ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                           touch ? MAP_SHARED | MAP_POPULATE : MAP_SHARED, fd, 0);
    auto error = failed("map", path);
    ::close(fd);
    if (base == MAP_FAILED) {
        return error;
    }
    return MappedFile(base, bytes);
}

bool MappedFile::has_good_size(const fs::path& path, std::size_t bytes) {
    std::error_code ec;
    const auto size = fs::file_size(path, ec);
    return ec ? !fs::exists(path, ec) : size == 0 || size == bytes;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : base_(std::exchange(other.base_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(base_, other.base_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

MappedFile::~MappedFile() {
    if (base_ != nullptr) {
        ::munmap(base_, bytes_);
    }
}

}  // namespace rookery::store
