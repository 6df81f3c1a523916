import { Router } from 'zeromq';
import { answerParent } from './child-process.ts';
import { BARE_SOCKET } from './contenders/bare-socket.ts';

/**
 * The bare relay: what any broker on zeromq.js costs at the least. Two ROUTERs, one loop for each direction, nothing
 * parsed, nothing kept. Whoever makes it faster may.
 *
 * Run as a process of its own: `relay.ts FRONT BACK`. The worker says one message, which tells its address.
 */
const [frontEndpoint, backEndpoint] = process.argv.slice(2);
if (frontEndpoint === undefined || backEndpoint === undefined) throw new Error('usage: relay.ts FRONT BACK');

const front = new Router({ ...BARE_SOCKET, mandatory: true });
const back = new Router({ ...BARE_SOCKET, mandatory: true });
await front.bind(frontEndpoint);
await back.bind(backEndpoint);
answerParent();

const [worker] = await back.receive();

async function forth(): Promise<void> {
  for await (const frames of front) await back.send([worker!, ...frames]);
}

async function andBack(): Promise<void> {
  for await (const [, ...frames] of back) await front.send(frames);
}

await Promise.all([forth(), andBack()]);
