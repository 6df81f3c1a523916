#!/usr/bin/env python3
"""A Majordomo worker: worker.py ENDPOINT SERVICE [--v2]

Answers each request with its text in capitals. With --v2 it speaks MDP/0.2 and sends each word as a PARTIAL first;
otherwise MDP/0.1.
"""
import sys
import time

import zmq

HEARTBEAT_S = 1.0
LIVENESS = 4


def serve(endpoint, service, v2):
    """Registers on a new socket and serves until the broker is silent or says DISCONNECT."""
    head = [b"MDPW02"] if v2 else [b"", b"MDPW01"]
    request = b"\x02"
    final, heartbeat, disconnect = (b"\x04", b"\x05", b"\x06") if v2 else (b"\x03", b"\x04", b"\x05")
    with zmq.Context.instance().socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.connect(endpoint)
        socket.send_multipart([*head, b"\x01", service])
        heard = beat = time.monotonic()
        while time.monotonic() < heard + LIVENESS * HEARTBEAT_S:
            if time.monotonic() >= beat + HEARTBEAT_S:
                socket.send_multipart([*head, heartbeat])
                beat = time.monotonic()
            if not socket.poll(100):
                continue
            heard = time.monotonic()
            frames = socket.recv_multipart()[len(head) :]
            if frames[0] == disconnect:
                return
            if frames[0] == request:
                _command, address, _empty, *body = frames
                text = b" ".join(body).upper()
                for word in text.split() if v2 else []:
                    socket.send_multipart([*head, b"\x03", address, b"", word])
                socket.send_multipart([*head, final, address, b"", text])


def main():
    args = [arg for arg in sys.argv[1:] if arg != "--v2"]
    if len(args) != 2:
        sys.exit(__doc__)
    while True:
        serve(args[0], args[1].encode(), "--v2" in sys.argv)
        time.sleep(0.2)


main()
