import { Canonical } from '../model/canonical.ts';
import { typeOnly } from '../model/type-only.ts';
import { NameBook, pascalCase } from '../model/type-names.ts';
import type { ServiceReading } from './service-reading.ts';
import type { TypeEntry } from './type-table.ts';

/**
 * Names of types by their ids. `shared` are those that are named already.
 *
 * A type that parsing does not change has one name for both sides. Of others the one on the wire keeps the plain name,
 * or gets `Input` and `Output` if both cross it; the one that only handlers see is marked.
 */
export function nameTypes(reading: ServiceReading, shared: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const { wireIds, handlerIds, draft } = reading;
  const { types } = draft;
  const book = new NameBook(shared.values());
  const names = new Map(shared);
  const byText = new Map<string, string>();
  const onWire = new Set(wireIds);
  for (const [id, name] of shared) {
    const entry = reading.entry(id)!;
    for (const wanted of [name, entry.name]) byText.set(`${wanted} ${reading.textOf(entry)}`, name);
  }
  const typeTexts = new Canonical((id) => {
    const shape = reading.find(id);
    return shape && typeOnly(shape);
  });
  const typeText = ({ id }: TypeEntry): string => typeTexts.text({ kind: 'ref', name: id });
  for (const id of [...wireIds, ...handlerIds]) {
    const entry = reading.entry(id);
    if (entry?.shape === undefined || names.has(id)) continue;
    const other = types.otherSide(entry);
    const otherName = other === undefined ? undefined : names.get(other.id);
    if (
      !onWire.has(id) &&
      other?.shape !== undefined &&
      otherName !== undefined &&
      typeText(entry) === typeText(other)
    ) {
      names.set(id, otherName);
      continue;
    }
    const wanted = wantedName(entry, onWire.has(id), isBothSided(reading, entry, onWire));
    const text = `${wanted} ${reading.textOf(entry)}`;
    const name = byText.get(text) ?? book.take(wanted, (free) => reading.mayBeCalled(id, free));
    byText.set(text, name);
    names.set(id, name);
  }
  return names;
}

/** `hasOtherSide`: whether another type of the same schema crosses the wire too. */
export function wantedName({ name, side }: TypeEntry, isOnWire: boolean, hasOtherSide: boolean): string {
  if (!isOnWire) return `Handler${name}`;
  return hasOtherSide ? `${name}${pascalCase(side)}` : name;
}

function isBothSided(reading: ServiceReading, entry: TypeEntry, onWire: ReadonlySet<string>): boolean {
  const other = reading.draft.types.otherSide(entry);
  if (other?.shape === undefined || !onWire.has(other.id)) return false;
  return reading.textOf(entry) !== reading.textOf(other);
}
