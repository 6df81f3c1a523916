import { register } from 'node:module';

/** Lets a process use the packages as they are published: compiled by `tsc -b`, not transpiled as they are loaded. */
register(new URL('compiled-packages-hook.ts', import.meta.url));
