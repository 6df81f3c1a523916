import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Broker } from '@reeve/broker';
import { startBroker } from '@reeve/broker';
import { transportFor } from '@reeve/protocol/io';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FakeTerminal } from './fake-terminal.test-kit.ts';
import { GreeterProject } from './greeter-project.test-kit.ts';
import type { Ended, ReeveOptions } from './reeve-process.test-kit.ts';
import { ReeveProcess, reeve } from './reeve-process.test-kit.ts';
import { run } from './run.ts';
import { textLike, textWith } from './something-like.test-kit.ts';

/**
 * What goes wrong for somebody who is new to Reeve. Each has one clear line and a next step, in a real process.
 * The time is for a machine that has other things to do.
 */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let broker: Broker;
let endpoint: string;
let project: GreeterProject;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  broker = await startBroker({ listen: 'tcp://127.0.0.1:0' });
  endpoint = broker.endpoints[0]!;
  project = await GreeterProject.make();
});

// Not after each: some run side by side.
afterAll(async () => {
  await ReeveProcess.killAll();
  for (const cleanUp of cleanUps) await cleanUp();
  await broker.close();
  await project.remove();
});

// They wait for a second each.
describe.concurrent('a broker that is none', () => {
  const CALL = ['call', 'greeter.hello', '{"name":"a"}', '--timeout-ms', '1000'];

  test('nothing listens there', async () => {
    const closed = await closedPort();
    const ended = await failing([...CALL, '--brokers', closed]);
    expect(ended.stderr).toBe(
      `error: [unavailable] no broker answered within 1000 ms (${closed}: connection refused, nothing listens there)` +
        ` (executed: no)\n  next: start one with: reeve broker --listen ${closed}\n`,
    );
  });

  test('the wrong port, from the environment', async () => {
    const closed = await closedPort();
    const ended = await failing([...CALL, '--json'], { env: { REEVE_BROKERS: closed } });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      error: { code: 'unavailable', reason: 'no_broker', executed: 'no', message: textWith(closed) },
    });
  });

  test('a TCP server that says nothing', async () => {
    const ended = await failing([...CALL, '--brokers', await listening(createServer())]);
    expect(ended.stderr).toMatch(
      /^error: \[unavailable\] no broker answered within 1000 ms \(tcp:.*: nothing was heard/,
    );
    expect(ended.stderr).toContain(
      '\n  next: check host and port; if no broker runs there, start one with: reeve broker',
    );
  });

  test('an HTTP server', async () => {
    const ended = await failing([...CALL, '--brokers', await listening(createHttpServer())]);
    expect(ended.stderr).toContain('what listens there does not speak ZeroMQ) (executed: no)\n');
    expect(ended.stderr).toContain("\n  next: give the broker's own endpoint, with --brokers or in REEVE_BROKERS\n");
  });

  test('a ZeroMQ socket of somebody else', async () => {
    const silent = { onMessage: () => undefined, onLost: () => undefined };
    const listener = await transportFor('tcp://127.0.0.1:0').listen('tcp://127.0.0.1:0', silent);
    cleanUps.push(() => listener.close());
    const ended = await failing([...CALL, '--brokers', listener.endpoint]);
    expect(ended.stderr).toContain('what listens there does not answer as a Reeve broker) (executed: no)\n');
    expect(ended.stderr).toContain("\n  next: give the broker's own endpoint");
  });

  test('no endpoint at all', async () => {
    const ended = await failing([...CALL, '--brokers', '127.0.0.1:5555'], {}, 2);
    expect(ended.stderr).toMatch(
      /^error: cannot use the endpoint "127\.0\.0\.1:5555": it has no scheme; .*\n {2}next: .*\n$/,
    );
  });
});

describe('a broker that cannot listen', () => {
  test('the port is taken', async () => {
    const ended = await failing(['broker', '--listen', endpoint, '--json']);
    const message = `cannot listen on ${endpoint}: the port is taken; stop the process that has it, or choose another`;
    expect(ended.stderr).toContain(`error: ${message}\n  next: reeve broker --listen tcp://127.0.0.1:`);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      error: { code: 'already_exists', reason: 'endpoint_taken', message },
    });
  });

  test('there is no such folder', async () => {
    const ended = await failing(['broker', '--listen', 'ipc:///no/such/folder/reeve']);
    expect(ended.stderr).toContain('error: cannot listen on ipc:///no/such/folder/reeve: there is no directory');
  });
});

describe('a call that cannot be', () => {
  test('the input is not JSON', async () => {
    const ended = await failing(['call', 'greeter.hello', '{name:"a"}'], {}, 2);
    expect(ended.stderr).toBe(
      'error: the input is not JSON: at line 1, column 2 there is name:"a"} ' +
        'instead of a name in double quotes, or }\n' +
        `  next: put it in single quotes, as in reeve call orders.quote '{"sku":"A1"}', or pipe it in and write -\n`,
    );
  });

  test('there is no such service', async () => {
    const ended = await failing(['call', 'greeter.hello', '{}', '--brokers', endpoint]);
    expect(ended.stderr).toBe(
      'error: [unimplemented] no worker offers the service "greeter" (executed: no)\n' +
        '  next: start a worker: reeve worker worker.ts\n',
    );
  });

  test('no method is named', async () => {
    const ended = await failing(['call', 'greeter'], {}, 2);
    expect(ended.stderr).toContain(
      'error: "greeter" is not the name of a method\n  next: write a service and its method',
    );
  });
});

describe('a contract or a worker that is wrong', () => {
  test('a mistake in the contract', async () => {
    const path = await project.write(
      'src/bad.contract.ts',
      `import { method, service } from '@reeve/contract';
       import { z } from 'zod';
       export const Bad = service('bad', { version: '1.0.0', methods: {
         then: method({ input: z.object({}), output: z.object({}) }),
       } });`,
    );
    const ended = await failing(['gen', path, '--out', 'src/bad'], { cwd: project.folder });
    expect(ended.stderr).toMatch(/^error: .*bad\.contract\.ts:\d+:\d+: .*"?then"?.*\n {2}next: .+\n$/);
  });

  test('no contract there', async () => {
    const ended = await failing(['gen', 'src/*.contract', '--out', 'x', '--json'], { cwd: project.folder });
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { reason: 'bad_contract', message: textLike(/./) } });
  });

  test('a handler is missing', async () => {
    const path = await project.write(
      'src/missing.ts',
      `import { serveGreeter } from './generated/greeter.worker.js';
       export default serveGreeter({} as never);`,
    );
    const ended = await failing(['worker', path, '--brokers', endpoint], { cwd: project.folder });
    expect(ended.stderr).toMatch(
      /^error: src\/missing\.ts cannot be loaded: .*the handler of "hello" is missing\n {2}next: .+\n$/,
    );
  });

  test('nothing to serve', async () => {
    const path = await project.write('src/empty.ts', 'export const services = [];');
    const ended = await failing(['worker', path, '--brokers', endpoint], { cwd: project.folder });
    expect(ended.stderr).toContain(
      'error: src/empty.ts has no default export\n  next: write: export default serveOrders(',
    );
  });

  test('the generated code is not there', async () => {
    const path = await project.write('src/ungenerated.ts', `export { default } from './generated/nothing.worker.js';`);
    const ended = await failing(['worker', path, '--brokers', endpoint], { cwd: project.folder });
    expect(ended.stderr).toMatch(/^error: src\/ungenerated\.ts cannot be loaded: it imports ".*nothing\.worker.*\n/);
    expect(ended.stderr).toContain('\n  next: if it is a generated file, run reeve gen first\n');
  });

  test('no such file', async () => {
    const ended = await failing(['worker', 'src/wroker.ts'], { cwd: project.folder }, 2);
    expect(ended.stderr).toContain('error: there is no file src/wroker.ts\n');
  });
});

describe('calls that a worker refuses or fails', () => {
  let worker: ReeveProcess;

  const start = async (): Promise<void> => {
    const path = await project.write(
      'src/throwing.ts',
      `import { serveGreeter } from './generated/greeter.worker.js';
       export default serveGreeter({
         hello({ name }, ctx) {
           if (name === 'nobody') throw ctx.error('NOBODY_THERE', { name });
           throw new RangeError('out of paper');
         },
       });`,
    );
    worker = new ReeveProcess(['worker', path, '--brokers', endpoint], { cwd: project.folder });
    await worker.wrote(/serving greeter \(hello\)\n/);
  };

  test('the handler throws, the input is wrong, the input is too large', async () => {
    await start();
    const [thrown, large, declared, invalid, misspelt] = await Promise.all([
      failing(['call', 'greeter.hello', '{"name":"a"}', '--brokers', endpoint]),
      failing(['call', 'greeter.hello', '-', '--brokers', endpoint], {
        input: JSON.stringify({ name: 'x'.repeat(1_100_000) }),
      }),
      failingHere('call', 'greeter.hello', '{"name":"nobody"}', '--json'),
      failingHere('call', 'greeter.hello', '{"name":""}'),
      failingHere('call', 'greeter.helo', '{}'),
    ]);

    const [, callId = ''] = /see the worker's log for call (\S+) \(executed: yes\)\n/.exec(thrown.stderr) ?? [];
    expect(thrown.stderr).toMatch(
      /^error: \[internal\] greeter\.hello: .*\n {2}next: see the worker's log for the cause\n$/,
    );
    await worker.wrote(
      /error: the handler of greeter\.hello failed \(call .*\): RangeError: out of paper \(at .*throwing\.ts:/,
    );
    expect(worker.stderr).toContain(`(call ${callId})`);
    expect(worker.stderr).not.toMatch(/\n\s+at /);

    expect(JSON.parse(declared.stdout)).toMatchObject({
      error: { code: 'failed_precondition', declared: 'NOBODY_THERE', data: { name: 'nobody' }, executed: 'yes' },
    });
    expect(invalid.stderr).toMatch(
      /^error: \[invalid_argument\] greeter\.hello: .*name: .* \(executed: no\)\n {2}next: /,
    );
    expect(large.stderr).toMatch(/^error: \[resource_exhausted\] .*larger than the broker accepts \(executed: no\)\n/);
    expect(misspelt.stderr).toContain('has no method "helo" (executed: no)\n  next: did you mean "hello"?\n');
  });
});

test('Node is too old', async () => {
  const pretend = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.19.1'}})`;
  const ended = await failing(['services', '--json'], { nodeArgs: ['--import', `data:text/javascript,${pretend}`] });
  expect(ended.stderr).toBe(
    'error: Reeve needs Node 20 or newer, and this is Node 18.19.1\n' +
      '  next: install a newer one from https://nodejs.org, then try again\n',
  );
  expect(JSON.parse(ended.stdout)).toMatchObject({ error: { reason: 'node_too_old' } });
});

/** Runs the command, which must fail, with nothing on stdout but a line of JSON where that was asked for. */
async function failing(args: readonly string[], options?: ReeveOptions, code = 1): Promise<Ended> {
  const ended = await reeve(args, options);
  expect(ended).toMatchObject({ code, signal: null });
  expect(ended.stdout.split('\n')).toHaveLength(args.includes('--json') ? 2 : 1);
  // On a slow machine lines of progress come first; nothing comes after the error and the next step.
  const [, error = ''] = /^(?:[^\n]*…\n)*(error: [^\n]*\n {2}next: [^\n]*\n)$/.exec(ended.stderr) ?? [];
  if (error === '') throw new Error(`not one error and one next step:\n${ended.stderr}`);
  return { ...ended, stderr: error };
}

/** The same without a process. */
async function failingHere(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const terminal = new FakeTerminal({ cwd: project.folder });
  expect(await run([...args, '--brokers', endpoint], terminal)).toBe(1);
  return { stdout: terminal.stdout.text, stderr: terminal.stderr.text.replace(/^.*…\n/gm, '') };
}

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A port that was free a moment ago. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `tcp://127.0.0.1:${port}`;
}
