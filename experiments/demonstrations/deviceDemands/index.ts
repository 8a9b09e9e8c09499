/** Accuracy against single device properties, for a net trained with labels (by gradients) and for a net without labels (by STDP). */
import { accuracy as accuracyOf } from '../../index.ts';
import { classesOf, crossbarNet, netConfig, trainInSitu, untrained } from '../../training/supervised/index.ts';
import { loadMnist, type Mnist, mnistConfig } from '../../training/unsupervised/index.ts';
import { type DemonstrationContext, declareCounts, defineDemonstration, MNIST_CLASS_COUNT } from '../demonstration.ts';
import { trainAndTestLayer } from '../trainedLayer.ts';

export type DeviceVariant = { readonly model: string } & Readonly<Record<string, unknown>>;

/** Options of a trained network. `neurons`: number of hidden neurons (with labels) or competing neurons (without). */
interface LearnerOptions extends Readonly<Record<'neurons' | 'train' | 'test' | 'seed', number>> {
  readonly device: DeviceVariant;
  readonly data: Mnist;
  readonly context: DemonstrationContext;
}

/** Test accuracy (%) of a 784-`neurons`-10 net, trained on devices for one epoch by coincident stochastic pulses. */
export async function trainWithLabels(options: LearnerOptions): Promise<number> {
  const { device, data, neurons, train, test, seed, context } = options;
  const config = netConfig(
    { network: 'mlp', hidden: [neurons], seed, inSitu: { epochs: 1 }, update: { rule: 'stochastic' } },
    { device: { ...device, reading: 'differential' } },
  );
  const { inSitu, pixels } = config;
  const shape = { rows: data.train.rows, columns: data.train.columns, channels: 1 };
  const net = crossbarNet(config, untrained('mlp', shape, MNIST_CLASS_COUNT, config, seed));
  const yieldToEvents = () => context.reportProgress('with labels');
  await trainInSitu(net, { ...data.train, n: train }, pixels, { ...inSitu, seed, firstTrainedStage: 0 }, yieldToEvents);
  const classes = await classesOf(net, { ...data.test, n: test }, pixels, yieldToEvents);
  return accuracyOf(data.test.labels.subarray(0, test), classes);
}

/** Test accuracy, %, of competing neurons with one device per synapse, trained by STDP for one epoch. */
export async function trainWithoutLabels(options: LearnerOptions): Promise<number> {
  const { device, data, neurons, train, test, seed, context } = options;
  const size = { neurons, epochs: 1, train, label: Math.min(train, 2000), test, seed };
  return (await trainAndTestLayer(mnistConfig(size, { device, shortTerm: null }), data, context)).accuracy;
}

const LINEAR = { nonlinearityUp: 0, nonlinearityDown: 0 };
const REFERENCE = { model: 'neuroSim', gMin: 1e-6, gMax: 1e-4, pulsesUp: 255, pulsesDown: 255, ...LINEAR };

const PROPERTIES: Readonly<Record<string, [values: readonly number[], device: (value: number) => object]>> = {
  'fading steps': [[0, 2, 4, 6], (a) => ({ nonlinearityUp: a, nonlinearityDown: -a })],
  'retraced steps': [[0, 2, 4, 6], (a) => ({ nonlinearityUp: a, nonlinearityDown: a })],
  states: [[4, 16, 64, 256], (count) => ({ levels: { count, rounding: 'stochastic' } })],
  'on/off ratio': [[2, 10, 100], (r) => ({ gMin: 1e-4 / r })],
  'write noise': [[0, 0.01, 0.03], (sd) => ({ writeNoise: sd })],
  'spread between devices': [[0, 0.25, 0.5], (sd) => ({ deviceToDevice: sd })],
};
const LEARNERS = { 'with labels': trainWithLabels, 'without labels': trainWithoutLabels };
type Learner = keyof typeof LEARNERS;
const LEARNER_NAMES = Object.keys(LEARNERS) as Learner[];

export default defineDemonstration({
  parameters: declareCounts({ neurons: 50, train: 4000, label: 2000, test: 2000 }),
  async simulate(p, context) {
    const data = loadMnist();
    const labels = data.train.labels.map((_, i, all) => all.at(i - 1)!);
    const shifted = { ...data, train: { ...data.train, labels } };
    const { accuracies: grid, controls } = await context.measurePerSeed(async (seed) => {
      const options = { ...p, data, device: REFERENCE, seed, context };
      const grid = [];
      for (const learner of LEARNER_NAMES)
        for (const [property, [values, change]] of Object.entries(PROPERTIES))
          for (const x of values) {
            await context.reportProgress(`${learner}: ${property} ${x}`);
            const accuracy = await LEARNERS[learner]({ ...options, device: { ...REFERENCE, ...change(x) } });
            grid.push({ learner, property, x, accuracy });
          }
      return { accuracies: grid, controls: { accuracy: await trainWithLabels({ ...options, data: shifted }) } };
    });
    const accuracy = (learner: Learner, property: string, x: number) => grid.mean('accuracy', { learner, property, x });
    const loss = (learner: Learner, steps: 'fading steps' | 'retraced steps', x: number) =>
      accuracy(learner, 'fading steps', 0) - accuracy(learner, steps, x);
    const gain = (a: number) => -loss('without labels', 'fading steps', a);
    return {
      figures: {
        'control: labels of other images': { unit: '%', values: controls.values('accuracy') },
      },
      expectations: [
        {
          'with labels, fading steps cost accuracy': [4, 6].every((a) => loss('with labels', 'fading steps', a) > 0),
          'with labels, the same curve in both directions costs less than fading steps': [4, 6].every(
            (a) => loss('with labels', 'retraced steps', a) < loss('with labels', 'fading steps', a),
          ),
          'control: labels of other images lead to accuracy near chance':
            controls.mean('accuracy') < 2 * (100 / MNIST_CLASS_COUNT),
        },
        { 'without labels, fading steps gain accuracy': [2, 4, 6].every((a) => gain(a) > 0) },
        {
          'both learners are less accurate with fewer states': LEARNER_NAMES.every((learner) =>
            [4, 16].every((n) => accuracy(learner, 'states', n) < accuracy(learner, 'states', 64)),
          ),
        },
      ],
    };
  },
});
