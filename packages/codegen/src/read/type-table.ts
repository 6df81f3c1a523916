import type { Shape } from '@reeve/protocol';
import type { $ZodType } from 'zod/v4/core';
import type { Side } from './shape-reader.ts';

/** A named type while it is being read: its shape comes last. */
export interface TypeEntry {
  /** Stands for the type in refs until types have their final names. */
  readonly id: string;
  readonly def: object;
  readonly side: Side;
  /** What it should be called. */
  readonly name: string;
  /** Whether its author named it; one that only got a name because it contains itself is put in place otherwise. */
  readonly isNamed: boolean;
  /** The constant that held the schema when it was read. */
  readonly nameAtReading: string | undefined;
  isReferred: boolean;
  shape: Shape | undefined;
}

type EntryName = Pick<TypeEntry, 'name' | 'isNamed' | 'nameAtReading'>;

/** Named types of one service, one for each side of a schema. */
export class TypeTable {
  readonly #entries = new Map<string, TypeEntry>();
  readonly #defNumbers = new Map<object, number>();

  get entries(): TypeEntry[] {
    return [...this.#entries.values()];
  }

  find(schema: $ZodType, side: Side): TypeEntry | undefined {
    return this.#entries.get(this.#id(schema._zod.def, side));
  }

  /** Makes an entry, so that a schema that contains itself finds it. */
  begin(schema: $ZodType, side: Side, { name, isNamed, nameAtReading }: EntryName): TypeEntry {
    const { def } = schema._zod;
    const id = this.#id(def, side);
    const entry = { id, def, side, name, isNamed, nameAtReading, isReferred: false, shape: undefined };
    this.#entries.set(id, entry);
    return entry;
  }

  drop(entry: TypeEntry): void {
    this.#entries.delete(entry.id);
  }

  /** Drops an entry and all that were begun after it: they may refer to it. */
  rollback(entry: TypeEntry): void {
    const ids = [...this.#entries.keys()];
    for (const id of ids.slice(ids.indexOf(entry.id))) this.#entries.delete(id);
  }

  byId(id: string): TypeEntry | undefined {
    return this.#entries.get(id);
  }

  /** The same type from the other side, if that was read. */
  otherSide({ def, side }: TypeEntry): TypeEntry | undefined {
    return this.#entries.get(this.#id(def, side === 'input' ? 'output' : 'input'));
  }

  #id(def: object, side: Side): string {
    const number = this.#defNumbers.get(def) ?? this.#defNumbers.size + 1;
    this.#defNumbers.set(def, number);
    return `${number}.${side}`;
  }
}
