#include "app/metrics_text.hpp"

#include <gtest/gtest.h>

namespace rookery::app {
namespace {

TEST(MetricsText, has_a_line_for_each_extension) {
    Snapshot snapshot;
    snapshot.uptime = std::chrono::seconds(5);
    snapshot.resident_bytes = 1'000;
    hostapi::ExtensionStatus ping;
    ping.kind = "script";
    ping.name = "ping";
    ping.state = "active";
    ping.handled = 7;
    snapshot.extensions.push_back(ping);
    const std::string text = metrics_text(snapshot);
    for (const char* line : {"rookery_uptime_seconds 5\n", "rookery_resident_bytes 1000\n",
                             "# TYPE rookery_extension_handled_total counter\n"
                             "rookery_extension_handled_total{kind=\"script\",name=\"ping\"} 7\n",
                             "rookery_extension_up{kind=\"script\",name=\"ping\"} 1\n"}) {
        EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
    }
}

TEST(MetricsText, of_a_runtime_without_extensions_is_short) {
    EXPECT_EQ(metrics_text({}).find("extension"), std::string::npos);
}

}  // namespace
}  // namespace rookery::app
