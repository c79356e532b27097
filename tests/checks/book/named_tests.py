#!/usr/bin/env python3
"""Every test that docs/reference/command-features.md names has to exist: named_tests.py SOURCE_TREE"""

import pathlib
import re
import sys

PAGE = "docs/reference/command-features.md"


def tests_of(tree):
    """The names of all tests: Suite.case, file.test_case, file_spec.lua: case."""
    names = set()
    for file in (tree / "tests").rglob("*_test.cpp"):
        names.update(".".join(found) for found in re.findall(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)", file.read_text(),
                                                             re.MULTILINE))
    for file in (tree / "tests").rglob("*_test.py"):
        names.update(f"{file.stem}.{name}" for name in re.findall(r"def (test_\w+)", file.read_text()))
    for folder in ("docs/book", "scripts", "plugins", "tests"):
        for file in (tree / folder).rglob("*_spec.lua"):
            names.update(f"{file.name}: {name}" for name in re.findall(r'\bit\("([^"]+)"', file.read_text()))
    return names


def main():
    tree = pathlib.Path(sys.argv[1])
    known, missing, count = tests_of(tree), [], 0
    for number, line in enumerate((tree / PAGE).read_text().splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not line.startswith("| ") or len(cells) != 6 or cells[5] in ("Test", "---"):
            continue
        named = re.findall(r"`([^`]+)`", cells[5])
        count += 1
        if not named:
            missing.append(f"{PAGE}:{number}: {cells[0]}: names no test")
        missing += [f"{PAGE}:{number}: there is no test {name}" for name in named if name not in known]
    print("\n".join(missing) or f"{count} features, each with a test that exists")
    return 1 if missing or not count else 0


if __name__ == "__main__":
    sys.exit(main())
