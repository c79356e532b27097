#!/usr/bin/env python3
"""Holds the code blocks of the book against the files that they are taken from, which are built and tested.

    snippets.py [--write] SOURCE_TREE

A block of docs/guide names its source in the comment before it: a whole file, or a region of one.

    <!-- docs/book/scripts/hello.lua -->
    <!-- docs/book/scripts/hello.lua#greet -->
    <!-- docs/book/scripts/hello.lua -> scripts/hello.lua -->        the reader saves it there
    <!-- docs/book/scripts/hello.lua#greet ->> scripts/hello.lua --> and puts this below what is there

What a page has saved must be the whole of that file in the end: nobody can type what is not shown.

A region stands between the comments `[greet]` and `[/greet]` of the file's language; lines with such marks are left
out. Blocks of code in docs/guide/book must name one. --write takes over what the files have.
"""

import pathlib
import re
import sys
import textwrap

MARK = re.compile(r"^\s*(?:--|//|#) \[(/?)([\w-]+)\]$")
BLOCK = re.compile(r"(?:^<!-- (?P<source>docs/[\w./-]+)(?:#(?P<region>[\w-]+))?(?: (?P<saves>->>?) (?P<target>\S+))? -->\n)?"
                   r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
# In the book these come from files; what a terminal showed is typed again by integration.book_test.
CODE = ("lua", "cpp", "toml", "cmake", "json", "c")


class Fault(Exception):
    pass


def region(path, name):
    """The text of the file, or of one region of it, without the marks and moved to the left."""
    if not path.is_file():
        raise Fault(f"there is no file {path}")
    lines, inside, found = [], name is None, name is None
    for line in path.read_text().splitlines():
        mark = MARK.match(line)
        if mark and mark[2] == name:
            inside, found = not mark[1], True
        elif not mark and inside:
            lines.append(line)
    if not found:
        raise Fault(f"{path.name} has no region [{name}]")
    if name and inside:
        raise Fault(f"{path.name}: the region [{name}] does not end")
    return textwrap.dedent("\n".join(lines)).strip("\n") + "\n"


def check(tree, page, write):
    """The faults of one page."""
    faults = []
    text = page.read_text()
    book = page.parent.name == "book"

    def look(match):
        line = text.count("\n", 0, match.start("text"))
        if not match["source"]:
            if book and match["language"] in CODE:
                faults.append(f"{page.relative_to(tree)}:{line}: names no file that it is taken from")
            return match[0]
        try:
            wanted = region(tree / match["source"], match["region"])
        except Fault as fault:
            faults.append(f"{page.relative_to(tree)}:{line}: {fault}")
            return match[0]
        if wanted != match["text"] and not write:
            where = match["source"] + (f"#{match['region']}" if match["region"] else "")
            faults.append(f"{page.relative_to(tree)}:{line}: differs from {where}; snippets.py --write takes it over")
        begin, end = (match.start("text") - match.start(), match.end("text") - match.start())
        return match[0][:begin] + wanted + match[0][end:]

    new = BLOCK.sub(look, text)
    saved, sources = {}, {}
    for match in BLOCK.finditer(new):
        if match["saves"]:
            sources[match["target"]] = match["source"]
            before = saved[match["target"]] + "\n" if match["saves"] == "->>" else ""
            saved[match["target"]] = before + match["text"]
    for target, source in sources.items():
        if not faults and saved[target].split() != region(tree / source, None).split():
            faults.append(f"{page.relative_to(tree)}: what it saves as {target} is not all of {source}")
    if write and new != text:
        page.write_text(new)
    return faults


def main():
    write = "--write" in sys.argv
    tree = pathlib.Path([argument for argument in sys.argv[1:] if argument != "--write"][0]).resolve()
    pages = sorted((tree / "docs" / "guide").rglob("*.md"))
    faults = [fault for page in pages for fault in check(tree, page, write)]
    print("\n".join(faults) or f"{len(pages)} pages say what their files say")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
