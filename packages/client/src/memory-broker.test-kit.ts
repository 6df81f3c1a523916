import type { MethodDescriptor, ServiceDescriptor } from '@reeve/protocol';
import { NO_BYTES, VERDICTS, decodeValue, encodeDetail, encodeValue, failureHead, writeFailure } from '@reeve/protocol';
import type { Listener } from '@reeve/protocol/io';
import { memoryTransport, systemClock } from '@reeve/protocol/io';
import type { SeenRequest } from './core/scripted-broker.test-kit.ts';
import { ScriptedBroker } from './core/scripted-broker.test-kit.ts';

/** A scripted broker behind a real transport: answers each request with what `answer` says. */
export class MemoryBroker implements AsyncDisposable {
  readonly script: ScriptedBroker = new ScriptedBroker('memory');
  readonly endpoint: string;
  /** Gives the answer to a request; `undefined` = none for now. */
  answer: (request: SeenRequest) => Answer | undefined = () => ({ value: null });
  #listener: Listener | undefined;

  private constructor(endpoint: string) {
    this.endpoint = endpoint;
    this.script.onRequest = (request) => this.#answer(request);
  }

  static async listen(endpoint: string = freshEndpoint()): Promise<MemoryBroker> {
    const broker = new MemoryBroker(endpoint);
    broker.#listener = await memoryTransport.listen(endpoint, {
      onMessage: (peer, frames) => {
        broker.script.receive(systemClock.now(), peer, frames);
        broker.pump();
      },
      onLost: (peer) => broker.script.forgetPeer(peer),
    });
    return broker;
  }

  /** Bodies of the requests that came, decoded. */
  get inputs(): unknown[] {
    return this.script.requests.map(({ body }) => valueOf(body));
  }

  /** Sends what there is to send. */
  pump(): void {
    const { outbox } = this.script;
    const now = systemClock.now();
    for (let t = outbox.poll(now); t !== undefined; t = outbox.poll(now)) void this.#listener!.send(t.peer, t.frames);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.close();
  }

  #answer(request: SeenRequest): void {
    const answer = this.answer(request);
    if (answer === undefined) return;
    if ('value' in answer) this.script.reply(request, encodeValue(answer.value));
    else if ('body' in answer) this.script.reply(request, answer.body);
    else if ('declared' in answer) this.#failDeclared(request, answer);
    else this.script.fail(request, VERDICTS[answer.verdict], 0, answer.detail ?? NO_BYTES);
  }

  #failDeclared(request: SeenRequest, { declared, data }: { declared: string; data: unknown }): void {
    const channel = this.script.channels[0]!;
    const head = { ...failureHead(VERDICTS.declared, request.call, 1), code: 5 };
    writeFailure(channel, head, encodeDetail({ message: `orders.place: ${declared}`, declared, data }));
  }
}

export type Answer =
  | { readonly value: unknown }
  | { readonly body: Uint8Array }
  | { readonly declared: string; readonly data: unknown }
  | { readonly verdict: keyof typeof VERDICTS; readonly detail?: Uint8Array };

/** An endpoint that no other test uses. */
export function freshEndpoint(): string {
  endpoints += 1;
  return `memory://client-test-${endpoints}`;
}

/** Decodes what a test knows to be MessagePack. */
export function valueOf(bytes: Uint8Array): unknown {
  const decoded = decodeValue(bytes);
  if (!decoded.ok) throw new Error(decoded.why);
  return decoded.value;
}

const REST = { fingerprint: 'f'.repeat(32), accepts: [], key: [], timeoutMs: 10_000, errors: {} };
const LINE: MethodDescriptor['input'] = {
  kind: 'object',
  fields: { sku: { kind: 'string', max: 8 }, quantity: { kind: 'number', int: true, min: 1 } },
};

/** What `reeve gen` makes of a small contract. */
export const ordersDescriptor: ServiceDescriptor = {
  name: 'orders',
  version: '1.2.0',
  shapes: {},
  methods: {
    quote: {
      ...REST,
      name: 'quote',
      idempotent: true,
      input: LINE,
      output: { kind: 'object', fields: { cents: { kind: 'bigint' } } },
    },
    place: {
      ...REST,
      name: 'place',
      idempotent: false,
      key: ['order.id'],
      input: { kind: 'object', fields: { order: { kind: 'object', fields: { id: { kind: 'string' } } } } },
      output: { kind: 'object', fields: { accepted: { kind: 'boolean' } } },
      errors: {
        OUT_OF_STOCK: {
          code: 'not_found',
          data: { kind: 'object', fields: { sku: { kind: 'string' }, left: { kind: 'bigint' } } },
        },
      },
    },
  },
};

let endpoints = 0;
