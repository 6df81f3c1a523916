import type { MajordomoOptions } from '@reeve/broker';
import { startBroker } from '@reeve/broker';

/** A broker as a process: `broker.ts ENDPOINT MAJORDOMO`, the options as JSON. SIGTERM drains it. */
const [listen = '', majordomo = '{}'] = process.argv.slice(2);
const broker = await startBroker({ listen, majordomo: JSON.parse(majordomo) as MajordomoOptions });
process.once('SIGTERM', () => void broker.drain());
process.once('disconnect', () => void broker.close());
// The test may be gone already.
if (!process.connected) void broker.close();
if (process.connected) process.send?.('ready');
await broker.ended;
if (process.connected) process.disconnect();
