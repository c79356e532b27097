"""Runaway scripts of every known kind cost only themselves; the short form of `./dev soak --runaway`."""

import os
import pathlib
import unittest

from runaways import KNOWN, show


class Runaways(unittest.TestCase):
    def test_every_kind_is_ended_and_the_other_script_answers(self):
        told = []
        result = show(1, told.append)
        text = "\n".join(told)
        self.assertEqual(result["stopped"] + result["failed"], result["total"], text)
        # Garbage may also meet the memory limit first.
        for kind in KNOWN.keys() - {"table_growth", "table_of_tables", "string_doubling"}:
            self.assertEqual(result["results"][kind]["stopped"], 1, text)
        self.assertEqual(result["missed"], 0, text)
        self.assertEqual(result["listed"]["ping"]["errors"] + result["listed"]["ping"]["stops"], 0, text)
        self.assertEqual(result["listed"]["runaway"]["state"], "active", text)
        # AddressSanitizer keeps what is freed for a while.
        if b"__asan_init" not in pathlib.Path(os.environ["ROOKERY_BINARY"]).read_bytes():
            self.assertLess(result["grown_mb"], 64, text)
