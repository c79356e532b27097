#include "config/config.hpp"
#include "config/keys.hpp"
#include "config/load_server.hpp"
#include "config/platforms.hpp"
#include "config/section_reader.hpp"
#include "config/values.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace rookery::config {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20U;

/// The read of one file into one Config.
class Loader {
  public:
    Loader(Diagnostics& diagnostics, const LoadOptions& options, Config& config)
        : reader_(diagnostics, options, config.file.parent_path()),
          sections_(reader_),
          config_(config) {}

    void read(const toml::table& root) {
        config_.runtime.state = reader_.resolved(config_.runtime.state);
        config_.plugins.dir = reader_.resolved("plugins");
        config_.scripts.dir = reader_.resolved("scripts");
        for (const auto& [key, node] : in_file_order(root)) {
            read_section(*key, *node);
        }
        check_bots();
        check_bot_of_server();
    }

    /// The first server key that stands in the file itself; null when none does.
    [[nodiscard]] const toml::node* clear_key() const noexcept { return server_source_.clear; }

  private:
    struct BotSource {
        Place header;
        const toml::node* intents = nullptr;
        const toml::node* shards = nullptr;
    };

    void read_section(const toml::key& key, const toml::node& node) {
        if (key == "runtime") {
            sections_.read_table(key, node, "in [runtime]", runtime_keys(), config_.runtime);
        } else if (key == "simulator") {
            sections_.read_table(key, node, "in [simulator]", simulator_keys(), config_.simulator);
        } else if (key == "commands") {
            sections_.read_table(key, node, "in [commands]", commands_keys(), config_.commands);
        } else if (key == "plugins") {
            read_extensions(key, node, plugins_keys(), plugin_keys(), config_.plugins);
        } else if (key == "scripts") {
            read_extensions(key, node, scripts_keys(), script_keys(), config_.scripts);
        } else if (key == "bot") {
            read_bots(key, node);
        } else if (key == "server") {
            server_source_ = read_server(sections_, key, node, config_.server);
        } else {
            reader_.unknown(place_of(key.source()),
                            node.is_table() || node.is_array() ? "section" : "key", key.str(),
                            "at the top of the file", kSectionNames);
        }
    }

    void read_bots(const toml::key& key, const toml::node& node) {
        for (const auto* table : sections_.tables_of(
                 key, node, "a bot's section is written [[bot]], with two brackets")) {
            BotSection bot = bot_of_platform(*table);
            sections_.read_keys(*table, bot_keys(), bot,
                                [&](const toml::key& other, const toml::node& inner) {
                                    if (other == "cache") {
                                        sections_.read_table(other, inner, "in [bot.cache]",
                                                             cache_keys(), bot.cache);
                                        return;
                                    }
                                    reader_.unknown(place_of(other.source()), "key", other.str(),
                                                    "in [[bot]]", names_of(bot_keys()));
                                });
            check_keys(*table, bot.platform);
            token_given_.push_back(table->contains("token"));
            bot_sources_.push_back(
                {place_of(table->source()), table->get("intents"), table->get("shards")});
            name_given_.push_back(table->contains("name"));
            config_.bots.push_back(std::move(bot));
        }
    }

    /// A bot with the defaults of its platform, which may stand anywhere in the section. A name
    /// that is none is reported when its turn comes.
    static BotSection bot_of_platform(const toml::table& table) {
        BotSection bot;
        const auto name = table["platform"].value_exact<std::string_view>();
        if (const auto* platform = name ? find_bot_platform(*name) : nullptr) {
            bot.platform = platform->name;
            bot.flavour = platform->flavours.empty() ? "" : platform->flavours.front();
            bot.format = platform->formats.empty() ? "" : platform->formats.front();
            bot.rest_limit = platform->rest_limit;
        }
        return bot;
    }

    /// Every key is one that the bot's platform has.
    void check_keys(const toml::table& table, std::string_view platform) {
        const BotPlatform& known = *find_bot_platform(platform);
        const auto names = names_of(bot_keys());
        for (const auto& [key, node] : in_file_order(table)) {
            const bool exists =
                *key == "cache" || std::find(names.begin(), names.end(), key->str()) != names.end();
            if (exists && !known.has(key->str())) {
                reader_.diagnostics().error(place_of(key->source()),
                                            fmt::format("a {} bot (platform \"{}\") has no \"{}\"",
                                                        known.title, known.name, key->str()));
            }
        }
    }

    void read_extensions(const toml::key& key, const toml::node& node,
                         std::span<const Key<ExtensionsSection>> keys,
                         std::span<const Key<ExtensionSection>> inner_keys,
                         ExtensionsSection& section) {
        const auto* table = sections_.table_of(key, node);
        if (table == nullptr) {
            return;
        }
        // `enabled` is the default of the sections inside, wherever it stands.
        std::vector<std::pair<const toml::key*, const toml::table*>> inner;
        sections_.read_keys(
            *table, keys, section, [&](const toml::key& other, const toml::node& value) {
                if (const auto* settings = value.as_table()) {
                    inner.emplace_back(&other, settings);
                } else {
                    reader_.unknown(place_of(other.source()), "key", other.str(),
                                    fmt::format("in [{}]", key.str()), names_of(keys));
                }
            });
        for (const auto& [name, settings] : inner) {
            read_extension(key.str(), *name, *settings, inner_keys, section);
        }
    }

    void read_extension(std::string_view kind, const toml::key& name, const toml::table& table,
                        std::span<const Key<ExtensionSection>> keys, ExtensionsSection& into) {
        ExtensionSection section;
        section.name = name.str();
        section.enabled = into.enabled;
        if (!is_name(section.name)) {
            reader_.diagnostics().error(place_of(name.source()),
                                        "what a plugin or script is called begins with a "
                                        "lower-case letter and has only lower-case letters, "
                                        "digits, \"_\" and \"-\"");
            return;
        }
        const auto known = names_of(keys);
        sections_.read_keys(
            table, keys, section, [&](const toml::key& other, const toml::node& node) {
                if (is_key_of_script(other.str())) {
                    reader_.diagnostics().error(
                        place_of(other.source()),
                        fmt::format("\"{}\" is a limit of scripts; a plugin has none",
                                    other.str()));
                    return;
                }
                const auto near = nearest(other.str(), known);
                if (!near.empty() && edit_distance(other.str(), near) == 1) {
                    reader_.diagnostics().warning(
                        place_of(other.source()),
                        fmt::format("\"{}\" in [{}.{}] is handed to it as "
                                    "its own setting; did you mean \"{}\"?",
                                    other.str(), kind, section.name, near));
                }
                reader_.json(node, section.settings[std::string(other.str())]);
                note_places(std::string(other.str()), node, section.places);
            });
        section.places.of.emplace("", where(name.source()));
        into.sections.push_back(std::move(section));
    }

    [[nodiscard]] std::string where(const toml::source_region& region) const {
        const Place place = place_of(region);
        return fmt::format("{}:{}:{}", config_.file.string(), place.line, place.column);
    }
    void note_places(const std::string& path, const toml::node& node, SettingPlaces& out) const {
        constexpr std::size_t kMost = 10'000;
        if (out.of.size() >= kMost) {
            return;
        }
        out.of.emplace(path, where(node.source()));
        if (const auto* table = node.as_table()) {
            for (const auto& [key, value] : *table) {
                note_places(path + "." + std::string(key.str()), value, out);
            }
        } else if (const auto* array = node.as_array()) {
            for (std::size_t i = 0; i < array->size(); ++i) {
                note_places(path + "." + std::to_string(i), *array->get(i), out);
            }
        }
    }

    static bool is_key_of_script(std::string_view name) {
        const auto names = names_of(script_keys());
        return std::find(names.begin(), names.end(), name) != names.end();
    }

    void check_bots() {
        std::map<std::string, Place> seen;
        bool any_simulated = false;
        for (std::size_t index = 0; index < config_.bots.size(); ++index) {
            auto& bot = config_.bots[index];
            const auto place = bot_sources_[index].header;
            if (!name_given_[index]) {
                reader_.diagnostics().error(place, "this bot has no \"name\"");
            } else if (!bot.name.empty()) {
                const auto [first, fresh] = seen.emplace(bot.name, place);
                if (!fresh) {
                    reader_.diagnostics().error(
                        place, fmt::format("a bot named \"{}\" stands at line {} already", bot.name,
                                           first->second.line));
                }
            }
            check_token(bot, place, token_given_[index]);
            check_address(bot, place);
            check_intents(bot, bot_sources_[index].intents);
            if (bot.shard && bot_sources_[index].shards != nullptr) {
                reader_.error(
                    *bot_sources_[index].shards,
                    "\"shards\" (all in this process) and \"shard\" (one of them) exclude "
                    "each other");
            }
            any_simulated = any_simulated || bot.simulated;
        }
        if (config_.bots.empty()) {
            reader_.diagnostics().warning({}, "no [[bot]] in this file: nothing will connect");
        } else if (config_.simulator.enabled && !any_simulated) {
            reader_.diagnostics().warning(
                {},
                "the simulator is enabled, but every bot has a token or an address of its "
                "own: nobody will live in it");
        }
    }

    void check_bot_of_server() {
        const auto& name = config_.server.bot;
        std::vector<std::string_view> names;
        for (const auto& bot : config_.bots) {
            names.emplace_back(bot.name);
        }
        if (server_source_.bot != nullptr && !name.empty() &&
            std::find(names.begin(), names.end(), name) == names.end()) {
            reader_.unknown(place_of(server_source_.bot->source()), "bot", name, "in [server]",
                            names);
        }
    }

    void check_token(BotSection& bot, Place place, bool given) {
        if (given) {
            return;
        }
        const bool own_address = !bot.api_url.empty() || !bot.gateway_url.empty();
        if (config_.simulator.enabled && !own_address) {
            bot.simulated = true;
            return;
        }
        reader_.diagnostics().error(
            place,
            fmt::format(
                "this bot has no \"token\": give it as a string, {{ env = \"NAME\" }} or {{ file = "
                "\"path\" }}{}",
                own_address ? "" : ", or try it without one under [simulator] enabled = true"));
    }

    void check_address(const BotSection& bot, Place place) {
        const BotPlatform& platform = *find_bot_platform(bot.platform);
        const bool gone = bot.platform == "guilded" && !bot.simulated;
        const auto is_old = [](const std::string& url) {
            return url.empty() || url.find("guilded.gg") != std::string::npos;
        };
        if (gone && (is_old(bot.api_url) || is_old(bot.gateway_url))) {
            reader_.diagnostics().error(
                place,
                "Guilded has ended its service: a bot of it needs \"api_url\" and \"gateway_url\" "
                "of the server to use instead, one of your own or the simulator's");
        } else if (!platform.has_home && !bot.simulated && bot.api_url.empty() &&
                   bot.gateway_url.empty()) {
            reader_.diagnostics().error(
                place,
                fmt::format("a {} bot (platform \"{}\") needs \"api_url\" or \"gateway_url\": "
                            "where its server is, for instance \"http://127.0.0.1:3000\"",
                            platform.title, platform.name));
        }
    }

    void check_intents(const BotSection& bot, const toml::node* node) {
        const auto* list = node == nullptr ? nullptr : node->as_array();
        if (list == nullptr || !reader_.options().check_intent) {
            return;
        }
        for (const auto& item : *list) {
            const auto name = item.value_exact<std::string_view>();
            if (!name) {
                continue;
            }
            if (const auto accepted = reader_.options().check_intent(bot.platform, *name);
                !accepted) {
                reader_.error(item, accepted.error().message());
            }
        }
    }

    Reader reader_;
    SectionReader sections_;
    Config& config_;
    ServerSource server_source_;
    std::vector<BotSource> bot_sources_;
    std::vector<bool> token_given_;
    std::vector<bool> name_given_;
};

std::string grammar_error(const toml::parse_error& error, const Diagnostics& diagnostics) {
    const auto place = place_of(error.source());
    if (diagnostics.shown(place).masked) {
        return "this is not TOML (the parser's words are left out: they could repeat a secret)";
    }
    return fmt::format("this is not TOML: {}", error.description());
}

/// Whether anybody but its owner and group can read the file.
bool is_world_readable(const std::filesystem::path& file) {
    std::error_code failure;
    const auto status = std::filesystem::status(file, failure);
    return !failure && (status.permissions() & std::filesystem::perms::others_read) !=
                           std::filesystem::perms::none;
}

Result<Config> parse_text(std::string_view text, const std::filesystem::path& file,
                          const LoadOptions& options, bool on_disk) {
    Config config;
    config.file = std::filesystem::absolute(file).lexically_normal();
    Diagnostics diagnostics(file, text);
    try {
        const toml::table root = toml::parse(text, file.string());
        Loader loader(diagnostics, options, config);
        loader.read(root);
        if (const auto* clear = loader.clear_key();
            clear != nullptr && on_disk && is_world_readable(config.file)) {
            diagnostics.warning(place_of(clear->source()),
                                "this key stands in a file that every user of the machine can "
                                "read: chmod 600, or { env = \"NAME\" }");
        }
    } catch (const toml::parse_error& error) {
        diagnostics.set_grammar_broken();
        diagnostics.error(place_of(error.source()), grammar_error(error, diagnostics));
    }
    if (diagnostics.failed()) {
        return Error(ErrorKind::invalid, diagnostics.errors());
    }
    config.warnings = diagnostics.warnings();
    return config;
}

}  // namespace

Result<Config> parse(std::string_view text, const std::filesystem::path& file,
                     const LoadOptions& options) {
    return parse_text(text, file, options, false);
}

Result<Config> load(const std::filesystem::path& file, const LoadOptions& options) {
    std::error_code failure;
    if (!std::filesystem::exists(file, failure)) {
        return Error(ErrorKind::not_found, fmt::format("{}: there is no such file", file.string()));
    }
    if (!std::filesystem::is_regular_file(file, failure)) {
        return Error(ErrorKind::invalid, fmt::format("{}: this is not a file", file.string()));
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream.is_open()) {
        return Error(ErrorKind::io, fmt::format("{}: this file cannot be read", file.string()));
    }
    std::string text(kLargestFile + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kLargestFile) {
        return Error(ErrorKind::limit,
                     fmt::format("{}: larger than 1 MiB, which no config file is", file.string()));
    }
    return parse_text(text, file, options, true);
}

}  // namespace rookery::config
