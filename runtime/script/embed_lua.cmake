# Writes OUT, a C++ source with the Lua files of DIR named in FILES (separated by commas) as
# PreludeFiles (script/prelude.hpp), in that order, of which the first AT_START run at the start.
string(REPLACE "," ";" files ${FILES})
set(source "#include \"script/prelude.hpp\"\n\n#include <array>\n\nnamespace rookery::script {\nnamespace {\n\n")
string(APPEND source "constexpr auto kFiles = std::to_array<PreludeFile>({\n")
foreach(file ${files})
  file(READ ${DIR}/${file}.lua text)
  string(APPEND source "    {\"=rookery/${file}.lua\", R\"~~~(${text})~~~\"},\n")
endforeach()
string(APPEND source "});\n\n}  // namespace\n\n")
string(APPEND source "std::span<const PreludeFile> prelude_files() { return kFiles; }\n\n")
string(APPEND source "std::size_t prelude_files_at_start() { return ${AT_START}; }\n\n}  // namespace rookery::script\n")
file(WRITE ${OUT} "${source}")
