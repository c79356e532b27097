# Writes OUT, a C++ source with the Lua files of DIR named in FILES (separated by commas) as
# PreludeFiles (script/prelude.hpp), in that order.
string(REPLACE "," ";" files ${FILES})
set(source "#include \"script/prelude.hpp\"\n\n#include <array>\n\nnamespace rookery::script {\nnamespace {\n\n")
string(APPEND source "constexpr auto kFiles = std::to_array<PreludeFile>({\n")
foreach(file ${files})
  file(READ ${DIR}/${file}.lua text)
  string(APPEND source "    {\"=rookery/${file}.lua\", R\"~~~(${text})~~~\"},\n")
endforeach()
string(APPEND source "});\n\n}  // namespace\n\n")
string(APPEND source "std::span<const PreludeFile> prelude_files() { return kFiles; }\n\n}  // namespace rookery::script\n")
file(WRITE ${OUT} "${source}")
