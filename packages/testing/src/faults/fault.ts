/** What can go wrong in a run. */
export const FAULTS = [
  /** A worker's process dies: before a handler, while it is at work, or after it and before its answer has left. */
  'killWorker',
  /** A worker's process stands still for half a second to eight seconds, as by SIGSTOP. Its handlers wait too. */
  'stopWorker',
  /** A handler begins, or its answer leaves, up to twelve seconds late. The worker is well otherwise. */
  'slowWorker',
  /** A broker's process dies with all that it knew. One that knows nothing takes its place within three seconds. */
  'killBroker',
  /** A connection ends; what is under way on it is lost. It is made again. */
  'cut',
  /** Nothing arrives on a connection for up to two and a half seconds. */
  'delay',
  /** A message arrives twice. */
  'duplicate',
] as const;

export type Fault = (typeof FAULTS)[number];
