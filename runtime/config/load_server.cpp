#include "config/load_server.hpp"

#include <chrono>
#include <map>
#include <system_error>

namespace rookery::config {
namespace {

constexpr std::size_t kMostKeys = 1'000;
constexpr std::size_t kShortKey = 16;

std::vector<std::string_view> names_in_server() {
    auto names = names_of(server_keys());
    names.insert(names.end(), {"socketio", "namespaces", "key"});
    return names;
}

/// The read of one [server].
class ServerLoader {
  public:
    ServerLoader(const SectionReader& sections, ServerSection& server)
        : sections_(sections), reader_(sections.reader()), server_(server) {}

    ServerSource read(const toml::table& table) {
        server_.enabled = true;
        sections_.read_keys(
            table, server_keys(), server_,
            [&](const toml::key& key, const toml::node& node) { inner(key, node); });
        check_tls(table);
        check_reach(table);
        source_.bot = table.get("bot");
        return source_;
    }

  private:
    void inner(const toml::key& key, const toml::node& node) {
        if (key == "socketio") {
            sections_.read_table(key, node, "in [server.socketio]", socketio_keys(),
                                 server_.socketio);
        } else if (key == "namespaces") {
            read_namespaces(key, node);
        } else if (key == "key") {
            for (const auto* table : sections_.tables_of(
                     key, node, "a key's section is written [[server.key]], with two brackets")) {
                read_key(*table);
            }
        } else {
            reader_.unknown(place_of(key.source()), "key", key.str(), "in [server]",
                            names_in_server());
        }
    }

    void read_namespaces(const toml::key& key, const toml::node& node) {
        const auto* table = sections_.table_of(key, node);
        if (table == nullptr) {
            return;
        }
        for (const auto& [name, value] : in_file_order(*table)) {
            const auto known = std::find(kNamespaceNames.begin(), kNamespaceNames.end(),
                                         name->str()) != kNamespaceNames.end();
            if (!known) {
                reader_.unknown(place_of(name->source()), "namespace", name->str(),
                                "in [server.namespaces]", kNamespaceNames);
                continue;
            }
            bool on = true;
            reader_.at_key(name->str());
            if (reader_.boolean(*value, on)) {
                server_.namespaces[std::string(name->str())] = on;
            }
        }
    }

    void read_key(const toml::table& table) {
        ServerKeySection key;
        sections_.read_keys(table, server_key_keys(), key,
                            [&](const toml::key& other, const toml::node&) {
                                reader_.unknown(place_of(other.source()), "key", other.str(),
                                                "in [[server.key]]", names_of(server_key_keys()));
                            });
        if (key.name.empty()) {
            key.name = key.id;
        }
        const auto place = place_of(table.source());
        check_id(key, table, place);
        check_secret(key, table, place);
        if (key.scopes.empty()) {
            reader_.diagnostics().warning(place, "this key has no \"scopes\": it may do nothing");
        }
        if (key.expires && *key.expires <= std::chrono::system_clock::now()) {
            reader_.diagnostics().warning(place_of(table.get("expires")->source()),
                                          fmt::format("the key \"{}\" has expired", key.id));
        }
        server_.keys.push_back(std::move(key));
        if (server_.keys.size() == kMostKeys + 1) {
            reader_.diagnostics().error(
                place,
                fmt::format("more than {} keys; make them with `rookery keys new`", kMostKeys));
        }
    }

    void check_id(const ServerKeySection& key, const toml::table& table, Place place) {
        if (!table.contains("id")) {
            reader_.diagnostics().error(place, "this key has no \"id\"");
        } else if (!key.id.empty()) {
            const auto [first, fresh] = ids_.emplace(key.id, place);
            if (!fresh) {
                reader_.diagnostics().error(
                    place, fmt::format("a key with the id \"{}\" stands at line {} already", key.id,
                                       first->second.line));
            }
        }
    }

    void check_secret(const ServerKeySection& key, const toml::table& table, Place place) {
        const auto* secret = table.get("key");
        if ((secret == nullptr) == !table.contains("hash")) {
            reader_.diagnostics().error(
                place,
                "this key needs one of \"key\" (a string, { env = \"NAME\" } or { file = "
                "\"path\" }) and \"hash\"");
            return;
        }
        if (secret == nullptr || key.key.empty()) {
            return;
        }
        if (secret->is_string() && source_.clear == nullptr) {
            source_.clear = secret;
        }
        if (key.key.reveal().size() < kShortKey) {
            reader_.diagnostics().warning(
                place_of(secret->source()),
                fmt::format("the key of \"{}\" is shorter than {} characters and can be guessed; "
                            "`rookery keys new` makes one that cannot",
                            key.id, kShortKey));
        }
        for (const auto& other : server_.keys) {
            if (!other.key.empty() && other.key == key.key) {
                reader_.diagnostics().error(
                    place_of(secret->source()),
                    fmt::format("\"{}\" has this key already: each key has one section", other.id));
            }
        }
    }

    void check_tls(const toml::table& table) {
        const auto* certificate = table.get("tls_certificate");
        const auto* key = table.get("tls_key");
        if ((certificate == nullptr) != (key == nullptr)) {
            reader_.error(certificate == nullptr ? *key : *certificate,
                          "\"tls_certificate\" and \"tls_key\" belong together: one is missing");
            return;
        }
        const auto check = [&](const toml::node* node, const std::filesystem::path& file) {
            std::error_code failure;
            if (node != nullptr && !file.empty() &&
                !std::filesystem::is_regular_file(file, failure)) {
                reader_.error(*node, fmt::format("the file {} does not exist", file.string()));
            }
        };
        check(certificate, server_.tls_certificate);
        check(key, server_.tls_key);
    }

    void check_reach(const toml::table& table) {
        const bool local = server_.address.starts_with("127.") || server_.address == "::1";
        if (server_.enabled && !local && server_.tls_certificate.empty() &&
            server_.trusted_proxies.empty()) {
            reader_.diagnostics().warning(
                place_of(table.get("listen")->source()),
                "keys and data cross the network unencrypted: give \"tls_certificate\" and "
                "\"tls_key\", or name the proxy that has them in \"trusted_proxies\"");
        }
    }

    const SectionReader& sections_;
    Reader& reader_;
    ServerSection& server_;
    ServerSource source_;
    std::map<std::string, Place> ids_;
};

}  // namespace

ServerSource read_server(const SectionReader& sections, const toml::key& key,
                         const toml::node& node, ServerSection& server) {
    const auto* table = sections.table_of(key, node);
    return table == nullptr ? ServerSource{} : ServerLoader(sections, server).read(*table);
}

}  // namespace rookery::config
