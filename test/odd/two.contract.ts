import { service, method } from '@reeve/contract';
import * as zm from 'zod/mini';
import { z } from 'zod/v4';
import { Node, UserId, page, DateRange, größe as Size } from './schemas.ts';

const Mini = zm.object({ a: zm.optional(zm.string().check(zm.maxLength(5))), b: zm._default(zm.int(), 3) });
const Catch = z.object({ catch: z.string() }) satisfies z.ZodType;
export const Two = service('two', {
  version: '2.0.0-beta.1',
  methods: {
    mini: method({ input: Mini, output: Mini }),
    catch_: method({ input: Catch, output: Catch }),
    graph: method({ input: Node, output: page(Node), errors: { BAD: DateRange, WORSE: Size } }),
    who: method({ input: UserId, output: z.array(UserId) }),
    nested: method({
      input: z.array(z.record(z.string(), z.array(z.map(z.int(), z.set(z.tuple([z.null(), z.undefined()])))))),
      output: z.null(),
    }),
  },
});
