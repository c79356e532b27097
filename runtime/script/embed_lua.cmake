# Writes OUT, a C++ source with the Lua files of DIR named in FILES (separated by commas) as
# PreludeFiles (script/prelude.hpp), in that order, and the one named in ON_DEMAND.
string(REPLACE "," ";" files ${FILES})
set(source "#include \"script/prelude.hpp\"\n\n#include <array>\n\nnamespace rookery::script {\nnamespace {\n\n")
string(APPEND source "constexpr auto kFiles = std::to_array<PreludeFile>({\n")
foreach(file ${files})
  file(READ ${DIR}/${file}.lua text)
  string(APPEND source "    {\"=rookery/${file}.lua\", R\"~~~(${text})~~~\"},\n")
endforeach()
file(READ ${DIR}/${ON_DEMAND}.lua text)
string(APPEND source "});\n\n}  // namespace\n\n")
string(APPEND source "std::string_view ${ON_DEMAND}_text() { return R\"~~~(${text})~~~\"; }\n\n")
string(APPEND source "std::span<const PreludeFile> prelude_files() { return kFiles; }\n\n}  // namespace rookery::script\n")
file(WRITE ${OUT} "${source}")
