/**
 * Binarised synapses of 1S1R cells: accuracy against the rate of bit errors, per write (they stay) and per read (they are drawn
 * anew), and the rate of read errors against the read pulse.
 * Source: Minguet Lopez et al. (R90 of the review Nanoscale Horiz. 2023, 8, 716): HfO2 OxRAM with an ovonic selector.
 * Run: memspike demo binary-1s1r --out DIR
 * Expect: accuracy is flat up to errors of 1e-3 and gives way between 1e-2 and 1e-1; a longer or higher read pulse makes fewer
 *         errors.
 */
import { mean } from 'simple-statistics';
import { integer, object, selectorMisses } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { type Learned, testLayer } from '../../mnist/index.ts';
import {
  demonstration,
  finished,
  learningLayerParams,
  perSeed,
  REPEATED,
  type Stage,
  seedsOf,
} from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { type LayerSize, trainedLayer } from '../trainedLayer.ts';
import { binarised, misread, written } from './binarised.ts';

const RATES = [1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.2, 0.3];
const KINDS = ['write', 'read'] as const;
type Kind = (typeof KINDS)[number];

const VOLTAGES = [1.1, 1.2, 1.3]; // V, across a selector that switches at 1 V
const TIMES = [1, 3, 10, 30, 100, 300, 1000]; // ns

const KNEE = 3; // points

interface Point {
  readonly kind: Kind;
  readonly rate: number;
  readonly seed: number;
  readonly accuracy: number;
}

/** One layer: graded, binarised, and binarised with errors of either kind. */
export async function withErrors(
  given: LayerSize & { readonly testRead: number },
  rates: readonly number[],
  seed: number,
  stage: Stage,
) {
  const { config, data, learned, accuracyOf } = await trainedLayer(given, seed, stage);
  const binary = binarised(learned);
  /** Images that each kind of errors is tested with. */
  const counts = { write: given.test, read: given.testRead };
  const accuracy = async (kind: Kind, tested: Learned) => {
    const few = { ...config, test: counts[kind] };
    return finished(await testLayer(few, binary, data, { ...stage, tested })).accuracy.logProbability;
  };
  const points: Point[] = [];
  for (const kind of KINDS) {
    for (const rate of rates) {
      await stage.step(`seed ${seed}: ${rate} a ${kind}`);
      const tested = kind === 'write' ? written(binary, rate, seed) : misread(binary, rate);
      points.push({ kind, rate, seed, accuracy: await accuracy(kind, tested) });
    }
  }
  const clean = { write: await accuracy('write', binary), read: await accuracy('read', binary) };
  return { graded: await accuracyOf(learned.weights), clean, points };
}

/** The rate at which the loss first reaches the knee, on a straight line over log rate; null where it never does. */
function kneeOf(losses: readonly { readonly rate: number; readonly loss: number }[]): number | null {
  const i = losses.findIndex(({ loss }) => loss >= KNEE);
  if (i < 1) return null;
  const [a, b] = [losses[i - 1]!, losses[i]!];
  return a.rate * (b.rate / a.rate) ** ((KNEE - a.loss) / (b.loss - a.loss));
}

/** Whether each rate of read errors falls with a pulse that is three times as long, and with one 0.1 V higher; none stays none. */
export function fewerMisses(devices: number, seeds: readonly number[]): boolean {
  const rate = (voltage: number, time: number) =>
    mean(seeds.map((seed) => selectorMisses({ voltage, time }, {}, { devices, seed })));
  const falls = (from: number, to: number) => to < from || (from === 0 && to === 0);
  return VOLTAGES.every((voltage) =>
    TIMES.every((time) => {
      const now = rate(voltage, time);
      return falls(now, rate(voltage, 3 * time)) && falls(now, rate(voltage + 0.1, time));
    }),
  );
}

export default demonstration({
  name: 'binary-1s1r',
  title: 'Binarised synapses with bit errors of reading and of writing',
  claim:
    'A binarised network of 1S1R cells reads with few bit errors at high frequency, and tolerates error rates of about 1e-3.',
  source: 'Minguet Lopez et al., ref. 90 of Cao et al., Nanoscale Horiz. 2023, 8, 716',
  parameters: object({
    ...learningLayerParams({ neurons: 100, train: 60_000, label: 3000, test: 2000 }),
    testRead: integer({
      default: 200,
      min: 1,
      max: 10_000,
      help: 'test images with errors of reading, which take long',
    }),
    devices: integer({ default: 20_000, min: 1, help: 'selectors that the rate of read errors is taken from' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (1 + KINDS.length * RATES.length),
  async run(p, stage) {
    const seeded = await perSeed(p, (seed) => withErrors(p, RATES, seed, stage));
    const points = seeded.flatMap((s) => s.points);
    const of = (kind: Kind, rate: number) =>
      points.filter((s) => s.kind === kind && s.rate === rate).map((s) => s.accuracy);
    const clean = (kind: Kind) => seeded.map((s) => s.clean[kind]);
    const loss = (kind: Kind, rate: number) => mean(clean(kind)) - mean(of(kind, rate));
    const knees = KINDS.flatMap((kind) => {
      const rate = kneeOf(RATES.map((rate) => ({ rate, loss: loss(kind, rate) })));
      return rate === null ? [] : [[`${kind} errors that cost ${KNEE} points`, { unit: '1', values: [rate] }] as const];
    });
    const missed = (voltage: number, time: number) =>
      seedsOf(p).map((seed) => selectorMisses({ voltage, time }, {}, { devices: p.devices, seed }));
    const pulses = VOLTAGES.flatMap((voltage) =>
      TIMES.map((time) => ({ voltage, time, rates: missed(voltage, time) })),
    );
    const visible = (rate: number) => rate > 1e-6;
    return {
      figures: {
        'graded weights': { unit: '%', values: seeded.map((s) => s.graded) },
        'binarised, no errors': { unit: '%', values: clean('write') },
        [`the same, first ${p.testRead} images`]: { unit: '%', values: clean('read') },
        ...Object.fromEntries(
          KINDS.flatMap((kind) =>
            [1e-3, 1e-2, 0.1, 0.3].map((rate) => [`${kind} errors ${rate}`, { unit: '%', values: of(kind, rate) }]),
          ),
        ),
        ...Object.fromEntries(knees),
        'read errors, 1.2 V for 10 ns': { unit: '1', values: missed(1.2, 10) },
        'read errors, 1.2 V for 1 ns': { unit: '1', values: missed(1.2, 1) },
      },
      expectations: {
        ...Object.fromEntries(
          KINDS.flatMap((kind) => [
            [`${kind} errors: flat, within 1 point, up to 1e-3`, Math.abs(loss(kind, 1e-3)) <= 1],
            [
              `${kind} errors: the knee, where ${KNEE} points are lost, lies between 1e-2 and 1e-1`,
              loss(kind, 1e-2) < KNEE && loss(kind, 0.1) >= KNEE,
            ],
          ]),
        ),
        'errors of 0.3 that stay cost more than 20 points': loss('write', 0.3) > 20,
        'longer and higher read pulses make fewer errors': fewerMisses(p.devices, seedsOf(p)),
      },
      tables: {
        accuracy: tableOf(points, { kind: { names: KINDS }, rate: '1', seed: WHOLE, accuracy: '%' }),
        pulses: tableOf(
          pulses.map(({ voltage, time, rates }) => ({ voltage, time, rate: mean(rates) })),
          { voltage: 'V', time: 'ns', rate: '1' },
        ),
      },
      pictures: {
        accuracy: curve({
          title: 'What bit errors do to binarised synapses',
          subtitle: `MNIST, ${p.neurons} neurons, ${p.test} and ${p.testRead} test images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'rate of bit errors', log: true },
          y: { label: 'accuracy less that without errors (points)' },
          series: KINDS.map((kind) => ({
            name: `per ${kind}`,
            points: overSeedsAt(RATES, (rate) => of(kind, rate).map((accuracy, i) => accuracy - clean(kind)[i]!)),
          })),
        }),
        pulses: curve({
          title: 'Read errors of a selector against the read pulse',
          subtitle: `switching at 1 V with sd 0.05 V (assumed); ${p.devices} selectors, mean of ${p.seeds} seeds`,
          x: { label: 'read pulse (ns)', log: true },
          y: { label: 'rate of read errors', log: true },
          series: VOLTAGES.map((voltage) => ({
            name: `${voltage} V`,
            points: pulses
              .filter((s) => s.voltage === voltage && visible(mean(s.rates)))
              .map((s) => ({ x: s.time, y: mean(s.rates) })),
          })),
        }),
      },
    };
  },
});
