// What a command costs that somebody writes as a text, with 500 registered: from the message's text
// to the command and its checked values. Beside it a floor that does only what cannot be left out:
// it looks the name up, cuts the words and reads the numbers.
//
//   bench_commands            prints nanoseconds: "command N", "floor N", "other N", "unknown N"
//   bench_commands texts      prints the texts, one in each line, for a peer

#include "command/text_parser.hpp"
#include "hostapi/command_book.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using namespace rookery;
using nlohmann::json;

constexpr std::size_t kCommands = 500;
constexpr int kRounds = 15;
constexpr int kTurns = 100;  ///< of all texts in a round

json option(const char* name, const char* type, bool required) {
    return {{"name", name}, {"type", type}, {"required", required}};
}

json definition(std::size_t number) {
    const std::string digits = std::to_string(number);
    json out = {{"description", "Command " + digits}, {"aliases", {"alias" + digits}}};
    switch (number % 5) {
        case 0:
            out["name"] = "remind" + digits;
            out["options"] = {option("in", "duration", true), option("what", "string", true)};
            break;
        case 1:
            out["name"] = "warn" + digits;
            out["options"] = {option("who", "user", true), option("reason", "string", false)};
            break;
        case 2:
            out["name"] = "roll" + digits;
            out["options"] = {option("dice", "integer", true), option("times", "integer", false)};
            out["options"][0]["min"] = 1;
            out["options"][0]["max"] = 100;
            break;
        case 3:
            out["name"] = "note" + digits;
            out["options"] = {option("title", "string", true), option("text", "string", false)};
            break;
        default:
            out["name"] = "todo" + digits;
            out["subcommands"] = {{{"name", "add"},
                                   {"description", "Adds"},
                                   {"options", json::array({option("what", "string", true)})}},
                                  {{"name", "list"}, {"description", "Lists"}}};
    }
    return out;
}

std::string text_of(std::size_t number) {
    const std::string digits = std::to_string(number);
    switch (number % 5) {
        case 0:
            return "!remind" + digits + " 1h30m buy some tea and bread";
        case 1:
            return "!warn" + digits + " <@1100000000000000" + std::to_string(100 + number % 900) +
                   "> was rude in the channel";
        case 2:
            return "!roll" + digits + " 20 3";
        case 3:
            return "!note" + digits + " \"a short title\" and what there is to say";
        default:
            return "!todo" + digits + " add buy milk";
    }
}

std::string_view take_word(std::string_view& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

/// The command and its values; how many values there are.
std::size_t run_command(const hostapi::CommandIndex& index, std::string_view text) {
    if (!text.starts_with('!')) {
        return 0;
    }
    text.remove_prefix(1);
    const hostapi::BookEntryPtr entry = index.find_text("bot", "1", take_word(text));
    if (entry == nullptr) {
        return 0;
    }
    const auto result = command::parse_text(*entry->definition, text, 0, "en");
    const auto* parsed = std::get_if<command::Parsed>(&result);
    return parsed == nullptr ? 0 : parsed->values.size();
}

std::size_t run_floor(const std::unordered_map<std::string, std::size_t>& names,
                      std::string_view text) {
    text.remove_prefix(1);
    const auto found = names.find(std::string(take_word(text)));
    if (found == names.end()) {
        return 0;
    }
    std::vector<std::string> values;
    std::int64_t sum = 0;
    while (!text.empty()) {
        const std::string_view word = take_word(text);
        std::int64_t number = 0;
        if (std::from_chars(word.data(), word.data() + word.size(), number).ec == std::errc()) {
            sum += number;
        }
        values.emplace_back(word);
    }
    return found->second + values.size() + static_cast<std::size_t>(sum);
}

double thread_cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// Nanoseconds of this thread for each of them.
double once(const std::vector<std::string>& texts,
            const std::function<std::size_t(std::string_view)>& run) {
    static volatile std::size_t kept = 0;  // keeps the compiler honest
    const double start = thread_cpu_ns();
    for (int turn = 0; turn < kTurns; ++turn) {
        for (const std::string& text : texts) {
            kept = kept + run(text);
        }
    }
    return (thread_cpu_ns() - start) / (kTurns * static_cast<double>(texts.size()));
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> texts;
    std::vector<std::string> others;
    std::vector<std::string> unknown;
    std::unordered_map<std::string, std::size_t> names;
    std::vector<hostapi::BookEntryPtr> entries;
    for (std::size_t i = 0; i < kCommands; ++i) {
        auto read = command::read_definition(definition(i));
        if (!read) {
            std::fprintf(stderr, "%s\n", read.error().message().c_str());
            return 1;
        }
        texts.push_back(text_of(i));
        others.push_back(texts.back().substr(1));
        unknown.push_back("!no" + texts.back().substr(1));
        names.emplace((*read)->root.name, i);
        entries.push_back(
            std::make_shared<hostapi::BookEntry>(hostapi::BookEntry{*read, 1, "bench", ""}));
    }
    if (argc > 1 && std::string_view(argv[1]) == "texts") {
        for (const std::string& text : texts) {
            std::printf("%s\n", text.c_str());
        }
        return 0;
    }
    const hostapi::CommandIndex index(std::move(entries));
    for (const std::string& text : texts) {
        if (run_command(index, text) == 0) {
            std::fprintf(stderr, "not read: %s\n", text.c_str());
            return 1;
        }
    }
    const auto command = [&](std::string_view text) { return run_command(index, text); };
    const auto floor = [&](std::string_view text) { return run_floor(names, text); };
    std::vector<double> commands;
    std::vector<double> floors;
    std::vector<double> passed;
    std::vector<double> missed;
    for (int round = 0; round < kRounds; ++round) {  // in turns: all meet the same weather
        commands.push_back(once(texts, command));
        floors.push_back(once(texts, floor));
        passed.push_back(once(others, command));
        missed.push_back(once(unknown, command));
    }
    std::printf("command %.0f\nfloor %.0f\nother %.1f\nunknown %.0f\n", median(commands),
                median(floors), median(passed), median(missed));
    return 0;
}
