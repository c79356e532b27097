// What fanout_server.cpp does, on npm's socket.io. Prints "listening PORT"; ends with its standard input.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(process.argv[2]);  // a file in the folder where socket.io is installed
const { Server } = require("socket.io");

const pad = "x".repeat(960);
const http = createServer();
const io = new Server(http, { serveClient: false });
let sent = 0, credit = 0, count = 0, rooms = 1, window_ = 1, rate = 0;

function broadcast() {
  io.to("r" + (sent % rooms)).emit("news", { t: Number(process.hrtime.bigint()), n: sent, pad });
  ++sent;
}

function pump() {
  while (rate === 0 && sent < count && sent < credit + window_) broadcast();
}

io.on("connection", (socket) => {
  socket.join(socket.handshake.auth.room ?? "r0");
  socket.on("echo", (...args) => {
    const last = args.at(-1);
    if (typeof last === "function") last(...args.slice(0, -1));
    socket.emit("echo", ...args.filter((arg) => typeof arg !== "function"));
  });
  socket.on("go", (asked) => {
    ({ count, rooms, rate } = asked);
    window_ = asked.window;
    sent = credit = 0;
    if (rate === 0) return pump();
    let next = performance.now();
    const tick = () => {
      if (sent >= count) return;
      broadcast();
      next += 1000 / rate;
      setTimeout(tick, next - performance.now());
    };
    tick();
  });
  socket.on("credit", (n) => {
    credit = n;
    pump();
  });
});

http.listen(0, "127.0.0.1", () => console.log("listening " + http.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
