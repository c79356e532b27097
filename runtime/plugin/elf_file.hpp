#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::plugin {

/// What can be told of a shared library from its bytes, before any of its code runs.
struct ElfFacts {
    /// The first bytes of the object that the entry symbol names, as they lie in the file; pointers
    /// in it are not relocated yet.
    std::span<const std::byte> entry;
    /// A symbol that the loader keeps unique in the process, and the library loaded with it for
    /// good.
    std::optional<std::string> unique_symbol;
    std::vector<std::string> exported;  ///< names of all symbols that others can see
    std::vector<std::string> needed;    ///< libraries that it is linked with: "libc.so.6"
    /// Of the section that holds the manifest; nothing when there is none. Borrowed like `entry`.
    std::optional<std::string_view> manifest;
};

/// Looks at `bytes` as a shared library of this machine that exports `symbol`. Every offset in it
/// is checked. Error invalid says what is wrong with the file. Any thread; the facts borrow
/// `bytes`.
[[nodiscard]] Result<ElfFacts> inspect_elf(std::span<const std::byte> bytes,
                                           std::string_view symbol);

}  // namespace rookery::plugin
