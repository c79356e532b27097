#include "plugin/elf_file.hpp"

#include "plugin/library.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <string>

namespace rookery::plugin {
namespace {

std::string fixture(const std::string& name) {
    return *read_whole(std::string(ROOKERY_FIXTURE_PLUGINS "/") + name + ".so",
                       StagedFile::kMaxBytes);
}

Result<ElfFacts> inspect(const std::string& bytes) {
    return inspect_elf(std::as_bytes(std::span(bytes)), RK_ENTRY_SYMBOL);
}

std::string reason(const std::string& bytes) {
    const auto facts = inspect(bytes);
    return facts ? "accepted" : facts.error().message();
}

TEST(ElfFile, finds_the_entry_without_running_anything) {
    const std::string bytes = fixture("minimal");
    const auto facts = inspect(bytes);
    ASSERT_TRUE(facts) << facts.error().message();
    rk_entry entry{};
    ASSERT_EQ(facts->entry.size(), sizeof(entry));
    std::memcpy(&entry, facts->entry.data(), sizeof(entry));
    EXPECT_EQ(entry.magic, RK_ENTRY_MAGIC);
    EXPECT_EQ(entry.size, sizeof(rk_entry));
    EXPECT_FALSE(facts->unique_symbol);
}

TEST(ElfFile, tells_the_manifest_the_symbols_and_the_libraries) {
    const std::string bytes = fixture("wrapper");
    const auto facts = inspect(bytes);
    ASSERT_TRUE(facts) << facts.error().message();
    EXPECT_EQ(facts->manifest, R"({"name": "wrapper", "version": "2.3.4"})");
    EXPECT_EQ(facts->exported, std::vector<std::string>{"rookery_plugin_entry"});
    EXPECT_NE(std::find(facts->needed.begin(), facts->needed.end(), "libc.so.6"),
              facts->needed.end());
    const std::string without = fixture("minimal");
    EXPECT_FALSE(inspect(without)->manifest);
}

TEST(ElfFile, text_is_no_library) {
    EXPECT_EQ(reason("#!/bin/sh\n"), "is not a shared library (no ELF file)");
    EXPECT_EQ(reason(""), "is not a shared library (no ELF file)");
}

TEST(ElfFile, another_machine_is_named) {
    std::string bytes = fixture("minimal");
    bytes[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_MIPS);
    EXPECT_NE(reason(bytes).find("was built for another machine"), std::string::npos);
}

TEST(ElfFile, an_executable_is_no_library) {
    std::string bytes = fixture("minimal");
    bytes[offsetof(Elf64_Ehdr, e_type)] = static_cast<char>(ET_EXEC);
    EXPECT_NE(reason(bytes).find("not a shared library (type 2)"), std::string::npos);
}

TEST(ElfFile, missing_entry_symbol_is_named) {
    EXPECT_EQ(reason(fixture("no_symbol")),
              "is a shared library but no plugin: it does not export rookery_plugin_entry");
}

TEST(ElfFile, an_entry_must_be_a_constant) {
    EXPECT_NE(reason(fixture("entry_function")).find("as something else than a constant"),
              std::string::npos);
}

TEST(ElfFile, unique_symbols_are_found) {
#ifdef __clang__
    GTEST_SKIP() << "Clang makes no GNU-unique symbols";
#endif
    const std::string bytes = fixture("gnu_unique");
    const auto facts = inspect(bytes);
    ASSERT_TRUE(facts) << facts.error().message();
    ASSERT_TRUE(facts->unique_symbol);
    EXPECT_NE(facts->unique_symbol->find("Shared"), std::string::npos);
}

TEST(ElfFile, every_cut_is_refused_or_survived) {
    const std::string bytes = fixture("minimal");
    const std::size_t step = bytes.size() / 400 + 1;
    for (std::size_t size = 0; size < bytes.size(); size += size < 200 ? 1 : step) {
        // Its own allocation: the sanitizer sees a read past the end.
        const std::string cut(bytes.data(), size);
        const auto facts = inspect(cut);
        EXPECT_FALSE(facts && facts->entry.empty()) << size;
    }
}

TEST(ElfFile, every_wild_offset_is_survived) {
    const std::string bytes = fixture("minimal");
    for (std::size_t at = std::size_t{EI_NIDENT}; at < sizeof(Elf64_Ehdr); ++at) {
        for (const char wild : {'\x7f', '\xff'}) {
            std::string broken = bytes;
            broken[at] = wild;
            static_cast<void>(inspect(broken));
        }
    }
    Elf64_Ehdr header{};
    std::memcpy(&header, bytes.data(), sizeof(header));
    const std::size_t sections = header.e_shoff;
    const std::size_t end = sections + std::size_t{header.e_shnum} * sizeof(Elf64_Shdr);
    ASSERT_LE(end, bytes.size());
    for (std::size_t at = sections; at + 3 <= end; at += 3) {
        std::string broken = bytes;
        std::memset(broken.data() + at, 0xFF, 3);
        static_cast<void>(inspect(broken));
    }
}

}  // namespace
}  // namespace rookery::plugin
