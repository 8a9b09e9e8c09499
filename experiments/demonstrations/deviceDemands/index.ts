/**
 * What networks ask of their devices: accuracy against nonlinearity, number of states, on/off ratio, noise of
 * writing and spread, one at a time, of a net that learns with labels by gradients on pairs of devices and of a layer that learns
 * without labels by STDP on single ones.
 * Source: Cao et al., Nanoscale Horiz. 2023, 8, 716, sections 1.2 and 2: linearity, symmetry, number of states, on/off ratio and
 *         variation decide the accuracy of networks that are trained on devices. The device: pulse-number model of NeuroSim.
 * Run: memspike demo device-demands --out DIR
 * Expect: steps that fade at both ends take accuracy from the net with labels; the same curve in both directions takes less. The layer
 *         without labels works better on fading steps. Control: labels of other images teach nothing.
 */
import { mean } from 'simple-statistics';
import { object } from '../../index.ts';
import { type CurvePoint, curve } from '../../look/plots/index.ts';
import { loadMnist } from '../../mnist/index.ts';
import { demonstration, learningLayerParams, REPEATED, seedsOf } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { CLASSES, type Device, withLabels, withoutLabels } from './learners.ts';

/** The device that one property at a time is taken from. */
const PLAIN: Device = {
  ...{ model: 'neuroSim', gMin: 1e-6, gMax: 1e-4, pulsesUp: 255, pulsesDown: 255 },
  ...{ nonlinearityUp: 0, nonlinearityDown: 0 },
};

interface Axis {
  readonly label: string;
  readonly log?: boolean;
  readonly values: readonly number[];
  readonly device: (value: number) => Readonly<Record<string, unknown>>;
}

const AXES = {
  fading: {
    label: 'nonlinearity, steps fade towards either end (label α, -α)',
    values: [0, 2, 4, 6],
    device: (a: number) => ({ nonlinearityUp: a, nonlinearityDown: -a }),
  },
  retraced: {
    label: 'nonlinearity, the same curve up and down (label α, α)',
    values: [0, 2, 4, 6],
    device: (a: number) => ({ nonlinearityUp: a, nonlinearityDown: a }),
  },
  states: {
    label: 'states of a device',
    log: true,
    values: [4, 16, 64, 256],
    device: (count: number) => ({ levels: { count, rounding: 'stochastic' } }),
  },
  onOff: { label: 'on/off ratio', log: true, values: [2, 10, 100], device: (r: number) => ({ gMin: 1e-4 / r }) },
  writeNoise: {
    label: 'noise of a pulse (share of the range)',
    values: [0, 0.01, 0.03],
    device: (sd: number) => ({ writeNoise: sd }),
  },
  spread: {
    label: 'relative sd between devices',
    values: [0, 0.25, 0.5],
    device: (sd: number) => ({ deviceToDevice: sd }),
  },
} as const satisfies Record<string, Axis>;
type Property = keyof typeof AXES;
const PROPERTIES = Object.keys(AXES) as Property[];

const LEARNERS = { withLabels, withoutLabels };
type Learner = keyof typeof LEARNERS;
const NAMES: Readonly<Record<Learner, string>> = {
  withLabels: 'with labels (gradients, pairs)',
  withoutLabels: 'without labels (STDP, single devices)',
};
const BOTH = Object.keys(LEARNERS) as Learner[];

interface Row {
  readonly learner: Learner;
  readonly property: Property;
  readonly value: number;
  readonly seed: number;
  readonly accuracy: number;
}

export default demonstration({
  name: 'device-demands',
  title: 'What a net with labels and a layer without them ask of their devices',
  claim: 'Linearity, symmetry, number of states, on/off ratio and variation of devices decide what is learned on them.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, sections 1.2 and 2',
  parameters: object({
    ...learningLayerParams({ neurons: 50, train: 4000, label: 2000, test: 2000 }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * BOTH.length * PROPERTIES.length,
  async run(p, { signal, step }) {
    const data = loadMnist();
    const rows: Row[] = [];
    /** Devices that come up on several axes are tried once. */
    const known = new Map<string, number>();
    for (const seed of seedsOf(p))
      for (const learner of BOTH)
        for (const property of PROPERTIES) {
          await step(`seed ${seed}, ${NAMES[learner]}: ${AXES[property].label}`);
          for (const value of AXES[property].values) {
            const device = { ...PLAIN, ...AXES[property].device(value) };
            const key = JSON.stringify([seed, learner, device]);
            const accuracy = known.get(key) ?? (await LEARNERS[learner]({ ...p, device, data, seed, signal }));
            known.set(key, accuracy);
            rows.push({ learner, property, value, seed, accuracy });
          }
        }
    const of = (learner: Learner, property: Property, value: number): number[] =>
      rows
        .filter((row) => row.learner === learner && row.property === property && row.value === value)
        .map((row) => row.accuracy);
    const at = (...where: Parameters<typeof of>): number => mean(of(...where));
    const loss = (learner: Learner, property: Property, value: number): number =>
      at(learner, 'fading', 0) - at(learner, property, value);
    const points = (learner: Learner, property: Property): CurvePoint[] =>
      overSeedsAt(AXES[property].values, (value) => of(learner, property, value));
    const moved = { ...data, train: { ...data.train, labels: data.train.labels.map((_, i, all) => all.at(i - 1)!) } };
    const control: number[] = [];
    for (const seed of seedsOf(p)) control.push(await withLabels({ ...p, device: PLAIN, data: moved, seed, signal }));
    const percent = (values: readonly number[]) => ({ unit: '%', values });
    return {
      figures: Object.fromEntries([
        ...BOTH.flatMap((learner) =>
          (
            [
              ['plain device', 'fading', 0],
              ['fading steps, 6', 'fading', 6],
              ['the same curve both ways, 6', 'retraced', 6],
              ['4 states', 'states', 4],
              ['on/off ratio 2', 'onOff', 2],
              ['noise of a pulse 3 %', 'writeNoise', 0.03],
              ['spread 50 %', 'spread', 0.5],
            ] as const
          ).map(([name, property, value]) => [
            `${learner === 'withLabels' ? 'with' : 'without'} labels: ${name}`,
            percent(of(learner, property, value)),
          ]),
        ),
        ['control: labels of other images', percent(control)],
      ]),
      expectations: {
        'with labels, steps that fade at both ends cost accuracy': [4, 6].every(
          (a) => loss('withLabels', 'fading', a) > 0,
        ),
        'with labels, the same curve both ways costs less than that': [4, 6].every(
          (a) => loss('withLabels', 'retraced', a) < loss('withLabels', 'fading', a),
        ),
        'without labels, fading steps are better than linear ones': [2, 4, 6].every(
          (a) => loss('withoutLabels', 'fading', a) < 0,
        ),
        'the fewer states, the less both learn': BOTH.every((learner) =>
          [4, 16].every((n) => at(learner, 'states', n) < at(learner, 'states', 64)),
        ),
        'control: the net learns nothing from labels of other images': mean(control) < 2 * (100 / CLASSES),
      },
      tables: {
        accuracies: tableOf(rows, {
          learner: { names: BOTH },
          property: { names: PROPERTIES },
          value: '1',
          seed: WHOLE,
          accuracy: '%',
        }),
      },
      pictures: Object.fromEntries(
        PROPERTIES.map((property) => {
          const { label, log }: Axis = AXES[property];
          return [
            property,
            curve({
              title: 'Accuracy with labels and without',
              subtitle: `MNIST, ${p.train} training images, ${p.neurons} neurons, mean and sd of ${p.seeds} seeds`,
              x: { label, ...(log && { log }) },
              y: { label: 'accuracy (%)', domain: [50, 90] },
              series: BOTH.map((learner) => ({ name: NAMES[learner], points: points(learner, property) })),
            }),
          ];
        }),
      ),
    };
  },
});
