"""libzmq's own proxy, in C, started from Python: proxy.py FRONT BACK.

What a broker on libzmq costs at the least, without a line of JavaScript. The bare client and worker talk through it.
"""

import sys

import zmq

front_endpoint, back_endpoint = sys.argv[1:]
context = zmq.Context()
front = context.socket(zmq.ROUTER)
back = context.socket(zmq.DEALER)
for socket, endpoint in ((front, front_endpoint), (back, back_endpoint)):
    # As the bare sockets: above the load's window.
    socket.set_hwm(10_000)
    socket.linger = 0
    socket.bind(endpoint)
# Returns only by an error: the process is ended from outside.
zmq.proxy(front, back)
