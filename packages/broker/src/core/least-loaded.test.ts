import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeastLoaded, LoadPlace } from './least-loaded.ts';

test('the least loaded is found, and among equals the one that has waited longest', () => {
  const list = new LeastLoaded<string>();
  expect(list.first).toBe(undefined);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => new LoadPlace(name)) as [
    LoadPlace<string>,
    LoadPlace<string>,
    LoadPlace<string>,
  ];
  list.add(a, 2);
  list.add(b, 1);
  list.add(c, 1);
  expect(list.first).toBe('b');
  list.remove(b);
  list.add(b, 1);
  expect(list.first).toBe('c');
  list.remove(c);
  list.remove(b);
  expect(list.first).toBe('a');
  list.remove(a);
  expect([list.first, list.size, a.isLinked]).toEqual([undefined, 0, false]);
});

test('it agrees with a model that looks at everybody', () => {
  const step = fc.record({ who: fc.nat(7), load: fc.nat(12), isAdd: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const list = new LeastLoaded<number>();
      const places = Array.from({ length: 8 }, (_, i) => new LoadPlace(i));
      /** In order of entry. */
      let model: { who: number; load: number }[] = [];
      for (const { who, load, isAdd } of steps) {
        const place = places[who]!;
        expect(place.isLinked).toBe(model.some((m) => m.who === who));
        if (place.isLinked) list.remove(place);
        model = model.filter((m) => m.who !== who);
        if (isAdd) {
          list.add(place, load);
          model.push({ who, load });
        }
        const least = Math.min(...model.map((m) => m.load));
        expect(list.first).toBe(model.find((m) => m.load === least)?.who);
        expect(list.size).toBe(model.length);
      }
    }),
  );
});
