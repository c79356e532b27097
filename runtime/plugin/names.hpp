#pragma once

#include "base/result.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace rookery::plugin {

/// The names that loaded plugins declare. Versions of one file share theirs; another file is
/// refused it. Any thread.
class Names : public std::enable_shared_from_this<Names> {
  public:
    /// Holds a name for its life.
    class Claim {
      public:
        Claim(std::shared_ptr<Names> names, std::string declared) noexcept
            : names_(std::move(names)), declared_(std::move(declared)) {}
        Claim(Claim&& other) noexcept = default;
        Claim& operator=(Claim&&) = delete;
        ~Claim();

      private:
        std::shared_ptr<Names> names_;
        std::string declared_;
    };

    /// `declared` is what the plugin says, `file` the name under which it was found. Error exists:
    /// another file has it.
    [[nodiscard]] Result<Claim> claim(std::string_view declared, std::string_view file);

  private:
    struct Holder {
        std::string file;
        unsigned count = 0;
    };

    std::mutex mutex_;
    std::map<std::string, Holder, std::less<>> holders_;
};

}  // namespace rookery::plugin
