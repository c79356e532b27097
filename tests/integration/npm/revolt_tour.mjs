// Runs the unmodified stoat.js, the platform's own client, against the simulated Revolt: log in, hear, answer, react,
// edit, delete, and a new session after the connection is cut. Only the API's address is set, by its own option.
// Usage: node revolt_tour.mjs ROOKERY

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "stoat.js";

const DEADLINE_MS = 90_000;
const [rookery] = process.argv.slice(2);
const state = mkdtempSync(join(tmpdir(), "rk"));
const simulator = spawn(rookery, ["sim", "--platforms", "revolt", "--state", state], {
  stdio: ["ignore", "ignore", "inherit"],
  env: { ...process.env, ASAN_OPTIONS: "detect_leaks=0" },
});
const deadline = setTimeout(() => end("the tour did not end in time"), DEADLINE_MS);

function end(problem) {
  clearTimeout(deadline);
  simulator.kill();
  rmSync(state, { recursive: true, force: true });
  if (problem) console.error(problem);
  process.exit(problem ? 1 : 0);
}

async function eventually(condition, what) {
  for (let tries = 0; tries < 1_000; ++tries) {
    const value = await condition();
    if (value) return value;
    await wait(20);
  }
  throw new Error(`did not happen: ${what}`);
}

try {
  const about = await eventually(() => {
    try {
      return JSON.parse(readFileSync(join(state, "simulator.json"), "utf8"));
    } catch {
      return null;
    }
  }, "the simulator's addresses");
  const { api_url: baseURL, token } = about.platforms.revolt;

  async function control(target, body) {
    const answer = await fetch(`${about.control}/_sim/${target}`, {
      method: body ? "POST" : "GET",
      body: body && JSON.stringify(body),
    });
    const json = await answer.json();
    assert.equal(answer.status, 200, `${target}: ${JSON.stringify(json)}`);
    return json;
  }
  const act = (what, more) => control("act", { do: what, channel: "general", user: "alice", ...more });

  const client = new Client({ baseURL });
  const seen = { ready: 0, edits: [], deletions: 0, reactions: [] };
  client.on("error", (error) => console.error("stoat.js:", error));
  client.on("ready", () => ++seen.ready);
  client.on("messageCreate", async (message) => {
    if (message.content !== "!hello") return;
    const sent = await message.channel.sendMessage({ content: "world", replies: [{ id: message.id, mention: true }] });
    await sent.react("👍");
  });
  client.on("messageUpdate", (message) => seen.edits.push(message.content));
  client.on("messageDelete", () => ++seen.deletions);
  client.on("messageReactionAdd", (message, user, emoji) => seen.reactions.push(emoji));

  await client.loginBot(token);
  await eventually(() => seen.ready === 1, "ready");
  assert.ok(client.user.bot);
  assert.ok(client.servers.size() >= 1);

  const reply = await control("say", { channel: "general", user: "alice", text: "!hello", timeout_ms: 15_000 });
  assert.equal(reply.answer, "world");
  await eventually(() => seen.reactions.includes("👍"), "the reaction");
  await act("edit", { message: "last", text: "hello there" });
  await eventually(() => seen.edits.includes("hello there"), "the edit");
  await act("delete", { message: "last" });
  await eventually(() => seen.deletions === 1, "the deletion");

  await control("fault", { kind: "reset", platform: "revolt" });
  await eventually(() => seen.ready === 2, "a new session");
  const again = await control("say", { channel: "general", user: "alice", text: "!hello", timeout_ms: 15_000 });
  assert.equal(again.answer, "world");
  assert.deepEqual(await control("violations?platform=revolt"), []);
  console.log("stoat.js has seen everything");
  end();
} catch (error) {
  end(error.stack);
}
