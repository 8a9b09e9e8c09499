/**
 * Volatile memristors as a reservoir: the state that a device is left in tells which pulses it has got, and in which order,
 * because it forgets between them. Rows of MNIST images are cut into sections of a few pixels, each sent to one device as a
 * pulse stream; only a linear readout of what the devices are left in is trained.
 * Source: reservoir computing with volatile memristors, R185 of the review Nanoscale Horiz. 2023, 8, 716.
 * Run: memspike demo reservoir --out demos/reservoir
 * Expect: all patterns of 4 and of 5 bits are told apart where the device forgets within a few pulses, and not where it
 *         forgets much faster or much slower; MNIST at 88 % or more.
 */
import type * as z from 'zod';
import { accuracy, integer, number, object, READOUTS, Stream } from '../../index.ts';
import { curve, overSeeds } from '../../look/plots/index.ts';
import { imagesOf, loadMnist, type Mnist, mnistConfig, mnistSchema } from '../../mnist/index.ts';
import { demonstration, perSeed, REPEATED, type Stage } from '../demonstration.ts';
import { column } from '../findings.ts';
import { type Reservoir, readings, separated } from './devices.ts';
import { devicesFor, features } from './rows.ts';

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
  tau: number({ default: 17, min: 0, exclusiveMin: true, unit: 'ms', help: 'relaxation of the devices (assumed)' }),
  eta: number({
    default: 0.3,
    min: 0,
    exclusiveMin: true,
    max: 1,
    help: 'share of the rest that a pulse adds (assumed)',
  }),
  deviceToDevice: number({ default: 0.1, min: 0, help: 'relative sd of tau between devices (assumed)' }),
  levels: integer({ default: 256, min: 2, max: 65536, help: 'of the converter that reads the devices' }),
  train: integer({ default: 20000, min: 100, help: 'training images of the readout' }),
  test: integer({ default: 10000, min: 10, help: 'test images' }),
  split: mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

const SEPARATED_BITS = [4, 5];
/** Time constants that separation is asked for, in intervals. */
const RATIOS = [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.4, 1.7, 2, 3, 5, 10, 20, 50, 100, 300, 1000];
/** Those of the controls on MNIST: a device that has forgotten at the read, and one that never forgets and only counts. */
const CONTROLS = { forgetful: 0.1, counting: 1e6 };

const alike = (p: Settings, bits: number, tau: number): Reservoir => ({ ...p, bits, tau, deviceToDevice: 0 });

function classify(p: Settings, seed: number, tau: number, { train, test }: Mnist): number {
  const found = readings({ ...p, tau }, devicesFor(train, p.bits), seed);
  const stream = new Stream(seed, 'readout');
  const labels = train.labels.subarray(0, p.train);
  const learnFrom = features(train, p.train, found, p.levels);
  const readout = READOUTS.linear(learnFrom, labels, p.train, devicesFor(train, p.bits), () => stream.uniform());
  return accuracy(test.labels.subarray(0, p.test), readout.predictAll(features(test, p.test, found, p.levels)));
}

async function mnist(p: Settings, stage: Stage) {
  const config = mnistConfig({ split: p.split, train: p.train, label: p.train, test: p.test });
  const images = imagesOf(loadMnist(), config);
  return perSeed(p, async (seed) => {
    await stage.step(`seed ${seed}: MNIST`);
    const own = classify(p, seed, p.tau, images);
    await stage.step(`seed ${seed}: MNIST, controls`);
    const control = (ratio: number) => classify(p, seed, ratio * p.interval, images);
    return { own, forgetful: control(CONTROLS.forgetful), counting: control(CONTROLS.counting) };
  });
}

export default demonstration({
  name: 'reservoir',
  title: 'Volatile memristors as a reservoir for pulse streams',
  claim: 'Volatile memristors separate temporal pulse patterns; with a trained linear readout they recognise digits.',
  source: 'R185 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  steps: ({ seeds }) => 2 * seeds + 1,
  async run(p, stage) {
    await stage.step('separation');
    const count = (bits: number, tau: number) => separated(readings(alike(p, bits, tau), 1, p.seed).flat(), p.levels);
    const separation = SEPARATED_BITS.map((bits) => RATIOS.map((ratio) => count(bits, ratio * p.interval)));
    const states = SEPARATED_BITS.map((bits) => readings(alike(p, bits, p.tau), 1, p.seed).map((one) => one[0]!));
    const spread = readings(p, 100, p.seed);
    const accuracies = await mnist(p, stage);
    const [four, five] = SEPARATED_BITS.map((bits) => count(bits, p.tau)) as [number, number];
    const of = (key: 'own' | 'forgetful' | 'counting') => accuracies.map((one) => one[key]);
    return {
      figures: {
        'patterns of 4 bits told apart': { unit: 'of 16', values: [four] },
        'patterns of 5 bits told apart': { unit: 'of 32', values: [five] },
        'MNIST accuracy': { unit: '%', values: of('own') },
        'MNIST accuracy, devices that forget at once': { unit: '%', values: of('forgetful') },
        'MNIST accuracy, devices that never forget': { unit: '%', values: of('counting') },
      },
      expectations: {
        'all 16 patterns of 4 bits leave states of their own': four === 16,
        'all 32 patterns of 5 bits leave states of their own': five === 32,
        'devices that forget at once or never separate at most half of them': separation.every((counts, b) =>
          [counts[0]!, counts.at(-1)!].every((n) => n <= 2 ** SEPARATED_BITS[b]! / 2),
        ),
        'MNIST accuracy of at least 88 %': of('own').every((value) => value >= 88),
        'on MNIST the reservoir is better than both controls': accuracies.every(
          ({ own, forgetful, counting }) => own > forgetful && own > counting,
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
