/**
 * Hidden ("stashed") synapses: a device that several pulses in a row have hardly changed is taken out of the array. While
 * hidden it is neither read nor written, carries no current and costs no energy; when it has missed so many pulses it is
 * shown again. For inference all are revealed. What that saves beyond what it takes no hiding for: not to send pulses to devices that are at
 * their bound already (write on change), which changes no weight.
 * Source: Cheong et al. 2022 (R87 of the review Nanoscale Horiz. 2023, 8, 716); the criterion of hiding is our own.
 * Run: memspike demo stashing --out demos/stashing
 * Expect: at an on/off ratio of 5 a point with at least 37 % less energy than write on change alone takes, at a loss of 0.5 points or less.
 */
import { mean } from 'simple-statistics';
import type * as z from 'zod';
import { integer, number, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { imagesOf, loadMnist, type Mnist, mnistConfig, mnistSchema, testLayer, trainLayer } from '../../mnist/index.ts';
import { demonstration, finished, perSeed, REPEATED, type Stage } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';

const parameters = object({
  ...REPEATED,
  neurons: integer({ default: 100, min: 10, max: 10000, help: 'output neurons' }),
  onOff: number({ default: 5, min: 1, exclusiveMin: true, help: 'ratio gMax/gMin of the devices (assumed)' }),
  pulses: integer({ default: 3, min: 1, max: 65535, help: 'pulses in a row without a change that hide a device' }),
  change: number({ default: 0.001, min: 0, help: 'change that counts as none, as a share of the range' }),
  train: integer({ default: 20_000, min: 1, help: 'training images, shown once' }),
  label: integer({ default: 5000, min: 1, help: 'training images shown again to learn the readout' }),
  test: integer({ default: 10000, min: 10, help: 'test images' }),
  split: mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

/** Pulses that a hidden device misses before it is shown again; the largest value hides for good. */
const MISSES = [3, 10, 30, 100, 65535];
const hiddenFor = (misses: number): string => (misses === 65535 ? 'hidden for good' : `hidden for ${misses} pulses`);
const SAVED = 37; // %
const LOST = 0.5; // points

/** What one training comes to. */
interface Outcome {
  /** Reads and writes of training, J. */
  readonly energy: number;
  /** Of the revealed network, %. */
  readonly accuracy: number;
  /** Pulses that were saved, as a share of all. */
  readonly skipped: number;
}

async function train(p: Settings, seed: number, device: object, images: Mnist, stage: Stage): Promise<Outcome> {
  const range = { model: 'exponential', gMin: 1e-4 / p.onOff, gMax: 1e-4, reading: 'referenceColumn' };
  const config = mnistConfig({ ...common(p), seed, device: { ...range, ...device } });
  const { layer, learned } = finished(await trainLayer(config, images.train, stage));
  const { skipped, writesUp, writesDown, energy } = layer.synapses.devices!.usage;
  const { accuracy } = finished(await testLayer(config, learned, images, stage));
  return {
    energy: energy.read + energy.write,
    accuracy: accuracy.logProbability,
    skipped: skipped / (skipped + writesUp + writesDown),
  };
}

const common = ({ neurons, train, split, label, test }: Settings) => ({
  neurons,
  epochs: 1,
  train,
  split,
  label,
  test,
});

export default demonstration({
  name: 'stashing',
  title: 'Hidden synapses save energy of training',
  claim:
    'Hiding trained synapses of a 32 x 32 self-rectifying crossbar saves 37 % of the array energy in unsupervised learning of MNIST.',
  source: 'Cheong et al. 2022 (R87 of the review Nanoscale Horiz. 2023, 8, 716)',
  parameters,
  steps: ({ seeds }) => seeds * (MISSES.length + 2),
  async run(p, stage) {
    const images = imagesOf(loadMnist(), mnistConfig(common(p)));
    const seeds = await perSeed(p, async (seed) => {
      const made = async (what: string, device: object) => {
        await stage.step(`seed ${seed}: ${what}`);
        return train(p, seed, device, images, stage);
      };
      const everything = await made('every pulse sent', {});
      const whole = await made('write on change', { writeOnChange: true });
      const hidden: Outcome[] = [];
      for (const misses of MISSES) {
        const stash = { pulses: p.pulses, change: p.change, misses };
        hidden.push(await made(`hidden for ${misses} pulses`, { writeOnChange: true, stash }));
      }
      return { everything, whole, hidden };
    });
    const saved = (of: (one: (typeof seeds)[number]) => Outcome) =>
      seeds.map((one) => 100 * (1 - of(one).energy / one.whole.energy));
    const lost = (of: (one: (typeof seeds)[number]) => Outcome) =>
      seeds.map((one) => one.whole.accuracy - of(one).accuracy);
    const points = MISSES.map((misses, m) => ({
      misses,
      saved: saved(({ hidden }) => hidden[m]!),
      lost: lost(({ hidden }) => hidden[m]!),
    }));
    const good = points.filter((point) => mean(point.lost) <= LOST);
    const byWriting = seeds.map(({ everything, whole }) => 100 * (1 - whole.energy / everything.energy));
    const forGood = mean(points.at(-1)!.lost);
    const hides = MISSES.filter((misses) => misses < 65535);
    const curveOf = (key: 'saved' | 'lost') => overSeedsAt(hides, (_, m) => points[m]![key]);
    return {
      figures: {
        'accuracy, write on change': { unit: '%', values: seeds.map(({ whole }) => whole.accuracy) },
        'energy of training, every pulse sent': { unit: 'J', values: seeds.map(({ everything }) => everything.energy) },
        'energy of training, write on change': { unit: 'J', values: seeds.map(({ whole }) => whole.energy) },
        'control: saved by write on change, nothing hidden': { unit: '%', values: byWriting },
        ...Object.fromEntries(
          points.flatMap(({ misses, saved, lost }) => [
            [`${hiddenFor(misses)}: energy saved beyond that`, { unit: '%', values: saved }],
            [`${hiddenFor(misses)}: accuracy lost`, { unit: 'points', values: lost, isDifference: true }],
          ]),
        ),
      },
      expectations: {
        [`a point with at least ${SAVED} % less energy than write on change alone takes, at a mean loss of ${LOST} points or less`]:
          good.some((point) => mean(point.saved) >= SAVED),
        'some hiding saves energy beyond write on change in every seed, at such a loss': good.some((point) =>
          point.saved.every((value) => value > 0),
        ),
        [`control: without hiding ${SAVED} % cannot be had`]: mean(byWriting) < SAVED,
        'control: the longer devices are hidden, the more is saved': points.every(
          ({ saved }, m) => m === 0 || mean(saved) > mean(points[m - 1]!.saved),
        ),
      },
      tables: {
        stashing: tableOf(
          seeds.flatMap(({ hidden }, s) => MISSES.map((misses, i) => ({ misses, seed: p.seed + s, ...hidden[i]! }))),
          { misses: WHOLE, seed: WHOLE, energy: 'J', accuracy: '%', skipped: '1' },
        ),
      },
      pictures: {
        stashing: curve({
          title: 'Energy that hidden synapses save beyond write on change',
          subtitle: `MNIST, ${p.neurons} neurons, on/off ${p.onOff}, hidden after ${p.pulses} pulses without a change; band: ± sd over ${seeds.length} seeds`,
          x: { label: 'pulses that a device misses while it is hidden', log: true },
          y: { label: 'energy of training saved (%)', domain: [0, 40] },
          series: [{ name: 'hidden synapses', points: curveOf('saved') }],
          references: [
            { name: `hidden for good (${mean(points.at(-1)!.saved).toFixed(1)} %)`, y: mean(points.at(-1)!.saved) },
            { name: `the review's ${SAVED} %`, y: SAVED },
          ],
        }),
        lost: curve({
          title: 'Accuracy that hidden synapses cost',
          subtitle: `MNIST, ${p.neurons} neurons, all synapses revealed; band: ± sd over ${seeds.length} seeds`,
          x: { label: 'pulses that a device misses while it is hidden', log: true },
          y: { label: 'accuracy lost (points)' },
          series: [{ name: 'hidden synapses', points: curveOf('lost') }],
          references: [
            { name: `hidden for good (${forGood.toFixed(2)} points)`, y: forGood },
            { name: `limit of ${LOST} points`, y: LOST },
          ],
        }),
      },
    };
  },
});
