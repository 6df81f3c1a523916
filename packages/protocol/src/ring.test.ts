import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ring, RingNode } from './ring.ts';

const nodes = (count: number): RingNode<number>[] => Array.from({ length: count }, (_, i) => new RingNode(i));

test('a ring does what an array does', () => {
  const action = fc.record({
    kind: fc.constantFrom('push', 'unshift', 'insert', 'remove', 'shift'),
    pick: fc.nat(),
    before: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const [ring, model, all] = [new Ring<number>(), [] as number[], nodes(10)];
      let isSame = true;
      for (const { kind, pick, before } of actions) {
        const node = all[pick % all.length]!;
        const place = model.indexOf(node.owner);
        if (kind === 'shift') isSame &&= ring.shift() === model.shift();
        else if (place >= 0) {
          ring.remove(node);
          model.splice(place, 1);
        } else if (kind === 'push') {
          ring.push(node);
          model.push(node.owner);
        } else if (kind === 'unshift') {
          ring.unshift(node);
          model.unshift(node.owner);
        } else if (kind === 'insert' && model.length > 0) {
          const at = before % model.length;
          ring.insert(node, all[model[at]!]!);
          model.splice(at, 0, node.owner);
        }
        expect(isSame).toBe(true);
        expect([...ring]).toEqual(model);
        expect([ring.size, ring.first, ring.last]).toEqual([model.length, model[0], model.at(-1)]);
        expect(all.map((n) => n.isLinked)).toEqual(all.map((n) => model.includes(n.owner)));
      }
    }),
  );
});

test('the current owner may be taken out on the way', () => {
  const [ring, all] = [new Ring<number>(), nodes(5)];
  for (const node of all) ring.push(node);
  const seen: number[] = [];
  for (const owner of ring) {
    seen.push(owner);
    if (owner % 2 === 0) ring.remove(all[owner]!);
  }
  expect(seen).toEqual([0, 1, 2, 3, 4]);
  expect([...ring]).toEqual([1, 3]);
});
