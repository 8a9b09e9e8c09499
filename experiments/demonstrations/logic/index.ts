/** Two devices that share a line with a load compute material implication; a half adder is made of implications. */
import { mean } from 'simple-statistics';
import { Crossbar, integer, neuroSim, PulseBench, Stream } from '../../index.ts';
import { areAllEqualTo, defineDemonstration, isGreater, mapRange } from '../demonstration.ts';

/** Memristors on one bit line (all assumed): V, S. */
const CIRCUIT = { condition: 0.6, set: 1, on: 1e-3, off: 1e-6, threshold: 0.7 };
const LOAD = 1 / 1e4; // S

/**
 * Fractions of correct outputs. `spread`: relative sd of conductances (log-normal) and thresholds (normal) between
 * devices; `load`: S, 0 for a floating line.
 */
function testTruthTables(spread: number, load: number, seed: number) {
  const stream = new Stream(seed, 'logic/devices');
  const drawFactor = () => Math.exp(spread * stream.normal() - spread ** 2 / 2);
  const drawDevice = (state: boolean) => {
    const threshold = CIRCUIT.threshold * (1 + spread * stream.normal());
    return { on: CIRCUIT.on * drawFactor(), off: CIRCUIT.off * drawFactor(), threshold, state };
  };
  type Device = ReturnType<typeof drawDevice>;
  /** q ← p implies q: a conducting p raises the voltage of the shared line, so that too little is left to set q. */
  const imply = (p: Device, q: Device) => {
    const conductances = [...[p, q].map(({ state, on, off }) => (state ? on : off)), load];
    const row = new Crossbar({ rows: 3, columns: 1, conductances, lineResistance: 0 });
    const { cells } = row.solve({ words: [CIRCUIT.condition, CIRCUIT.set, 0], bits: [null] });
    for (const [k, device] of [p, q].entries()) if (cells[k]! >= device.threshold) device.state = true;
  };
  /** not (p and q), in a new device `out`: FALSE, then out ← p implies out, then out ← q implies out. */
  const nand = (p: Device, q: Device) => {
    const out = drawDevice(false);
    imply(p, out);
    imply(q, out);
    return out;
  };
  let [implied, added] = [0, 0];
  for (const a of [false, true]) {
    for (const b of [false, true]) {
      const [p, q] = [drawDevice(a), drawDevice(b)];
      imply(p, q);
      if (q.state === (!a || b) && p.state === a) implied++;
      const [x, y] = [drawDevice(a), drawDevice(b)];
      const n = nand(x, y);
      const sum = nand(nand(x, n), nand(y, n));
      const carry = nand(n, n);
      if (sum.state === (a !== b) && carry.state === (a && b)) added++;
    }
  }
  return { implication: implied / 4, 'half adder': added / 4 };
}

const PRODUCTS = mapRange(81, (k) => [1 + Math.floor(k / 9), 1 + (k % 9)] as const);
/** Pulses from the lowest to the highest state: the largest product of two digits. */
const LEVELS = 81;

/** Fraction of correct products `a` × `b`: a device gets `a` trains of `b` pulses, and its state is read as a count. */
function testProducts(writeNoise: number, seed: number): number {
  const bench = new PulseBench({
    device: neuroSim({ gMin: 0, pulsesUp: LEVELS, nonlinearityUp: 0, nonlinearityDown: 0, writeNoise }),
    seed,
    up: PRODUCTS.map(([a, b]) => mapRange(a * b, (k) => 100 * Math.floor(k / b) + (k % b))),
  });
  bench.runTo(1000);
  const right = bench.weights().filter((w, k) => Math.round(w * LEVELS) === PRODUCTS[k]![0] * PRODUCTS[k]![1]);
  return right.length / PRODUCTS.length;
}

const TASKS = ['implication', 'half adder'] as const;
const LABELS = {
  right: 'right answers (share)',
  product: 'right products (share)',
  spread: 'relative sd of conductances and thresholds',
  unloaded: 'control: implication without the load (share)',
};

export default defineDemonstration({
  title: 'Implication, a half adder and products of digits in memristors',
  claim: 'Memristors compute where they store: logic by implication, and multiplication by counting pulses.',
  reviewPart: 'ref. 37; Borghetti et al. 2010, doi:10.1038/nature08940',
  parameters: {
    rows: integer({ default: 50, min: 1, max: 10_000, help: 'number of tests of both truth tables per seed' }),
  },
  async run(p, context) {
    const testRows = (spread: number, load: number, seed: number) => {
      const rows = mapRange(p.rows, (k) => testTruthTables(spread, load, seed * 100_000 + k));
      return TASKS.map((task) => ({ task, spread, right: mean(rows.map((row) => row[task])) }));
    };
    const { truth, products, controls } = await context.measurePerSeed(LABELS, (seed) => ({
      truth: [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3].flatMap((spread) => testRows(spread, LOAD, seed)),
      products: [0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2].map((noise) => ({ noise, product: testProducts(noise, seed) })),
      controls: { unloaded: testRows(0, 0, seed)[0]!.right },
    }));
    const [implication, adder] = TASKS.map((task) => truth.mean('right', { task, spread: 0.1 })) as [number, number];
    return {
      figures: {
        ...truth.figures('right', { task: TASKS, spread: [0, 0.1] }),
        ...controls.figures('unloaded'),
        ...products.figures('product', { noise: [0, 1e-3, 1e-2] }),
      },
      expectations: {
        'both truth tables are right with equal devices': areAllEqualTo(truth.values('right', { spread: 0 }), 1),
        'control: implication is wrong in some row without the load': isGreater(1, controls.values('unloaded')),
        'the half adder fails more often than an implication at a spread of 10 %': adder < implication,
        'products of digits are right without write noise': areAllEqualTo(products.values('product', { noise: 0 }), 1),
        'products are wrong more often with more write noise':
          products.mean('product', { noise: 1e-2 }) < products.mean('product', { noise: 1e-3 }),
      },
      tables: { truth, products },
      pictures: { truth: truth.plot({ x: 'spread', y: 'right', groupBy: ['task'] }) },
    };
  },
});
