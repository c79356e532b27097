#pragma once

#include "base/log.hpp"
#include "base/result.hpp"
#include "hostapi/manifest.hpp"

#include <rookery/abi/entry.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::dll {
class shared_library;
}

namespace rookery::plugin {

/// A plugin's file, checked and copied under a name of its own, so that what is loaded never
/// changes and two versions are two libraries to the loader. The copy goes with the object.
class StagedFile {
  public:
    static constexpr std::size_t kMaxBytes = std::size_t{256} << 20U;

    /// Runs none of the plugin's code. Errors say what is wrong with `source`.
    [[nodiscard]] static Result<StagedFile> make(const std::filesystem::path& source,
                                                 const std::filesystem::path& staging_dir);
    StagedFile(StagedFile&& other) noexcept;
    StagedFile& operator=(StagedFile&&) = delete;
    ~StagedFile();

    [[nodiscard]] const std::filesystem::path& source() const noexcept { return source_; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] const std::optional<std::string>& unique_symbol() const noexcept {
        return unique_symbol_;
    }
    /// As far as it says something of itself.
    [[nodiscard]] const hostapi::Manifest& manifest() const noexcept { return manifest_; }

  private:
    StagedFile(std::filesystem::path source, std::filesystem::path path)
        : source_(std::move(source)), path_(std::move(path)) {}

    std::filesystem::path source_;
    std::filesystem::path path_;
    std::optional<std::string> unique_symbol_;
    hostapi::Manifest manifest_;
};

/// A loaded plugin library.
class Library {
  public:
    /// Loads and checks the entry. Runs the library's static constructors: call it where they may
    /// hang. The staged file is not needed afterwards.
    [[nodiscard]] static Result<Library> load(const StagedFile& file);

    [[nodiscard]] const rk_entry& entry() const noexcept { return *entry_; }
    [[nodiscard]] std::string_view name() const noexcept {
        return {entry_->name.data, entry_->name.len};
    }
    [[nodiscard]] std::string_view version() const noexcept {
        return {entry_->version.data, entry_->version.len};
    }

    /// Nothing of the library may be running or be called again. False when the loader kept it,
    /// with the reason logged once for each plugin name.
    bool unload(const log::Logger& log);

  private:
    Library() = default;

    std::shared_ptr<boost::dll::shared_library> library_;
    const rk_entry* entry_ = nullptr;
    std::string staged_name_;
    std::optional<std::string> unique_symbol_;
};

/// What a plugin's file tells without being run.
struct PluginFacts {
    std::uint16_t abi_major = 0;
    std::uint16_t abi_minor = 0;
    std::vector<std::string> exported;
    std::vector<std::string> needed;
    std::optional<std::string> unique_symbol;
    std::string manifest_text;  ///< JSON; empty: there is none
    hostapi::Manifest manifest;
    std::size_t bytes = 0;
};
/// Looks at the file as StagedFile::make() does, and copies nothing. Errors begin with the path.
[[nodiscard]] Result<PluginFacts> read_plugin(const std::filesystem::path& path);

/// A file's bytes, up to `max`.
[[nodiscard]] Result<std::string> read_whole(const std::filesystem::path& path, std::size_t max);

}  // namespace rookery::plugin
