/** Stochastic binary STDP: a spike of the winner sets synapses of recent inputs and resets its other synapses, with small probabilities. */
import { mean } from 'simple-statistics';
import type { Seed } from '../../index.ts';
import { binary, lif, Network, orientationSelectivity, poisson, RandomStream, stochasticBinary } from '../../index.ts';
import {
  areAllEqual,
  defineDemonstration,
  fraction,
  integer,
  isGreaterPerSeed,
  isSignificantlyGreater,
  mapRange,
  shuffle,
} from '../demonstration.ts';
import { countSpikes } from '../readouts.ts';

type Settings = Readonly<Record<'neurons' | 'presentations' | 'pSet' | 'pReset', number>>;
/** `isScrambled`: true to shuffle the pixels of each bar (control). */
type Training = Settings & { readonly isScrambled?: boolean };

const STUCK = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8];
const ORIENTATIONS = mapRange(24, (i) => i * 7.5); // degrees
const BAR_RATE = 3000; // firing rate of a bar, summed over its pixels, Hz
const TEST_DURATION = 2000; // presentation time of each orientation in the test, ms
const FIELD_SIDE = 16; // diameter of the round field of view, pixels
const HALF_WIDTH = 1.1; // pixels, half of the width of a bar

/** Pixel rates, Hz, for a bar with soft edges, `shift` pixels from the centre of a round field of view; their sum is BAR_RATE. */
function computeBarRates(degrees: number, shift: number): Float64Array {
  const angle = (degrees * Math.PI) / 180;
  const rates = new Float64Array(FIELD_SIDE * FIELD_SIDE);
  let sum = 0;
  for (let y = 0; y < FIELD_SIDE; y++) {
    for (let x = 0; x < FIELD_SIDE; x++) {
      const [dx, dy] = [x - (FIELD_SIDE - 1) / 2, (FIELD_SIDE - 1) / 2 - y];
      if (Math.hypot(dx, dy) > FIELD_SIDE / 2) continue;
      const across = Math.abs(dy * Math.cos(angle) - dx * Math.sin(angle) - shift);
      sum += rates[y * FIELD_SIDE + x] = Math.min(1, Math.max(0, HALF_WIDTH + 0.5 - across));
    }
  }
  return rates.map((rate) => (rate * BAR_RATE) / sum);
}

function makeNetwork(seed: Seed, options: Parameters<typeof lif>[0]) {
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size: FIELD_SIDE * FIELD_SIDE }));
  const neurons = lif({ tau: 50, refractory: 5, ...options });
  return { net, input, output: net.population('output', neurons, { winnerTakeAll: { hold: 10 } }) };
}

/** Trains a layer, `stuck`: fraction of stuck devices. Returns weights and thresholds before and after training. */
function trainLayer(p: Training, seed: number, stuck: number) {
  const homeostasis = { gain: 0.3, minimum: 2 };
  const { net, input, output } = makeNetwork(seed, { size: p.neurons, threshold: 14, homeostasis });
  const { edges } = net.projection(input, output, {
    connect: { all: { weight: { uniform: [0.2, 0.6] } } },
    device: binary({ gMin: 1e-7, gMax: 1e-5, pSet: 1, pReset: 1, stuck: { low: stuck / 2, high: stuck / 2 } }),
    rule: stochasticBinary({ window: 30, pSet: p.pSet, pReset: p.pReset }),
  });
  const copyLayer = () => ({
    weights: Float64Array.from(edges.weights!),
    thresholds: mapRange(p.neurons, (j) => output.model.thresholds.thresholdAt(j, net.now)),
  });
  const naive = copyLayer();
  const draws = new RandomStream(seed, 'bars');
  for (let n = 0; n < p.presentations; n++) {
    net.resetDynamicState();
    const rates = computeBarRates(180 * draws.uniform(), 2 * draws.uniform() - 1);
    if (p.isScrambled) shuffle(rates, (count) => draws.integerBelow(count));
    net.change(input, (model) => model.setRates(rates));
    net.run(200, { population: output, spikes: 1 });
  }
  return { naive, learned: copyLayer() };
}

/** Mean selectivity index of a layer, and fraction of the eight orientation classes that at least one selective neuron prefers. */
function testLayer(p: Settings, seed: number, { weights, thresholds }: ReturnType<typeof trainLayer>['learned']) {
  const { net, input, output } = makeNetwork(`${seed}/test`, { size: p.neurons });
  for (const [j, mV] of thresholds.entries()) output.model.setThreshold(j, 0, mV);
  net.projection(input, output, { connect: { matrix: { weights } } });
  const spikes = net.recordSpikes([output]);
  for (const degrees of ORIENTATIONS) {
    net.resetDynamicState();
    net.change(input, (model) => model.setRates(computeBarRates(degrees, 0)));
    net.run(TEST_DURATION);
  }
  const counts = countSpikes(spikes.of('output'), ORIENTATIONS.length, TEST_DURATION, p.neurons);
  const responsesOf = (j: number) => ORIENTATIONS.map((_, o) => counts[o * p.neurons + j]!);
  const neurons = thresholds.map((_, j) => orientationSelectivity(ORIENTATIONS, responsesOf(j)));
  const selective = neurons.filter(({ selectivityIndex }) => selectivityIndex > 0.5);
  const classes = new Set(selective.map(({ preferredOrientation }) => Math.floor(preferredOrientation / 22.5)));
  return { selectivity: mean(neurons.map(({ selectivityIndex }) => selectivityIndex)), covered: classes.size / 8 };
}

const [LEARNED, TWIN, SCRAMBLED] = ['after learning', 'after deterministic switching', 'after scrambled bars'];
const TRAININGS = { [LEARNED]: {}, [TWIN]: { pSet: 1, pReset: 1 }, [SCRAMBLED]: { isScrambled: true } };

export default defineDemonstration({
  parameters: {
    neurons: integer({ default: 32, min: 2, max: 1000, help: 'number of output neurons' }),
    presentations: integer({ default: 4000, min: 1, max: 1e6, help: 'number of bars presented for learning' }),
    pSet: fraction(0.15, 'probability to set the synapse of an input with a recent spike'),
    pReset: fraction(0.1, 'probability to reset the synapse of an input without a recent spike'),
  },
  async simulate(p, context) {
    const { stuck: grid } = await context.measurePerSeed(async (seed) => {
      const grid = [];
      for (const [state, changes] of Object.entries(TRAININGS))
        for (const stuck of STUCK) {
          await context.reportProgress(`${state}, ${100 * stuck} % stuck`);
          const { naive, learned } = trainLayer({ ...p, ...changes }, seed, stuck);
          if (grid.length === 0) grid.push({ state: 'before learning', stuck, ...testLayer(p, seed, naive) });
          grid.push({ state, stuck, ...testLayer(p, seed, learned) });
        }
      return { stuck: grid };
    });
    const selectivity = (state: string, stuck = 0, factor = 1) =>
      grid.values((row) => factor * row.selectivity, { state, stuck });
    const [naive, most] = [selectivity('before learning'), selectivity(LEARNED, 0, 0.8)];
    const covered = { state: LEARNED, stuck: [0] };
    return {
      expectations: {
        'control: learning more than doubles selectivity': isGreaterPerSeed(selectivity(LEARNED, 0, 0.5), naive),
        'the neurons cover all eight classes of orientation': areAllEqual(grid.values('covered', covered), 1),
        'at least 80 % of the selectivity remains with 20 % of the cells stuck': isGreaterPerSeed(
          selectivity(LEARNED, 0.2),
          most,
        ),
        'control: scrambled bars lead to less than 80 % of the selectivity': isGreaterPerSeed(
          most,
          selectivity(SCRAMBLED),
        ),
        'control: stochastic switching leads to more selectivity than deterministic, without and with half of the cells stuck':
          [0, 0.5].every((stuck) => isSignificantlyGreater(selectivity(LEARNED, stuck), selectivity(TWIN, stuck))),
      },
    };
  },
});
