#pragma once

#include "config/section_reader.hpp"

namespace rookery::config {

/// What of [server] concerns more than one key of it.
struct ServerSource {
    const toml::node* bot = nullptr;    ///< of `bot`, to be held against the bots
    const toml::node* clear = nullptr;  ///< the first key that stands in the file itself
};

/// Reads [server] with all that is inside it, and checks it as a whole.
ServerSource read_server(const SectionReader& sections, const toml::key& key,
                         const toml::node& node, ServerSection& server);

}  // namespace rookery::config
