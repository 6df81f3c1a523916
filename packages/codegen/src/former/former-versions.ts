import type { RefusedContract } from '@reeve/protocol';
import type { Change, Effect } from '../diff/change.ts';
import { diffMethod } from '../diff/diff-method.ts';
import { Report } from '../diff/report.ts';
import type { FormerMethod, LockedMethod, LockedService, MethodHistory } from '../lock/lock.ts';
import { own } from '../lock/own.ts';
import { changeWords } from './change-words.ts';

/** How the present version of a method gets on with its former ones. */
export interface FormerVersions {
  /** Fingerprints of callers that a worker of the present version serves: it takes what they send, they read it. */
  readonly accepts: readonly string[];
  /** Callers that it does not serve, and why. */
  readonly refuses: readonly RefusedContract[];
  /** Fingerprints of workers that a caller of the present version gets on with. */
  readonly acceptsWorkers: readonly string[];
  /** Workers that do not serve a caller of the present version, and why. */
  readonly refusesWorkers: readonly RefusedContract[];
}

/**
 * Proves for each former version of each method who can still talk to whom.
 *
 * What cannot be proved is refused: a call that is turned away at once, with the reason, is better than one that fails
 * now and then.
 */
export function formerVersions(service: LockedService, name: string): ReadonlyMap<string, FormerVersions> {
  const methods = Object.entries(service.methods).flatMap(([method, present]) => {
    const history = own(service.former, method);
    if (history === undefined) return [];
    const versions = new Versions({ present, service, history, path: `${name}.${method}` });
    return [[method, versions.judge()] as const];
  });
  return new Map(methods);
}

interface VersionsArgs {
  readonly present: LockedMethod;
  readonly service: LockedService;
  readonly history: MethodHistory;
  readonly path: string;
}

/** Which side has the former version, while the other one has the present one. */
type Side = 'callers' | 'workers';

/** The versions of one method, the present one first. */
class Versions {
  readonly #all: readonly FormerMethod[];
  readonly #path: string;
  readonly #known = new Map<string, readonly Change[]>();

  constructor({ present, service, history, path }: VersionsArgs) {
    const { version, types } = service;
    this.#all = [{ ...present, since: history.since, version, types }, ...history.versions];
    this.#path = path;
  }

  judge(): FormerVersions {
    const callers = this.#judgeSide('callers');
    const workers = this.#judgeSide('workers');
    return { ...callers, acceptsWorkers: workers.accepts, refusesWorkers: workers.refuses };
  }

  #judgeSide(side: Side): { readonly accepts: readonly string[]; readonly refuses: readonly RefusedContract[] } {
    const [accepts, refuses]: [string[], RefusedContract[]] = [[], []];
    for (let index = 1; index < this.#all.length; index++) {
      const { fingerprint } = this.#at(index);
      const harm = worstOf(this.#changes(index, 0), side);
      if (harm.length === 0) accepts.push(fingerprint);
      else refuses.push({ fingerprint, why: this.#why(index, harm, side) });
    }
    return { accepts, refuses };
  }

  #at(index: number): FormerMethod {
    return this.#all[index]!;
  }

  #changes(from: number, to: number): readonly Change[] {
    const pair = `${from} ${to}`;
    const known = this.#known.get(pair);
    if (known !== undefined) return known;
    const [old, fresh] = [this.#at(from), this.#at(to)];
    const types = { old: (name: string) => own(old.types, name), new: (name: string) => own(fresh.types, name) };
    const report = new Report();
    diffMethod(old, fresh, { types, report, path: this.#path });
    this.#known.set(pair, report.changes);
    return report.changes;
  }

  /** The first of the changes in words; who generates anew gets rid of them all. */
  #why(index: number, harm: readonly Change[], side: Side): string {
    const [change] = harm as [Change];
    const doubt = change[side] === 'unproved' ? 'it cannot be proved to fit: ' : '';
    const others = harm.length === 1 ? '' : `, and ${harm.length - 1} more`;
    const since = this.#sinceWords(index, change);
    const words = `${doubt}${changeWords(change, this.#path)}${since}${others}`;
    return words.length > WHY_LENGTH_MAX ? `${words.slice(0, WHY_LENGTH_MAX - 1)}…` : words;
  }

  /** With which version of the service a change came. Nothing if its author gave both sides of it the same version. */
  #sinceWords(from: number, { rule, path }: Change): string {
    for (let to = from - 1; to >= 0; to--) {
      const isThere = this.#changes(from, to).some((one) => one.rule === rule && one.path === path);
      if (!isThere) continue;
      const { since } = this.#at(to);
      return since === undefined || since === this.#at(to + 1).version ? '' : ` in ${since}`;
    }
    return '';
  }
}

/** The changes that harm one side, or, if there is none, those of which nobody can tell. */
function worstOf(changes: readonly Change[], side: Side): readonly Change[] {
  const of = (effect: Effect): readonly Change[] => changes.filter((change) => change[side] === effect);
  const breaking = of('breaking');
  return breaking.length > 0 ? breaking : of('unproved');
}

/** Paths may be long, and a worker announces one of these for each version of each method. */
const WHY_LENGTH_MAX = 200;
