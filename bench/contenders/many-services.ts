import { method, service } from '@reeve/contract';
import type { Service } from '@reeve/contract';
import type { ServiceDescriptor } from '@reeve/protocol';
import { z } from 'zod';
import { calcDescriptor } from './generated/calc.descriptor.ts';

/** So many services that differ in name only, each with the method of `calc` that adds. */
export function manyServices(count: number): { readonly contract: Service; readonly descriptor: ServiceDescriptor }[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `calc${i}`;
    const { add } = calcDescriptor.methods;
    const contract = service(name, {
      version: '1.0.0',
      methods: {
        add: method({
          input: z.object({ a: z.int(), b: z.int() }),
          output: z.object({ sum: z.int() }),
          idempotent: true,
        }),
      },
    });
    return { contract, descriptor: { ...calcDescriptor, name, methods: { add } } };
  });
}
