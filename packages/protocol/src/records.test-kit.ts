import type { FixedRecord, MapRecord } from './record-definition.ts';
import type { Bye, Declare, Goaway, Hello, Ready, Refused, Welcome } from './records.ts';
import { BYE, DECLARE, DRAIN, GOAWAY, HELLO, READY, RECORDS, REFUSED, WELCOME } from './records.ts';

/** All records that carry a map. */
export const COLD_RECORDS: readonly MapRecord<object>[] = RECORDS.filter((r) => r.form === 'map') as never;

/** All records with fixed fields. */
export const HOT_RECORDS: readonly FixedRecord[] = RECORDS.filter((r) => r.form === 'fixed') as never;

const hello: Hello = {
  role: 'worker',
  instance: Uint8Array.from({ length: 16 }, (_, i) => i),
  nonce: 2 ** 52 + 1,
  previous: 77,
};

const welcome: Welcome = {
  nonce: 2 ** 52 + 1,
  broker: 'broker-1',
  epoch: Number.MAX_SAFE_INTEGER,
  heartbeatMs: 1_000,
  bodyBytesMax: 1_048_576,
  windowBytes: 8_388_608,
  callsMax: 4_096,
  brokers: ['tcp://10.0.0.2:5555'],
};

const refused: Refused = { why: 'unknown_session', session: 78, calls: [1, 2, 2 ** 33], detail: 'who are you' };

const declare: Declare = {
  route: 3,
  service: 'orders',
  method: 'place',
  fingerprint: '0123456789abcdef0123456789abcdef',
  accepts: ['fedcba9876543210fedcba9876543210'],
  refuses: [{ fingerprint: '00112233445566778899aabbccddeeff', why: 'orderId was a number' }],
  idempotent: false,
};

export const READY_SAMPLE: Ready = {
  methods: [
    {
      service: 'orders',
      version: '1.2.0',
      method: 'place',
      fingerprint: '0123456789abcdef0123456789abcdef',
      accepts: [],
      refuses: [{ fingerprint: 'fedcba9876543210fedcba9876543210', why: 'orderId was a number' }],
      idempotent: false,
      key: ['orderId'],
      leaseMs: 5_000,
      finish: true,
    },
  ],
  label: 'orders-7',
  described: [{ service: 'orders', summary: 'Takes orders.' }],
};

const goaway: Goaway = { brokers: ['tcp://10.0.0.2:5555', 'tcp://10.0.0.3:5555'] };
const bye: Bye = { why: 'protocol', detail: 'a second READY' };

/** A value with every field for each record that carries a map. */
export function mapSamples(): { readonly record: MapRecord<object>; readonly value: object }[] {
  const samples: readonly (readonly [MapRecord<never>, object])[] = [
    [HELLO, hello],
    [WELCOME, welcome],
    [REFUSED, refused],
    [DECLARE, declare],
    [READY, READY_SAMPLE],
    [DRAIN, {}],
    [GOAWAY, goaway],
    [BYE, bye],
  ] as never;
  return samples.map(([record, value]) => ({ record: record as MapRecord<object>, value }));
}
