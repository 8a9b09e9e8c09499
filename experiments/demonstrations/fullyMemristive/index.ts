/**
 * A network of memristors only: eight diffusive memristors are the neurons, 8 x 8 drift memristors the synapses. Patterns on
 * the eight inputs are learned without labels: a neuron that fires pulses its synapses and silences the others.
 * Source: Wang et al. 2018, doi:10.1038/s41928-018-0023-2, in Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 187.
 * Run: memspike demo fully-memristive --out DIR
 * Expect: a single neuron fires after a random delay whose distribution follows its hazard and shifts with the capacitance;
 *         after learning every pattern has neurons of its own, and their spikes tell patterns apart better than before.
 */
import { mean, median, sampleCorrelation } from 'simple-statistics';
import { accuracy, integer, number, object, READOUTS } from '../../index.ts';
import { curve, filmStrip } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED, seedsOf } from '../demonstration.ts';
import { tableOf, WHOLE } from '../findings.ts';
import { delays, distance, predicted } from './delays.ts';
import { INPUTS, LARGEST, NEURONS, order, PATTERNS, present } from './network.ts';

const CAPACITANCES = [125, 250, 500, 1000]; // pF
const DRAWN = 500; // neurons a capacitance
const TESTED = 200; // presentations to assign neurons, and as many to test

interface Devices {
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
}

/** Share of right patterns in %, by the most active neurons, with weights that stay as they are. */
function told(frozen: Float64Array, seed: number, devices: Devices): number {
  const show = (purpose: string) => {
    const shown = order(TESTED, seed, purpose);
    const { counts } = present(shown, { seed: `${seed} ${purpose}`, frozen, ...devices });
    return { counts, labels: Uint8Array.from(shown) };
  };
  const [known, asked] = [show('assign'), show('test')];
  const readout = READOUTS.maxRate(known.counts, known.labels, TESTED, NEURONS);
  return accuracy(asked.labels, readout.predictAll(asked.counts));
}

/** Correlation of the weights of each neuron (input x neuron) with each pattern. */
const likeness = (weights: Float64Array): number[][] =>
  Array.from({ length: NEURONS }, (_, j) => {
    const onto = Array.from({ length: INPUTS }, (_, i) => weights[i * NEURONS + j]!);
    return PATTERNS.map((pattern) => sampleCorrelation(onto, [...pattern]));
  });

/** Best likeness of any neuron to each pattern. */
const matched = (weights: Float64Array): number[] =>
  PATTERNS.map((_, k) => Math.max(...likeness(weights).map((alike) => alike[k]!)));

/** The map of weights, neurons in the order of the patterns that they are like after learning. */
function sorted(weights: Float64Array, by: Float64Array): number[] {
  const best = likeness(by).map((alike) => alike.indexOf(Math.max(...alike)));
  const neurons = [...best.keys()].sort((a, b) => best[a]! - best[b]! || a - b);
  return Array.from({ length: INPUTS }, (_, i) => neurons.map((j) => weights[i * NEURONS + j]!)).flat();
}

export default demonstration({
  name: 'fully-memristive',
  title: 'Diffusive neurons and drift synapses learn patterns without labels',
  claim:
    'A network of diffusive-memristor neurons with stochastic dynamics and tunable integration time and of drift-memristor synapses learns and tells patterns, unsupervised.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 187 (Wang et al. 2018, doi:10.1038/s41928-018-0023-2)',
  parameters: object({
    presentations: integer({ default: 400, min: 1, max: 100_000, help: 'patterns shown to learn from' }),
    deviceToDevice: number({ default: 0.1, min: 0, max: 1, help: 'relative sd between synapses' }),
    cycleToCycle: number({ default: 0.1, min: 0, max: 1, help: 'relative sd of each step of a synapse' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => 1 + seeds,
  async run(p, stage) {
    const seeds = seedsOf(p);
    await stage.step('delays to fire');
    const timed = CAPACITANCES.map((capacitance) => ({
      capacitance,
      runs: seeds.map((seed) => {
        const found = delays(capacitance, DRAWN, seed);
        return { seed, found, distance: distance(found, DRAWN, predicted(capacitance, found)) };
      }),
    }));
    const runs = await perSeed(p, async (seed) => {
      await stage.step(`learning, seed ${seed}`);
      const { before, after } = present(order(p.presentations, seed, 'learn'), { ...p, seed });
      return { seed, before, after, naive: told(before, seed, p), learned: told(after, seed, p) };
    });
    const percent = (values: readonly number[]) => ({ unit: '%', values });
    const medians = timed.map(({ runs }) => runs.map(({ found }) => median(found)));
    const worst = seeds.map((_, i) => Math.max(...timed.map(({ runs }) => runs[i]!.distance)));
    const alike = (of: 'before' | 'after') => runs.map((run) => Math.min(...matched(run[of])));
    return {
      figures: {
        'patterns told before learning': percent(runs.map(({ naive }) => naive)),
        'patterns told after learning': percent(runs.map(({ learned }) => learned)),
        'likeness of the worst matched pattern, before': { unit: 'correlation', values: alike('before') },
        'likeness of the worst matched pattern, after': { unit: 'correlation', values: alike('after') },
        ...Object.fromEntries(
          CAPACITANCES.map((c, i) => [`median delay to fire, ${c} pF`, { unit: 'ms', values: medians[i]! }]),
        ),
        'largest distance from the predicted distribution': { unit: '1', values: worst },
      },
      expectations: {
        'every pattern has a neuron of its own after learning': Math.min(...alike('after')) > 0.9,
        'control: it has not before': Math.max(...alike('before')) < 0.9,
        'patterns are told after learning': mean(runs.map(({ learned }) => learned)) > 90,
        'better than before': runs.every(({ naive, learned }) => learned > naive + 10),
        'the delay grows with the capacitance': seeds.every((_, i) =>
          medians.every((m, k) => k === 0 || m[i]! > medians[k - 1]![i]!),
        ),
        // Kolmogorov-Smirnov at 0.1 %
        'delays are distributed as the hazard says': Math.max(...worst) < 1.95 / Math.sqrt(DRAWN),
      },
      tables: {
        weights: tableOf(
          runs.flatMap(({ seed, before, after }) =>
            Array.from(after, (weight, k) => ({
              seed,
              input: Math.floor(k / NEURONS),
              neuron: k % NEURONS,
              before: before[k]!,
              after: weight,
            })),
          ),
          { seed: WHOLE, input: WHOLE, neuron: WHOLE, before: 'mV', after: 'mV' },
        ),
        delays: tableOf(
          timed.flatMap(({ capacitance, runs: repeated }) =>
            repeated.flatMap(({ seed, found }) => found.map((delay) => ({ capacitance, seed, delay }))),
          ),
          { capacitance: 'pF', seed: WHOLE, delay: 'ms' },
        ),
      },
      pictures: {
        weights: filmStrip({
          title: 'Weights of 8 inputs (down) onto 8 neurons (across)',
          subtitle: `${p.presentations} presentations of ${PATTERNS.length} patterns; neurons in the order of the pattern they are like`,
          rows: runs.map((run) => ({
            label: `seed ${run.seed}`,
            frames: [
              { values: sorted(run.before, run.after), rows: INPUTS, columns: NEURONS },
              { values: sorted(run.after, run.after), rows: INPUTS, columns: NEURONS },
              {
                values: Array.from({ length: INPUTS }, (_, i) => PATTERNS.map((one) => LARGEST * one[i]!)).flat(),
                rows: INPUTS,
                columns: PATTERNS.length,
              },
            ],
          })),
          moments: ['before', 'after', 'patterns'],
          colours: { label: 'weight (mV)', domain: [0, LARGEST] },
        }),
        delays: curve({
          title: 'Delay of a diffusive neuron to its first spike after a current was switched on',
          subtitle: `${DRAWN} neurons, seed ${p.seed}`,
          x: { label: 'time (ms)' },
          y: { label: 'share that has fired', domain: [0, 1] },
          series: timed.map(({ capacitance, runs }) => ({
            name: `${capacitance} pF`,
            points: runs[0]!.found.map((x, i) => ({ x, y: (i + 1) / DRAWN })),
          })),
        }),
      },
    };
  },
});
