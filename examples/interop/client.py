#!/usr/bin/env python3
"""A Majordomo client: client.py ENDPOINT SERVICE [--v2] TEXT...

Sends one request for each text, one after another, and prints each reply on a line of its own.
With --v2 it speaks MDP/0.2, where a reply may come in parts; otherwise MDP/0.1.
"""
import sys

import zmq

TIMEOUT_MS = 5000


def call(socket, service, text, v2):
    """Yields the parts of the reply; the last one is the final reply."""
    body = text.encode()
    if v2:
        socket.send_multipart([b"MDPC02", b"\x01", service, body])
    else:
        socket.send_multipart([b"", b"MDPC01", service, body])
    while True:
        if not socket.poll(TIMEOUT_MS):
            sys.exit(f"no reply from {service.decode()} in {TIMEOUT_MS} ms")
        frames = socket.recv_multipart()
        if v2:
            header, command, _service, *reply = frames
            assert header == b"MDPC02" and command in (b"\x02", b"\x03"), frames
        else:
            empty, header, _service, *reply = frames
            assert empty == b"" and header == b"MDPC01", frames
        yield b" ".join(reply).decode()
        if not v2 or command == b"\x03":
            return


def main():
    args = [arg for arg in sys.argv[1:] if arg != "--v2"]
    if len(args) < 3:
        sys.exit(__doc__)
    endpoint, service, *texts = args
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 0
    socket.connect(endpoint)
    for text in texts:
        for part in call(socket, service.encode(), text, "--v2" in sys.argv):
            print(part, flush=True)


main()
