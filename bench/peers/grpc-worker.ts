import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { answerParent } from '../child-process.ts';
import { Calc, SESSION_MEMORY } from './grpc-service.ts';
import { portOf } from './port-of.ts';

/** Adds two numbers as a server of gRPC: `grpc-worker.ts ENDPOINT`. */
const server = new Server(SESSION_MEMORY);
server.addService(Calc.service, {
  add: ({ request: { a, b } }: ServerUnaryCall<{ a: number; b: number }, object>, done: sendUnaryData<object>) =>
    done(null, { sum: a + b }),
});
await new Promise<void>((resolve, reject) => {
  server.bindAsync(`127.0.0.1:${portOf(process.argv[2])}`, ServerCredentials.createInsecure(), (error) =>
    error ? reject(error) : resolve(),
  );
});
answerParent();
