/**
 * Logic in memristors: material implication by two devices that share a line with a load, a half adder made of it, and the product
 * of two digits counted in pulses on one device; each against what is wrong with the devices.
 * Source: Borghetti et al. 2010, doi:10.1038/nature08940 (implication); arithmetic by pulses, ref. 37 of Cao et al., Nanoscale
 *         Horiz. 2023, 8, 716.
 * Run: memspike demo logic --out DIR
 * Expect: right truth tables on equal devices, not without the load; the half adder, which is many implications, suffers from spread
 *         first; products of digits are right without noise.
 */
import { mean } from 'simple-statistics';
import { integer, neuroSim, object, PulseBench } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, REPEATED, seedsOf } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { truthTables } from './imply.ts';

const SPREADS = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3];
const NOISES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2];
const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const PRODUCTS = DIGITS.flatMap((a) => DIGITS.map((b) => [a, b] as const));
/** Pulses from one end of the range to the other: the largest product. */
const LEVELS = 81;

/** Share of right products: a trains of b pulses each, the count read as the nearest one without noise. */
function products(writeNoise: number, seed: number): number {
  const device = (noise: number) =>
    neuroSim({ gMin: 0, pulsesUp: LEVELS, nonlinearityUp: 0, nonlinearityDown: 0, writeNoise: noise });
  const bench = new PulseBench({
    device: device(writeNoise),
    seed,
    up: PRODUCTS.map(([a, b]) => Array.from({ length: a * b }, (_, k) => 100 * Math.floor(k / b) + (k % b))),
  });
  bench.runTo(1000);
  const right = bench.weights().filter((w, k) => Math.round(w * LEVELS) === PRODUCTS[k]![0] * PRODUCTS[k]![1]);
  return right.length / PRODUCTS.length;
}

export default demonstration({
  name: 'logic',
  title: 'Implication, a half adder and products of digits in memristors',
  claim: 'Memristors compute where they store: logic by implication, and multiplication by counting pulses.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 37; Borghetti et al. 2010, doi:10.1038/nature08940',
  parameters: object({
    rows: integer({ default: 50, min: 1, max: 10_000, help: 'rows of devices for each seed' }),
    ...REPEATED,
  }),
  steps: () => 3,
  async run(p, stage) {
    const tablesOf = (spread: number, load: boolean, seed: number) => {
      const found = Array.from({ length: p.rows }, (_, k) => truthTables({ spread, load }, seed * 100_000 + k));
      return { implied: mean(found.map((f) => f.implied)), added: mean(found.map((f) => f.added)) };
    };
    await stage.step('truth tables');
    const rows = SPREADS.flatMap((spread) =>
      seedsOf(p).map((seed) => ({ spread, seed, ...tablesOf(spread, true, seed) })),
    );
    await stage.step('without the load');
    const control = tablesOf(0, false, p.seed);
    await stage.step('products');
    const counted = NOISES.flatMap((noise) =>
      seedsOf(p).map((seed) => ({ noise, seed, right: products(noise, seed) })),
    );
    const noiseless = products(0, p.seed);
    const of = (spread: number, key: 'implied' | 'added') => rows.filter((r) => r.spread === spread).map((r) => r[key]);
    const right = (noise: number) => counted.filter((r) => r.noise === noise).map((r) => r.right);
    const share = { unit: 'share of right answers' };
    return {
      figures: {
        'implication, equal devices': { ...share, values: of(0, 'implied') },
        'half adder, equal devices': { ...share, values: of(0, 'added') },
        'implication, spread 0.1': { ...share, values: of(0.1, 'implied') },
        'half adder, spread 0.1': { ...share, values: of(0.1, 'added') },
        'control: implication without the load': { ...share, values: [control.implied] },
        'products, no noise': { ...share, values: [noiseless] },
        'products, write noise 0.001': { ...share, values: right(1e-3) },
        'products, write noise 0.01': { ...share, values: right(1e-2) },
      },
      expectations: {
        'equal devices: every row of both truth tables is right': [...of(0, 'implied'), ...of(0, 'added')].every(
          (r) => r === 1,
        ),
        'control: without the load implication is wrong in some row': control.implied < 1,
        'spread of 10 %: the half adder is wrong more often than one implication':
          mean(of(0.1, 'added')) < mean(of(0.1, 'implied')),
        'products of digits are right without noise': noiseless === 1,
        'and less often the more a pulse scatters': mean(right(1e-2)) < mean(right(1e-3)),
      },
      tables: {
        truth: tableOf(rows, { spread: '1', seed: WHOLE, implied: '1', added: '1' }),
        products: tableOf(counted, { noise: '1', seed: WHOLE, right: '1' }),
      },
      pictures: {
        truth: curve({
          title: 'Right rows of truth tables against the spread between devices',
          subtitle: `${p.rows} rows of devices a seed, mean and sd of ${p.seeds} seeds`,
          x: { label: 'relative sd of conductances and thresholds' },
          y: { label: 'share of right answers', domain: [0, 1] },
          series: [
            { name: 'implication', points: overSeedsAt(SPREADS, (spread) => of(spread, 'implied')) },
            { name: 'half adder', points: overSeedsAt(SPREADS, (spread) => of(spread, 'added')) },
          ],
        }),
        products: curve({
          title: 'Products of two digits counted in pulses',
          subtitle: `81 products, ${LEVELS} levels, a linear device, mean and sd of ${p.seeds} seeds`,
          x: { label: 'write noise of a pulse (share of the range)', log: true },
          y: { label: 'share of right products', domain: [0, 1] },
          series: [{ name: 'products', points: overSeedsAt(NOISES, right) }],
        }),
      },
    };
  },
});
