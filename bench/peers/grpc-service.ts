import { fileURLToPath } from 'node:url';
import { loadPackageDefinition } from '@grpc/grpc-js';
import type { ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** The service of `calc.proto`: its definition, and a constructor of clients. */
const definition = loadSync(fileURLToPath(new URL('../calc.proto', import.meta.url)));
export const Calc = loadPackageDefinition(definition)['Calc'] as ServiceClientConstructor;

/** A session of HTTP/2 may hold a thousand calls; the default of 10 MB is for fewer. In MB. */
export const SESSION_MEMORY = { 'grpc-node.max_session_memory': 100 };
