/**
 * Every limit and default of Reeve with its reason. The code reads the numbers from `LIMITS`, the docs print this
 * table, and nothing states a number a second time.
 */
export const LIMIT_TABLE = {
  // The wire
  envelopeBytes: [
    16_384,
    'bytes',
    'records for a peer leave together up to this size, and then at once: fewer cost more CPU, more let the peer wait',
  ],
  largeBodyBytes: [
    8_192,
    'bytes',
    'a larger body travels in a frame of its own, where no copy costs less than coalescing gains',
  ],
  bodyBytesMax: [1_048_576, 'bytes', 'the largest body; announced by the broker, checked before sending'],
  messageSlackBytes: [
    65_536,
    'bytes',
    'room above the largest body for the records around it, before a frame is refused unread',
  ],
  recordsMax: [
    16_384,
    'records',
    'records in one envelope; more than fit in envelopeBytes with the smallest record in use',
  ],
  windowBytes: [
    8_388_608,
    'bytes',
    'sent to a peer and not acknowledged; transports count messages only, a stopped peer would take all memory',
  ],
  routesMax: [4_096, 'routes', 'routes one client session may declare; numbers on the wire have 16 bits'],
  methodsMax: [4_096, 'methods', 'methods one worker session may offer; numbers on the wire have 16 bits'],
  formerVersionsMax: [
    8,
    'versions',
    'former versions of a method that are kept and told of; more, of hundreds of methods, would not fit into one READY',
  ],
  nameBytesMax: [255, 'bytes', 'a service or method name'],
  keyBytesMax: [1_024, 'bytes', 'the key of a call'],
  metadataBytesMax: [8_192, 'bytes', 'metadata of a call; as much as common HTTP servers allow for headers'],
  summaryMax: [
    200,
    'characters',
    'the first line of the docs of a service, sent with READY: as much as a list can show',
  ],
  depthMax: [64, 'levels', 'nesting of values; deeper ones are refused before they can exhaust a stack'],

  // Being alive
  workerHeartbeatMs: [
    1_000,
    'ms',
    'a wedged worker is noticed within two of these; one small frame a second costs nothing',
  ],
  clientHeartbeatMs: [5_000, 'ms', 'clients are many and the transport notices most deaths of a connection by itself'],
  suspectHeartbeats: [
    2,
    'heartbeats',
    'silence on an open connection after which a peer gets no new work; one may be a pause',
  ],
  lostHeartbeats: [
    3,
    'heartbeats',
    'silence after which a client or worker makes a new connection; one more than suspect',
  ],
  transportHeartbeatMs: [1_000, 'ms', 'ZMTP ping: half-open connections are noticed within transportTimeoutMs'],
  transportTimeoutMs: [
    3_000,
    'ms',
    'three pings; plus one second per MiB of largest body above the first, so a slow link can pass one',
  ],
  helloTimeoutMs: [5_000, 'ms', 'no WELCOME after HELLO on one connection: a new one is made'],
  reconnectMs: [100, 'ms', 'first pause before the transport tries to connect again'],
  reconnectMaxMs: [500, 'ms', 'longest such pause: a restarted broker is found within half a second'],
  lookupMs: [
    10_000,
    'ms',
    'how old a list of brokers from DNS may get: no older than the records usually are themselves',
  ],
  lookupHurryMs: [
    1_000,
    'ms',
    'the same while no session is live, when the list may be what is wrong; a name server can bear it',
  ],
  lookupKeepMs: [
    60_000,
    'ms',
    'how long a worker serves on where DNS no longer leads: clients, whose records may be that old, are to leave first',
  ],
  brokersPerNameMax: [64, 'brokers', 'brokers that one name in DNS may lead to; each costs a connection'],

  // A call
  callTimeoutMs: [10_000, 'ms', 'deadline of a call whose method and call site set none'],
  callTimeoutMaxMs: [86_400_000, 'ms', 'longest deadline, one day; what takes longer wants a job, not a call'],
  marginShare: [
    0.05,
    'share',
    'of the remaining time, kept back at each hop: the verdict of the next, which knows more, is to arrive first',
  ],
  marginMinMs: [5, 'ms', 'least margin: one round trip on a busy machine'],
  marginMaxMs: [100, 'ms', 'largest margin: more would waste time that the handler could use'],
  attempts: [
    5,
    'sends',
    'sends that may have been started; each broker lost takes one, a rolling crash of three takes four',
  ],
  redispatches: [2, 'starts', 'how often one broker starts an idempotent call anew after losing a worker'],
  recoverMs: [
    2_000,
    'ms',
    'how long after a loss a call waits for proof or its result, and results are kept; a broker restarts in less',
  ],
  retryBaseMs: [50, 'ms', 'first ceiling of the random pause before a retry; doubles each time'],
  retryMaxMs: [2_000, 'ms', 'last ceiling of that pause'],
  retryBudgetShare: [
    0.2,
    'retries per call',
    'retries of refused calls may add a fifth to the load, so that they cannot feed an overload',
  ],
  retryBudgetFloor: [10, 'retries per second', 'a client with few calls may still retry'],

  // The client
  connectTimeoutMs: [5_000, 'ms', 'connect() gives up after this'],
  pendingCallsMax: [100_000, 'calls', 'calls outstanding in one client, sent or not; beyond it a loop has run away'],
  unsentBytesMax: [67_108_864, 'bytes', 'bodies a client holds that have not left yet'],
  failbackMs: [
    30_000,
    'ms',
    'how long a preferred broker must be up before new calls go back to it; shorter would flap',
  ],

  // The broker
  clientCallsMax: [
    4_096,
    'calls',
    'calls one client may have outstanding at a broker; it keeps the rest in its own queue',
  ],
  clientQueueBytesMax: [33_554_432, 'bytes', 'bodies one client may have queued at a broker'],
  serviceQueueCallsMax: [10_000, 'calls', 'calls queued for one service'],
  serviceQueueBytesMax: [67_108_864, 'bytes', 'bodies queued for one service'],
  queueDelayMaxMs: [
    30_000,
    'ms',
    'longest wait in a queue: who would wait longer is refused on arrival, and who has, then; a caller should know',
  ],
  queueBytesMax: [536_870_912, 'bytes', 'bodies queued in a broker in sum'],
  peerBacklogBytesMax: [
    33_554_432,
    'bytes',
    'replies kept for a client that does not read; beyond it the session ends',
  ],
  peersMax: [10_000, 'peers', 'sessions of one broker; far above what one process should serve'],
  warmUpMs: [
    5_000,
    'ms',
    'after its start a broker holds calls for services it does not know yet: workers need this long to come back',
  ],
  noWorkerGraceMs: [1_000, 'ms', 'a known service without a worker: a restart of its only worker must not fail a call'],
  serviceMemoryMs: [600_000, 'ms', 'how long a service without workers stays known'],
  keyResultsMax: [10_000, 'results', 'results of calls with keys that a broker keeps; the oldest go first'],
  keyResultBytesMax: [67_108_864, 'bytes', 'what these results weigh'],
  keyWindowMs: [
    300_000,
    'ms',
    'how long a result is kept for its key: longer than anybody tries a call again by itself',
  ],
  poisonBodiesMax: [1_000, 'bodies', 'bodies suspected of killing workers; far more than a system survives'],
  poisonWindowMs: [
    60_000,
    'ms',
    'how long such a body is refused: retries end before, and a body that is suspected by chance is soon taken again',
  ],
  awaitsMax: [
    65_536,
    'calls',
    'calls of lost brokers that clients await at a broker: all that sixteen clients may have',
  ],
  offersMax: [
    10_000,
    'results',
    'results of lost brokers that a broker keeps for clients to come: a full queue of calls',
  ],
  offerBytesMax: [67_108_864, 'bytes', 'what these weigh: as much as a full queue'],
  questionsMax: [
    64,
    'questions',
    'descriptions of services that a broker waits for: people ask for them, and each may be as large as a body',
  ],
  goawayMs: [30_000, 'ms', 'how long a draining broker waits for what it has dispatched'],
  farewellMs: [1_000, 'ms', 'how long it then waits for clients to acknowledge the last replies'],

  // The worker
  concurrency: [64, 'calls', 'handlers at work at once in a worker; right for handlers that wait for I/O'],
  prefetchMin: [16, 'calls', 'least number of calls fetched ahead, which hides the round trip to the broker'],
  workerOffersMax: [
    4_096,
    'results',
    'results kept for the loss of a broker: far more than end between two acknowledgements',
  ],
  workerOfferBytesMax: [16_777_216, 'bytes', 'what these weigh, with their inputs: two windows'],
  threadGraceMs: [
    1_000,
    'ms',
    'how long a handler in a thread may go on past its deadline before its thread is replaced: time to tidy up',
  ],
  loopBlockedMs: [1_000, 'ms', 'a loop blocked for longer than a heartbeat is worth one line in the log'],
  drainMs: [30_000, 'ms', 'how long a worker that was asked to stop lets its handlers finish'],
} as const;

/** The numbers of `LIMIT_TABLE`. */
export const LIMITS: Limits = Object.fromEntries(
  Object.entries<LimitRow>(LIMIT_TABLE).map(([name, [value]]) => [name, value]),
) as Limits;

/** A limit's number, its unit, and why it is not another. */
export type LimitRow = readonly [value: number, unit: string, why: string];

/** A number for each limit, to be overridden where a role offers it as an option. */
export type Limits = { readonly [K in keyof typeof LIMIT_TABLE]: number };

/**
 * Timeout of the transport's own heartbeat for a largest body.
 *
 * A body of 4 MiB over a slow link occupies the connection for seconds, in which no ping passes.
 */
export function transportTimeoutMs(bodyBytesMax: number): number {
  const extraMib = Math.max(0, Math.ceil(bodyBytesMax / 1_048_576) - 1);
  return LIMITS.transportTimeoutMs + extraMib * 1_000;
}
