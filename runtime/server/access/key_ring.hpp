#pragma once

#include "base/clock.hpp"
#include "config/sections.hpp"
#include "server/access/audit_log.hpp"
#include "server/access/guard.hpp"
#include "server/access/key_store.hpp"
#include "server/access/rate_table.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::server {

/// The guard over the keys of the TOML and those of `rookery keys`. Server thread.
class KeyRing final : public Guard {
  public:
    /// `clock` outlives it. The state directory has the store, the audit log and the uses.
    KeyRing(const Clock& clock, const std::filesystem::path& state_dir);
    ~KeyRing() override;

    /// Rates, ways and keys of the section, and the store read again.
    void apply(const config::ServerSection& section);
    /// The store read again: `rookery keys` has changed it.
    void reread();
    /// To be called every second or so: keys that have expired go, uses are written at times.
    void tick();
    /// Uses are written now.
    void flush();

    [[nodiscard]] std::variant<KeyPtr, Refusal> find(std::string_view secret,
                                                     const std::string& peer) override;
    [[nodiscard]] std::optional<Response> admit_stranger(const Request& request,
                                                         Headers& headers) override;
    [[nodiscard]] std::variant<KeyPtr, Response> admit(const Request& request,
                                                       Headers& headers) override;
    [[nodiscard]] std::optional<Response> require(const Key& key,
                                                  std::string_view scope) const override;
    [[nodiscard]] bool spend(const Key& key) override;
    void audit(const Key& key, std::string_view action, std::string_view outcome,
               const std::string& peer) override;
    void on_gone(std::function<void(const std::string& key_id)> gone) override;

    /// Since the start, for metrics.
    struct Stats {
        std::uint64_t admitted = 0;
        std::uint64_t unauthorised = 0;       ///< 401
        std::uint64_t limited = 0;            ///< 429
        mutable std::uint64_t forbidden = 0;  ///< 403 of require()
        std::size_t keys = 0;                 ///< that are accepted now
    };
    [[nodiscard]] Stats stats() const;

  private:
    struct Entry {
        KeyPtr key;
        Digest digest{};
        std::string prefix;
        bool revoked = false;
        bool gone = false;  ///< whoever had it was told
    };

    void replace(std::vector<Entry> entries);
    [[nodiscard]] const Entry* entry_of(std::string_view secret) const;
    [[nodiscard]] bool expired(const Key& key) const;
    void tell_gone(const std::string& id) const;
    [[nodiscard]] Response too_many(const RateTable::Verdict& verdict) const;
    [[nodiscard]] std::variant<KeyPtr, Refusal> look_up(std::string_view secret);
    [[nodiscard]] Response refuse(const RateTable::Verdict& verdict, Headers& headers);
    void add_headers(const RateTable::Verdict& verdict, Headers& headers) const;

    const Clock& clock_;
    KeyStore store_;
    AuditLog audit_;
    bool enforced_ = true;      ///< whether scopes are
    std::vector<Entry> given_;  ///< of the TOML
    std::vector<Entry> entries_;
    std::unordered_map<std::string, std::vector<std::size_t>> by_prefix_;  ///< "": made elsewhere
    RateTable keys_;
    RateTable addresses_;
    RateTable guesses_;  ///< what was no key, by address; REST's own count apart
    RateTable emits_;
    std::map<std::string, KeyUse> uses_;
    bool uses_changed_ = false;
    SteadyTime uses_written_;
    std::vector<std::function<void(const std::string&)>> gone_;
    Stats stats_;
};

}  // namespace rookery::server
