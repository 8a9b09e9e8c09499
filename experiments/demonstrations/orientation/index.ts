/**
 * A layer whose devices have two states sees bars of random orientation; a spike of the winner sets recent inputs and resets the
 * others, each with a small probability (Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439). Then the layer sees, with constant
 * weights and still under competition, bars of 24 orientations.
 */
import { mean } from 'simple-statistics';
import type * as z from 'zod';
import { binary, lif, Network, orientationSelectivity, poisson, Stream, stochasticBinary } from '../../index.ts';
import { curve, receptiveFields } from '../../look/plots/index.ts';
import { defineDemonstration, integer, measureSeeds, number, object, SEED_PARAMS } from '../demonstration.ts';
import { areAll, column, inUnit, isGreater, mergeRecords, ratio } from '../findings.ts';
import { countSpikes } from '../readouts.ts';

const parameters = object({
  ...SEED_PARAMS,
  neurons: integer({ default: 32, min: 2, max: 1000, help: 'number of output neurons' }),
  presentations: integer({ default: 4000, min: 1, max: 1e6, help: 'number of bars presented for learning' }),
  pSet: number({ default: 0.15, min: 0, max: 1, help: 'probability to set the synapse of a recent input' }),
  pReset: number({ default: 0.1, min: 0, max: 1, help: 'probability to reset the synapse of another input' }),
  rate: number({ default: 3000, min: 0, exclusiveMin: true, unit: 'Hz', help: 'total rate of the pixels of a bar' }),
});
type Settings = z.output<typeof parameters>;

const STUCK = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8];
const ORIENTATIONS = Array.from({ length: 24 }, (_, i) => i * 7.5); // degrees
const MAX_SHIFT = 1; // pixels, to either side
const INHIBITION = 10; // ms after a spike
const MAX_PRESENTATION = 200; // ms, in learning
const TEST = 2000; // ms per orientation
const MEMBRANE = { tau: 50, refractory: 5 };
const THRESHOLD = 14; // mV; weights reach 1 mV
/** Pixels per side of the field of view, and half of the width of a bar. */
const SIDE = 16;
const HALF_WIDTH = 1.1;

/**
 * Rates of the pixels for a bar, Hz: `total` divided among the pixels on the bar, with soft edges. The bar crosses a round field
 * of view, displaced by `shift` pixels from its centre.
 */
function barRates(degrees: number, shift: number, total: number): Float64Array {
  const angle = (degrees * Math.PI) / 180;
  const rates = new Float64Array(SIDE * SIDE);
  let sum = 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [dx, dy] = [x - (SIDE - 1) / 2, (SIDE - 1) / 2 - y];
      if (Math.hypot(dx, dy) > SIDE / 2) continue;
      const across = Math.abs(dy * Math.cos(angle) - dx * Math.sin(angle) - shift);
      sum += rates[y * SIDE + x] = Math.min(1, Math.max(0, HALF_WIDTH + 0.5 - across));
    }
  }
  return rates.map((rate) => (rate * total) / sum);
}

interface Layer {
  /** Weights, pixels × neurons. */
  readonly weights: Float64Array;
  readonly thresholds: readonly number[];
}

/** Layer before and after learning; a share `stuck` of the devices is stuck, half of them on, half off. */
export function trainLayer(
  p: Settings,
  seed: number,
  stuck: number,
): { readonly naive: Layer; readonly learned: Layer } {
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size: SIDE * SIDE }));
  const homeostasis = { gain: 0.3, minimum: 2 };
  const output = net.population('output', lif({ size: p.neurons, ...MEMBRANE, threshold: THRESHOLD, homeostasis }), {
    winnerTakeAll: { hold: INHIBITION },
  });
  const { edges } = net.projection(input, output, {
    connect: { all: { weight: { uniform: [0.2, 0.6] } } },
    device: binary({ gMin: 1e-7, gMax: 1e-5, pSet: 1, pReset: 1, stuck: { low: stuck / 2, high: stuck / 2 } }),
    rule: stochasticBinary({ window: 30, pSet: p.pSet, pReset: p.pReset }),
  });
  const copyLayer = (): Layer => ({
    weights: Float64Array.from(edges.weights!),
    thresholds: Array.from({ length: p.neurons }, (_, j) => output.model.thresholds.at(j, net.now)),
  });
  const naive = copyLayer();
  const draws = new Stream(seed, 'bars');
  for (let n = 0; n < p.presentations; n++) {
    net.rest();
    const rates = barRates(180 * draws.uniform(), MAX_SHIFT * (2 * draws.uniform() - 1), p.rate);
    net.change(input, (model) => model.setRates(rates));
    net.run(MAX_PRESENTATION, { population: output, spikes: 1 });
  }
  return { naive, learned: copyLayer() };
}

/** Selectivity of the neurons of a layer, its mean, and the share of eight classes of orientation that a selective neuron prefers. */
function testLayer(p: Settings, seed: number, { weights, thresholds }: Layer) {
  const net = new Network({ seed: `${seed}/test` });
  const input = net.population('input', poisson({ size: SIDE * SIDE }));
  const output = net.population('output', lif({ size: p.neurons, ...MEMBRANE }), {
    winnerTakeAll: { hold: INHIBITION },
  });
  thresholds.forEach((mV, j) => {
    output.model.setThreshold(j, 0, mV);
  });
  net.projection(input, output, { connect: { matrix: { weights } } });
  const spikes = net.recordSpikes([output]);
  for (const degrees of ORIENTATIONS) {
    net.rest();
    net.change(input, (model) => model.setRates(barRates(degrees, 0, p.rate)));
    net.run(TEST);
  }
  const counts = countSpikes(spikes.of('output'), ORIENTATIONS.length, TEST, p.neurons);
  const neurons = thresholds.map((_, j) => {
    const responses = ORIENTATIONS.map((_, o) => counts[o * p.neurons + j]!);
    return orientationSelectivity(ORIENTATIONS, responses);
  });
  const selective = neurons.filter(({ index }) => index > 0.5);
  const classes = new Set(selective.map(({ preferred }) => Math.floor(preferred / 22.5)));
  return { neurons, selectivity: mean(neurons.map(({ index }) => index)), covered: classes.size / 8 };
}

export default defineDemonstration({
  name: 'orientation',
  title: 'Stochastic binary synapses learn oriented bars',
  claim: 'Stacked oxide synapses in a visual system detect orientation at low power and tolerate faults.',
  source: 'Yu et al. 2013 (R34 of the review Nanoscale Horiz. 2023, 8, 716)',
  parameters,
  async run(p, context) {
    const { grid, naive } = await measureSeeds(p, context, async (seed) => {
      const grid = [];
      for (const stuck of STUCK) {
        await context.step(`${100 * stuck} % stuck`);
        const { naive, learned } = trainLayer(p, seed, stuck);
        grid.push({ stuck, naive, learned, ...testLayer(p, seed, learned) });
      }
      return { grid, naive: testLayer(p, seed, grid[0]!.naive) };
    });
    const selectivity = (stuck: number) => grid.values('selectivity', { stuck });
    const before = naive.values('selectivity');
    const first = grid.rows[0]!;
    const inPercent = (row: { readonly stuck: number }) => 100 * row.stuck;
    return {
      figures: {
        'selectivity before learning': ratio(before),
        'selectivity after learning': ratio(selectivity(0)),
        'orientations covered': inUnit('share of eight classes')(grid.values('covered', { stuck: 0 })),
        'selectivity, 20 % stuck': ratio(selectivity(0.2)),
        'selectivity, 50 % stuck': ratio(selectivity(0.5)),
        'selectivity, 80 % stuck': ratio(selectivity(0.8)),
      },
      expectations: {
        'control: learning more than doubles selectivity': isGreater(
          selectivity(0),
          before.map((index) => 2 * index),
        ),
        'the neurons cover all eight classes of orientation': areAll(grid.values('covered', { stuck: 0 }), 1),
        'at least 80 % of the selectivity remains with 20 % of the cells stuck': selectivity(0.2).every(
          (index, s) => index >= 0.8 * selectivity(0)[s]!,
        ),
      },
      tables: {
        stuck: {
          stuck: column('1', STUCK),
          ...mergeRecords(naive.values('seed'), (seed) => ({
            [`selectivity, seed ${seed}`]: column('1', grid.values('selectivity', { seed })),
            [`covered, seed ${seed}`]: column('1', grid.values('covered', { seed })),
          })),
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
          subtitle: `half of them stuck on, half off; ${p.neurons} neurons; band: ± sd over ${p.seeds} seeds`,
          x: { label: 'stuck cells (%)' },
          y: { label: 'selectivity; share covered', domain: [0, 1] },
          series: [
            grid.line('mean selectivity of the neurons', inPercent, 'selectivity'),
            grid.line('share of the orientations covered', inPercent, 'covered'),
          ],
          references: [{ name: 'selectivity before learning', y: mean(before) }],
        }),
      },
    };
  },
});
