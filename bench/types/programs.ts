import { contractLines, inputName, outputName, type SampleService, schemaLines } from '../sample/sample-service.ts';

/** One way to get typed calls, and the program that makes them. */
export interface Contender {
  readonly name: string;
  /** Modules beside the program, by their paths. What `reeve gen` makes is not among them. */
  files(services: readonly SampleService[]): Record<string, string>;
  /** Statements before the calls. */
  setup(services: readonly SampleService[]): string[];
  /** An expression for the function to call. */
  callee(service: SampleService, method: string): string;
  /** Whether the stubs are to be generated from the contracts among the files. */
  readonly isGenerated: boolean;
}

/**
 * The program of a contender: one call of each method in a function of its own, which reads a field of the reply; or
 * the same without the calls.
 */
export function programText(contender: Contender, services: readonly SampleService[], withCalls: boolean): string {
  const calls = services.flatMap((service) =>
    service.methods.map(
      ({ name, argument, read }) =>
        `export async function ${name}(): Promise<void> {\n` +
        `  const reply = await ${contender.callee(service, name)}(${argument});\n` +
        `  void reply.${read};\n}`,
    ),
  );
  return `${[...contender.setup(services), ...(withCalls ? calls : [])].join('\n')}\n`;
}

const REEVE: Contender = {
  name: 'Reeve stubs',
  isGenerated: true,
  files: (services) =>
    Object.fromEntries(
      services.map((service) => [
        `${service.name}.contract.ts`,
        text(
          "import { method, service } from '@reeve/contract';",
          ZOD,
          ...schemaLines(service),
          ...contractLines(service),
        ),
      ]),
    ),
  setup: (services) => [
    "import { connect } from '@reeve/client';",
    ...services.map(({ name, typeName }) => `import { ${typeName}Client } from './generated/${name}.client.ts';`),
    'const reeve = await connect();',
    ...services.map(({ name, typeName }) => `export const ${name} = new ${typeName}Client(reeve);`),
  ],
  callee: (service, method) => `${service.name}.${method}`,
};

const TRPC: Contender = {
  name: 'tRPC router',
  isGenerated: false,
  files: (services) => ({
    ...schemaFiles(services),
    'router.ts': routerText(services, {
      imports: ["import { initTRPC } from '@trpc/server';", 'const t = initTRPC.create();'],
      method: (input, output, isIdempotent) =>
        `t.procedure.input(${input}).output(${output}).${isIdempotent ? 'query' : 'mutation'}(() => null as never)`,
      group: (methods) => `t.router({ ${methods} })`,
    }),
  }),
  setup: () => [
    "import { createTRPCClient } from '@trpc/client';",
    "import type { Router } from './router.ts';",
    'export const client = createTRPCClient<Router>({ links: [] });',
  ],
  callee: ({ name, methods }, method) =>
    `client.${name}.${method}.${methods.find((one) => one.name === method)?.idempotent === true ? 'query' : 'mutate'}`,
};

const ORPC_SETUP = (type: string): string[] => [
  "import { type ClientLink, createORPCClient } from '@orpc/client';",
  `import type { ${type} } from '${type === 'RouterClient' ? '@orpc/server' : '@orpc/contract'}';`,
  "import type { Router } from './router.ts';",
  'declare const link: ClientLink<Record<never, never>>;',
  `export const client: ${type}<Router> = createORPCClient(link);`,
];

const ORPC: Contender = {
  name: 'oRPC router',
  isGenerated: false,
  files: (services) => ({
    ...schemaFiles(services),
    'router.ts': routerText(services, {
      imports: ["import { os } from '@orpc/server';"],
      method: (input, output) => `os.input(${input}).output(${output}).handler(() => null as never)`,
      group: (methods) => `{ ${methods} }`,
    }),
  }),
  setup: () => ORPC_SETUP('RouterClient'),
  callee: ({ name }, method) => `client.${name}.${method}`,
};

const ORPC_CONTRACT: Contender = {
  ...ORPC,
  name: 'oRPC contract',
  files: (services) => ({
    ...schemaFiles(services),
    'router.ts': routerText(services, {
      imports: ["import { oc } from '@orpc/contract';"],
      method: (input, output) => `oc.input(${input}).output(${output})`,
      group: (methods) => `{ ${methods} }`,
    }),
  }),
  setup: () => ORPC_SETUP('ContractRouterClient'),
};

/** The stubs first: the others are measured against them. */
export const CONTENDERS: readonly Contender[] = [REEVE, TRPC, ORPC, ORPC_CONTRACT];

/** How a library writes a router. */
interface RouterStyle {
  readonly imports: readonly string[];
  readonly method: (input: string, output: string, isIdempotent: boolean) => string;
  readonly group: (methods: string) => string;
}

function routerText(services: readonly SampleService[], { imports, method, group }: RouterStyle): string {
  const groups = services.map((service) => {
    const schema = (name: string): string => `${service.name}.${name}`;
    const methods = service.methods.map(
      (one) => `${one.name}: ${method(schema(inputName(one)), schema(outputName(one)), one.idempotent)}`,
    );
    return `  ${service.name}: ${group(methods.join(', '))},`;
  });
  const schemas = services.map(({ name }) => `import * as ${name} from './${name}.schemas.ts';`);
  const wrapped = imports.length > 1 ? ['t.router({', ...groups, '})'] : ['{', ...groups, '}'];
  return text(
    ...imports,
    ...schemas,
    `export const router = ${wrapped.join('\n')};`,
    'export type Router = typeof router;',
  );
}

function schemaFiles(services: readonly SampleService[]): Record<string, string> {
  return Object.fromEntries(
    services.map((service) => [`${service.name}.schemas.ts`, text(ZOD, ...schemaLines(service))]),
  );
}

function text(...lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

const ZOD = "import { z } from 'zod';";
