/** A method of the sample, as text: its schemas, and how one calls it. */
export interface SampleMethod {
  readonly name: string;
  readonly idempotent: boolean;
  /** Expressions that make the Zod schemas. */
  readonly input: string;
  readonly output: string;
  /** What a caller passes, and what it reads of the reply. */
  readonly argument: string;
  readonly read: string;
}

/** One of many services that are alike in size and differ in names. */
export interface SampleService {
  readonly name: string;
  /** The name as part of the names of constants: `Service07`. */
  readonly typeName: string;
  /** Constants that the schemas of its methods use. */
  readonly constants: readonly string[];
  readonly methods: readonly SampleMethod[];
}

/** Services with so many methods together. `methodsEach` in each, fewer in the last. */
export function sampleServices(methods: number, methodsEach = METHODS_EACH): SampleService[] {
  const count = Math.ceil(methods / methodsEach);
  return Array.from({ length: count }, (_, index) =>
    sampleService(index + 1, Math.min(methodsEach, methods - index * methodsEach)),
  );
}

/** The constants of a module with the schemas of a service, exported. */
export function schemaLines({ constants, methods }: SampleService): string[] {
  const ofMethods = methods.flatMap((method) => [
    `export const ${inputName(method)} = ${method.input};`,
    `export const ${outputName(method)} = ${method.output};`,
  ]);
  return [...constants.map((line) => `export ${line}`), ...ofMethods];
}

/** The service itself, after the constants of its schemas. */
export function contractLines({ name, typeName, methods }: SampleService): string[] {
  const lines = methods.map(
    (method) =>
      `    ${method.name}: method({ input: ${inputName(method)}, output: ${outputName(method)}, ` +
      `idempotent: ${method.idempotent} }),`,
  );
  return [
    `export const ${typeName} = service('${name}', {`,
    "  version: '1.0.0',",
    '  methods: {',
    ...lines,
    '  },',
    '});',
  ];
}

export function inputName({ name }: SampleMethod): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
}

export function outputName({ name }: SampleMethod): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Output`;
}

function sampleService(number: number, methods: number): SampleService {
  const suffix = String(number).padStart(2, '0');
  const constants = CONSTANTS.map((line) => line.replaceAll('$', suffix));
  return {
    name: `service${suffix}`,
    typeName: `Service${suffix}`,
    constants,
    methods: Array.from({ length: methods }, (_, index) => {
      const { name, ...kind } = KINDS[index % KINDS.length]!;
      const round = Math.floor(index / KINDS.length);
      const texts = Object.entries(kind).map(([key, value]) => [
        key,
        typeof value === 'string' ? value.replaceAll('$', suffix) : value,
      ]);
      const rest = Object.fromEntries(texts) as Omit<SampleMethod, 'name'>;
      return { name: `${name}${suffix}${round === 0 ? '' : `_${round}`}`, ...rest };
    }),
  };
}

/** As many as a service of a usual size has. */
const METHODS_EACH = 10;

/** `$` stands for the number of the service, so that no two services have a type in common. */
const CONSTANTS: readonly string[] = [
  "const Status$ = z.enum(['draft', 'open', 'paid', 'shipped', 'done', 'cancelled']);",
  'const Address$ = z.object({ street: z.string().max(200), city: z.string().max(100), zip: z.string().max(12), ' +
    'country: z.string().length(2) });',
  'const Customer$ = z.object({ id: z.uuid(), name: z.string().max(200), email: z.email().optional(), ' +
    'address: Address$, tags: z.array(z.string().max(20)).max(10).default([]) });',
  'const Line$ = z.object({ sku: z.string().max(64), quantity: z.int().min(1), ' +
    'note: z.string().max(500).nullable() });',
  "const Payment$ = z.discriminatedUnion('by', [z.object({ by: z.literal('card'), number: z.string().max(19) }), " +
    "z.object({ by: z.literal('transfer'), iban: z.string().max(34) }), z.object({ by: z.literal('none') })]);",
  'const Order$ = z.object({ id: z.uuid(), status: Status$, customer: Customer$, lines: z.array(Line$).max(200), ' +
    'payment: Payment$, createdAt: z.date(), total: z.bigint() });',
  'const Page$ = z.object({ after: z.string().max(100).optional(), limit: z.int().min(1).max(100).default(20) });',
];

const CUSTOMER = "{ id: 'c', name: 'n', address: { street: 's', city: 'c', zip: 'z', country: 'CH' }, tags: ['new'] }";

/** What methods usually look like: read one, list, create, change, delete, search, count, batch, report, event. */
const KINDS: readonly SampleMethod[] = [
  {
    name: 'find',
    idempotent: true,
    input: 'z.object({ id: z.uuid() })',
    output: 'Order$',
    argument: "{ id: 'a' }",
    read: 'status',
  },
  {
    name: 'list',
    idempotent: true,
    input: 'z.object({ page: Page$, status: Status$.optional() })',
    output: 'z.object({ orders: z.array(Order$).max(100), next: z.string().optional() })',
    argument: "{ page: { limit: 10 }, status: 'open' }",
    read: 'orders',
  },
  {
    name: 'create',
    idempotent: false,
    input: 'z.object({ customer: Customer$, lines: z.array(Line$).max(200), payment: Payment$ })',
    output: 'z.object({ id: z.uuid(), etaDate: z.date().nullable() })',
    argument: `{ customer: ${CUSTOMER}, lines: [{ sku: 'A', quantity: 1, note: null }], payment: { by: 'none' } }`,
    read: 'etaDate',
  },
  {
    name: 'change',
    idempotent: false,
    input: 'z.object({ id: z.uuid(), changes: Order$.pick({ status: true, lines: true }).partial() })',
    output: 'Order$',
    argument: "{ id: 'a', changes: { status: 'paid' } }",
    read: 'lines',
  },
  {
    name: 'remove',
    idempotent: false,
    input: 'z.object({ id: z.uuid(), reason: z.string().max(200).optional() })',
    output: 'z.object({ removed: z.boolean() })',
    argument: "{ id: 'a' }",
    read: 'removed',
  },
  {
    name: 'search',
    idempotent: true,
    input: 'z.object({ text: z.string().max(200), among: z.array(Status$).max(6), page: Page$ })',
    output: 'z.object({ hits: z.array(z.object({ order: Order$, score: z.number() })).max(100), total: z.int() })',
    argument: "{ text: 't', among: ['open', 'paid'], page: {} }",
    read: 'hits',
  },
  {
    name: 'count',
    idempotent: true,
    input: 'z.object({ by: z.enum(["status", "country"]), since: z.date() })',
    output: 'z.object({ counts: z.record(z.string(), z.int()) })',
    argument: "{ by: 'country', since: new Date(0) }",
    read: 'counts',
  },
  {
    name: 'batch',
    idempotent: false,
    input: 'z.object({ ids: z.array(z.uuid()).max(500), status: Status$ })',
    output: 'z.object({ done: z.array(z.uuid()), failed: z.array(z.object({ id: z.uuid(), why: z.string() })) })',
    argument: "{ ids: ['a'], status: 'done' }",
    read: 'failed',
  },
  {
    name: 'report',
    idempotent: true,
    input: 'z.object({ from: z.date(), to: z.date(), of: z.tuple([z.string(), z.string()]).optional() })',
    output:
      'z.object({ rows: z.array(z.tuple([z.string(), z.int(), z.bigint()])), sums: z.record(z.string(), z.bigint()) })',
    argument: '{ from: new Date(0), to: new Date(1) }',
    read: 'rows',
  },
  {
    name: 'notify',
    idempotent: true,
    input:
      "z.object({ event: z.discriminatedUnion('type', [z.object({ type: z.literal('paid'), payment: Payment$ }), " +
      "z.object({ type: z.literal('moved'), address: Address$ })]) })",
    output: 'z.object({ customer: Customer$.nullable(), heard: z.int() })',
    argument: "{ event: { type: 'paid', payment: { by: 'card', number: '1' } } }",
    read: 'customer',
  },
];
