import { RATIO_NAMES } from './ratios.ts';
import type { RatioName } from './ratios.ts';
import type { Ratio } from './results.ts';

/** One ratio now beside the same in the committed results. */
export interface CheckLine {
  readonly name: RatioName;
  readonly text: string;
  readonly fell: boolean;
}

type Ratios = Readonly<Record<string, Pick<Ratio, 'value' | 'against'>>>;

/** Compares ratios with former ones. One that was not measured then or now says so and is no failure. */
export function checkRatios(before: Ratios, now: Ratios): CheckLine[] {
  return RATIO_NAMES.map((name) => {
    const [was, is] = [before[name], now[name]];
    if (was === undefined || is === undefined) {
      return { name, text: `${name}: not measured ${was === undefined ? 'then' : 'now'}`, fell: false };
    }
    const least = was.value * (1 - TOLERANCE[name]);
    const fell = is.value < least;
    const verdict = fell ? `FELL below ${least.toPrecision(3)}` : 'ok';
    return { name, text: `${name}: ${is.value}, was ${was.value}: ${verdict}`, fell };
  });
}

/**
 * How far a ratio may fall before it counts, as a share of what it was. Two contenders are measured a few seconds
 * apart, on a machine whose speed changes meanwhile; a median of three such rounds still moves. Who is compared with
 * itself, or with a timer, moves less. Bodies move most, for they depend on when the engine collects garbage: two runs
 * of one build gave 0.58 and 0.79 at 64 KiB.
 */
export const TOLERANCE: Readonly<Record<RatioName, number>> = {
  inflight1000_vs_best_peer: 0.2,
  inflight32_vs_best_brokered_peer: 0.2,
  inflight1_p50_vs_c_proxy: 0.2,
  clients100_vs_nats: 0.2,
  body64k_vs_bare: 0.3,
  body1m_vs_bare: 0.3,
  pool_utilisation: 0.05,
  overload10_goodput: 0.1,
};
