#!/usr/bin/env python3
"""Every name of ours on docs/guide/coming-from.md has to exist: mapped_names.py SOURCE_TREE"""

import pathlib
import re
import sys

PAGE = "docs/guide/coming-from.md"
LUA_VARIABLES = {"ev", "ctx", "press", "sent", "task", "local", "function", "end", "in", "do", "for", "if", "f", "g", "a", "b"}


def rows(tree):
    """(line number, heading of the column, cell) of each cell that is ours."""
    columns = []
    for number, line in enumerate((tree / PAGE).read_text().splitlines(), 1):
        if not line.startswith("|"):
            columns = []
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not columns:
            columns = cells
        elif not set(cells[0]) <= {"-"}:
            yield from ((number, columns[i], cell) for i, cell in enumerate(cells) if columns[i] in ("Lua", "C++"))


def without_texts(code):
    return re.sub(r'"[^"]*"|\'[^\']*\'', '""', code)


def missing_in_lua(code, known):
    """Functions and methods that the annotations do not declare, keys that no table has."""
    code = without_texts(code)
    for path in re.findall(r"\brookery((?:\.\w+)+)", code):
        if not re.search(rf"\brookery{re.escape(path)}\b|^---@field {re.escape(path[1:])}\b", known, re.MULTILINE):
            yield f"rookery{path}"
    for name in re.findall(r":(\w+)\s*[({]", code) + re.findall(r"\bctx:(\w+)", code):
        if not re.search(rf"[:.]{name}\(|field {name}\b", known):
            yield f":{name}"
    for name in re.findall(r"\b([a-z]\w+) =(?!=)", code):
        if name not in LUA_VARIABLES and not re.search(rf"\b{name}\b", known):
            yield name


def missing_in_cpp(code, known):
    """Identifiers in calls, of members and of rookery:: that no header of the SDK has."""
    code = without_texts(code)
    found = re.findall(r"\.(\w+)", code) + re.findall(r"rookery::(\w+)", code) + re.findall(r"\b(\w+)\s*[({<]", code)
    found += re.findall(r"^(\w+)$", code)
    for name in found:
        if not name.isdigit() and name not in LUA_VARIABLES and not re.search(rf"\b{name}\b", known):
            yield name


def main():
    tree = pathlib.Path(sys.argv[1])
    lua = "".join(file.read_text() for file in sorted((tree / "sdk/lua").glob("*.lua")))
    lua += (tree / "docs/reference/command-definitions.md").read_text()
    cpp = "".join(file.read_text() for file in sorted((tree / "sdk/include/rookery").rglob("*.hpp")))
    cpp += "std::chrono::seconds"
    wrong, count = [], 0
    for number, column, cell in rows(tree):
        for code in re.findall(r"`([^`]+)`", cell):
            if code.startswith(("rookery test", "rookery eval", "rookery enable", "rookery reload", "!", "[")):
                continue
            count += 1
            missing = missing_in_lua(code, lua) if column == "Lua" else missing_in_cpp(code, cpp)
            wrong += [f"{PAGE}:{number}: there is no {name} in {column}: {code}" for name in missing]
    print("\n".join(wrong) or f"{count} names, each there")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
