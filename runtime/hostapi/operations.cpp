#include "hostapi/operations.hpp"

#include "base/log.hpp"

#include <utility>

namespace rookery::hostapi {
namespace {

std::string describe(const nlohmann::json& value) {
    if (value.is_null()) {
        return "nothing";
    }
    if (value.is_string()) {
        return "text";
    }
    if (value.is_number_integer()) {
        return "an integer";
    }
    return value.type_name();
}

/// The name of what the parameter takes when `value` is not it; null when it fits.
const char* mismatch(const model::OperationParam& param, const nlohmann::json& value) {
    switch (param.type) {
        case model::ParamType::id: {
            const auto* text = value.get_ptr<const std::string*>();
            const bool digits = text != nullptr && !text->empty() && text->size() <= 20 &&
                                text->find_first_not_of("0123456789") == std::string::npos;
            return digits ? nullptr : "an id (a string of digits)";
        }
        case model::ParamType::text:
        case model::ParamType::emoji:
            return value.is_string() ? nullptr : "text";
        case model::ParamType::integer:
            return value.is_number_integer() ? nullptr : "an integer";
        case model::ParamType::boolean:
            return value.is_boolean() ? nullptr : "a boolean";
        case model::ParamType::json:
            return value.is_object() || value.is_array() ? nullptr : "a table";
    }
    return nullptr;
}

/// Length as the platforms count it: code points.
std::size_t code_points(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) {
        count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
    }
    return count;
}

Result<> within_limits(const model::OperationParam& param, const nlohmann::json& value) {
    if (param.min == 0 && param.max == 0) {
        return {};
    }
    const bool text = value.is_string();
    if (!text && !value.is_number_integer()) {
        return {};
    }
    const std::int64_t measure =
        text ? static_cast<std::int64_t>(code_points(value.get_ref<const std::string&>()))
             : value.get<std::int64_t>();
    if (measure >= static_cast<std::int64_t>(param.min) &&
        measure <= static_cast<std::int64_t>(param.max)) {
        return {};
    }
    return Error(ErrorKind::invalid,
                 "expected " + std::to_string(param.min) + " to " + std::to_string(param.max) +
                     (text ? " characters, got " : ", got ") + std::to_string(measure));
}

}  // namespace

Result<> Operations::check(const model::OperationInfo& info, const nlohmann::json& arguments) {
    const std::string where(info.name);
    if (!arguments.is_object()) {
        return Error(ErrorKind::invalid,
                     where + ": expected a table of parameters, got " + describe(arguments));
    }
    for (const model::OperationParam& param : info.params) {
        const std::string name(param.name);
        const auto found = arguments.find(name);
        if (found == arguments.end() || found->is_null()) {
            if (param.required) {
                return Error(ErrorKind::invalid, where + ": parameter " + name + " is missing");
            }
            continue;
        }
        if (const char* expected = mismatch(param, *found)) {
            return Error(ErrorKind::invalid, where + ": parameter " + name + ": expected " +
                                                 expected + ", got " + describe(*found));
        }
        if (auto fits = within_limits(param, *found); !fits) {
            return fits.error().within(where + ": parameter " + name);
        }
    }
    for (const auto& [name, value] : arguments.items()) {
        bool known = false;
        for (const model::OperationParam& param : info.params) {
            known = known || param.name == name;
        }
        if (!known) {
            return Error(ErrorKind::invalid,
                         where + ": there is no parameter " + log::clipped(name, 40));
        }
    }
    return {};
}

void Operations::add_bot(std::string name, Platform platform) {
    const std::scoped_lock lock(mutex_);
    bots_.insert_or_assign(std::move(name), std::move(platform));
}

void Operations::remove_bot(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    bots_.erase(name);
}

Result<Platform> Operations::find(const OperationCall& call) const {
    const std::scoped_lock lock(mutex_);
    std::string_view name = call.bot;
    if (name.empty() && call.event != nullptr) {
        name = call.event->bot_name();
    }
    if (name.empty()) {
        if (bots_.size() == 1) {
            return bots_.begin()->second;
        }
        return Error(ErrorKind::invalid, call.operation + ": there are " +
                                             std::to_string(bots_.size()) +
                                             " bots: say which one (parameter bot)");
    }
    const auto found = bots_.find(name);
    if (found == bots_.end()) {
        return Error(ErrorKind::not_found,
                     call.operation + ": there is no bot named " + log::clipped(name, 40));
    }
    return found->second;
}

void Operations::call(OperationCall call, OperationDone done) {
    const model::OperationInfo* info = model::find_operation(call.operation);
    if (info == nullptr) {
        done(Error(ErrorKind::not_found,
                   "there is no operation " + log::clipped(call.operation, 60)));
        return;
    }
    if (auto checked = check(*info, call.arguments); !checked) {
        done(checked.error());
        return;
    }
    if (const CoreOperation* const own = core(*info)) {
        (*own)(*info, std::move(call), std::move(done));
        return;
    }
    send(*info, std::move(call), std::move(done));
}

void Operations::route(std::string method_or_name, CoreOperation core) {
    core_.insert_or_assign(std::move(method_or_name), std::move(core));
}

const CoreOperation* Operations::core(const model::OperationInfo& info) const {
    for (const std::string_view key : {info.discord_method, info.name}) {
        if (const auto found = core_.find(key); found != core_.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

void Operations::send(OperationCall call, OperationDone done) {
    const model::OperationInfo* info = model::find_operation(call.operation);
    if (info == nullptr) {
        done(Error(ErrorKind::not_found,
                   "there is no operation " + log::clipped(call.operation, 60)));
        return;
    }
    send(*info, std::move(call), std::move(done));
}

void Operations::send(const model::OperationInfo& info, OperationCall call,
                      OperationDone done) const {
    auto platform = find(call);
    if (!platform) {
        done(platform.error());
        return;
    }
    PlatformCall out;
    out.info = &info;
    out.arguments = std::move(call.arguments);
    out.extension = call.extension;
    out.deadline = call.deadline;
    if (call.event != nullptr) {
        out.nonce_key = std::string(call.event->dedupe_key()) + "/" + call.extension + "/" +
                        std::to_string(call.number);
    }
    (*platform)(std::move(out), std::move(done));
}

}  // namespace rookery::hostapi
