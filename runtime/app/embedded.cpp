#include "app/embedded.hpp"

#include "app/application.hpp"

#include <boost/asio/post.hpp>

#include <csignal>
#include <future>
#include <pthread.h>
#include <thread>
#include <utility>

namespace rookery::app {

struct Embedded::Impl {
    explicit Impl(RunOptions options)
        : application(std::make_unique<Application>(std::move(options))) {}

    void run();
    /// Its thread.
    [[nodiscard]] std::string under_way() const;
    /// Runs `work` on the runtime's thread and waits for what it gives.
    template <class Work>
    auto ask(Work work) -> decltype(work()) {
        auto done = std::make_shared<std::promise<decltype(work())>>();
        boost::asio::post(application->io_, [done, work] { done->set_value(work()); });
        return done->get_future().get();
    }

    std::unique_ptr<Application> application;
    std::uint64_t activity = 0;  ///< its thread
    std::promise<Result<>> ready;
    std::thread thread;
};

void Embedded::Impl::run() {
    auto prepared = application->prepare();
    const bool good = prepared.has_value();
    ready.set_value(std::move(prepared));
    if (!good) {
        return;
    }
    application->extensions_->manager().post([this] { application->load_extensions(); });
    while (application->io_.run_one() != 0) {
        ++activity;
    }
}

Result<std::unique_ptr<Embedded>> Embedded::start(RunOptions options) {
    auto impl = std::make_unique<Impl>(std::move(options));
    auto ready = impl->ready.get_future();
    impl->thread = std::thread([part = impl.get()] {
        // The program that has it inside takes the signals.
        sigset_t all;
        sigfillset(&all);
        ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
        ::pthread_setname_np(::pthread_self(), "runtime");
        part->run();
    });
    if (auto started = ready.get(); !started) {
        impl->thread.join();
        return started.error();
    }
    return std::unique_ptr<Embedded>(new Embedded(std::move(impl)));
}

Embedded::Embedded(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Embedded::~Embedded() {
    Application& application = *impl_->application;
    boost::asio::post(application.io_, [&application] { application.stop("the end of a test"); });
    impl_->thread.join();
    if (!application.clean_) {
        // Threads that hang in extension code still use it.
        (void)impl_->application.release();
    }
}

std::string Embedded::Impl::under_way() const {
    if (!application->bots_started_) {
        return "extensions are being loaded";
    }
    if (auto manager = application->extensions_->manager().busy(); !manager.empty()) {
        return manager;
    }
    for (const auto& bot : application->bots_) {
        const auto status = bot->status();
        if (status.state != "ready" && !status.fatal) {
            return "bot " + status.name + " is " + status.state +
                   (status.detail.empty() ? "" : ": " + status.detail);
        }
    }
    if (const auto calls = application->operations_.under_way(); calls != 0) {
        return std::to_string(calls) + " operations are under way";
    }
    if (application->command_desk_->facts()->asking() != 0) {
        return "it is being looked up what a bot keeps";
    }
    if (!application->kv_->idle()) {
        return "the store has something to do";
    }
    return application->commands_->idle() ? "" : "commands are to be brought to the platform";
}

Embedded::Busy Embedded::busy() const {
    return impl_->ask([part = impl_.get()]() -> Busy {
        return {part->under_way(), part->activity};
    });
}

std::vector<std::string> Embedded::failures() const {
    Application& application = *impl_->application;
    return impl_->ask([&application] {
        std::vector<std::string> failures;
        for (const auto& bot : application.bots_) {
            if (const auto status = bot->status(); status.fatal) {
                failures.push_back("bot " + status.name + ": " + status.detail);
            }
        }
        for (const auto& extension : application.extensions_->manager().list()) {
            if (extension.state != "active") {
                failures.push_back(extension.kind + " " + extension.name + " is " +
                                   extension.state +
                                   (extension.detail.empty() ? "" : ": " + extension.detail));
            }
        }
        return failures;
    });
}

Result<std::vector<std::string>> Embedded::reload(const std::string& name) {
    Application& application = *impl_->application;
    auto done = std::make_shared<std::promise<Result<std::vector<std::string>>>>();
    application.extensions_->manager().post([&application, name, done] {
        std::vector<std::string> lines;
        const auto add = [&lines](const hostapi::StepResult& step) {
            lines.push_back(step.title + ": " + step.action +
                            (step.detail.empty() ? "" : ": " + step.detail));
            return step.ok;
        };
        bool good = true;
        if (name.empty()) {
            application.extensions_->apply(
                application.config_,
                [&](const hostapi::StepResult& step) { good = add(step) && good; });
        } else {
            auto step = application.extensions_->reload(application.config_, name);
            if (!step) {
                done->set_value(step.error());
                return;
            }
            good = add(*step);
        }
        if (good) {
            done->set_value(std::move(lines));
        } else {
            done->set_value(Error(ErrorKind::invalid, lines.empty() ? name : lines.back()));
        }
    });
    return done->get_future().get();
}

}  // namespace rookery::app
