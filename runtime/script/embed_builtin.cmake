# Writes OUT, a C++ source with the text of the Lua file IN (script/builtin.hpp).
file(READ ${IN} text)
file(WRITE ${OUT} "#include \"script/builtin.hpp\"\n\nnamespace rookery::script {\n\n"
  "std::string_view builtin_commands() noexcept {\n    return R\"~~~(${text})~~~\";\n}\n\n}  // namespace rookery::script\n")
