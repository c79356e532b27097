#include "platform/discord/operation_request.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace rookery::discord {
namespace {

using nlohmann::json;

/// 2026-03-01T12:00:00.250Z
const WallTime kNow{Millis(1'772'366'400'250)};

Result<ApiRequest> build(const char* operation, const json& arguments,
                         const UploadRules& uploads = {}) {
    const auto* const info = model::find_operation(operation);
    EXPECT_NE(info, nullptr) << operation;
    return build_request(*info, arguments, "key", uploads, kNow);
}

TEST(OperationRequest, a_list_in_the_query_repeats_its_key) {
    const auto request = build(
        "messages.search",
        {{"guildId", "1"}, {"authorId", {"2", "3"}}, {"pinned", true}, {"query", {{"slop", 2}}}});
    ASSERT_TRUE(request) << request.error().message();
    EXPECT_EQ(request->path,
              "/guilds/1/messages/search?author_id=2&author_id=3&pinned=true&slop=2");
    EXPECT_TRUE(request->body.is_null());
}

TEST(OperationRequest, a_list_with_commas_is_one_value) {
    const auto request =
        build("guilds.pruneCount", {{"guildId", "1"}, {"includeRoles", {"2", "3"}}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->path, "/guilds/1/prune?include_roles=2%2C3");
}

TEST(OperationRequest, null_is_sent_where_it_means_something) {
    const auto request =
        build("channels.edit", {{"channelId", "1"}, {"topic", nullptr}, {"name", nullptr}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body, json({{"topic", nullptr}}));
}

TEST(OperationRequest, what_only_other_platforms_have_is_left_out) {
    const auto request =
        build("messages.send",
              {{"channelId", "1"}, {"content", "x"}, {"masquerade", {{"name", "alice"}}}});
    ASSERT_TRUE(request) << request.error().message();
    EXPECT_EQ(request->body["content"], "x");
    EXPECT_FALSE(request->body.contains("masquerade"));
    EXPECT_EQ(request->body.dump().find("alice"), std::string::npos);
}

TEST(OperationRequest, a_choice_becomes_its_number) {
    const auto request =
        build("channels.create", {{"guildId", "1"}, {"name", "x"}, {"type", "forum"}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body["type"], 15);
    EXPECT_EQ(
        build("channels.create", {{"guildId", "1"}, {"name", "x"}, {"type", 99}})->body["type"],
        99);
}

TEST(OperationRequest, seconds_become_a_time_and_a_time_stays) {
    const auto request =
        build("members.timeout", {{"guildId", "1"}, {"userId", "2"}, {"time", 90.5}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body["communication_disabled_until"], "2026-03-01T12:01:30.750Z");
    EXPECT_EQ(build("members.timeout", {{"guildId", "1"}, {"userId", "2"}, {"time", "T"}})
                  ->body["communication_disabled_until"],
              "T");
}

TEST(OperationRequest, bits_are_text) {
    const auto request = build("roles.create", {{"guildId", "1"}, {"permissions", 8}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body["permissions"], "8");
}

TEST(OperationRequest, an_empty_table_does_for_an_empty_list) {
    const auto request = build("commands.overwrite", {{"commands", json::object()}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body, json::array());
    EXPECT_EQ(request->path, "/applications/{application_id}/commands");
}

TEST(OperationRequest, extra_keys_are_merged_into_the_body) {
    const auto request = build("threads.createPost",
                               {{"channelId", "1"},
                                {"name", "n"},
                                {"content", "hi"},
                                {"extra", {{"message", {{"new_key", 1}}}, {"more", nullptr}}}});
    ASSERT_TRUE(request);
    const json& body = request->body;
    EXPECT_EQ(body.at("message").at("content"), "hi");
    EXPECT_EQ(body.at("message").at("new_key"), 1);
    EXPECT_TRUE(body.at("more").is_null());
}

TEST(OperationRequest, every_way_of_writing_a_message_pings_nobody_but_users) {
    const json safe = {{"parse", {"users"}}};
    EXPECT_EQ(build("webhooks.execute", {{"webhookId", "1"}, {"webhookToken", "t"}})
                  ->body["allowed_mentions"],
              safe);
    EXPECT_EQ(build("threads.createPost", {{"channelId", "1"}, {"name", "n"}})
                  ->body["message"]["allowed_mentions"],
              safe);
    EXPECT_EQ(build("interactions.createFollowUp", {{"applicationId", "1"}, {"token", "t"}})
                  ->body["allowed_mentions"],
              safe);
}

TEST(OperationRequest, a_reply_does_not_fail_because_its_message_is_gone) {
    const auto request =
        build("messages.reply", {{"channelId", "1"}, {"messageId", "2"}, {"content", "hi"}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body["message_reference"],
              json({{"message_id", "2"}, {"fail_if_not_exists", false}}));
}

TEST(OperationRequest, a_reason_is_kept_for_the_header) {
    const auto request =
        build("bans.create", {{"guildId", "1"}, {"userId", "2"}, {"reason", "é\n"}});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->reason, "é\n");
    EXPECT_TRUE(request->body.is_null());
}

TEST(OperationRequest, the_raw_way_takes_what_it_is_given) {
    const auto request =
        build("api.request",
              {{"method", "PATCH"}, {"path", "channels/1?x=1"}, {"body", {{"a", nullptr}}}});
    ASSERT_TRUE(request) << request.error().message();
    EXPECT_EQ(request->method, "PATCH");
    EXPECT_EQ(request->path, "/channels/1?x=1");
    EXPECT_EQ(request->body, json({{"a", nullptr}}));
}

TEST(OperationRequest, the_raw_way_stays_within_the_api) {
    for (const char* path : {"/../x", "/channels/../../x", "//example.org/x"}) {
        EXPECT_FALSE(build("api.request", {{"method", "GET"}, {"path", path}})) << path;
    }
    EXPECT_FALSE(build("api.request", {{"method", "CONNECT"}, {"path", "/x"}}));
}

class UploadTest : public ::testing::Test {
  protected:
    UploadTest() {
        std::filesystem::create_directory(rules_.folder);
        write(rules_.folder / "a.txt", "hello");
        write(temp_.path() / "secret", "s");
    }
    static void write(const std::filesystem::path& path, const std::string& text) {
        std::ofstream(path, std::ios::binary) << text;
    }
    Result<ApiRequest> send(const json& files) {
        return build("messages.send", {{"channelId", "1"}, {"files", files}}, rules_);
    }

    testing::TempDir temp_;
    UploadRules rules_{.folder = temp_.path() / "up"};
};

TEST_F(UploadTest, files_are_described_in_the_body) {
    const auto request =
        send({{{"path", "a.txt"}, {"description", "d"}}, {{"name", "b.bin"}, {"base64", "AAEC"}}});
    ASSERT_TRUE(request) << request.error().message();
    EXPECT_EQ(request->body["attachments"],
              json::parse(R"([{"id":0,"filename":"a.txt","description":"d"},
                             {"id":1,"filename":"b.bin"}])"));
    ASSERT_EQ(request->files.size(), 2U);
    EXPECT_EQ(request->files[0].size, 5U);
    EXPECT_EQ(request->files[1].data, std::string("\0\1\2", 3));
}

TEST_F(UploadTest, an_edit_without_a_list_keeps_what_is_attached) {
    const json files = {{{"path", "a.txt"}}};
    const auto request =
        build("messages.edit", {{"channelId", "1"}, {"messageId", "2"}, {"files", files}}, rules_);
    ASSERT_TRUE(request);
    EXPECT_FALSE(request->body.contains("attachments"));
    const auto listed = build("messages.edit",
                              {{"channelId", "1"},
                               {"messageId", "2"},
                               {"files", files},
                               {"attachments", {{{"id", "9"}}}}},
                              rules_);
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->body["attachments"].size(), 2U);
}

TEST_F(UploadTest, a_path_has_no_way_out_of_the_folder) {
    std::filesystem::create_symlink(temp_.path() / "secret", rules_.folder / "link");
    std::filesystem::create_directory(temp_.path() / "up2");
    write(temp_.path() / "up2" / "x", "x");
    for (const std::string& path :
         {std::string("../secret"), std::string("link"), (temp_.path() / "secret").string(),
          std::string("/etc/passwd"), std::string("../up2/x")}) {
        const auto request = send({{{"path", path}}});
        ASSERT_FALSE(request) << path;
        EXPECT_EQ(request.error().kind(), ErrorKind::denied) << path;
    }
    EXPECT_EQ(send({{{"path", "none"}}}).error().kind(), ErrorKind::not_found);
    EXPECT_EQ(send({{{"path", "."}}}).error().kind(), ErrorKind::invalid);
}

TEST_F(UploadTest, without_a_folder_nothing_is_read_from_the_disk) {
    rules_.folder.clear();
    const auto request = send({{{"path", "/etc/passwd"}}});
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().kind(), ErrorKind::denied);
    EXPECT_NE(request.error().message().find("upload_dir"), std::string::npos);
}

TEST_F(UploadTest, a_file_that_is_too_large_is_refused_here) {
    rules_.max_file = 4;
    const auto request = send({{{"path", "a.txt"}}});
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().kind(), ErrorKind::limit);
    EXPECT_EQ(request.error().message(),
              "messages.send: parameter files: file a.txt: 5 bytes, at most 4 may be sent");
}

TEST_F(UploadTest, a_picture_becomes_a_data_uri) {
    write(rules_.folder / "p.png", "\x89PNG!");
    const auto request =
        build("emojis.create", {{"guildId", "1"}, {"name", "xx"}, {"image", {{"path", "p.png"}}}},
              rules_);
    ASSERT_TRUE(request) << request.error().message();
    EXPECT_EQ(request->body["image"], "data:image/png;base64,iVBORyE=");
}

std::string text_of(const net::HttpBody& body) {
    std::string out;
    for (const auto& part : body.parts()) {
        out += part.file.empty() ? part.text : "<" + part.file.filename().string() + ">";
    }
    return out;
}

TEST_F(UploadTest, multipart_has_exactly_these_bytes) {
    const auto request = send({{{"path", "a.txt"}}, {{"name", "\"q\".png\r\n"}, {"data", "xy"}}});
    ASSERT_TRUE(request);
    const auto body = write_multipart({{"content", "hi"}}, request->files, "B");
    EXPECT_EQ(text_of(body),
              "--B\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n"
              "Content-Type: application/json\r\n\r\n{\"content\":\"hi\"}\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.txt\"\r\n"
              "Content-Type: text/plain\r\n\r\n<a.txt>\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"files[1]\"; "
              "filename=\"%22q%22.png%0D%0A\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\nxy\r\n--B--\r\n");
    EXPECT_EQ(body.size(), text_of(body).size() - 7 + 5);
}

TEST_F(UploadTest, a_sticker_is_a_plain_form) {
    const auto request = build("stickers.create",
                               {{"guildId", "1"},
                                {"name", "nn"},
                                {"description", ""},
                                {"tags", "t"},
                                {"file", {{"name", "s.png"}, {"data", "x"}}}},
                               rules_);
    ASSERT_TRUE(request) << request.error().message();
    EXPECT_EQ(request->form_file, "file");
    const auto text = text_of(write_form(request->body, "file", request->files[0], "B"));
    EXPECT_EQ(text,
              "--B\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nnn\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\nt\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.png\"\r\n"
              "Content-Type: image/png\r\n\r\nx\r\n--B--\r\n");
}

}  // namespace
}  // namespace rookery::discord
