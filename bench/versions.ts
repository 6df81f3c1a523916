import { readFile } from 'node:fs/promises';
import { version as libzmqVersion } from 'zeromq';
import type { ContenderPlan } from './contender-plan.ts';
import { peerVersions } from './install-peers.ts';
import { SERVERS, serverVersion } from './servers.ts';

/** Versions of all that these contenders are made of, and who of them cannot be started, with what would help. */
export async function versionsOf(plans: readonly ContenderPlan[]): Promise<{
  readonly versions: Readonly<Record<string, string>>;
  readonly missing: ReadonlyMap<string, string>;
}> {
  const versions: Record<string, string> = { reeve: await ownVersion(), 'libzmq of zeromq.js': libzmqVersion };
  const missing = new Map<string, string>();
  for (const { name, needs } of plans) {
    if (needs === undefined) continue;
    const version = versions[needs] ?? (await serverVersion(needs));
    if (version === undefined) missing.set(name, SERVERS[needs].install);
    else versions[needs] = version;
  }
  if (plans.some(({ isForeign }) => isForeign)) Object.assign(versions, await peerVersions());
  return { versions, missing };
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
