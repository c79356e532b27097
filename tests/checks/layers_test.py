#!/usr/bin/env python3
"""That layers.py finds what it is there to find."""

import pathlib
import tempfile
import unittest

import layers

RULES = {
    "runtime": {"base": [], "model": ["base"], "net": ["base"]},
    "libraries": {"boost/asio": ["net"]},
    "tree": [
        {"path": "sdk/abi", "standard": "c", "allow": ["rookery/abi/"]},
        {"path": "sdk", "standard": "c++", "allow": ["rookery/"]},
    ],
}


class Layers(unittest.TestCase):
    def faults(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in ({"runtime/base/a.hpp": "", "sdk/abi/x.h": ""} | files).items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return layers.check(root, RULES)

    def test_allowed_edges_and_own_folder_pass(self):
        text = '#include "base/a.hpp"\n#include "model/own.hpp"\n#include <vector>\n#include <boost/system.hpp>\n'
        self.assertEqual(self.faults({"runtime/model/m.cpp": text}), [])

    def test_upward_include_is_told_with_its_line(self):
        self.assertEqual(
            self.faults({"runtime/base/b.cpp": '// text\n#include "model/m.hpp"\n'}),
            ["runtime/base/b.cpp:2: model/m.hpp: base does not see model"],
        )

    def test_library_outside_its_folders(self):
        self.assertEqual(
            self.faults({"runtime/model/m.hpp": "#  include <boost/asio/post.hpp>\n"}),
            ["runtime/model/m.hpp:1: boost/asio/post.hpp: only net may include boost/asio"],
        )
        self.assertEqual(self.faults({"runtime/net/n.cpp": "#include <boost/asio/post.hpp>\n"}), [])

    def test_include_without_its_path(self):
        self.assertEqual(
            self.faults({"runtime/base/b.cpp": '#include "a.hpp"\n'}),
            ["runtime/base/b.cpp:1: a.hpp: write the path from runtime/"],
        )

    def test_folder_that_nobody_declared(self):
        self.assertEqual(self.faults({"runtime/extra/x.cpp": ""}), ["runtime/extra: not in layers.toml"])

    def test_abi_sees_c_headers_only(self):
        self.assertEqual(self.faults({"sdk/abi/x.h": "#include <stdint.h>\n#include <rookery/abi/types.h>\n"}), [])
        self.assertEqual(
            self.faults({"sdk/abi/x.h": "#include <vector>\n"}),
            ["sdk/abi/x.h:1: vector: sdk/abi sees standard headers and rookery/abi/ only"],
        )

    def test_relative_include_stays_within_its_tree(self):
        self.assertEqual(self.faults({"sdk/abi/ext/y.h": '#include "../x.h"\n'}), [])
        self.assertEqual(
            self.faults({"sdk/abi/ext/y.h": '#include "../../up.h"\n', "sdk/up.h": ""}),
            ["sdk/abi/ext/y.h:1: ../../up.h: sdk/abi sees standard headers and rookery/abi/ only"],
        )

    def test_sdk_does_not_see_the_runtime(self):
        self.assertEqual(len(self.faults({"sdk/plugin.hpp": '#include "base/a.hpp"\n'})), 1)
        self.assertEqual(self.faults({"sdk/plugin.hpp": "#include <vector>\n#include <rookery/abi/x.h>\n"}), [])


if __name__ == "__main__":
    unittest.main()
