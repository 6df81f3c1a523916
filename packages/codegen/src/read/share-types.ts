import { assert } from '@reeve/protocol';
import { refsOf } from '../model/map-shape.ts';
import { NameBook } from '../model/type-names.ts';
import { wantedName } from './name-types.ts';
import type { ServiceReading } from './service-reading.ts';
import type { TypeEntry } from './type-table.ts';

/** A schema as it crosses the wire: one of its sides, or both if they are the same type. */
interface Use {
  readonly entries: { readonly reading: ServiceReading; readonly entry: TypeEntry }[];
  /** Whether the other side crosses the wire too, and is another type. */
  readonly hasOtherSide: () => boolean;
  isShared: boolean;
}

/**
 * Finds the named types that cross the wire in several services and come from one live schema, and gives each a name
 * that is free in all of them. By service: names by ids.
 *
 * What is written twice is not one schema, however alike it is: it may part ways tomorrow.
 */
export function shareTypes(
  readings: readonly ServiceReading[],
): ReadonlyMap<ServiceReading, ReadonlyMap<string, string>> {
  const named = new Map(readings.map((reading) => [reading, new Map<string, string>()]));
  const book = new NameBook([]);
  const byText = new Map<string, string>();
  for (const use of new Uses(readings).shared()) {
    const { entry, reading } = firstOf(use);
    const wanted = wantedName(entry, true, use.hasOtherSide());
    const text = `${wanted} ${reading.textOf(entry)}`;
    const isFree = (name: string): boolean => use.entries.every((one) => one.reading.mayBeCalled(one.entry.id, name));
    const name = byText.get(text) ?? book.take(wanted, isFree);
    byText.set(text, name);
    for (const one of use.entries) named.get(one.reading)?.set(one.entry.id, name);
  }
  return named;
}

class Uses {
  /** By what defines the schema, and by what its type is on the wire; in the order of first use. */
  readonly #byDef = new Map<object, Map<string, Use>>();

  constructor(readings: readonly ServiceReading[]) {
    for (const reading of readings) {
      for (const id of reading.wireIds) {
        const entry = reading.entry(id);
        if (entry?.shape !== undefined) this.#useOf(reading, entry).entries.push({ reading, entry });
      }
    }
    for (const use of this.#all()) if (isShared(use)) this.#share(use);
  }

  shared(): Use[] {
    return this.#all().filter((use) => use.isShared);
  }

  #all(): Use[] {
    return [...this.#byDef.values()].flatMap((uses) => [...uses.values()]);
  }

  #useOf(reading: ServiceReading, entry: TypeEntry): Use {
    const uses = this.#byDef.get(entry.def) ?? new Map<string, Use>();
    this.#byDef.set(entry.def, uses);
    const text = reading.textOf(entry);
    const use = uses.get(text) ?? { entries: [], hasOtherSide: () => uses.size > 1, isShared: false };
    uses.set(text, use);
    return use;
  }

  /** What a shared type refers to is declared beside it. */
  #share(use: Use): void {
    if (use.isShared) return;
    use.isShared = true;
    const { reading, entry } = firstOf(use);
    for (const id of entry.shape === undefined ? [] : refsOf(entry.shape)) {
      const part = reading.entry(id);
      if (part !== undefined) this.#share(this.#useOf(reading, part));
    }
  }
}

/** Whether several services use it, under a name that its author gave it. */
function isShared({ entries }: Use): boolean {
  const services = new Set(entries.map(({ reading }) => reading.draft.name));
  return services.size > 1 && entries.some(({ entry }) => entry.isNamed);
}

/** A use has at least one user: it was made for it. */
function firstOf({ entries }: Use): Use['entries'][number] {
  const [first] = entries;
  assert(first !== undefined, 'a use without a user');
  return first;
}
