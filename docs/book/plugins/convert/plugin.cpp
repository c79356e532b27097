// Turns temperatures into other units: /convert 30 C F

#include <rookery/plugin.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

using rookery::CommandCall;
using rookery::OptionChoice;
using rookery::Type;

double to_celsius(double value, std::string_view unit) {
    return unit == "F" ? (value - 32) / 1.8 : unit == "K" ? value - 273.15 : value;
}

double from_celsius(double value, std::string_view unit) {
    return unit == "F" ? value * 1.8 + 32 : unit == "K" ? value + 273.15 : value;
}

class Convert final : public rookery::Plugin {
    void start() override {
        // [command]
        const std::vector<OptionChoice> units = {"C", "F", "K"};
        command(
            {.name = "convert",
             .description = "Turns a temperature into another unit",
             .aliases = {"temp"},
             .options =
                 {{.name = "value",
                   .description = "The temperature",
                   .type = Type::number,
                   .required = true,
                   .min = -500,
                   .max = 10000},
                  {.name = "from", .description = "Its unit", .required = true, .choices = units},
                  {.name = "to",
                   .description = "The unit that you want",
                   .default_value = "C",
                   .choices = units}},
             .examples = {"30 C F", "451 F"}},
            &converted);
        // [/command]
    }

    // What it returns is the reply.
    static std::string converted(const CommandCall& call) {
        const double value = call.number("value");
        const std::string from(call.text("from"));
        const std::string to(call.text("to"));
        std::array<char, 100> text{};
        std::snprintf(text.data(), text.size(), "%g °%s are %.1f °%s.", value, from.c_str(),
                      from_celsius(to_celsius(value, from), to), to.c_str());
        return text.data();
    }
};

}  // namespace

ROOKERY_PLUGIN(Convert)
