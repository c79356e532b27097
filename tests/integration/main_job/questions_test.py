"""tests/specs: what handlers ask somebody, in the worlds of `rookery test`."""

import os
import subprocess
import unittest

from harness import BINARY, SOURCE

ENVIRONMENT = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")


class Questions(unittest.TestCase):
    def test_all_specs_pass(self):
        done = subprocess.run([BINARY, "test", str(SOURCE / "tests" / "specs")], cwd=SOURCE, capture_output=True,
                              text=True, timeout=600, check=False, env=ENVIRONMENT)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("all passed", done.stdout)


if __name__ == "__main__":
    unittest.main()
