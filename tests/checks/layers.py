#!/usr/bin/env python3
"""Holds every #include against layers.toml: prints file:line for each one that is not allowed."""

import pathlib
import re
import sys
import tomllib

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
SOURCES = {".c", ".cpp", ".h", ".hpp"}
C_HEADERS = re.compile(
    r"^(assert|ctype|errno|inttypes|limits|math|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|"
    r"stdlib|string|threads|time|uchar|wchar)\.h$"
)
CXX_HEADERS = re.compile(r"^[a-z_]+$")


def includes(path):
    """(line number, name, quoted) of each include in the file."""
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1] or match[2], match[1] is not None


def sources_in(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in SOURCES and "build" not in p.parts)


def runtime_fault(rules, folder, name, quoted):
    """Why a file in runtime/<folder> may not include `name`; None when it may."""
    if quoted:
        target = name.split("/")[0]
        if "/" not in name or name.startswith("."):
            return "write the path from runtime/"
        if target not in rules["runtime"]:
            return f"runtime/ has no folder {target} in layers.toml"
        if target != folder and target not in rules["runtime"][folder]:
            return f"{folder} does not see {target}"
        return None
    for prefix, folders in rules["libraries"].items():
        if name.startswith(prefix) and folder not in folders:
            return f"only {', '.join(folders)} may include {prefix}"
    return None


def tree_fault(root, tree, file, name, quoted):
    if C_HEADERS.match(name) or (tree["standard"] == "c++" and CXX_HEADERS.match(name)):
        return None
    if any(name.startswith(prefix) for prefix in tree["allow"]):
        return None
    if quoted:
        target = (file.parent / name).resolve()
        if target.exists() and target.is_relative_to((root / tree["path"]).resolve()):
            return None
    return f"{tree['path']} sees standard headers and {', '.join(tree['allow'])} only"


def check(root, rules):
    """The faults below `root`, as lines of text."""
    faults = []
    for folder in sorted(p for p in (root / "runtime").iterdir() if p.is_dir()):
        if folder.name not in rules["runtime"]:
            faults.append(f"runtime/{folder.name}: not in layers.toml")
            continue
        for file in sources_in(folder):
            for number, name, quoted in includes(file):
                fault = runtime_fault(rules, folder.name, name, quoted)
                if fault:
                    faults.append(f"{file.relative_to(root)}:{number}: {name}: {fault}")
    seen = set()
    for tree in rules["tree"]:
        # The first tree that holds a file decides for it.
        for file in sources_in(root / tree["path"]):
            if file in seen:
                continue
            seen.add(file)
            if tree["path"] == "plugins" and "tests" in file.relative_to(root).parts:
                continue
            for number, name, quoted in includes(file):
                fault = tree_fault(root, tree, file, name, quoted)
                if fault:
                    faults.append(f"{file.relative_to(root)}:{number}: {name}: {fault}")
    return faults


def main():
    root = pathlib.Path(sys.argv[1])
    with open(pathlib.Path(__file__).with_name("layers.toml"), "rb") as stream:
        rules = tomllib.load(stream)
    faults = check(root, rules)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
