/**
 * Binarised synapses of 1S1R cells: accuracy against the rate of bits that were written wrongly, and against the frequency of reading, at
 * which a selector has less and less time to open. What it misses is one-sided, a conducting cell taken for a blocking one, and belongs to
 * the cell: each has its own switching voltage. Two networks: one that learned without labels, binarised neuron by neuron, and one that was
 * trained with labels on binary weights and is imported.
 * Source: Minguet Lopez et al. (R90 of the review Nanoscale Horiz. 2023, 8, 716): HfO2 OxRAM with an ovonic selector.
 * Run: memspike demo binary-1s1r --out DIR
 * Expect: accuracy is flat up to errors of 1e-3 and gives way between 1e-2 and 1e-1; reading at 1 MHz costs nothing; the net that was trained
 *         with labels reaches 97 %.
 */
import { mean } from 'simple-statistics';
import { integer, number, object, selectorMisses } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { type Learned, loadMnist, testLayer } from '../../mnist/index.ts';
import { demonstration, finished, learningLayerParams, perSeed, REPEATED, type Stage } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { type LayerSize, trainedLayer } from '../trainedLayer.ts';
import { binarised, type Misreading, misread, written } from './binarised.ts';
import { importedNet, supervisedAccuracy } from './supervised.ts';

const RATES = [1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3];
const FREQUENCIES = [1, 3, 10, 30, 100, 300]; // MHz; half of a period is the read pulse
const KNEE = 3; // points

const NETS = ['unsupervised', 'supervised'] as const;
type Net = (typeof NETS)[number];
/** Bits that were written wrongly; those that a selector misses; errors as often, but anew at each read and in either direction. */
const KINDS = ['write', 'selector', 'anew'] as const;
type Kind = (typeof KINDS)[number];

interface Point {
  readonly net: Net;
  readonly kind: Kind;
  readonly rate: number;
  /** MHz; 0 for errors of writing. */
  readonly frequency: number;
  readonly seed: number;
  readonly accuracy: number;
}

export interface Given extends LayerSize {
  readonly testRead: number;
  readonly voltage: number;
  readonly devices: number;
}

/** The read pulse at a frequency, and the share of conducting cells that it misses. */
export function pulseAt(frequency: number, { voltage, devices }: Pick<Given, 'voltage' | 'devices'>, seed: number) {
  const pulse = { voltage, time: 500 / frequency };
  return { pulse, rate: selectorMisses(pulse, {}, { devices, seed }) };
}

/** Both networks with every kind of errors. */
export async function withErrors(
  given: Given,
  rates: readonly number[],
  frequencies: readonly number[],
  seed: number,
  stage: Stage,
) {
  const { config, data, learned, accuracyOf } = await trainedLayer(given, seed, stage);
  const binary = binarised(learned);
  const imported = importedNet();
  const score = async (tested: Learned, images: number, labelled = binary) =>
    finished(await testLayer({ ...config, test: images }, labelled, data, { ...stage, tested })).accuracy
      .logProbability;
  const supervised = (errors: Misreading & { readonly wrong?: number }) =>
    supervisedAccuracy(imported, data.test, given.testRead, { ...errors, seed });
  const points: Point[] = [];
  const put = async (
    kind: Kind,
    rate: number,
    frequency: number,
    tested: Learned,
    errors: Parameters<typeof supervised>[0],
  ) => {
    await stage.step(`seed ${seed}: ${kind}, ${rate.toPrecision(2)}`);
    const common = { kind, rate, frequency, seed };
    points.push({ net: 'unsupervised', ...common, accuracy: await score(tested, given.testRead) });
    points.push({ net: 'supervised', ...common, accuracy: supervised(errors) });
  };
  for (const rate of rates) await put('write', rate, 0, written(binary, rate, seed), { wrong: rate });
  for (const frequency of frequencies) {
    const { pulse, rate } = pulseAt(frequency, given, seed);
    await put('selector', rate, frequency, misread(binary, { selector: pulse }), { selector: pulse });
    const readErrors = { rate };
    await put('anew', rate, frequency, misread(binary, { readErrors }), { readErrors });
  }
  const byArray = binarised(learned, 'array');
  return {
    graded: await accuracyOf(learned.weights),
    byNeuron: await score(binary, given.test),
    byArray: await score(byArray, given.test, byArray),
    clean: { unsupervised: await score(binary, given.testRead), supervised: supervised({}) },
    points,
  };
}

export default demonstration({
  name: 'binary-1s1r',
  title: 'Binarised synapses behind selectors that open too late',
  claim:
    'A binarised network of 1S1R cells reads with few bit errors at high frequency (97 % of MNIST at 1 MHz), and tolerates error rates of about 1e-3.',
  source: 'Minguet Lopez et al., ref. 90 of Cao et al., Nanoscale Horiz. 2023, 8, 716',
  parameters: object({
    ...learningLayerParams({ neurons: 100, train: 20_000, label: 1000, test: 1000 }),
    testRead: integer({ default: 300, min: 1, max: 10_000, help: 'test images with errors' }),
    voltage: number({
      default: 1.1,
      min: 0,
      unit: 'V',
      help: 'of a read pulse, across selectors that switch at 1 V (assumed)',
    }),
    devices: integer({ default: 20_000, min: 1, help: 'selectors that the rate of misses is taken from' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (1 + RATES.length + 2 * FREQUENCIES.length),
  async run(p, stage) {
    const seeded = await perSeed(p, (seed) => withErrors(p, RATES, FREQUENCIES, seed, stage));
    const points = seeded.flatMap((s) => s.points);
    const { test } = loadMnist();
    const whole = supervisedAccuracy(importedNet(), test, test.n, { seed: p.seed }); // without errors, no chance plays a part
    const key = (kind: Kind): 'rate' | 'frequency' => (kind === 'write' ? 'rate' : 'frequency');
    const lossesOf = (net: Net, kind: Kind, at: number) =>
      points
        .filter((one) => one.net === net && one.kind === kind && one[key(kind)] === at)
        .map((one, s) => seeded[s]!.clean[net] - one.accuracy);
    const loss = (net: Net, kind: Kind, at: number) => mean(lossesOf(net, kind, at));
    const rateAt = (frequency: number) => seeded.map((_, s) => pulseAt(frequency, p, p.seed + s).rate);
    const percent = (values: readonly number[]) => ({ unit: '%', values });
    const lost = (values: readonly number[]) => ({ unit: 'points', values, isDifference: true }) as const;
    const each = <T>(of: (net: Net) => readonly (readonly [string, T])[]) => Object.fromEntries(NETS.flatMap(of));
    return {
      figures: {
        'without labels, graded weights': percent(seeded.map((s) => s.graded)),
        'without labels, binarised neuron by neuron': percent(seeded.map((s) => s.byNeuron)),
        'without labels, one pair of values for the array': percent(seeded.map((s) => s.byArray)),
        'with labels, imported, all test images': percent([whole]),
        ...Object.fromEntries(FREQUENCIES.map((f) => [`cells missed at ${f} MHz`, { unit: '1', values: rateAt(f) }])),
        ...each((net) => [
          ...[1e-3, 1e-2, 0.1, 0.3].map(
            (rate) =>
              [`${net}: lost by ${rate} of the bits written wrongly`, lost(lossesOf(net, 'write', rate))] as const,
          ),
          ...FREQUENCIES.flatMap((f) => [
            [`${net}: lost by selectors at ${f} MHz`, lost(lossesOf(net, 'selector', f))] as const,
            [`${net}: lost by as many errors anew at ${f} MHz`, lost(lossesOf(net, 'anew', f))] as const,
          ]),
        ]),
      },
      expectations: {
        ...each((net) => [
          [`${net}: bits written wrongly cost less than a point up to 1e-3`, loss(net, 'write', 1e-3) < 1],
          [
            `${net}: the knee, where ${KNEE} points are lost, lies between 1e-2 and 1e-1 of the bits`,
            loss(net, 'write', 1e-2) < KNEE && loss(net, 'write', 0.1) >= KNEE,
          ],
          [`${net}: reading at 1 MHz costs less than a point`, loss(net, 'selector', 1) < 1],
          [
            `${net}, control: what a selector misses costs as much, within 2 points, as errors as often anew and in either direction`,
            FREQUENCIES.every((f) => Math.abs(loss(net, 'selector', f) - loss(net, 'anew', f)) < 2),
          ],
        ]),
        'the net that was trained with labels reaches 97 %': whole >= 97,
        'control: binarising neuron by neuron keeps more than one pair of values for the array':
          mean(seeded.map((s) => s.byNeuron)) > mean(seeded.map((s) => s.byArray)),
      },
      tables: {
        accuracy: tableOf(points, {
          ...{ net: { names: NETS }, kind: { names: KINDS }, rate: '1', frequency: 'MHz', seed: WHOLE, accuracy: '%' },
        }),
      },
      pictures: {
        frequency: curve({
          title: 'Accuracy against the frequency of reading',
          subtitle: `read pulses of ${p.voltage} V; MNIST, ${p.testRead} test images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'frequency (MHz)', log: true },
          y: { label: 'accuracy less that without errors (points)' },
          series: NETS.flatMap((net) =>
            (['selector', 'anew'] as const).map((kind) => ({
              name: `${net}, ${kind === 'selector' ? 'selectors' : 'errors anew'}`,
              points: overSeedsAt(FREQUENCIES, (f) => lossesOf(net, kind, f).map((v) => -v)),
            })),
          ),
        }),
        accuracy: curve({
          title: 'Accuracy against bits that were written wrongly',
          subtitle: `MNIST, ${p.testRead} test images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'share of the bits', log: true },
          y: { label: 'accuracy less that without errors (points)' },
          series: NETS.map((net) => ({
            name: net,
            points: overSeedsAt(RATES, (rate) => lossesOf(net, 'write', rate).map((v) => -v)),
          })),
        }),
      },
    };
  },
});
