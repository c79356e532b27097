// A WhatsApp bridge on the real Socket.IO server: REST under /api, events in the namespace /api/events. A test drives
// it over /control. Prints its port.
//
//   node whatsapp_bridge.mjs KEY

import { createServer } from "node:http";
import { Server } from "socket.io";

const key = process.argv[2];
const own = "4917000000000@s.whatsapp.net";
const state = { connection: "open", qr: "", refuse: "middleware", sent: [], chats: [], chatsStatus: 200, messages: [], joins: 0, asked: [] };

function read(request) {
  return new Promise((resolve) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => resolve(Buffer.concat(parts)));
  });
}

function answer(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function rest(request, response, url) {
  if (request.headers.authorization !== `Bearer ${key}`) {
    return answer(response, 401, { message: "Unauthorized", statusCode: 401 });
  }
  const route = `${request.method} ${url.pathname.slice("/api".length)}`;
  switch (route) {
    case "GET /auth/state":
      return answer(response, 200, { connection: state.connection, user: { id: "4917000000000:1@s.whatsapp.net", name: "Bridge Bot" } });
    case "GET /auth/qr":
      return state.qr ? answer(response, 200, { qr: state.qr }) : answer(response, 404, { message: "No QR code", statusCode: 404 });
    case "GET /chats":
      return answer(response, state.chatsStatus, state.chatsStatus === 200 ? state.chats : { message: "not now", statusCode: state.chatsStatus });
    case "GET /messages":
      return answer(response, 200, state.messages.filter((one) => one.key.remoteJid === url.searchParams.get("chatId")));
    case "POST /messages": {
      const type = request.headers["content-type"] ?? "";
      const body = await read(request);
      const said = type.startsWith("multipart/") ? { form: body.toString("latin1") } : JSON.parse(body);
      state.sent.push(said);
      const message = said.message ?? {};
      const key_ = { remoteJid: said.to ?? "x@s.whatsapp.net", fromMe: true, id: `3EB0${String(state.sent.length).padStart(18, "0")}` };
      return answer(response, 201, {
        key: key_, messageTimestamp: "1767225600", status: "PENDING",
        message: message.text === undefined ? {} : { extendedTextMessage: { text: message.text } },
      });
    }
    default:
      return answer(response, 404, { message: `Cannot ${route}`, error: "Not Found", statusCode: 404 });
  }
}

const http = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname.startsWith("/socket.io/")) return;
  if (url.pathname.startsWith("/api/")) return rest(request, response, url);
  const body = await read(request);
  const wish = body.length ? JSON.parse(body) : {};
  switch (url.pathname) {
    case "/control/set":
      Object.assign(state, wish);
      break;
    case "/control/emit":
      events.to(`on:${wish.name}`).emit(wish.name, revive(wish.payload));
      break;
    case "/control/drop": // as when the bridge goes away: no goodbye
      for (const socket of events.sockets.values()) socket.conn.transport.socket.terminate();
      break;
    case "/control/kick":
      events.disconnectSockets();
      break;
  }
  answer(response, 200, { ...state, connected: events.sockets.size });
});

// Buffers travel as attachments.
function revive(value) {
  if (value && typeof value === "object") {
    if (typeof value.$bytes === "string") return Buffer.from(value.$bytes);
    for (const name of Object.keys(value)) value[name] = revive(value[name]);
  }
  return value;
}

const io = new Server(http, { pingInterval: 300, pingTimeout: 2000 });
const events = io.of("/api/events");
events.use((socket, next) => {
  if (socket.handshake.auth.token === key || state.refuse !== "middleware") return next();
  next(new Error("Unauthorized"));
});
events.on("connection", (socket) => {
  if (socket.handshake.auth.token !== key) return socket.disconnect();
  state.joins += 1;
  socket.on("subscribe", (names, ack) => {
    state.asked = names;
    for (const name of names) socket.join(`on:${name}`);
    if (ack) ack({ ok: true });
  });
});

http.listen(0, "127.0.0.1", () => console.log(http.address().port));
process.on("SIGTERM", () => process.exit(0));
