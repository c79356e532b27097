#include "server/access/audit_log.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace rookery::server {
namespace {

using namespace std::chrono_literals;

std::string text_of(const std::filesystem::path& file) {
    std::ostringstream out;
    out << std::ifstream(file).rdbuf();
    return out.str();
}

TEST(AuditLog, line_says_who_did_what_and_what_it_came_to) {
    const rookery::testing::TempDir folder;
    AuditLog log(folder / "audit.log");
    log.write(WallTime{} + 1'700'000'000s, "dashboard", "POST /api/messages", "200", "192.0.2.1");
    EXPECT_EQ(text_of(folder / "audit.log"),
              R"({"time":"2023-11-14T22:13:20Z","key":"dashboard","action":"POST /api/messages",)"
              R"("outcome":"200","peer":"192.0.2.1"})"
              "\n");
}

TEST(AuditLog, what_clients_send_stays_on_its_line) {
    const rookery::testing::TempDir folder;
    AuditLog log(folder / "audit.log");
    log.write(WallTime{}, "a", "GET /\n{\"key\":\"b\"}\xff" + std::string(10'000, 'x'), "400", "");
    const auto text = text_of(folder / "audit.log");
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    EXPECT_LT(text.size(), 800U);
    EXPECT_TRUE(nlohmann::json::accept(text));
}

TEST(AuditLog, is_put_aside_when_it_is_large_and_so_many_are_kept) {
    const rookery::testing::TempDir folder;
    {
        AuditLog log(folder / "audit.log", 300);
        for (int i = 0; i < 40; ++i) {
            log.write(WallTime{}, "key", "entry " + std::to_string(i), "200", "192.0.2.1");
        }
    }
    EXPECT_NE(text_of(folder / "audit.log").find("entry 39"), std::string::npos);
    for (unsigned kept = 1; kept <= AuditLog::kKept; ++kept) {
        const auto file = folder / ("audit.log." + std::to_string(kept));
        EXPECT_TRUE(std::filesystem::exists(file));
        EXPECT_LE(std::filesystem::file_size(file), 300U);
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "audit.log.5"));
}

TEST(AuditLog, goes_on_where_it_ended) {
    const rookery::testing::TempDir folder;
    AuditLog(folder / "audit.log").write(WallTime{}, "a", "one", "200", "");
    AuditLog(folder / "audit.log").write(WallTime{}, "a", "two", "200", "");
    const auto text = text_of(folder / "audit.log");
    EXPECT_LT(text.find("one"), text.find("two"));
}

}  // namespace
}  // namespace rookery::server
