import { answerParent } from '../child-process.ts';

/** A process that does nothing: what starting one costs. */
answerParent();
