// Runs the unmodified discord.js against the simulator: log in, hear, answer, slash command with
// completion, button, select, modal, all members, resume. Only addresses are set, by its own options.
// Usage: node tour.mjs SIM_HOST [SHARDS]

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import readline from "node:readline";
import {
  ActionRowBuilder, ButtonBuilder, ButtonStyle, Client, Events, GatewayIntentBits, ModalBuilder,
  SlashCommandBuilder, StringSelectMenuBuilder, TextInputBuilder, TextInputStyle, version,
} from "discord.js";

const DEADLINE_MS = 90_000;
const MEMBERS = 1_500;
const [host, shardsText = "1"] = process.argv.slice(2);
const shards = Number(shardsText);

const simulator = spawn(host, [`guilds=${shards * 2}`, `members=${MEMBERS}`, `shards=${shards}`], {
  stdio: ["pipe", "pipe", "inherit"],
});
const deadline = setTimeout(() => {
  console.error("the tour did not end in time");
  simulator.kill();
  process.exit(1);
}, DEADLINE_MS);

const [line] = await once(readline.createInterface(simulator.stdout), "line");
const addresses = JSON.parse(line);

async function control(target, body) {
  const answer = await fetch(addresses.control + target, {
    method: body ? "POST" : "GET",
    body: body && JSON.stringify(body),
  });
  const json = await answer.json();
  assert.equal(answer.status, 200, `${target}: ${JSON.stringify(json)}`);
  return json;
}
const interact = (body) => control("/_sim/interact", { timeout_ms: 15_000, channel: "general", ...body });

const commands = [
  new SlashCommandBuilder().setName("remind").setDescription("Reminds you")
    .addStringOption((o) => o.setName("when").setDescription("When").setRequired(true).setAutocomplete(true))
    .addUserOption((o) => o.setName("who").setDescription("Whom").setRequired(true))
    .addStringOption((o) => o.setName("what").setDescription("Of what").setRequired(true)),
  new SlashCommandBuilder().setName("ask").setDescription("Opens a form"),
];

function form() {
  const input = new TextInputBuilder().setCustomId("answer").setLabel("Answer").setStyle(TextInputStyle.Short);
  return new ModalBuilder().setCustomId("form").setTitle("A question")
    .addComponents(new ActionRowBuilder().addComponents(input));
}

function menu() {
  return [
    new ActionRowBuilder().addComponents(
      new ButtonBuilder().setCustomId("snooze").setLabel("Snooze").setStyle(ButtonStyle.Primary)),
    new ActionRowBuilder().addComponents(
      new StringSelectMenuBuilder().setCustomId("tea").addOptions(
        { label: "Green", value: "green" }, { label: "Black", value: "black" })),
  ];
}

async function onInteraction(interaction) {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    return interaction.respond([{ name: `${typed} hours`, value: `${typed}h` }]);
  }
  if (interaction.isChatInputCommand() && interaction.commandName === "ask") {
    return interaction.showModal(form());
  }
  if (interaction.isChatInputCommand()) {
    await interaction.deferReply();
    const { options } = interaction;
    const text = `${options.getUser("who").username}: ${options.getString("what")} in ${options.getString("when")}`;
    return interaction.editReply({ content: text, components: menu() });
  }
  if (interaction.isButton()) {
    return interaction.update({ content: `snoozed by ${interaction.user.username}` });
  }
  if (interaction.isStringSelectMenu()) {
    return interaction.reply(`${interaction.values[0]} tea`);
  }
  return interaction.reply(`you said ${interaction.fields.getTextInputValue("answer")}`);
}

const { Guilds, GuildMembers, GuildMessages, GuildPresences, MessageContent } = GatewayIntentBits;
const client = new Client({
  intents: [Guilds, GuildMembers, GuildMessages, GuildPresences, MessageContent],
  shards: shards === 1 ? undefined : "auto",
  rest: { api: addresses.api_url.replace(/\/v10$/, "") },
});
client.on(Events.InteractionCreate, (interaction) => onInteraction(interaction).catch(fail));
client.on(Events.MessageCreate, (message) => {
  if (!message.author.bot && message.content === "!ping") message.reply("pong").catch(fail);
});
client.on(Events.Error, fail);

function fail(error) {
  console.error(error);
  simulator.kill();
  process.exit(1);
}

async function ping() {
  const answer = await control("/_sim/say", { channel: "general", user: "alice", text: "!ping", timeout_ms: 15_000 });
  assert.equal(answer.answer, "pong");
}

async function tour() {
  const ready = once(client, Events.ClientReady);
  await client.login(addresses.token);
  await ready;
  assert.equal(client.guilds.cache.size, shards * 2);
  const guild = client.guilds.cache.find((candidate) => candidate.name === "Rookery");
  await ping();

  await client.application.commands.set(commands);
  const completed = await interact({ kind: "complete", user: "alice", text: "/remind 2" });
  assert.deepEqual(completed.choices, [{ name: "2 hours", value: "2h" }]);
  const reminded = await interact({ kind: "slash", user: "alice", text: "/remind 2h @bob a cup of tea" });
  assert.equal(reminded.content, "bob: a cup of tea in 2h");
  assert.equal(reminded.deferred, true);
  const message = reminded.message.id;
  const selected = await interact({ kind: "click", user: "bob", message, custom_id: "tea", values: ["black"] });
  assert.equal(selected.content, "black tea");
  const clicked = await interact({ kind: "click", user: "bob", message, custom_id: "snooze" });
  assert.equal(clicked.content, "snoozed by bob");
  const asked = await interact({ kind: "slash", user: "carol", text: "/ask" });
  assert.equal(asked.modal.title, "A question");
  const said = await interact({ kind: "submit", user: "carol", custom_id: "form", fields: { answer: "yes" } });
  assert.equal(said.content, "you said yes");

  const members = await guild.members.fetch();
  assert.equal(members.size, MEMBERS);

  const resumed = new Set();
  const all = new Promise((done) => client.on(Events.ShardResume, (id) => {
    resumed.add(id);
    if (resumed.size === shards) done();
  }));
  await control("/_sim/fault", { kind: "reconnect" });
  await all;
  await ping();

  const sessions = await control("/_sim/sessions");
  assert.equal(sessions.identifies, shards);
  assert.equal(sessions.resumes, shards);
  assert.deepEqual(await control("/_sim/violations"), []);
}

await tour().catch(fail);
await client.destroy();
simulator.stdin.end();
await once(simulator, "exit");
clearTimeout(deadline);
console.log(`discord.js ${version} with ${shards} shard(s) ok`);
