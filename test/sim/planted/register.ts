import { register } from 'node:module';

/** Plants the bug that the environment names. */
register(new URL('load-hook.ts', import.meta.url));
