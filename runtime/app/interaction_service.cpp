#include "app/interaction_service.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace rookery::app {

InteractionService::InteractionService(boost::asio::io_context& io, bus::EventBus& bus,
                                       hostapi::Operations& operations)
    : io_(io),
      timer_(io, SteadyTime::max()),
      desk_(
          clock_,
          [&operations](hostapi::Interactions::Send request, hostapi::OperationDone done) {
              hostapi::OperationCall call;
              call.operation = request.operation;
              call.arguments = std::move(request.arguments);
              call.bot = std::move(request.bot);
              call.extension = std::move(request.extension);
              call.deadline = request.deadline;
              operations.send(std::move(call), std::move(done));
          },
          [this](SteadyTime when) { boost::asio::post(io_, [this, when] { look_at(when); }); }) {
    bus.tap(model::EventType::interaction_create,
            [this](const model::Event& event, std::span<const bus::Lane* const> lanes) {
                std::vector<std::string> owners;
                for (const bus::Lane* lane : lanes) {
                    owners.push_back(lane->owner());
                }
                desk_.arrived(event, owners);
            });
    for (const char* which : {"CORE", "interactions.respond"}) {
        operations.route(which, [this](const model::OperationInfo& info,
                                       hostapi::OperationCall call, hostapi::OperationDone done) {
            desk_.call(info, std::move(call), std::move(done));
        });
    }
}

void InteractionService::look_at(SteadyTime when) {
    if (stopped_ || timer_.expiry() <= when) {
        return;
    }
    timer_.expires_at(when);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        timer_.expires_at(SteadyTime::max());
        if (const auto next = desk_.poll()) {
            look_at(*next);
        }
    });
}

void InteractionService::stop() {
    stopped_ = true;
    timer_.cancel();
}

}  // namespace rookery::app
