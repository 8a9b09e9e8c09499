/** Stateful logic: two devices on a line with a load resistor compute material implication; NAND and half adder consist of implications. */
import {
  loadDevice,
  type ModelChoice,
  neuroSim,
  optional,
  PulseBench,
  RandomStream,
  text,
  UserError,
} from '../../index.ts';
import { areAllEqual, defineDemonstration, integer, isGreaterPerSeed, mapRange, number } from '../demonstration.ts';
import { createDevice } from '../devicePairs.ts';

const ABRUPT_DEVICE = { model: 'binary', gMin: 1e-6, gMax: 1e-3, pSet: 1, pReset: 1 }; // switches within one pulse (assumed)
const CONDITION_VOLTAGE = 0.86; // voltage on p / mean set threshold (assumed); below 1, it does not switch p
const MAX_PULSES = 100;
const DEVICES_PER_ROW = 9; // implication: p and q; half adder: x, y and the outputs of five NANDs

interface Gates {
  readonly device: ModelChoice;
  readonly setVoltage: number;
  readonly rows: number;
}

/**
 * Fractions of correct outputs of implication and half adder, tested `rows` times with all inputs on new devices. Pulses repeat until no
 * voltage exceeds the threshold of its device. `spread`: relative sd of conductances (log-normal) and thresholds (normal).
 */
function testTruthTables({ device, setVoltage, rows }: Gates, spread: number, hasLoad: boolean, seed: number) {
  const { electricalProperties: electrical } = createDevice(device).ranges;
  if (electrical === null)
    throw new UserError(`device must be a preset or file with a conductance range, but \`${device.model}\` has none.`);
  const factory = createDevice({ ...device, reading: 'single', deviceToDevice: spread });
  const middle = Math.sqrt(electrical.gMin * electrical.gMax);
  const load = hasLoad ? middle : 0; // load conductance, S
  const size = DEVICES_PER_ROW * 4 * rows;
  const { devices } = new PulseBench({ device: factory, seed, up: mapRange(size, () => []) });
  const stream = new RandomStream(seed, 'logic/thresholds');
  const thresholds = mapRange(size, () => 1 + spread * stream.normal());
  const strengths = new Float64Array(size).fill(1);
  const pulse = (k: number) => devices.pulseRow(k, strengths, 1, 0, 0);
  const isOn = (k: number) => devices.conductance(k, 0) > middle;
  let used = 0;
  const takeDevice = (state: boolean) => {
    for (let n = 0; state && n < MAX_PULSES; n++) pulse(used);
    return used++;
  };
  /** q ← p implies q: a conducting p raises the voltage of the shared line, so that the voltage across q is too small to set q. */
  const imply = (p: number, q: number) => {
    for (let n = 0; n < MAX_PULSES; n++) {
      const [gp, gq] = [devices.conductance(p, 0), devices.conductance(q, 0)];
      const line = (CONDITION_VOLTAGE * gp + setVoltage * gq) / (gp + gq + load);
      const voltages = new Map([
        [p, CONDITION_VOLTAGE - line],
        [q, setVoltage - line],
      ]);
      const switching = [p, q].filter((k) => voltages.get(k)! >= thresholds[k]!);
      if (switching.length === 0) return;
      switching.forEach(pulse);
    }
  };
  /** NAND of p and q in a new device `out`, which starts at FALSE: out ← p implies out, then out ← q implies out. */
  const nand = (p: number, q: number) => {
    const out = takeDevice(false);
    imply(p, out);
    imply(q, out);
    return out;
  };
  let [implied, added] = [0, 0];
  for (let row = 0; row < 4 * rows; row++) {
    const [a, b] = [row % 2 > 0, row % 4 > 1];
    const [p, q, x, y] = [a, b, a, b].map(takeDevice) as [number, number, number, number];
    imply(p, q);
    if (isOn(q) === (!a || b) && isOn(p) === a) implied++;
    const n = nand(x, y);
    const sum = nand(nand(x, n), nand(y, n));
    if (isOn(sum) === (a !== b) && isOn(nand(n, n)) === (a && b)) added++;
  }
  return { implication: implied / (4 * rows), 'half adder': added / (4 * rows) };
}

const PRODUCTS = mapRange(81, (k) => [1 + Math.floor(k / 9), 1 + (k % 9)] as const);
const LEVEL_COUNT = 81; // number of pulses over the full range, equal to the largest product of two digits

/** Fraction of correct products `a` × `b`: a device gets `a` trains of `b` pulses; its state gives the number of pulses. */
function testProducts(writeNoise: number, seed: number): number {
  const bench = new PulseBench({
    device: neuroSim({ gMin: 0, pulsesUp: LEVEL_COUNT, nonlinearityUp: 0, nonlinearityDown: 0, writeNoise }),
    seed,
    up: PRODUCTS.map(([a, b]) => mapRange(a * b, (k) => 100 * Math.floor(k / b) + (k % b))),
  });
  bench.runTo(1000);
  const right = bench.weights().filter((w, k) => Math.round(w * LEVEL_COUNT) === PRODUCTS[k]![0] * PRODUCTS[k]![1]);
  return right.length / PRODUCTS.length;
}

const TASKS = ['implication', 'half adder'] as const;

export default defineDemonstration({
  parameters: {
    rows: integer({ default: 50, min: 1, max: 10_000, help: 'number of tests of all truth tables per seed' }),
    device: optional(
      text({ help: 'preset or device file of the gates; default: a device that switches in one pulse' }),
    ),
    setVoltage: number({
      default: 1.43,
      min: 0,
      max: 10,
      help: 'set voltage of the output device, divided by its mean threshold',
    }),
  },
  async simulate(p, context) {
    const gates = { ...p, device: p.device === undefined ? ABRUPT_DEVICE : loadDevice(p.device).device };
    const { truth, products, controls } = await context.measurePerSeed((seed) => ({
      truth: [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3].flatMap((spread) => {
        const right = testTruthTables(gates, spread, true, seed);
        return TASKS.map((task) => ({ task, spread, right: right[task] }));
      }),
      products: [0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2].map((noise) => ({ noise, product: testProducts(noise, seed) })),
      controls: { unloaded: testTruthTables(gates, 0, false, seed).implication },
    }));
    const noiseless = products.values('product', { noise: 0 });
    const [implication, adder] = TASKS.map((task) => truth.mean('right', { task, spread: 0.1 })) as [number, number];
    return {
      expectations: [
        {
          'both truth tables are right with equal devices': areAllEqual(truth.values('right', { spread: 0 }), 1),
          'control: implication is wrong in some row without the load': isGreaterPerSeed(
            1,
            controls.values('unloaded'),
          ),
          'the half adder fails more often than an implication at a spread of 10 %': adder < implication,
        },
        {
          'products of digits are right without write noise': areAllEqual(noiseless, 1),
          'products are wrong more often with more write noise':
            products.mean('product', { noise: 1e-2 }) < products.mean('product', { noise: 1e-3 }),
        },
      ],
    };
  },
});
