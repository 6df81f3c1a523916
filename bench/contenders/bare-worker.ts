import { pack, unpack } from 'msgpackr';
import { Dealer } from 'zeromq';
import { answerParent } from '../child-process.ts';
import { BARE_SOCKET } from './bare-socket.ts';

/**
 * Adds two numbers behind the bare relay: one frame in, one frame out, after the client's address. A body comes in a
 * frame of its own and goes back as it is.
 */
const endpoint = process.argv[2];
if (endpoint === undefined) throw new Error('usage: bare-worker.ts ENDPOINT');

const socket = new Dealer(BARE_SOCKET);
socket.connect(endpoint);
await socket.send('here');
answerParent();

for await (const [client, request, body] of socket) {
  if (body === undefined) {
    const { id, a, b } = unpack(request!) as { id: number; a: number; b: number };
    await socket.send([client!, pack({ id, sum: a + b })]);
  } else {
    await socket.send([client!, request!, body]);
  }
}
