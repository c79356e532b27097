// The JavaScript example of a WhatsApp bridge's event page, as its users have it.
// Usage: node chat_events.cjs MODULES ADDRESS KEY
const { createRequire } = require('node:module');

const [modules, address, key] = process.argv.slice(2);
const { io } = createRequire(modules + '/')('socket.io-client');

const socket = io(address + '/api/events', {
  auth: { token: key }
});

// Subscribe to specific events
socket.emit('subscribe', ['messages.upsert', 'connection.update', 'presence.update']);

socket.on('connect', () => console.log('Connected'));
socket.on('disconnect', () => console.log('Disconnected'));

socket.on('messages.upsert', (data) => {
  const message = data.messages[0];
  console.log(`New message from ${message.key.remoteJid}`);
  console.log(message.message?.conversation || 'Media message');
});

socket.on('connection.update', (update) => {
  console.log('Connection status:', update.connection);
});

socket.on('presence.update', (update) => {
  const { id, presences } = update;
  console.log(`User ${id} is now ${presences.available ? 'online' : 'offline'}`);
});
