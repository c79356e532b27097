#include "contract/calls.hpp"

#include <gtest/gtest.h>

namespace rookery::contract {

json wish_of(const model::OperationInfo& info, const OperationCase& one, bool positional,
             std::string_view bot) {
    json wish = {{"operation", info.name}, {"arguments", one.arguments}, {"bot", bot}};
    wish["names"] = json::array();
    wish["nulls"] = json::array();
    for (const auto& [name, value] : one.arguments.items()) {
        wish["names"].push_back(name);
        if (value.is_null()) {
            wish["nulls"].push_back(name);
        }
    }
    if (positional) {
        // The required ones by position, the rest by name.
        wish["positional"] = json::array();
        for (const auto& param : info.params) {
            if (!param.required) {
                break;
            }
            wish["positional"].push_back(param.name);
        }
    }
    return wish;
}

json outcomes_of(World& world, const Form& form, const std::vector<json>& wishes) {
    const auto reports = world.run(form, {json{{"do", "calls"}, {"calls", wishes}}});
    if (reports.size() != 1 || !reports[0].contains("outcomes") ||
        reports[0]["outcomes"].size() != wishes.size()) {
        ADD_FAILURE() << form.name << " reported " << json(reports).dump().substr(0, 500);
        return json(std::vector<json>(wishes.size()));
    }
    return reports[0]["outcomes"];
}

}  // namespace rookery::contract
