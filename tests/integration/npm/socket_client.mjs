// The unmodified socket.io-client, moved by lines of JSON on stdin, telling what happens as lines of JSON.
// Usage: node socket_client.mjs ADDRESS OPTIONS
//   in   {"emit": [event, ...arguments], "ack": true}, {"binary": event}, {"cut": true}, {"close": true}
//   out  {"open": transport}, {"connect": transport, "recovered": bool}, {"connect_error": message, "data": ...},
//        {"disconnect": reason}, {"upgrade": transport}, {"event": [name, ...arguments]}, {"ack": [...]}
import readline from "node:readline";
import { io } from "socket.io-client";

const [address, options = "{}"] = process.argv.slice(2);
const say = (what) => console.log(JSON.stringify(what));
const plain = (value) => (value instanceof Buffer ? { bytes: value.toString("hex") } : value);

const socket = io(address, { reconnectionDelay: 50, reconnectionDelayMax: 200, ...JSON.parse(options) });
socket.io.on("open", () => {
  say({ open: socket.io.engine.transport.name });
  socket.io.engine.once("upgrade", (transport) => say({ upgrade: transport.name }));
});
socket.on("connect", () => say({ connect: socket.io.engine.transport.name, recovered: socket.recovered }));
socket.on("connect_error", (error) => say({ connect_error: error.message, data: error.data ?? null }));
socket.on("disconnect", (reason) => say({ disconnect: reason }));
socket.onAny((...event) => say({ event: event.map(plain) }));

for await (const line of readline.createInterface(process.stdin)) {
  const command = JSON.parse(line);
  if (command.emit && command.ack) {
    socket.timeout(10_000).emit(...command.emit, (failure, ...answer) => say({ ack: failure ? null : answer }));
  } else if (command.emit) {
    socket.emit(...command.emit);
  } else if (command.binary) {
    socket.emit(command.binary, { guildIds: [Buffer.from([1, 2, 3])] });
  } else if (command.cut) {
    socket.io.engine.close();
  } else if (command.close) {
    socket.disconnect();
  }
}
process.exit(0);
