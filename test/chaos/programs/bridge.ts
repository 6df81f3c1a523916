import { connect, createServer } from 'node:net';

/**
 * Stands at the near end of the wire for the brokers: `bridge.ts HOST PORT SOCKET PORT SOCKET …`. What comes to a port is
 * passed on over the file system's sockets, which reach across network namespaces.
 */
const [host = '', ...ways] = process.argv.slice(2);
for (let i = 0; i < ways.length; i += 2) {
  const server = createServer((near) => {
    const far = connect(ways[i + 1]!);
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      from.setNoDelay(true);
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((listens) => server.listen(Number(ways[i]), host, listens));
}
process.once('disconnect', () => process.exit());
process.send?.('ready');
