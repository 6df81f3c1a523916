import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dealer } from 'zeromq';

/**
 * A Majordomo worker as a process, in the manner of the ZeroMQ guide: `majordomo-worker.ts ENDPOINT VERSION SERVICE`.
 * It makes a new connection when it is told DISCONNECT, or when the broker is silent.
 *
 * It answers with its process id and the request. A request of `hang PATH` it answers only if there is the file;
 * otherwise it writes its process id there, and hangs.
 */
const [endpoint = '', version = '0.1', service = ''] = process.argv.slice(2);
const isOld = version === '0.1';
const head = isOld ? ['', 'MDPW01'] : ['MDPW02'];
const [final, heartbeat] = isOld ? (['\x03', '\x04'] as const) : (['\x04', '\x05'] as const);

process.once('disconnect', () => process.exit());
if (!process.connected) process.exit();
for (;;) {
  const socket = new Dealer({ linger: 0, receiveTimeout: heartbeatMs() });
  socket.connect(endpoint);
  await socket.send([...head, '\x01', service]);
  process.send?.('ready');
  await serve(socket);
  socket.close();
}

/** Ends when the broker is lost. */
async function serve(socket: Dealer): Promise<void> {
  let lives = livesMax();
  let beatAt = performance.now() + heartbeatMs();
  while (lives > 0) {
    const message = await socket.receive().catch(() => undefined);
    if (message === undefined) lives -= 1;
    else {
      lives = livesMax();
      const [command, address, , ...body] = message.slice(head.length);
      if (command?.[0] === 2) await socket.send([...head, final, address!, '', await answer(String(body[0]))]);
      else if (command?.[0] !== heartbeat.charCodeAt(0)) return;
    }
    if (performance.now() < beatAt) continue;
    await socket.send([...head, heartbeat]);
    beatAt = performance.now() + heartbeatMs();
  }
}

async function answer(request: string): Promise<string> {
  const [word, path = ''] = request.split(' ');
  if (word === 'hang') {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      await sleep(600_000);
    } catch {
      // Another one hangs already.
    }
  }
  return `${process.pid} ${request}`;
}

/** Those of the guide are 2.5 s and three lives; this is the same in less time. */
function heartbeatMs(): number {
  return 700;
}

function livesMax(): number {
  return 4;
}
