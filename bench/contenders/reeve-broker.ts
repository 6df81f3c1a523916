import { startBroker } from '@reeve/broker';

/** Reeve's broker with its defaults: `reeve-broker.ts ENDPOINT`. */
await startBroker({ listen: process.argv[2] ?? '' });
process.send?.('ready');
