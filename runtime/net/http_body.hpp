#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::net {

/// What a request carries: texts and files, one after the other. Files are read while they are
/// sent, piece by piece, each time the request is sent.
class HttpBody {
  public:
    struct Part {
        std::string text;
        std::filesystem::path file;  ///< instead of the text, when not empty
        std::uint64_t size = 0;
    };

    HttpBody() = default;
    HttpBody(std::string text) { add(std::move(text)); }         // NOLINT: most bodies are one text
    HttpBody(const char* text) : HttpBody(std::string(text)) {}  // NOLINT: as above

    void add(std::string text);
    /// `size` bytes: a file that has fewer when it is sent fails the request.
    void add_file(std::filesystem::path file, std::uint64_t size);

    [[nodiscard]] const std::vector<Part>& parts() const noexcept { return parts_; }
    [[nodiscard]] std::uint64_t size() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

  private:
    std::vector<Part> parts_;
};

/// Reads a file of a body piece by piece.
class BodyFile {
  public:
    /// Error io: it cannot be read, or is no file.
    [[nodiscard]] static Result<BodyFile> open(const HttpBody::Part& part);
    BodyFile(BodyFile&& other) noexcept;
    BodyFile& operator=(BodyFile&&) = delete;
    ~BodyFile();

    /// The next piece into `buffer`; empty at the end of the part. Error io: the file has become
    /// shorter, or cannot be read.
    [[nodiscard]] Result<std::string_view> next(std::vector<char>& buffer);

  private:
    BodyFile(int descriptor, std::uint64_t left) : descriptor_(descriptor), left_(left) {}
    int descriptor_;
    std::uint64_t left_;
};

}  // namespace rookery::net
