import type { Connection, Direction, SimulatedNode, World } from '@reeve/testing/world';
import type { Random } from '@reeve/protocol';
import type { Storm } from './storm.ts';

/** What can go wrong in a storm. Each kind says what it did in one line, and undoes itself after a while. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  killWorker: ({ workers, pick, later }) => {
    const worker = pick(workers);
    worker.kill();
    later(`restart ${worker.name}`, () => worker.isAlive || worker.restart());
    return `kill ${worker.name}`;
  },
  killBroker: ({ brokers, pick, later }) => {
    const broker = pick(brokers);
    broker.kill();
    later(`restart ${broker.name}`, () => broker.isAlive || broker.restart());
    return `kill ${broker.name}`;
  },
  killClient: ({ clients, pick, later }) => {
    const client = pick(clients);
    client.kill();
    later(`restart ${client.name}`, () => client.isAlive || client.restart());
    return `kill ${client.name}`;
  },
  drainWorker: ({ workers, pick, later }) => {
    const worker = pick(workers);
    if (!worker.isAlive) return undefined;
    worker.drain(pick([100, 30_000]));
    later(`replace ${worker.name}`, () => (worker.kill(), worker.restart()));
    return `drain ${worker.name}`;
  },
  drainBroker: ({ brokers, pick, later }) => {
    const broker = pick(brokers);
    if (!broker.isAlive) return undefined;
    broker.drain();
    later(`replace ${broker.name}`, () => (broker.kill(), broker.restart()));
    return `drain ${broker.name}`;
  },
  stop: ({ nodes, pick, later }) => {
    const node = pick(nodes);
    if (!node.isAlive || node.isStopped) return undefined;
    node.stop();
    later(`resume ${node.name}`, () => node.resume(), pick([50, 1_500, 10_000]));
    return `stop ${node.name}`;
  },
  cutWires: ({ nodes, pick }) => {
    const node = pick(nodes);
    node.cutWires();
    return `cut all wires of ${node.name}`;
  },
  cut: (storm) => {
    const connection = someConnection(storm);
    connection?.cut();
    return connection && `cut ${nameOf(connection)}`;
  },
  halfOpen: (storm) => {
    const connection = someConnection(storm);
    connection?.break(storm.upTo(3_000), storm.upTo(3_000));
    return connection && `break ${nameOf(connection)} silently`;
  },
  lapse: (storm) => {
    const connection = someConnection(storm);
    const repeats = storm.pick([true, false]);
    connection?.lapse(repeats);
    return (
      connection && `lose what is under way on ${nameOf(connection)}${repeats ? ', then repeat what came last' : ''}`
    );
  },
  oneWay: (storm) => {
    const { world, nodes, brokers, pick } = storm;
    const [from, to] = [pick(nodes), pick(brokers)];
    if (from === to) return undefined;
    const direction = pick<Direction>(['there', 'back']);
    // Nothing passes one way, so no connection can be made either; those that are there end when a ping is missed.
    world.separate(from, to);
    for (const connection of from.connections) {
      if (connection.listener.node !== to) continue;
      connection.stall(direction, 4_000);
      storm.later(`end ${nameOf(connection)}`, () => connection.cut(), 3_000);
    }
    storm.later(`rejoin ${from.name} and ${to.name}`, () => world.rejoin(from, to));
    const [sender, receiver] = direction === 'there' ? [from, to] : [to, from];
    return `nothing gets from ${sender.name} to ${receiver.name}`;
  },
  wedge: ({ world, workers, pick, upTo }) => {
    const worker = pick(workers);
    worker.wedgedUntil = world.now + upTo(8_000);
    return `handlers of ${worker.name} hang`;
  },
  clog: (storm) => {
    const connection = someConnection(storm);
    const direction = storm.pick<Direction>(['there', 'back']);
    connection?.stall(direction, storm.upTo(2_900));
    return connection && `stall ${nameOf(connection)} ${direction}`;
  },
  deaf: (storm) => {
    const connection = someConnection(storm);
    const direction = storm.pick<Direction>(['there', 'back']);
    connection?.stall(direction, 4_000);
    if (connection) storm.later(`end ${nameOf(connection)}`, () => connection.cut(), 3_000);
    return connection && `nothing passes on ${nameOf(connection)} ${direction} until the transport gives up`;
  },
  full: (storm) => {
    const connection = someConnection(storm);
    const direction = storm.pick<Direction>(['there', 'back']);
    connection?.fill(direction, storm.upTo(1_000));
    return connection && `fill ${nameOf(connection)} ${direction}`;
  },
  partition: ({ world, nodes, pick, later }) => {
    const [a, b] = [pick(nodes), pick(nodes)];
    if (a === b) return undefined;
    separate(world, a, b);
    later(`rejoin ${a.name} and ${b.name}`, () => world.rejoin(a, b));
    return `separate ${a.name} and ${b.name}`;
  },
  isolate: ({ world, nodes, pick, later }) => {
    const node = pick(nodes);
    for (const other of nodes) if (other !== node) separate(world, node, other);
    later(`rejoin ${node.name}`, () => nodes.forEach((other) => world.rejoin(node, other)));
    return `isolate ${node.name}`;
  },
  blackHole: ({ workers, pick, later }) => {
    const worker = pick(workers);
    worker.isBlackHole = true;
    later(`${worker.name} is sound again`, () => (worker.isBlackHole = false));
    return `${worker.name} fails everything at once`;
  },
  late: ({ nodes, pick, later, upTo }) => {
    const node = pick(nodes);
    if (!node.isAlive || node.isStopped) return undefined;
    const ms = upTo(30_000);
    node.stop();
    later(`${node.name} goes on`, () => node.resume(), ms);
    return `the loop of ${node.name} is blocked, for ${ms.toFixed(0)} ms at most`;
  },
  hostile: (storm) => {
    const broker = storm.pick(storm.brokers);
    return `${storm.invite(broker)} talks to ${broker.name}`;
  },
  slowWorker: ({ workers, pick, later }) => {
    const worker = pick(workers);
    worker.slowness = pick([10, 1_000]);
    later(`${worker.name} is quick again`, () => (worker.slowness = 1));
    return `slow down ${worker.name}`;
  },
};

/** Returns what it did, or `undefined` if there was nothing to do it to. */
export type Fault = (storm: FaultTools) => string | undefined;

/** What a fault may lay its hands on. */
export interface FaultTools extends Pick<Storm, 'world' | 'brokers' | 'workers' | 'clients' | 'nodes' | 'invite'> {
  pick<T>(options: readonly T[]): T;
  upTo(ms: number): number;
  /** Does something after a while, three seconds at most unless said otherwise. */
  later(what: string, act: () => unknown, maxMs?: number): void;
}

export function faultTools(storm: Storm, random: Random): FaultTools {
  const { world, brokers, workers, clients, nodes } = storm;
  const upTo = (ms: number): number => random.unit() * ms;
  return {
    ...{ world, brokers, workers, clients, nodes, upTo },
    invite: (broker) => storm.invite(broker),
    pick: (options) => options[random.u32() % options.length]!,
    later: (what, act, maxMs = 3_000) => storm.later(upTo(maxMs), what, act),
  };
}

function someConnection({ nodes, pick }: FaultTools): Connection | undefined {
  const connections = nodes.flatMap((node) => node.connections.filter((c) => c.dialler.node === node));
  return connections.length === 0 ? undefined : pick(connections);
}

function nameOf({ dialler, listener }: Connection): string {
  return `${dialler.node.name}–${listener.node.name}`;
}

function separate(world: World, a: SimulatedNode, b: SimulatedNode): void {
  world.separate(a, b);
  for (const connection of a.connections) {
    if (connection.dialler.node === b || connection.listener.node === b) connection.break(1_000, 2_000);
  }
}
