import { describe, expect, test } from 'vitest';
import { checkRatios, TOLERANCE } from './check-ratios.ts';

const one = (value: number): Record<string, { value: number; against: string }> => ({
  clients100_vs_nats: { value, against: 'nats' },
});
const line = (was: number, is: number): ReturnType<typeof checkRatios>[number] =>
  checkRatios(one(was), one(is)).find(({ name }) => name === 'clients100_vs_nats')!;

describe('a ratio beside a former one', () => {
  const least = 2 * (1 - TOLERANCE.clients100_vs_nats);

  test('may fall by its tolerance', () => {
    expect(line(2, least)).toMatchObject({ fell: false, text: expect.stringContaining('ok') as string });
  });

  test('has fallen below it', () => {
    expect(line(2, least - 0.01)).toMatchObject({ fell: true, text: expect.stringContaining('FELL') as string });
  });

  test('may rise as it likes', () => {
    expect(line(2, 20).fell).toBe(false);
  });

  test('that was not measured then, or is not now, has not fallen and says so', () => {
    const [missing] = checkRatios({}, one(1)).filter(({ name }) => name === 'clients100_vs_nats');
    expect(missing).toMatchObject({ fell: false, text: 'clients100_vs_nats: not measured then' });
    const [gone] = checkRatios(one(1), {}).filter(({ name }) => name === 'clients100_vs_nats');
    expect(gone).toMatchObject({ fell: false, text: 'clients100_vs_nats: not measured now' });
  });
});
