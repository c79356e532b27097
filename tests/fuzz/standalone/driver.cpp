// Runs a fuzz target where the compiler has no libFuzzer: every seed as it is, then changed ones,
// the same in every run. Arguments: files and folders of seeds.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

constexpr int kRounds = 20'000;
constexpr std::chrono::seconds kMost{5};
constexpr std::size_t kMaxSize = 4096;

void run(const std::string& input) {
    // On the heap and without a terminator, so that AddressSanitizer sees a read past the end.
    const std::vector<std::uint8_t> exact(input.begin(), input.end());
    (void)LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::vector<std::string> read_seeds(int count, char** paths) {
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < count; ++i) {
        if (std::filesystem::is_directory(paths[i])) {
            for (const auto& entry : std::filesystem::directory_iterator(paths[i])) {
                files.push_back(entry.path());
            }
        } else {
            files.emplace_back(paths[i]);
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> seeds;
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return seeds;
}

class Mutator {
  public:
    explicit Mutator(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {
        seeds_.emplace_back();
    }

    std::string next() {
        std::string text = pick();
        for (auto changes = 1 + random_() % 6; changes > 0; --changes) {
            change(text);
        }
        text.resize(std::min(text.size(), kMaxSize));
        return text;
    }

  private:
    const std::string& pick() { return seeds_[random_() % seeds_.size()]; }
    std::size_t place(const std::string& text) { return random_() % (text.size() + 1); }

    void change(std::string& text) {
        const auto at = place(text);
        switch (random_() % 6) {
            case 0:
                text.insert(at, 1, static_cast<char>(random_()));
                break;
            case 1:
                text.erase(at, 1 + random_() % 8);
                break;
            case 2:
                text.resize(at);
                break;
            case 3: {
                const auto& other = pick();
                text.insert(at, other, place(other), random_() % 64);
                break;
            }
            case 4:
                if (at < text.size()) {
                    text.insert(at, text.substr(at, 1 + random_() % 16));
                }
                break;
            default:
                if (at < text.size()) {
                    text[at] = static_cast<char>(random_());
                }
        }
    }

    std::vector<std::string> seeds_;
    std::mt19937 random_{1};
};

}  // namespace

int main(int count, char** paths) {
    const auto seeds = read_seeds(count, paths);
    std::for_each(seeds.begin(), seeds.end(), run);
    Mutator mutator(seeds);
    const auto until = std::chrono::steady_clock::now() + kMost;
    int rounds = 0;
    while (rounds < kRounds && std::chrono::steady_clock::now() < until) {
        run(mutator.next());
        ++rounds;
    }
    std::cout << seeds.size() << " seeds, " << rounds << " changed ones\n";
    return 0;
}
