import { connect } from '@nats-io/transport-node';
import { answerParent } from '../child-process.ts';
import { portOf } from './port-of.ts';

/** Adds two numbers behind NATS: `nats-worker.ts ENDPOINT`. */
const nats = await connect({ servers: `127.0.0.1:${portOf(process.argv[2])}` });

// In a queue group, as workers are that share a load; by callback, which costs less than an iterator.
nats.subscribe('calc.add', {
  queue: 'calc',
  callback: (error, message) => {
    if (error) throw error;
    const { a, b } = message.json<{ a: number; b: number }>();
    message.respond(JSON.stringify({ sum: a + b }));
  },
});
nats.subscribe('calc.echo', {
  queue: 'calc',
  callback: (error, message) => {
    if (error) throw error;
    message.respond(message.data);
  },
});
await nats.flush();
answerParent();
