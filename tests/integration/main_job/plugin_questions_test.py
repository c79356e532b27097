"""Questions of plugins, in C++ and in C, over a reload and a kill -9: asked once, answered once."""

import unittest

from components_test import ComponentsTest
from harness import FAULTY, eventually


class AskedOnce(ComponentsTest):
    def question(self, sim):
        return eventually(lambda: self.with_components(sim), "the question")

    def answer_it(self, runtime, sim, message):
        """Presses Delete, and sees that it counts once."""
        self.answer(sim, self.press(sim, message, self.ids(message)["Delete"]))
        runtime.wait_for_log("ANSWER true")
        eventually(lambda: "answer: true" in sim.messages(), "the follow-up")
        self.note("bot", "answer: true")
        eventually(self.settled, "everything is finished")
        self.assertEqual(runtime.log.count("ANSWER"), 1)
        self.assertEqual(sim.messages().count("answer: true"), 1)
        self.assertEqual(sim.messages().count("Really?"), 1)

    def over_a_reload(self, plugin):
        self.home.plugin(plugin, FAULTY)
        runtime = self.start()
        sim = runtime.simulator()
        self.slash(sim, "delete")
        message = self.question(sim)
        for count in (2, 3):
            code, text = self.control("reload", plugin)
            self.note("operator", f"rookery reload {plugin}: " + text.strip().splitlines()[-1])
            self.assertEqual(code, 0, text)
            runtime.wait_for_log("ASKING", count=count)
        self.answer_it(runtime, sim, message)
        self.show(f"a confirmation of {plugin}, two reloads while it waits")

    def over_a_kill(self, plugin, written):
        self.home.plugin(plugin, FAULTY)
        runtime = self.start_with_simulator_apart()
        if written:
            self.note("alice", "!delete")
            self.sim.act("write", channel="general", user="alice", text="!delete")
        else:
            self.slash(self.sim, "delete")
        message = self.question(self.sim)
        runtime = self.kill_and_start(runtime)
        runtime.wait_for_log("ASKING")
        self.answer_it(runtime, self.sim, message)
        self.show(f"a confirmation of {plugin}, kill -9 while it waits")

    def test_in_cpp_over_reloads(self):
        self.over_a_reload("asks")

    def test_in_c_over_reloads(self):
        self.over_a_reload("asks_c")

    def test_in_cpp_over_a_kill(self):
        self.over_a_kill("asks", written=False)

    def test_in_c_over_a_kill(self):
        self.over_a_kill("asks_c", written=False)

    def test_in_cpp_written_over_a_kill(self):
        self.over_a_kill("asks", written=True)

    def test_in_c_written_over_a_kill(self):
        self.over_a_kill("asks_c", written=True)


if __name__ == "__main__":
    unittest.main()
