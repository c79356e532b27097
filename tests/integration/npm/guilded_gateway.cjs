// Guilded's user gateway and API, as far as a test needs them, on the real Socket.IO 2 server (Engine.IO 3). The port
// is the first line; /control/* drives it.
const http = require("http");
const socketIo = require("socket.io2");

const session = "session-cookie-1234";
const me = { id: "user0001", name: "Rook" };
const other = { id: "user0009", name: "Lena" };
const team = { id: "team0001", name: "Team" };
const state = { messages: [], sent: [], edits: [], typing: [], connects: 0, failing: false };
const directChannel = "direct-1";

const text = (content) => ({
    object: "value",
    document: {
        object: "document", data: {}, nodes: [{
            object: "block", type: "paragraph", data: {},
            nodes: [{ object: "text", leaves: [{ object: "leaf", text: content, marks: [] }] }],
        }],
    },
});

let clock = 0;
const stamp = () => new Date((clock = Math.max(clock + 1, Date.now()))).toISOString();

const server = http.createServer(answer);
const io = socketIo(server, { pingInterval: 300, pingTimeout: 700, transports: ["websocket"], serveClient: false });
io.use((socket, next) => {
    const { jwt, guildedClientId } = socket.handshake.query;
    const cookie = socket.handshake.headers.cookie || "";
    const good = jwt === "undefined" && guildedClientId && cookie.includes(`hmac_signed_session=${session}`);
    next(good ? undefined : new Error("who are you?"));
});
io.on("connection", (socket) => {
    state.connects += 1;
    socket.team = socket.handshake.query.teamId;
    socket.on("ChatChannelTyping", (what) => state.typing.push(what.channelId));
});

const sockets = () => Object.values(io.sockets.connected);
const emit = (ofTeam, name, payload) => {
    for (const socket of sockets()) if (Boolean(socket.team) === ofTeam) socket.emit(name, { ...payload, type: name });
};

function created(message) {
    return {
        channelId: "channel-1", channelType: "Team", teamId: team.id, contentType: "chat", message,
        createdAt: message.createdAt, contentId: message.id, createdBy: message.createdBy,
    };
}

function publish(message, { both = false, silent = false, channel = "channel-1" } = {}) {
    state.messages.push({ ...message, channel });
    if (silent) return;
    emit(false, "ChatMessageCreated", created(message));
    if (both) emit(true, "ChatMessageCreated", created(message));
}

const controls = {
    say({ id, text: content, both, silent, channel }) {
        publish({ id, createdBy: other.id, content: text(content), type: "default", createdAt: stamp() }, { both, silent, channel });
    },
    deep({ depth }) {
        let node = { object: "text", leaves: [{ object: "leaf", text: "deep", marks: [] }] };
        for (let i = 0; i < depth; ++i) node = { object: "block", type: "block-quote-container", data: {}, nodes: [node] };
        const content = { object: "value", document: { object: "document", data: {}, nodes: [node] } };
        publish({ id: "deep", createdBy: other.id, content, type: "default", createdAt: stamp() });
    },
    emit({ team: ofTeam, name, payload }) { emit(Boolean(ofTeam), name, payload); },
    cut() { for (const socket of sockets()) socket.conn.close(true); },
    // Heartbeats get no answer any more.
    mute() { for (const socket of sockets()) socket.conn.sendPacket = () => {}; },
    // Questions for messages are answered by an error, until they are not.
    fail({ on }) { state.failing = on; },
    sockets() { return { open: sockets().map((socket) => socket.team || ""), connects: state.connects }; },
    sent() { return { messages: state.sent, typing: state.typing }; },
};

function rest(request, path, body, reply) {
    if (!(request.headers.cookie || "").includes(`hmac_signed_session=${session}`)) {
        return reply(401, { code: "UnauthorizedError", message: "no session" });
    }
    const url = new URL(path, "http://x");
    const message = url.pathname.match(/^\/channels\/([^/]+)\/messages(?:\/([^/]+))?$/);
    if (url.pathname === "/me") return reply(200, { user: me, teams: [team] });
    if (url.pathname === `/teams/${team.id}/channels`) return reply(200, { channels: [{ id: "channel-1" }] });
    if (url.pathname === `/users/${me.id}/channels`) return reply(200, { channels: [{ id: directChannel }] });
    if (!message) return reply(404, { code: "NotFoundError", message: path });
    if (request.method === "GET") {
        if (state.failing) return reply(500, { code: "InternalServerError", message: "not now" });
        const after = url.searchParams.get("afterDate") || "";
        const before = url.searchParams.get("beforeDate") || "9";
        const found = state.messages.filter(
            (one) => one.channel === message[1] && one.createdAt > after && one.createdAt < before).reverse();
        const most = Number(url.searchParams.get("limit") || 51);
        return reply(200, { messages: found.slice(0, most), hasPastMessages: found.length > most });
    }
    if (request.method === "POST") {
        if (state.messages.some((one) => one.id === body.messageId)) {
            return reply(400, { code: "BadRequestError", message: "that id is taken" });
        }
        const sent = { id: body.messageId, createdBy: me.id, content: body.content, type: "default", createdAt: stamp() };
        state.sent.push(sent);
        publish(sent, { both: true });
        return reply(200, { message: sent });
    }
    if (request.method === "PUT") {
        const edited = { id: message[2], createdBy: me.id, content: body.content, type: "default", editedAt: stamp() };
        emit(false, "ChatMessageUpdated", {
            channelId: message[1], channelType: "Team", teamId: team.id, contentType: "chat", updatedBy: me.id,
            contentId: message[2], message: edited,
        });
        return reply(200, {});
    }
    return reply(204);
}

function answer(request, response) {
    let body = "";
    request.on("data", (piece) => { body += piece; });
    request.on("end", () => {
        const reply = (status, json) => {
            response.writeHead(status, { "Content-Type": "application/json" });
            response.end(json === undefined ? "" : JSON.stringify(json));
        };
        const given = body ? JSON.parse(body) : {};
        if (request.url.startsWith("/control/")) {
            return reply(200, controls[request.url.slice("/control/".length)](given) || {});
        }
        return request.url.startsWith("/api/") ? rest(request, request.url.slice(4), given, reply) : reply(404, {});
    });
}

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
