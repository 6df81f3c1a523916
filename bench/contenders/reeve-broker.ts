import { startBroker } from '@reeve/broker';
import { answerParent } from '../child-process.ts';

/** Reeve's broker with its defaults: `reeve-broker.ts ENDPOINT`. */
await startBroker({ listen: process.argv[2] ?? '' });
answerParent();
