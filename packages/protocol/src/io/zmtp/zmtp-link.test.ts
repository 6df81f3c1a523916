import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { LOST, RecordedLink, until } from '../recorder.test-kit.ts';
import { readyCommand } from './commands.ts';
import { greeting } from './greeting.ts';
import { encodeMessage } from './writer.ts';
import { zmtpTransport } from './zmtp-transport.ts';

test('a frame that no memory holds ends the connection, and nothing else', async () => {
  const header = Buffer.from('020000010000000000', 'hex');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([greeting(), readyCommand('ROUTER'), ...encodeMessage([Buffer.from('one')]), header]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { link, log } = new RecordedLink(zmtpTransport, `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
  // It connects again, and meets the same.
  await until(() => expect(log.slice(0, 4)).toEqual(['one', LOST, 'one', LOST]));
  await link.close();
  server.close();
});
