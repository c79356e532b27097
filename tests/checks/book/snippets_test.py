"""snippets.py on small trees: what it finds and what it writes."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SNIPPETS = pathlib.Path(__file__).parent / "snippets.py"
FILE = "local a\n-- [greet]\nif a then\n    -- [inner]\n    a()\n    -- [/inner]\nend\n-- [/greet]\n"


class Snippets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = pathlib.Path(folder.name)
        (self.tree / "docs/guide/book").mkdir(parents=True)
        (self.tree / "docs/a.lua").write_text(FILE)
        self.page = self.tree / "docs/guide/book/page.md"

    def run_on(self, text, *arguments):
        self.page.write_text(text)
        done = subprocess.run([sys.executable, "-B", SNIPPETS, *arguments, self.tree], capture_output=True, text=True,
                              check=False)
        return done.returncode, done.stdout

    def test_a_region_without_the_marks(self):
        self.assertEqual(self.run_on("<!-- docs/a.lua#greet -->\n```lua\nif a then\n    a()\nend\n```\n")[0], 0)
        self.assertEqual(self.run_on("<!-- docs/a.lua#inner -->\n```lua\na()\n```\n")[0], 0)
        self.assertEqual(self.run_on("<!-- docs/a.lua -->\n```lua\nlocal a\nif a then\n    a()\nend\n```\n")[0], 0)

    def test_drift_is_a_fault_with_its_place(self):
        code, said = self.run_on("# T\n\n<!-- docs/a.lua#inner -->\n```lua\nb()\n```\n")
        self.assertEqual(code, 1)
        self.assertIn("page.md:4: differs from docs/a.lua#inner", said)

    def test_write_takes_over(self):
        self.assertEqual(self.run_on("<!-- docs/a.lua#inner -->\n```lua\nb()\n```\nend\n", "--write")[0], 0)
        self.assertEqual(self.page.read_text(), "<!-- docs/a.lua#inner -->\n```lua\na()\n```\nend\n")

    def test_what_is_saved_in_parts_is_all_of_the_file(self):
        head = "<!-- docs/b.lua#head -> b.lua -->\n```lua\nlocal b\n```\n"
        rest = "<!-- docs/b.lua#rest ->> b.lua -->\n```lua\nb()\n```\n"
        file = self.tree / "docs/b.lua"
        file.write_text("-- [head]\nlocal b\n-- [/head]\n\n-- [rest]\nb()\n-- [/rest]\n")
        self.assertEqual(self.run_on(head + rest)[0], 0)
        for page in (head, head + head.replace(" -> b.lua", " ->> b.lua")):
            code, said = self.run_on(page)
            self.assertEqual(code, 1)
            self.assertIn("what it saves as b.lua is not all of docs/b.lua", said)

    def test_what_cannot_be_held(self):
        for text, fault in (
            ("```lua\na()\n```\n", "names no file"),
            ("<!-- docs/b.lua -->\n```lua\na()\n```\n", "there is no file"),
            ("<!-- docs/a.lua#other -->\n```lua\na()\n```\n", "has no region [other]"),
        ):
            code, said = self.run_on(text)
            self.assertEqual(code, 1, text)
            self.assertIn(fault, said)


if __name__ == "__main__":
    unittest.main()
