"""The code in README.md and docs/guide: every Lua block loads in the runtime, every C++ block compiles."""

import json
import os
import pathlib
import re
import subprocess
import unittest

from harness import BINARY, SOURCE, RuntimeTest

PAGES = [SOURCE / "README.md", *sorted((SOURCE / "docs" / "guide").glob("*.md"))]
# Nothing may wait while a script loads, and nothing is to be asked for here: such a block is compiled only.
WAITS = re.compile(
    r"^(ev[:.]|(local [\w, ]+ = )?rookery\.(http|kv|sleep|wait_for|all|race|messages|reactions)\b)", re.MULTILINE
)
# What a block may take for given.
HANDLERS = """local rookery = require "rookery"
local function handler() end
local good_morning, count = handler, 0
"""
FRAGMENT = """
namespace {name} {{
class Karma final : public rookery::Plugin {{
  public:
    using rookery::Plugin::wait_for;
    using rookery::Plugin::log;
    void start() override {{
{body}
    }}
    std::string channel_;
}};
}}
"""


def blocks(language):
    """(name, text) of each block of that language."""
    for page in PAGES:
        found = re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
        for number, text in enumerate(found, 1):
            yield f"{page.stem.lower().replace('-', '_')}_{number}", text


class Docs(RuntimeTest):
    def test_lua_blocks_load(self):
        self.home.write_config(extra='[server]\nlisten = "127.0.0.1:0"')
        pages = {}
        for name, text in blocks("lua"):
            if text.startswith("--[[rookery"):
                json.loads(text[len("--[[rookery"):text.rindex("]]")])
                continue
            if WAITS.search(text):
                text = f"local function fragment()\n{text}\nend\nrookery.log.debug(type(fragment))\n"
            if 'require "rookery"' not in text:
                text = HANDLERS + text
            pages.setdefault(name.rsplit("_", 1)[0], {})[name] = text
        self.assertGreater(len(pages), 1)
        self.start()
        for texts in pages.values():  # of two pages any may declare the same command
            for name, text in texts.items():
                self.home.script(name, text)
            _, said = self.control("reload")
            for name in texts:
                self.assertIn(f"script {name}: loaded", said)
                (self.home.path / "scripts" / f"{name}.lua").unlink()

    def test_toml_blocks_are_in_order(self):
        names = ("DISCORD_TOKEN", "REVOLT_TOKEN", "GUILDED_TOKEN", "BRIDGE_TOKEN", "HOLOBRIDGE_KEY")
        environment = dict(os.environ, **{name: "a-token-of-the-test" for name in names})
        count = 0
        for name, text in blocks("toml"):
            if text.startswith("[bot.") or not text.startswith(("[", "#")):  # a part of a bot's section
                text = '[[bot]]\nname = "b"\ntoken = "a-token-of-the-test"\n' + text
            file = self.home.path / f"{name}.toml"
            file.write_text(text)
            done = subprocess.run([BINARY, "check", str(file)], capture_output=True, text=True,
                                  timeout=60, check=False, env=environment)
            self.assertEqual(done.returncode, 0, f"{name}: {done.stdout}{done.stderr}")
            count += 1
        self.assertGreater(count, 1)

    def test_cpp_blocks_compile(self):
        unit, count = "#include <rookery/plugin.hpp>\n#include <rookery/server.hpp>\n#include <rookery/testing/fake_host.hpp>\n#include <chrono>\n#include <map>\n#include <string>\n", 0
        for name, text in blocks("cpp"):
            count += 1
            if re.search(r"^(#include <rookery/|class |struct )", text, re.MULTILINE):
                text = re.sub(r"^#include.*\n", "", text, flags=re.MULTILINE)
                # Two entries cannot be in one unit: that the class is a plugin is what is left to check.
                text = re.sub(r"^ROOKERY_PLUGIN\((\w+).*\)$", r"static_assert(std::is_base_of_v<rookery::Plugin, \1>);",
                              text, flags=re.MULTILINE)
                unit += f"namespace {name} {{\n{text}\n}}\n"
            else:
                unit += FRAGMENT.format(name=name, body=text)
        self.assertGreater(count, 4)
        self.compile("blocks.cpp", unit, "-fsyntax-only")

    def test_the_test_of_the_guides_plugin_passes(self):
        plugins = {name: text for name, text in blocks("cpp") if name.startswith("plugins_")}
        example = plugins["plugins_1"]
        test = next(text for text in plugins.values() if "fake_host.hpp" in text)
        self.compile("karma.cpp", example + test, "-o", str(self.home.path / "karma"))
        subprocess.run([str(self.home.path / "karma")], timeout=60, check=True)

    def compile(self, name, text, *arguments):
        file = self.home.path / name
        file.write_text(text)
        done = subprocess.run(
            ["c++", "-std=c++20", "-Wall", f"-I{SOURCE / 'sdk' / 'include'}", str(file), *arguments],
            capture_output=True, text=True, timeout=300, check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr[:4000])

    def test_nouns_and_verbs_are_those_of_the_closed_list(self):
        reference = (SOURCE / "docs" / "reference" / "operations.md").read_text()
        operations = re.findall(r"^## (\w+)\.(\w+)$", reference, re.MULTILINE)
        nouns, verbs = (SOURCE / "docs" / "guide" / "names.md").read_text().split("## Nouns")[1].split("## Verbs")
        self.assertEqual(set(re.findall(r"`(\w+)`", nouns)), {noun for noun, _ in operations})
        rows = "".join(line.split(" | ")[0] for line in verbs.splitlines() if line.startswith("| `"))
        first_words = {re.match("[a-z]+", verb).group() for _, verb in operations}
        self.assertEqual(set(re.findall(r"`(\w+)`", rows)) | {"search"}, first_words)

    def test_links_lead_somewhere(self):
        for page in [*PAGES, *sorted((SOURCE / "docs" / "reference").glob("*.md"))]:
            text = re.sub(r"`[^`\n]*`", "", page.read_text())
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
                if not re.match(r"[a-z]+:", target):
                    self.assertTrue((pathlib.Path(page).parent / target).exists(), f"{page.name}: {target}")


if __name__ == "__main__":
    unittest.main()
