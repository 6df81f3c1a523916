import type { ResolveHook } from 'node:module';

/** Turns the source file of a package into the file that it was compiled to. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const resolved = await nextResolve(specifier, context);
  const url = resolved.url.replace(/(\/packages\/[a-z]+)\/src\/(.+)\.ts($|\?)/, '$1/dist/$2.js$3');
  return url === resolved.url ? resolved : { ...resolved, url, format: 'module' };
};
