/**
 * One device file in both roles: in its volatile mode the memristor is the neuron, which integrates, leaks and fires; in its
 * non-volatile mode it is the synapse. A network of nothing else learns letters without labels. Devices: Au/MAPbI3/Au and
 * Ag/MXene:PVA/ITO.
 */
import { integer, number, object } from '../../index.ts';
import { curve, filmStrip } from '../../look/plots/index.ts';
import { defineDemonstration, mapSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, makeTable, percent, ResultGrid, WHOLE } from '../findings.ts';
import { testMaxRate } from '../readouts.ts';
import {
  drawLetters,
  LETTERS,
  type Mode,
  measureRate,
  NEURONS,
  PAUSE,
  PIXELS,
  PRESET,
  presentLetters,
  type Roles,
} from './network.ts';

const PULSES = [10, 20, 40, 60, 80, 100, 120, 150, 200, 300, 400]; // Hz
const SLOW = 40; // Hz
const SHORT_PAUSE = 5; // ms
const ROLES: Roles = { synapses: 'nonVolatile', neurons: 'volatile' };
const SHOWN_NEURONS = 6;

export default defineDemonstration({
  name: 'reconfigurable',
  title: 'One device file as neuron and as synapse of a network that learns letters',
  claim: 'A device that is volatile or not, by choice, serves as neuron and as synapse.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 102 and 132',
  parameters: object({
    presentations: integer({ default: 300, min: 1, max: 100_000, help: 'number of letters presented for learning' }),
    tested: integer({ default: 200, min: 10, max: 100_000, help: 'number of letters for assignment, and for test' }),
    noise: number({ default: 0.05, min: 0, max: 0.5, help: 'share of the pixels that are inverted' }),
    ...SEED_PARAMS,
  }),
  steps: ({ seeds }) => 2 * seeds,
  async run(p, context) {
    const runs = await mapSeeds(p, async (seed) => {
      await context.step(`seed ${seed}: neurons`);
      const rates = PULSES.map((pulses) => {
        const [volatile, nonVolatile] = [
          measureRate('volatile', pulses, seed),
          measureRate('nonVolatile', pulses, seed),
        ];
        return { seed, pulses, volatile, nonVolatile };
      });
      await context.step(`seed ${seed}: letters`);
      const { noise } = p;
      const letters = drawLetters(p.presentations, seed, 'learn');
      const learnWith = (change: { synapses?: Mode; neurons?: Mode; pause?: number }) =>
        presentLetters(letters, { ...ROLES, seed, noise, ...change }).weights;
      const before = presentLetters([], { ...ROLES, seed, noise }).weights;
      const after = learnWith({});
      const test = (frozen: Float64Array, neurons: Mode = 'volatile', pause = PAUSE) => {
        const present = (purpose: string) => {
          const shown = drawLetters(p.tested, seed, purpose);
          const options = { ...ROLES, neurons, seed: `${seed} ${purpose}`, noise, frozen, pause };
          return { counts: presentLetters(shown, options).counts, labels: Uint8Array.from(shown) };
        };
        return testMaxRate(present('assign'), present('test'), NEURONS);
      };
      return {
        seed,
        rates,
        before,
        after,
        naive: test(before),
        learned: test(after),
        volatileSynapses: test(learnWith({ synapses: 'volatile' })),
        nonVolatileNeurons: test(learnWith({ neurons: 'nonVolatile' }), 'nonVolatile'),
        shortPause: test(learnWith({ pause: SHORT_PAUSE }), 'volatile', SHORT_PAUSE),
      };
    });
    const accuracies = new ResultGrid(runs);
    const rates = new ResultGrid(runs.flatMap((run) => run.rates));
    const hertz = inUnit('Hz');
    return {
      figures: {
        'letters told before learning': percent(accuracies.values('naive')),
        'letters told after learning': percent(accuracies.values('learned')),
        'control: synapses in the volatile mode too': percent(accuracies.values('volatileSynapses')),
        'neurons in the non-volatile mode too': percent(accuracies.values('nonVolatileNeurons')),
        'without the pause after a spike': percent(accuracies.values('shortPause')),
        'volatile neurons at pulses of 40 Hz': hertz(rates.values('volatile', { pulses: SLOW })),
        'control: non-volatile neurons at pulses of 40 Hz': hertz(rates.values('nonVolatile', { pulses: SLOW })),
        'volatile neurons at pulses of 400 Hz': hertz(rates.values('volatile', { pulses: 400 })),
      },
      expectations: {
        'learning improves recognition in every seed': runs.every(({ naive, learned }) => learned > naive),
        'more than 90 % of the letters are recognised': accuracies.mean('learned') > 90,
        'control: volatile synapses do not improve recognition': runs.every(
          ({ naive, volatileSynapses }) => volatileSynapses <= naive,
        ),
        'volatile neurons do not respond to slow pulses': rates
          .values('volatile', { pulses: SLOW })
          .every((hz) => hz < 0.1),
        'control: non-volatile neurons respond to slow pulses': rates
          .values('nonVolatile', { pulses: SLOW })
          .every((hz) => hz > 1),
      },
      tables: {
        rates: rates.table({ pulses: 'Hz', volatile: 'Hz', nonVolatile: 'Hz' }),
        weights: makeTable(
          runs.flatMap(({ seed, before, after }) =>
            Array.from(after, (weight, k) => {
              const [pixel, neuron] = [Math.floor(k / NEURONS), k % NEURONS];
              return { seed, pixel, neuron, before: before[k]!, after: weight };
            }),
          ),
          { pixel: WHOLE, neuron: WHOLE },
        ),
      },
      pictures: {
        weights: filmStrip({
          title: `Weights onto the first ${SHOWN_NEURONS} of ${NEURONS} neurons, before and after learning`,
          subtitle: `${LETTERS.length} letters of 5 × 5 pixels, ${p.presentations} presentations, ${PRESET}`,
          rows: runs.flatMap(({ seed, before, after }) => [
            { label: `seed ${seed}, before`, frames: makeFrames(before) },
            { label: `seed ${seed}, after`, frames: makeFrames(after) },
          ]),
          moments: Array.from({ length: SHOWN_NEURONS }, (_, j) => `neuron ${j}`),
          colours: { label: 'state (share of the range)', domain: [0, 1] },
        }),
        rates: curve({
          title: 'What the device does as a neuron, in either mode',
          subtitle: `pulses of strength 1, 20 neurons for 10 s, mean and sd of ${p.seeds} seeds`,
          x: { label: 'pulses a second' },
          y: { label: 'spikes a second', domain: [0, 0] },
          series: [
            rates.line('volatile: a neuron', 'pulses', 'volatile'),
            rates.line('non-volatile: no leak', 'pulses', 'nonVolatile'),
          ],
        }),
      },
    };
  },
});

/** Weights onto each of the first neurons as an image of the pixels. */
const makeFrames = (weights: Float64Array) =>
  Array.from({ length: SHOWN_NEURONS }, (_, j) => {
    const values = Array.from({ length: PIXELS }, (_, i) => weights[i * NEURONS + j]!);
    return { values, rows: 5, columns: 5 };
  });
