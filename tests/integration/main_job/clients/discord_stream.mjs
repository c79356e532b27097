// The complete example of a HoloBridge client, as its users have it: subscribe to a guild, look at what comes.
// Usage: node discord_stream.mjs MODULES ADDRESS KEY GUILD; MODULES is the folder with node_modules.
import { createRequire } from 'node:module';

const [modules, address, apiKey, guild] = process.argv.slice(2);
const { io } = createRequire(modules + '/')('socket.io-client');

const socket = io(address, {
    auth: { apiKey }
});

socket.on('connect', () => {
    console.log('Connected!');
    socket.emit('subscribe', { guildIds: [guild] });
});

socket.on('connect_error', (error) => {
    console.log('Connection error:', error.message);
});

socket.on('subscribed', ({ guildIds }) => {
    console.log('Subscribed to:', guildIds.join());
});

socket.on('discord', (payload) => {
    switch (payload.event) {
        case 'messageCreate':
            console.log(`[${payload.data.author.username}]: ${payload.data.content}`);
            break;
        case 'messageReactionAdd':
            console.log(`Reaction added: ${payload.data.reaction.emoji.name}`);
            break;
        case 'guildMemberAdd':
            console.log(`${payload.data.user.username} joined!`);
            break;
        case 'guildScheduledEventCreate':
            console.log(`New event: ${payload.data.name}`);
            break;
        case 'autoModerationActionExecution':
            console.log(`AutoMod blocked: ${payload.data.matchedKeyword}`);
            break;
        case 'interactionCreate':
            console.log(`Interaction: ${payload.data.typeName}`);
            break;
        default:
            console.log(`Event: ${payload.event}`);
    }
});

socket.on('error', console.error);
socket.on('disconnect', (reason) => console.log('Disconnected:', reason));
