#include "plugin/elf_file.hpp"

#include <rookery/abi/manifest.h>

#include <bit>
#include <cstring>
#include <elf.h>

namespace rookery::plugin {
namespace {

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
#else
#error "name the ELF machine of this processor"
#endif

using Bytes = std::span<const std::byte>;

Error wrong(std::string text) { return {ErrorKind::invalid, std::move(text)}; }

Bytes slice(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
    if (offset > bytes.size() || size > bytes.size() - offset) {
        return {};
    }
    return bytes.subspan(offset, size);
}

/// The struct at `offset`; nothing when it does not lie within the file. Files need not be aligned.
template <class T>
std::optional<T> read(Bytes bytes, std::uint64_t offset) {
    const Bytes from = slice(bytes, offset, sizeof(T));
    if (from.empty()) {
        return std::nullopt;
    }
    T out;
    std::memcpy(&out, from.data(), sizeof(T));
    return out;
}

std::string_view text_at(Bytes table, std::uint64_t offset) {
    if (offset >= table.size()) {
        return {};
    }
    const auto* const begin = reinterpret_cast<const char*>(table.data()) + offset;
    return {begin, ::strnlen(begin, table.size() - offset)};
}

Result<Elf64_Ehdr> header_of(Bytes bytes) {
    if (bytes.size() < SELFMAG || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0) {
        return wrong("is not a shared library (no ELF file)");
    }
    const auto header = read<Elf64_Ehdr>(bytes, 0);
    if (!header) {
        return wrong("is cut short within the ELF header");
    }
    const unsigned char order =
        std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != order ||
        header->e_machine != kMachine) {
        return wrong("was built for another machine (ELF class " +
                     std::to_string(header->e_ident[EI_CLASS]) + ", machine " +
                     std::to_string(header->e_machine) + "; expected 2, " +
                     std::to_string(kMachine) + ")");
    }
    if (header->e_type != ET_DYN) {
        return wrong("is an ELF file but not a shared library (type " +
                     std::to_string(header->e_type) + ")");
    }
    return *header;
}

struct Symbols {
    Bytes table;
    Bytes names;
};

Result<Symbols> exported(Bytes bytes, const Elf64_Ehdr& header) {
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
        const auto section = read<Elf64_Shdr>(bytes, header.e_shoff + i * sizeof(Elf64_Shdr));
        if (!section) {
            return wrong("is cut short: its section table lies outside the file");
        }
        if (section->sh_type != SHT_DYNSYM) {
            continue;
        }
        const auto strings =
            section->sh_link < header.e_shnum
                ? read<Elf64_Shdr>(bytes, header.e_shoff + section->sh_link * sizeof(Elf64_Shdr))
                : std::nullopt;
        Symbols out{slice(bytes, section->sh_offset, section->sh_size), {}};
        if (strings) {
            out.names = slice(bytes, strings->sh_offset, strings->sh_size);
        }
        if (out.table.empty() || out.names.empty()) {
            return wrong("is cut short: its symbols lie outside the file");
        }
        return out;
    }
    return wrong("has no table of exported symbols");
}

std::optional<Elf64_Shdr> section_at(Bytes bytes, const Elf64_Ehdr& header, std::uint64_t index) {
    return index < header.e_shnum
               ? read<Elf64_Shdr>(bytes, header.e_shoff + index * sizeof(Elf64_Shdr))
               : std::nullopt;
}

Bytes content(Bytes bytes, const Elf64_Shdr& section) {
    return section.sh_type == SHT_NOBITS ? Bytes{}
                                         : slice(bytes, section.sh_offset, section.sh_size);
}

/// What the dynamic section names as needed.
std::vector<std::string> needed_of(Bytes bytes, const Elf64_Ehdr& header) {
    constexpr std::size_t kMost = 1'000;
    std::vector<std::string> out;
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
        const auto section = section_at(bytes, header, i);
        const auto strings = section && section->sh_type == SHT_DYNAMIC
                                 ? section_at(bytes, header, section->sh_link)
                                 : std::nullopt;
        if (!strings) {
            continue;
        }
        const Bytes table = content(bytes, *section);
        for (std::uint64_t at = 0; at < table.size() && out.size() < kMost;
             at += sizeof(Elf64_Dyn)) {
            const auto entry = read<Elf64_Dyn>(table, at);
            if (entry && entry->d_tag == DT_NEEDED) {
                out.emplace_back(text_at(content(bytes, *strings), entry->d_un.d_val));
            }
        }
    }
    return out;
}

/// The section of that name, up to the first NUL; nothing when there is none.
std::optional<std::string_view> text_section(Bytes bytes, const Elf64_Ehdr& header,
                                             std::string_view name) {
    const auto names = section_at(bytes, header, header.e_shstrndx);
    for (std::uint64_t i = 0; names && i < header.e_shnum; ++i) {
        const auto section = section_at(bytes, header, i);
        if (section && text_at(content(bytes, *names), section->sh_name) == name) {
            return text_at(content(bytes, *section), 0);
        }
    }
    return std::nullopt;
}

/// The bytes of the file that will be at the symbol's address.
Bytes content(Bytes bytes, const Elf64_Ehdr& header, const Elf64_Sym& symbol) {
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
        const auto segment = read<Elf64_Phdr>(bytes, header.e_phoff + i * sizeof(Elf64_Phdr));
        if (!segment || segment->p_type != PT_LOAD || symbol.st_value < segment->p_vaddr) {
            continue;
        }
        const std::uint64_t within = symbol.st_value - segment->p_vaddr;
        if (within < segment->p_filesz && symbol.st_size <= segment->p_filesz - within &&
            segment->p_offset <= bytes.size()) {
            return slice(bytes, segment->p_offset + within, symbol.st_size);
        }
    }
    return {};
}

}  // namespace

Result<ElfFacts> inspect_elf(Bytes bytes, std::string_view symbol) {
    auto header = header_of(bytes);
    if (!header) {
        return header.error();
    }
    auto symbols = exported(bytes, *header);
    if (!symbols) {
        return symbols.error();
    }
    ElfFacts facts;
    std::optional<Elf64_Sym> entry;
    for (std::uint64_t at = 0; at < symbols->table.size(); at += sizeof(Elf64_Sym)) {
        const auto found = read<Elf64_Sym>(symbols->table, at);
        if (!found || found->st_shndx == SHN_UNDEF) {
            continue;
        }
        const std::string_view name = text_at(symbols->names, found->st_name);
        constexpr std::size_t kMost = 10'000;
        if (ELF64_ST_BIND(found->st_info) != STB_LOCAL && facts.exported.size() < kMost) {
            facts.exported.emplace_back(name);
        }
        if (ELF64_ST_BIND(found->st_info) == STB_GNU_UNIQUE && !facts.unique_symbol) {
            facts.unique_symbol.emplace(name);
        }
        if (name == symbol) {
            entry = found;
        }
    }
    const std::string name(symbol);
    if (!entry) {
        return wrong("is a shared library but no plugin: it does not export " + name);
    }
    if (ELF64_ST_TYPE(entry->st_info) != STT_OBJECT) {
        return wrong("exports " + name + " as something else than a constant");
    }
    facts.entry = content(bytes, *header, *entry);
    if (facts.entry.empty()) {
        return wrong("exports " + name + " without content");
    }
    facts.needed = needed_of(bytes, *header);
    facts.manifest = text_section(bytes, *header, RK_MANIFEST_SECTION);
    return facts;
}

}  // namespace rookery::plugin
