/**
 * Stochastic binary synapses learn oriented bars. Bars of random orientation are shown to a layer whose devices have two
 * states; a spike of the winner sets recent inputs and resets the others, each with a small probability. Then the frozen
 * layer, still under competition, is shown bars of 24 orientations.
 * Source: Yu et al. 2013 (R34 of the review Nanoscale Horiz. 2023, 8, 716); rule: Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439.
 * Run: memspike demo orientation --out demos/orientation
 * Expect: neurons become selective and share out the orientations; stuck cells lower the selectivity gradually.
 */
import { mean } from 'simple-statistics';
import type * as z from 'zod';
import {
  binary,
  integer,
  lif,
  MemoryTable,
  Network,
  number,
  object,
  orientationSelectivity,
  poisson,
  Stream,
  stochasticBinary,
} from '../../index.ts';
import { curve, overSeeds, receptiveFields } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED, type Stage } from '../demonstration.ts';
import { column } from '../findings.ts';
import { bar, SIDE } from './bars.ts';

const parameters = object({
  ...REPEATED,
  neurons: integer({ default: 32, min: 2, max: 1000, help: 'output neurons' }),
  presentations: integer({ default: 4000, min: 1, max: 1e6, help: 'bars shown in learning' }),
  pSet: number({ default: 0.15, min: 0, max: 1, help: 'probability that a recent input is set' }),
  pReset: number({ default: 0.1, min: 0, max: 1, help: 'probability that any other input is reset' }),
  rate: number({ default: 3000, min: 0, exclusiveMin: true, unit: 'Hz', help: 'of all pixels of a bar together' }),
});
type Settings = z.output<typeof parameters>;

const STUCK = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8];
const ORIENTATIONS = Array.from({ length: 24 }, (_, i) => i * 7.5); // degrees
const SHIFT = 1; // pixels, to either side
const HOLD = 10; // ms of inhibition after a spike
const LONGEST = 200; // ms, of a presentation in learning
const TEST = 2000; // ms an orientation
const MEMBRANE = { tau: 50, refractory: 5 };
const THRESHOLD = 14; // mV, weights reach 1 mV

interface Learned {
  /** Weights, pixels x neurons. */
  readonly weights: Float64Array;
  readonly thresholds: readonly number[];
}

/** Before and after learning, on devices of which this share is stuck, half of them on, half off. */
function learn(p: Settings, seed: number, stuck: number): { readonly naive: Learned; readonly learned: Learned } {
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size: SIDE * SIDE }));
  const output = net.population(
    'output',
    lif({ size: p.neurons, ...MEMBRANE, threshold: THRESHOLD, homeostasis: { gain: 0.3, minimum: 2 } }),
    { winnerTakeAll: { hold: HOLD } },
  );
  const { edges } = net.projection(input, output, {
    connect: { all: { weight: { uniform: [0.2, 0.6] } } },
    device: binary({ gMin: 1e-7, gMax: 1e-5, pSet: 1, pReset: 1, stuck: { low: stuck / 2, high: stuck / 2 } }),
    rule: stochasticBinary({ window: 30, pSet: p.pSet, pReset: p.pReset }),
  });
  const state = (): Learned => ({
    weights: Float64Array.from(edges.weights!),
    thresholds: Array.from({ length: p.neurons }, (_, j) => output.model.thresholds.at(j, net.now)),
  });
  const naive = state();
  const draws = new Stream(seed, 'bars');
  for (let n = 0; n < p.presentations; n++) {
    net.rest();
    const rates = bar(180 * draws.uniform(), SHIFT * (2 * draws.uniform() - 1), p.rate);
    net.change(input, (model) => model.setRates(rates));
    net.run(LONGEST, { population: output, spikes: 1 });
  }
  return { naive, learned: state() };
}

/** Spikes of each neuron of the frozen layer for each orientation. */
function tuning(p: Settings, seed: number, { weights, thresholds }: Learned): number[][] {
  const net = new Network({ seed: `${seed}/test` });
  const input = net.population('input', poisson({ size: SIDE * SIDE }));
  const output = net.population('output', lif({ size: p.neurons, ...MEMBRANE }), { winnerTakeAll: { hold: HOLD } });
  thresholds.forEach((mV, j) => {
    output.model.setThreshold(j, 0, mV);
  });
  net.projection(input, output, { connect: { matrix: { weights } } });
  const counts = thresholds.map(() => ORIENTATIONS.map(() => 0));
  const spikes = new MemoryTable();
  net.recordSpikes([output], spikes);
  ORIENTATIONS.forEach((degrees, o) => {
    const before = spikes.rows;
    net.rest();
    net.change(input, (model) => model.setRates(bar(degrees, 0, p.rate)));
    net.run(TEST);
    net.flush();
    for (const neuron of spikes.column('neuron').slice(before)) counts[neuron]![o]!++;
  });
  return counts;
}

/** Mean selectivity of the neurons, and the share of eight classes of orientation that some selective neuron prefers. */
function assess(counts: readonly number[][]) {
  const neurons = counts.map((responses) => orientationSelectivity(ORIENTATIONS, responses));
  const taken = new Set(
    neurons.filter(({ index }) => index > 0.5).map(({ preferred }) => Math.floor(preferred / 22.5)),
  );
  return { neurons, index: mean(neurons.map(({ index }) => index)), coverage: taken.size / 8 };
}

async function once(seed: number, p: Settings, stage: Stage) {
  const points: { readonly index: number; readonly coverage: number }[] = [];
  let first: ReturnType<typeof learn> | undefined;
  let neurons: ReturnType<typeof assess>['neurons'] = [];
  for (const stuck of STUCK) {
    await stage.step(`seed ${seed}: ${100 * stuck} % stuck`);
    const made = learn(p, seed, stuck);
    const found = assess(tuning(p, seed, made.learned));
    points.push(found);
    if (first === undefined) [first, neurons] = [made, found.neurons];
  }
  return { points, neurons, ...first!, before: assess(tuning(p, seed, first!.naive)) };
}

export default demonstration({
  name: 'orientation',
  title: 'Stochastic binary synapses learn oriented bars',
  claim: 'Stacked oxide synapses in a visual system detect orientation at low power and tolerate faults.',
  source: 'Yu et al. 2013 (R34 of the review Nanoscale Horiz. 2023, 8, 716)',
  parameters,
  steps: ({ seeds }) => seeds * STUCK.length,
  async run(p, stage) {
    const seeds = await perSeed(p, (seed) => once(seed, p, stage));
    const at = (stuck: number, key: 'index' | 'coverage') =>
      seeds.map(({ points }) => points[STUCK.indexOf(stuck)]![key]);
    const perStuck = ({ points }: (typeof seeds)[number], key: 'index' | 'coverage') => {
      const values = points.map((point) => point[key]);
      return column('1', values);
    };
    const before = seeds.map((one) => one.before.index);
    const line = (key: 'index' | 'coverage') => STUCK.map((stuck) => overSeeds(100 * stuck, at(stuck, key)));
    const first = seeds[0]!;
    return {
      figures: {
        'selectivity before learning': { unit: '1', values: before },
        'selectivity after learning': { unit: '1', values: at(0, 'index') },
        'orientations covered': { unit: 'share of eight classes', values: at(0, 'coverage') },
        'selectivity, 20 % stuck': { unit: '1', values: at(0.2, 'index') },
        'selectivity, 50 % stuck': { unit: '1', values: at(0.5, 'index') },
        'selectivity, 80 % stuck': { unit: '1', values: at(0.8, 'index') },
      },
      expectations: {
        'control: before learning the selectivity is less than half of that after it': seeds.every(
          (one) => one.points[0]!.index > 2 * one.before.index,
        ),
        'the neurons share out all eight classes of orientation': at(0, 'coverage').every((c) => c === 1),
        'with 20 % of the cells stuck at least 80 % of the selectivity is left': seeds.every(
          (one) => one.points[STUCK.indexOf(0.2)]!.index >= 0.8 * one.points[0]!.index,
        ),
      },
      tables: {
        stuck: {
          stuck: column('1', STUCK),
          ...Object.fromEntries(
            seeds.flatMap((one, s) => [
              [`selectivity, seed ${p.seed + s}`, perStuck(one, 'index')],
              [`covered, seed ${p.seed + s}`, perStuck(one, 'coverage')],
            ]),
          ),
        },
      },
      pictures: {
        orientation: receptiveFields({
          weights: first.learned.weights,
          rows: SIDE,
          columns: SIDE,
          neurons: p.neurons,
          captions: first.neurons.map(
            ({ preferred, index }) => `${Math.round(preferred) % 180}° (${index.toFixed(2)})`,
          ),
          title: 'Binary synapses after learning',
          subtitle: `${p.neurons} neurons, seed ${p.seed}: preferred orientation (selectivity)`,
          label: 'weight (mV)',
        }),
        stuck: curve({
          title: 'Orientation selectivity against stuck cells',
          subtitle: `half of them stuck on, half off; ${p.neurons} neurons; band: ± sd over ${seeds.length} seeds`,
          x: { label: 'stuck cells (%)' },
          y: { label: 'selectivity; share covered', domain: [0, 1] },
          series: [
            { name: 'mean selectivity of the neurons', points: line('index') },
            { name: 'share of the orientations covered', points: line('coverage') },
          ],
          references: [{ name: 'selectivity before learning', y: mean(before) }],
        }),
      },
    };
  },
});
