/**
 * Material implication by two devices that share a line with a load, a half adder made of implications, and products of two digits
 * counted in pulses on one device.
 */
import { mean } from 'simple-statistics';
import { Crossbar, integer, neuroSim, object, PulseBench, Stream } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { defineDemonstration, listSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, ResultGrid } from '../findings.ts';

/** Memristors that share a bit line with a load: V, S; all assumed. */
const CIRCUIT = { condition: 0.6, set: 1, load: 1 / 1e4, on: 1e-3, off: 1e-6, threshold: 0.7 };

interface Nonidealities {
  /** Relative sd of conductances (log-normal) and thresholds (normal) between devices. */
  readonly spread: number;
  /** True with the load; without it the shared line floats. */
  readonly load: boolean;
}

interface Device {
  on: number;
  off: number;
  threshold: number;
  state: boolean;
}

/** Devices on one bit line with their operations: FALSE, and material implication by two simultaneous voltages. */
export class ImplyRow {
  readonly #stream: Stream;
  readonly #options: Nonidealities;

  constructor(options: Nonidealities, seed: number) {
    this.#options = options;
    this.#stream = new Stream(seed, 'logic/devices');
  }

  device(state: boolean): Device {
    const { spread } = this.#options;
    const factor = () => Math.exp(spread * this.#stream.normal() - spread ** 2 / 2);
    const threshold = CIRCUIT.threshold * (1 + spread * this.#stream.normal());
    return { on: CIRCUIT.on * factor(), off: CIRCUIT.off * factor(), threshold, state };
  }

  /** q ← p implies q: if p conducts, the line takes its voltage, and the rest is too small to switch q on. */
  imply(p: Device, q: Device): void {
    const load = this.#options.load ? CIRCUIT.load : 0;
    const conductances = [...[p, q].map(({ state, on, off }) => (state ? on : off)), load];
    const row = new Crossbar({ rows: 3, columns: 1, conductances, lineResistance: 0 });
    const { cells } = row.solve({ words: [CIRCUIT.condition, CIRCUIT.set, 0], bits: [null] });
    for (const [k, device] of [p, q].entries()) if (cells[k]! >= device.threshold) device.state = true;
  }

  /** not (p and q), in a new device: FALSE, p implies it, q implies it. */
  nand(p: Device, q: Device): Device {
    const out = this.device(false);
    this.imply(p, out);
    this.imply(q, out);
    return out;
  }
}

/** Shares of right answers of one row of devices: implication, and a half adder made of NAND. */
export function testTruthTables(options: Nonidealities, seed: number) {
  const row = new ImplyRow(options, seed);
  let [implied, added] = [0, 0];
  for (const a of [false, true]) {
    for (const b of [false, true]) {
      const [p, q] = [row.device(a), row.device(b)];
      row.imply(p, q);
      if (q.state === (!a || b) && p.state === a) implied++;
      const [x, y] = [row.device(a), row.device(b)];
      const n = row.nand(x, y);
      const sum = row.nand(row.nand(x, n), row.nand(y, n));
      const carry = row.nand(n, n);
      if (sum.state === (a !== b) && carry.state === (a && b)) added++;
    }
  }
  return { implied: implied / 4, added: added / 4 };
}

const SPREADS = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3];
const NOISES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2];
const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const PRODUCTS = DIGITS.flatMap((a) => DIGITS.map((b) => [a, b] as const));
/** Pulses from one end of the range to the other: the largest product. */
const LEVELS = 81;

/** Share of right products: `a` trains of `b` pulses each; the state is decoded as the nearest noiseless count. */
function testProducts(writeNoise: number, seed: number): number {
  const bench = new PulseBench({
    device: neuroSim({ gMin: 0, pulsesUp: LEVELS, nonlinearityUp: 0, nonlinearityDown: 0, writeNoise }),
    seed,
    up: PRODUCTS.map(([a, b]) => Array.from({ length: a * b }, (_, k) => 100 * Math.floor(k / b) + (k % b))),
  });
  bench.runTo(1000);
  const right = bench.weights().filter((w, k) => Math.round(w * LEVELS) === PRODUCTS[k]![0] * PRODUCTS[k]![1]);
  return right.length / PRODUCTS.length;
}

export default defineDemonstration({
  name: 'logic',
  title: 'Implication, a half adder and products of digits in memristors',
  claim: 'Memristors compute where they store: logic by implication, and multiplication by counting pulses.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 37; Borghetti et al. 2010, doi:10.1038/nature08940',
  parameters: object({
    rows: integer({ default: 50, min: 1, max: 10_000, help: 'number of rows of devices per seed' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const testRows = (spread: number, load: boolean, seed: number) => {
      const rows = Array.from({ length: p.rows }, (_, k) => testTruthTables({ spread, load }, seed * 100_000 + k));
      return { implied: mean(rows.map((row) => row.implied)), added: mean(rows.map((row) => row.added)) };
    };
    await context.step('truth tables');
    const truth = new ResultGrid(
      SPREADS.flatMap((spread) => listSeeds(p).map((seed) => ({ spread, seed, ...testRows(spread, true, seed) }))),
    );
    await context.step('without the load');
    const control = testRows(0, false, p.seed);
    await context.step('products');
    const products = new ResultGrid(
      NOISES.flatMap((noise) => listSeeds(p).map((seed) => ({ noise, seed, right: testProducts(noise, seed) }))),
    );
    const noiseless = testProducts(0, p.seed);

    const share = inUnit('share of right answers');
    return {
      figures: {
        'implication, equal devices': share(truth.values('implied', { spread: 0 })),
        'half adder, equal devices': share(truth.values('added', { spread: 0 })),
        'implication, spread 0.1': share(truth.values('implied', { spread: 0.1 })),
        'half adder, spread 0.1': share(truth.values('added', { spread: 0.1 })),
        'control: implication without the load': share(control.implied),
        'products, no noise': share(noiseless),
        'products, write noise 0.001': share(products.values('right', { noise: 1e-3 })),
        'products, write noise 0.01': share(products.values('right', { noise: 1e-2 })),
      },
      expectations: {
        'both truth tables are right with equal devices': truth
          .values(({ implied, added }) => Math.min(implied, added), { spread: 0 })
          .every((share) => share === 1),
        'control: implication is wrong in some row without the load': control.implied < 1,
        'the half adder fails more often than an implication at a spread of 10 %':
          truth.mean('added', { spread: 0.1 }) < truth.mean('implied', { spread: 0.1 }),
        'products of digits are right without write noise': noiseless === 1,
        'products are wrong more often with more write noise':
          products.mean('right', { noise: 1e-2 }) < products.mean('right', { noise: 1e-3 }),
      },
      tables: { truth: truth.table(), products: products.table() },
      pictures: {
        truth: curve({
          title: 'Right rows of truth tables against the spread between devices',
          subtitle: `${p.rows} rows of devices a seed, mean and sd of ${p.seeds} seeds`,
          x: { label: 'relative sd of conductances and thresholds' },
          y: { label: 'share of right answers', domain: [0, 1] },
          series: [truth.line('implication', 'spread', 'implied'), truth.line('half adder', 'spread', 'added')],
        }),
        products: curve({
          title: 'Products of two digits counted in pulses',
          subtitle: `81 products, ${LEVELS} levels, a linear device, mean and sd of ${p.seeds} seeds`,
          x: { label: 'write noise of a pulse (share of the range)', log: true },
          y: { label: 'share of right products', domain: [0, 1] },
          series: [products.line('products', 'noise', 'right')],
        }),
      },
    };
  },
});
