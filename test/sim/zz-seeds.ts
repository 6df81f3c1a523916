import { runSeed, explain } from '/work/main/test/sim/run-seed.ts';
const [from, count, budget] = process.argv.slice(2).map(Number);
const t0 = performance.now(); let bad = 0; let n = 0;
const rules: Record<string, number> = {};
for (let seed = from!; seed < from! + count!; seed++) {
  n++;
  let result; try { result = runSeed(seed); } catch (e) { console.log('seed', seed, 'threw', (e as Error).stack); bad++; if (bad>3) break; continue; }
  if (result.broken.length > 0) { bad++; for (const b of result.broken) rules[b.rule] = (rules[b.rule] ?? 0) + 1; if (bad <= 2) console.log(explain(result).split('\n').slice(0, 150).join('\n')); else console.log('seed', seed, result.broken[0]!.rule, result.broken[0]!.what); if (bad > 12) break; }
  if (performance.now() - t0 > (budget ?? 240) * 1000) break;
}
console.log(n, 'seeds', bad, 'bad', JSON.stringify(rules), ((performance.now() - t0) / n).toFixed(1), 'ms each');
