#include "plugin/commands.hpp"

#include "model/json_index.hpp"

namespace rookery::plugin {

Result<nlohmann::json> Commands::read(std::string_view json) {
    if (json.size() > kMaxText) {
        return Error(ErrorKind::limit, "a command may have 256 KiB");
    }
    // The index checks UTF-8 and depth, which the parser does not.
    if (auto checked = model::JsonIndex::build(json); !checked) {
        return Error(ErrorKind::invalid, checked.error().message());
    }
    auto command = nlohmann::json::parse(json, nullptr, false);
    if (command.is_discarded()) {
        return Error(ErrorKind::invalid, "not JSON");
    }
    return command;
}

Result<rk_handle_t> Commands::declare(std::string_view json) {
    if (!context_.declare) {
        return Error(ErrorKind::unsupported, "this runtime manages no commands");
    }
    const auto command = read(json);
    if (!command) {
        return command.error();
    }
    const auto effect = context_.declare(*command, "");
    if (!effect) {
        return effect.error();
    }
    return declared_.add(*effect);
}

Result<rk_handle_t> Commands::declare_for_all(std::string_view json) {
    if (context_.commands == nullptr) {
        return Error(ErrorKind::unsupported, "this runtime has no commands");
    }
    const auto command = read(json);
    if (!command) {
        return command.error();
    }
    const auto effect = context_.commands->declare(*command, "");
    if (!effect) {
        return effect.error();
    }
    return declared_.add(*effect);
}

bool Commands::withdraw(rk_handle_t handle) {
    const auto effect = declared_.take(handle);
    return effect && context_.scope->undo(*effect);
}

}  // namespace rookery::plugin
