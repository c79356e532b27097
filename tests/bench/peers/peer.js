// discord.js at the bench's feed: reads three fields of each message. PEER_MODULES/node_modules holds discord.js.
//
//   node peer.js PORT MESSAGES
//
// Prints "up", and "done SEEN" when that many messages have been handled.
const { createRequire } = require("node:module");
const { Client, GatewayIntentBits, Events } = createRequire(process.env.PEER_MODULES + "/")("discord.js");

const [port, messages] = process.argv.slice(2).map(Number);
const client = new Client({
  intents: Object.values(GatewayIntentBits).filter((bit) => typeof bit === "number"),
  rest: { api: `http://127.0.0.1:${port}/api` },
});
let handled = 0;
let seen = 0;
client.on(Events.ClientReady, () => console.log("up"));
client.on(Events.MessageCreate, (message) => {
  seen += message.author.username.length + message.content.length + message.channelId.length;
  if (++handled === messages) console.log("done", seen);
});
client.login("YmVuY2g.bench.bench");
