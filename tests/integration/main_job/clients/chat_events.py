"""The Python example of a WhatsApp bridge's event page, as its users have it; what it prints of messages is added.

Usage: chat_events.py ADDRESS KEY
"""

import functools
import sys

import socketio

print = functools.partial(print, flush=True)
address, key = sys.argv[1:]

# Create client
sio = socketio.Client()


@sio.on("messages.upsert")
def on_message(data):
    print("Message:", data["messages"][0]["message"]["conversation"])


@sio.on("connection.update")
def on_update(update):
    print("Connection status:", update["connection"])


# Authentication
sio.connect(address + "/api/events", auth={"token": key})

# Subscribe to events
sio.emit("subscribe", ["messages.upsert", "connection.update"])


@sio.on("connect")
def on_connect():
    print("Connected")


@sio.on("disconnect")
def on_disconnect():
    print("Disconnected")


# Keep running
sio.wait()
