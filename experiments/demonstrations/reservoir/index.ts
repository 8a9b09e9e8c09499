/**
 * Volatile memristors as a reservoir: the state that a device is left in tells which pulses it has got, and in which order,
 * because it forgets between them. Pulse streams that differ in order alone, and rows of MNIST images, cut into sections of a few pixels,
 * each sent to three devices of unlike time constants; only a linear readout of what the devices are left in is trained.
 * Source: reservoir computing with volatile memristors, R185 of the review Nanoscale Horiz. 2023, 8, 716.
 * Run: memspike demo reservoir --out demos/reservoir
 * Expect: all patterns of 4 and of 5 bits are told apart where the device forgets within a few pulses, and not where it
 *         forgets much faster or much slower; streams of one order told from others, and MNIST better than by devices that only count.
 */
import type * as z from 'zod';
import { accuracy, integer, number, object, READOUTS, Stream } from '../../index.ts';
import { curve, overSeeds } from '../../look/plots/index.ts';
import { imagesOf, type LabelledImages, loadMnist, type Mnist, mnistConfig, mnistSchema } from '../../mnist/index.ts';
import { demonstration, perSeed, REPEATED, type Stage } from '../demonstration.ts';
import { column } from '../findings.ts';
import { type Reservoir, readings, separated } from './devices.ts';
import { classesOf, orderAccuracy } from './order.ts';
import { features, pulses, sectionsOf } from './rows.ts';

const parameters = object({
  ...REPEATED,
  bits: integer({ default: 4, min: 2, max: 8, help: 'pixels of a row that one device gets as a stream' }),
  interval: number({
    default: 10,
    min: 0,
    exclusiveMin: true,
    unit: 'ms',
    help: 'from one pulse to the next (assumed)',
  }),
  tau: number({
    default: 17,
    min: 0,
    exclusiveMin: true,
    unit: 'ms',
    help: 'relaxation of the devices, and of the middle one of three (assumed)',
  }),
  factor: number({
    default: 3,
    min: 1,
    help: 'by which the other two of three devices relax faster and slower (assumed)',
  }),
  eta: number({
    default: 0.3,
    min: 0,
    exclusiveMin: true,
    max: 1,
    help: 'share of the rest that a pulse adds (assumed)',
  }),
  deviceToDevice: number({ default: 0.1, min: 0, help: 'relative sd of tau between devices (assumed)' }),
  jitter: number({
    default: 0.1,
    min: 0,
    help: 'sd by which pulses come early or late where only order matters, in intervals (assumed)',
  }),
  levels: integer({ default: 256, min: 2, max: 65536, help: 'of the converter that reads the devices' }),
  train: integer({ default: 20000, min: 100, help: 'training images of the readout' }),
  test: integer({ default: 10000, min: 10, help: 'test images' }),
  split: mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

const SEPARATED_BITS = [4, 5];
/** Time constants that separation is asked for, in intervals. */
const RATIOS = [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.4, 1.7, 2, 3, 5, 10, 20, 50, 100, 300, 1000];
/** A device that never forgets: it only counts. */
const COUNTING = 1e9;

const alike = (p: Settings, bits: number, tau: number): Reservoir => ({ ...p, bits, tau, deviceToDevice: 0 });

/** What each section of a row, or each stream, is sent to: time constants in ms. */
const taus = ({ tau, factor }: Settings) => ({
  three: [tau / factor, tau, tau * factor],
  one: [tau],
  counting: [COUNTING],
});
type Kind = keyof ReturnType<typeof taus>;
const KINDS: readonly Kind[] = ['three', 'one', 'counting'];
const NAMES: Readonly<Record<Kind, string>> = {
  three: 'three time constants',
  one: 'one time constant',
  counting: 'devices that only count',
};

/** Percent of the test images by softmax regression on these features. */
function classify(
  p: Settings,
  seed: number,
  learnFrom: Uint8Array | Uint16Array,
  asked: typeof learnFrom,
  images: Mnist,
) {
  const stream = new Stream(seed, 'readout');
  const labels = images.train.labels.subarray(0, p.train);
  const readout = READOUTS.linear(learnFrom, labels, p.train, learnFrom.length / p.train, () => stream.uniform());
  return accuracy(images.test.labels.subarray(0, p.test), readout.predictAll(asked));
}

async function trials(p: Settings, stage: Stage) {
  const config = mnistConfig({ split: p.split, train: p.train, label: p.train, test: p.test });
  const images = imagesOf(loadMnist(), config);
  const { train, test } = images;
  return perSeed(p, async (seed) => {
    const of = async (kind: Kind) => {
      await stage.step(`seed ${seed}: ${NAMES[kind]}`);
      const tables = taus(p)[kind].map((tau, k) =>
        readings({ ...p, tau }, sectionsOf(train, p.bits), k === 0 ? seed : `${seed}/${k}`),
      );
      const asFeatures = (of: LabelledImages, count: number) => features(of, count, tables, p.levels);
      const mnist = classify(p, seed, asFeatures(train, p.train), asFeatures(test, p.test), images);
      return { mnist, order: orderAccuracy(p, taus(p)[kind], seed) };
    };
    const [three, one, counting] = [await of('three'), await of('one'), await of('counting')];
    await stage.step(`seed ${seed}: the pulses themselves`);
    const direct = classify(p, seed, pulses(train, p.train), pulses(test, p.test), images);
    return { three, one, counting, direct };
  });
}

export default demonstration({
  name: 'reservoir',
  title: 'Volatile memristors as a reservoir for pulse streams',
  claim: 'Volatile memristors separate temporal pulse patterns; with a trained linear readout they recognise digits.',
  source: 'R185 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  steps: ({ seeds }) => 4 * seeds + 1,
  async run(p, stage) {
    await stage.step('separation');
    const count = (bits: number, tau: number) => separated(readings(alike(p, bits, tau), 1, p.seed).flat(), p.levels);
    const separation = SEPARATED_BITS.map((bits) => RATIOS.map((ratio) => count(bits, ratio * p.interval)));
    const states = SEPARATED_BITS.map((bits) => readings(alike(p, bits, p.tau), 1, p.seed).map((one) => one[0]!));
    const spread = readings(p, 100, p.seed);
    const found = await trials(p, stage);
    const [four, five] = SEPARATED_BITS.map((bits) => count(bits, p.tau)) as [number, number];
    const of = (kind: Kind, task: 'mnist' | 'order') => found.map((one) => one[kind][task]);
    const direct = found.map((one) => one.direct);
    const chance = 100 / classesOf(p.bits);
    const percent = (values: readonly number[]) => ({ unit: '%', values });
    return {
      figures: {
        'patterns of 4 bits told apart': { unit: 'of 16', values: [four] },
        'patterns of 5 bits told apart': { unit: 'of 32', values: [five] },
        ...Object.fromEntries(KINDS.map((kind) => [`order, ${NAMES[kind]}`, percent(of(kind, 'order'))])),
        'order, chance': percent([chance]),
        ...Object.fromEntries(KINDS.map((kind) => [`MNIST, ${NAMES[kind]}`, percent(of(kind, 'mnist'))])),
        'MNIST, the pulses themselves': percent(direct),
      },
      expectations: {
        'all 16 patterns of 4 bits leave states of their own': four === 16,
        'all 32 patterns of 5 bits leave states of their own': five === 32,
        'devices that forget at once or never separate at most half of them': separation.every((counts, b) =>
          [counts[0]!, counts.at(-1)!].every((n) => n <= 2 ** SEPARATED_BITS[b]! / 2),
        ),
        'where only order matters, three time constants are right at least half of the way from chance to all': of(
          'three',
          'order',
        ).every((value) => value > (100 + chance) / 2),
        'on MNIST three time constants are better than counting': found.every(
          ({ three, counting }) => three.mnist > counting.mnist,
        ),
        'on MNIST three time constants are better than one': found.every(({ three, one }) => three.mnist > one.mnist),
        'control: devices that only count are at chance, within 5 points, where only order matters': of(
          'counting',
          'order',
        ).every((value) => Math.abs(value - chance) < 5),
        'control: on MNIST the reservoir is better than the same readout of the pulses themselves': found.every(
          ({ three, direct }) => three.mnist > direct,
        ),
      },
      tables: {
        separation: {
          tau: column('intervals', RATIOS),
          ...Object.fromEntries(
            SEPARATED_BITS.map((bits, b) => [`${bits} bits`, column('1', separation[b]!, 'uint32')]),
          ),
        },
        ...Object.fromEntries(
          SEPARATED_BITS.map((bits, b) => [
            `states-${bits}-bits`,
            { pattern: column('1', [...states[b]!.keys()], 'uint32'), reading: column('1', states[b]!) },
          ]),
        ),
      },
      pictures: {
        reservoir: curve({
          title: 'Pulse patterns that one volatile device tells apart',
          subtitle: `${p.levels} levels of the converter, eta ${p.eta}; all patterns of 4 and of 5 bits`,
          x: { label: 'time constant of the device / interval of the pulses', log: true },
          y: { label: 'states told apart', domain: [0, 32] },
          series: SEPARATED_BITS.map((bits, b) => ({
            name: `${bits} bits`,
            points: RATIOS.map((x, i) => ({ x, y: separation[b]![i]! })),
          })),
        }),
        states: curve({
          title: `What each pattern of ${p.bits} bits leaves behind`,
          subtitle: `band: ± sd over 100 devices whose tau (mean ${p.tau} ms) has a relative sd of ${p.deviceToDevice}`,
          x: { label: 'pattern as a binary number, first bit highest' },
          y: { label: 'reading (1: saturated)' },
          series: [{ name: 'reading', points: spread.map((values, x) => overSeeds(x, values)) }],
        }),
      },
    };
  },
});
