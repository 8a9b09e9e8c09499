/**
 * Accuracy of networks against properties of their devices, varied one at a time from a linear device. A net learns with labels by
 * gradients on device pairs; a layer learns without labels by STDP on single devices.
 */
import { setImmediate } from 'node:timers/promises';
import { accuracy as accuracyOf, object } from '../../index.ts';
import { type CurveAxis, curve } from '../../look/plots/index.ts';
import { classesOf, crossbarNet, netConfig, trainInSitu, untrained } from '../../training/supervised/index.ts';
import { loadMnist, type Mnist, mnistConfig } from '../../training/unsupervised/index.ts';
import {
  defineDemonstration,
  Interrupted,
  layerParams,
  MNIST_CLASSES,
  measureSeeds,
  SEED_PARAMS,
} from '../demonstration.ts';
import { mergeRecords, percent } from '../findings.ts';
import { trainAndTest } from '../trainedLayer.ts';

/** Device model with its parameters. */
export type Device = { readonly model: string } & Readonly<Record<string, unknown>>;

/** Device, images and size of a learner; `neurons` are hidden or competing neurons. */
interface LearnerOptions extends Readonly<Record<'neurons' | 'train' | 'test' | 'seed', number>> {
  readonly device: Device;
  readonly data: Mnist;
  readonly signal: AbortSignal;
}

/** Accuracy (%) of a 784-neurons-10 net on device pairs, trained in place by gradients: trains of coincident whole pulses, one epoch. */
export async function trainWithLabels(options: LearnerOptions): Promise<number> {
  const { device, data, neurons, train, test, seed, signal } = options;
  const config = netConfig(
    { network: 'mlp', hidden: [neurons], seed, inSitu: { epochs: 1 }, update: { rule: 'stochastic' } },
    { device: { ...device, reading: 'differential' } },
  );
  const { inSitu, pixels } = config;
  const shape = { rows: data.train.rows, columns: data.train.columns, channels: 1 };
  const net = crossbarNet(config, untrained('mlp', shape, MNIST_CLASSES, config, seed));
  const yieldToEvents = async () => {
    await setImmediate();
    if (signal.aborted) throw new Interrupted();
  };
  await trainInSitu(net, { ...data.train, n: train }, pixels, { ...inSitu, seed, from: 0 }, yieldToEvents);
  const classes = await classesOf(net, { ...data.test, n: test }, pixels, yieldToEvents);
  return accuracyOf(data.test.labels.subarray(0, test), classes);
}

/** Accuracy (%, log-probability readout) of competing neurons on single devices, trained by STDP without labels, one epoch. */
export async function trainWithoutLabels(options: LearnerOptions): Promise<number> {
  const { device, data, neurons, train, test, seed, signal } = options;
  const size = { neurons, epochs: 1, train, label: Math.min(train, 2000), test, seed };
  return (await trainAndTest(mnistConfig(size, { device, shortTerm: null }), data, { signal })).accuracy;
}

const REFERENCE: Device = {
  model: 'neuroSim',
  gMin: 1e-6,
  gMax: 1e-4,
  pulsesUp: 255,
  pulsesDown: 255,
  nonlinearityUp: 0,
  nonlinearityDown: 0,
};

interface Axis {
  readonly x: CurveAxis;
  readonly values: readonly number[];
  /** Parameters that differ from the reference device. */
  readonly device: (value: number) => Readonly<Record<string, unknown>>;
}

const AXES = {
  fading: {
    x: { label: 'nonlinearity, steps fade towards either end (label α, -α)' },
    values: [0, 2, 4, 6],
    device: (a: number) => ({ nonlinearityUp: a, nonlinearityDown: -a }),
  },
  retraced: {
    x: { label: 'nonlinearity, the same curve up and down (label α, α)' },
    values: [0, 2, 4, 6],
    device: (a: number) => ({ nonlinearityUp: a, nonlinearityDown: a }),
  },
  states: {
    x: { label: 'states of a device', log: true },
    values: [4, 16, 64, 256],
    device: (count: number) => ({ levels: { count, rounding: 'stochastic' } }),
  },
  onOff: {
    x: { label: 'on/off ratio', log: true },
    values: [2, 10, 100],
    device: (r: number) => ({ gMin: 1e-4 / r }),
  },
  writeNoise: {
    x: { label: 'noise of a pulse (share of the range)' },
    values: [0, 0.01, 0.03],
    device: (sd: number) => ({ writeNoise: sd }),
  },
  spread: {
    x: { label: 'relative sd between devices' },
    values: [0, 0.25, 0.5],
    device: (sd: number) => ({ deviceToDevice: sd }),
  },
} as const satisfies Record<string, Axis>;
type Property = keyof typeof AXES;
const PROPERTIES = Object.keys(AXES) as Property[];

/** Settings of the figures. */
const SHOWN: readonly (readonly [name: string, property: Property, value: number])[] = [
  ['plain device', 'fading', 0],
  ['fading steps, 6', 'fading', 6],
  ['the same curve both ways, 6', 'retraced', 6],
  ['4 states', 'states', 4],
  ['on/off ratio 2', 'onOff', 2],
  ['noise of a pulse 3 %', 'writeNoise', 0.03],
  ['spread 50 %', 'spread', 0.5],
];

const LEARNERS = {
  withLabels: { train: trainWithLabels, title: 'with labels', name: 'with labels (gradients, pairs)' },
  withoutLabels: { train: trainWithoutLabels, title: 'without labels', name: 'without labels (STDP, single devices)' },
};
type Learner = keyof typeof LEARNERS;
const LEARNER_NAMES = Object.keys(LEARNERS) as Learner[];

export default defineDemonstration({
  name: 'device-demands',
  title: 'Device requirements of networks that learn with and without labels',
  claim: 'Linearity, symmetry, number of states, on/off ratio and variation of devices decide what is learned on them.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, sections 1.2 and 2',
  parameters: object({
    ...layerParams({ neurons: 50, train: 4000, label: 2000, test: 2000 }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const { signal } = context;
    const data = loadMnist();
    const shiftedLabels = data.train.labels.map((_, i, all) => all.at(i - 1)!);
    const shifted = { ...data, train: { ...data.train, labels: shiftedLabels } };
    const { grid, controls } = await measureSeeds(p, context, async (seed) => {
      /** Accuracies of devices that several axes share. */
      const known = new Map<string, number>();
      const grid = [];
      for (const learner of LEARNER_NAMES)
        for (const property of PROPERTIES) {
          await context.step(`${LEARNERS[learner].name}: ${AXES[property].x.label}`);
          for (const value of AXES[property].values) {
            const device = { ...REFERENCE, ...AXES[property].device(value) };
            const key = JSON.stringify([learner, device]);
            const accuracy = known.get(key) ?? (await LEARNERS[learner].train({ ...p, device, data, seed, signal }));
            known.set(key, accuracy);
            grid.push({ learner, property, value: value as number, seed, accuracy });
          }
        }
      const options = { ...p, device: REFERENCE, data: shifted, seed, signal };
      return { grid, controls: { shifted: await trainWithLabels(options) } };
    });
    const accuracy = (learner: Learner, property: Property, value: number) =>
      grid.mean('accuracy', { learner, property, value });
    const loss = (learner: Learner, property: Property, value: number) =>
      accuracy(learner, 'fading', 0) - accuracy(learner, property, value);

    return {
      figures: {
        ...mergeRecords(LEARNER_NAMES, (learner) =>
          mergeRecords(SHOWN, ([name, property, value]) => {
            const accuracies = grid.values('accuracy', { learner, property, value });
            return { [`${LEARNERS[learner].title}: ${name}`]: percent(accuracies) };
          }),
        ),
        'control: labels of other images': percent(controls.values('shifted')),
      },
      expectations: {
        'with labels, fading steps cost accuracy': [4, 6].every((a) => loss('withLabels', 'fading', a) > 0),
        'with labels, the same curve in both directions costs less than fading steps': [4, 6].every(
          (a) => loss('withLabels', 'retraced', a) < loss('withLabels', 'fading', a),
        ),
        'without labels, fading steps gain accuracy': [2, 4, 6].every((a) => loss('withoutLabels', 'fading', a) < 0),
        'both learners are less accurate with fewer states': LEARNER_NAMES.every((learner) =>
          [4, 16].every((n) => accuracy(learner, 'states', n) < accuracy(learner, 'states', 64)),
        ),
        'control: labels of other images lead to accuracy near chance':
          controls.mean('shifted') < 2 * (100 / MNIST_CLASSES),
      },
      tables: { accuracies: grid.table() },
      pictures: mergeRecords(PROPERTIES, (property) => ({
        [property]: curve({
          title: 'Accuracy with labels and without',
          subtitle: `MNIST, ${p.train} training images, ${p.neurons} neurons, mean and sd of ${p.seeds} seeds`,
          x: AXES[property].x,
          y: { label: 'accuracy (%)', domain: [50, 90] },
          series: LEARNER_NAMES.map((learner) =>
            grid.line(LEARNERS[learner].name, 'value', 'accuracy', { learner, property }),
          ),
        }),
      })),
    };
  },
});
