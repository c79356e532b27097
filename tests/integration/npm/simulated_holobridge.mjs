// A stock client of a simulated HoloBridge: subscribes, counts events, and says what became of its connection.
import { io } from "socket.io-client";

const [url, apiKey, guild, transports] = process.argv.slice(2);
const socket = io(url, { auth: { apiKey }, transports: transports.split(",") });
let events = 0;

socket.on("connect", () => socket.emit("subscribe", { guildIds: [guild] }));
socket.on("subscribed", () => console.log("subscribed"));
socket.on("disconnect", () => console.log("lost"));
socket.on("discord", () => {
  events += 1;
  if (events === 40) console.log("40 events");
});
