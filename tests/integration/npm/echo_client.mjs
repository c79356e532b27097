// The echo examples (scripts/echo_socketio.lua, echo_engineio.lua) with npm's clients: node echo_client.mjs http://host:port
import assert from "node:assert";
import { Socket } from "engine.io-client";
import { io } from "socket.io-client";

const url = process.argv[2];
setTimeout(() => process.exit(1), 30_000).unref();

const socket = io(`${url}/echo`, { reconnection: false });
const heard = new Promise((done) => socket.on("any", (...args) => done(args)));
await new Promise((done, failed) => socket.on("connect", done).on("connect_error", failed));
const acknowledged = await new Promise((done) => socket.emit("any", 1, "zwei", Buffer.from("3"), (...args) => done(args)));
for (const [number, text, bytes] of [acknowledged, await heard]) {
    assert.deepStrictEqual([number, text, Buffer.from(bytes).toString()], [1, "zwei", "3"]);
}
socket.disconnect();
console.log("socket.io ok");

for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    const session = new Socket(url, { path: "/echo.io/", transports });
    await new Promise((done, failed) => session.on("open", done).on("error", failed));
    const messages = [];
    const both = new Promise((done) => session.on("message", (data) => messages.push(data) === 2 && done()));
    session.send("hällo");
    session.send(Buffer.from([0, 1]));
    await both;
    assert.deepStrictEqual([messages[0], [...new Uint8Array(messages[1])]], ["hällo", [0, 1]]);
    session.close();
}
console.log("engine.io ok");
process.exit(0);
