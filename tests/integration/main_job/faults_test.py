"""The short form of `./dev soak --faults`: what breaks and is mended loses nothing; what is lost is told."""

import json
import unittest

from harness import RuntimeTest, eventually

RATE = 100
SECONDS = 12


class Faults(RuntimeTest):
    def begin(self):
        self.path = self.home.path / "tally.txt"
        self.home.plugin("tally")
        self.home.write_config(extra=f'[plugins.tally]\nfile = "{self.path}"\n',
                               simulator='heartbeat_interval = "1500ms"\n')
        self.runtime = self.start()
        return self.runtime.simulator()

    def run_under(self, sim, kinds):
        run = sim.post("load", rate=RATE, seconds=SECONDS, guilds=2, channels_per_guild=4)["run"]
        sim.fault("chaos", seconds=SECONDS, every_ms=700, seed=11, kinds=kinds)
        eventually(lambda: not sim.get("chaos")["running"], "the chaos ends", SECONDS * 4 + 60)
        return sim.get("verdict", run=run, tally=str(self.path), timeout_ms=90000, settle_ms=40000)

    def assert_equal(self, verdict, **wanted):
        for key, value in wanted.items():
            self.assertEqual(verdict[key], value, f"{json.dumps(verdict, indent=1)}\n{self.runtime.log[-4000:]}")

    def test_faults_that_a_session_survives_lose_nothing(self):
        sim = self.begin()
        identifies = sim.sessions()["identifies"]
        verdict = self.run_under(sim, "resumable")
        self.assertGreater(verdict["sent"], 0)
        self.assert_equal(verdict, lost=0, doubled=0, out_of_order=0)
        self.assertEqual(sim.sessions()["identifies"], identifies, self.runtime.log[-4000:])

    def test_lost_sessions_double_nothing_and_keep_the_order(self):
        sim = self.begin()
        verdict = self.run_under(sim, ["expire_sessions", "refuse_resume", "reset", "reconnect"])
        self.assert_equal(verdict, doubled=0, out_of_order=0)
        self.assertGreater(verdict["handled"], 0)


if __name__ == "__main__":
    unittest.main()
