#include "sim/marker_account.hpp"

#include <algorithm>
#include <charconv>

namespace rookery::sim {

void MarkerAccount::sent_to(std::uint32_t place) {
    marks_.push_back({place});
    if (last_of_place_.size() <= place) {
        last_of_place_.resize(place + 1);
    }
}

template <class Each>
void MarkerAccount::each_marker(std::string_view text, Each each) const {
    for (auto at = text.find(needle_); at != std::string_view::npos;
         at = text.find(needle_, at + 1)) {
        const auto* from = text.data() + at + needle_.size();
        std::uint64_t number = 0;
        if (std::from_chars(from, text.data() + text.size(), number).ec == std::errc{}) {
            each(number);
        }
    }
}

void MarkerAccount::read(std::string_view text) {
    each_marker(text, [this](std::uint64_t number) { handle(number); });
}

std::size_t MarkerAccount::count(std::string_view text) const {
    std::size_t found = 0;
    each_marker(text, [&found](std::uint64_t) { ++found; });
    return found;
}

void MarkerAccount::handle(std::uint64_t number) {
    if (number == 0 || number > marks_.size()) {
        ++unknown_;
        return;
    }
    auto& mark = marks_[number - 1];
    if (mark.times++ != 0) {
        ++doubled_;
        return;
    }
    ++handled_;
    auto& last = last_of_place_[mark.place];
    out_of_order_ += number < last ? 1 : 0;
    last = std::max(last, number);
}

Json MarkerAccount::to_json() const {
    constexpr std::size_t kExamples = 20;
    Json lost = Json::array();
    Json doubled = Json::array();
    for (std::size_t i = 0; i < marks_.size(); ++i) {
        if (marks_[i].times == 0 && lost.size() < kExamples) {
            lost.push_back(i + 1);
        } else if (marks_[i].times > 1 && doubled.size() < kExamples) {
            doubled.push_back(i + 1);
        }
    }
    return {{"sent", marks_.size()},
            {"handled", handled_},
            {"lost", marks_.size() - handled_},
            {"doubled", doubled_},
            {"out_of_order", out_of_order_},
            {"unknown", unknown_},
            {"lost_examples", std::move(lost)},
            {"doubled_examples", std::move(doubled)}};
}

}  // namespace rookery::sim
