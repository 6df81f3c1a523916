import { startBroker } from '@reeve/broker';

/** A broker as a process: `broker.ts ENDPOINT`. SIGTERM drains it. */
const broker = await startBroker({ listen: process.argv[2] ?? '' });
process.once('SIGTERM', () => void broker.drain());
process.once('disconnect', () => void broker.close());
// The test may be gone already.
if (!process.connected) void broker.close();
if (process.connected) process.send?.('ready');
await broker.ended;
if (process.connected) process.disconnect();
