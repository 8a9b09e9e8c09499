/** Fully memristive network: neurons of diffusive memristors inhibit each other and send pulses to drift-memristor synapses. */
import { median, sampleCorrelation } from 'simple-statistics';
import { diffusiveNeuron, integer, Network, poisson, postTriggered, RandomStream, softBound } from '../../index.ts';
import { filmStrip } from '../../look/plots/index.ts';
import {
  defineDemonstration,
  isDecreasing,
  isGreaterPerSeed,
  listSeeds,
  mapRange,
  shuffle,
  VARIABILITY_PARAMS,
} from '../demonstration.ts';
import { countSpikes, measureMaxRateAccuracy } from '../readouts.ts';

const INPUTS = 8;
const NEURONS = 8;

const PATTERNS = ['11110000', '00001111', '11001100', '00110011'].map((bits) => [...bits].map(Number));

const INHIBITION_TIME = 20; // ms of silence of all neurons after a spike
const ACTIVE_RATE = 500; // Hz
const PRESENTATION_TIME = 100; // ms
const MAX_WEIGHT = 2.5; // mV at the largest conductance
const FILAMENT_DELAY = 2e4; // mean delay of filament formation without a field, ms

function drawOrder(count: number, seed: number, purpose: string): number[] {
  const stream = new RandomStream(seed, purpose);
  const patterns = mapRange(count, (k) => k % PATTERNS.length);
  return shuffle(patterns, (n) => stream.integerBelow(n));
}

type Settings = Readonly<Record<'deviceToDevice' | 'cycleToCycle' | 'seed', number>>;

/** Spike counts, presentations × neurons, and weights (mV) before and after all presentations; `frozen` weights do not learn. */
function presentPatterns(patterns: readonly number[], p: Settings, frozen?: Float64Array) {
  const { seed, deviceToDevice, cycleToCycle } = p;
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size: INPUTS }));
  const neurons = diffusiveNeuron({ size: NEURONS, delay: FILAMENT_DELAY });
  const output = net.population('output', neurons, { winnerTakeAll: { hold: INHIBITION_TIME } });
  const learned = {
    connect: { all: { weight: { uniform: [0.6 * MAX_WEIGHT, 0.8 * MAX_WEIGHT] as const } } },
    device: softBound({ weightAtGMax: MAX_WEIGHT, etaUp: 0.05, etaDown: 0.05, deviceToDevice, cycleToCycle }),
    rule: postTriggered({ window: 20 }),
  };
  const { edges } = net.projection(input, output, frozen ? { connect: { matrix: { weights: frozen } } } : learned);
  const before = Float64Array.from(edges.weights!);
  const spikes = net.recordSpikes([output]);
  for (const pattern of patterns) {
    net.change(input, (model) => model.setRates(PATTERNS[pattern]!.map((on) => on * ACTIVE_RATE)));
    net.run(PRESENTATION_TIME);
    net.resetDynamicState();
  }
  const counts = countSpikes(spikes.of('output'), patterns.length, PRESENTATION_TIME, NEURONS);
  return { counts, before, after: Float64Array.from(edges.weights!) };
}

const CURRENT = 400; // pA
const RESISTANCE = 0.04; // GΩ
const [DELAY, FIELD] = [500, 4]; // mean delay of filament formation at 0 mV, ms, and field scale, mV
const MAX_TIME = 400; // ms

function measureDelays(capacitance: number, seed: number): number[] {
  const net = new Network({ seed });
  const model = { capacitance, resistanceOff: RESISTANCE, delay: DELAY, fieldScale: FIELD, current: CURRENT };
  const population = net.population('neurons', diffusiveNeuron({ size: DELAY_COUNT, ...model }));
  const spikes = net.recordSpikes([population]);
  net.run(MAX_TIME);
  const first = spikes.trains('neurons').flatMap((train) => [...train.subarray(0, 1)]);
  return first.sort((a, b) => a - b);
}

/** Kolmogorov-Smirnov distance of `delays` (ascending) from the distribution with hazard exp(V(t)/FIELD)/DELAY, V: potential. */
function compareDelays(delays: readonly number[], capacitance: number): number {
  const hazard = (t: number) =>
    Math.exp((RESISTANCE * CURRENT * -Math.expm1(-t / (RESISTANCE * capacitance))) / FIELD) / DELAY;
  let [integral, last, distance] = [0, 0, 0];
  for (const [i, t] of delays.entries()) {
    integral += ((t - last) / 6) * (hazard(last) + 4 * hazard((last + t) / 2) + hazard(t));
    last = t;
    const predicted = -Math.expm1(-integral);
    distance = Math.max(distance, predicted - i / DELAY_COUNT, (i + 1) / DELAY_COUNT - predicted);
  }
  return distance;
}

const CAPACITANCES = [125, 250, 500, 1000]; // pF
const DELAY_COUNT = 500; // number of neurons per capacitance, one delay each
const TEST_COUNT = 200; // number of presentations for the assignment of neurons, and for the test

/** Test accuracy, %. `seed` determines the order of patterns, `p.seed` the random numbers of the network. */
function testWeights(frozen: Float64Array, seed: number, p: Settings): number {
  const present = (purpose: string) => {
    const patterns = drawOrder(TEST_COUNT, seed, purpose);
    return { counts: presentPatterns(patterns, p, frozen).counts, labels: Uint8Array.from(patterns) };
  };
  return measureMaxRateAccuracy(present('assign'), present('test'));
}

/** Smallest correlation, over all patterns, between a pattern and the weights of its best-matching neuron. */
function findWorstMatch(weights: Float64Array): number {
  const neurons = mapRange(NEURONS, (j) => [...weights.filter((_, k) => k % NEURONS === j)]);
  const matches = PATTERNS.map((pattern) => Math.max(...neurons.map((own) => sampleCorrelation(own, pattern))));
  return Math.min(...matches);
}

export default defineDemonstration({
  parameters: {
    presentations: integer({ default: 400, min: 1, max: 100_000, help: 'number of patterns presented for learning' }),
    ...VARIABILITY_PARAMS,
  },
  async simulate(p, context) {
    const { learning, delays } = await context.measurePerSeed((seed) => {
      const { before, after } = presentPatterns(drawOrder(p.presentations, seed, 'learn'), { ...p, seed });
      return {
        learning: Object.entries({ before, after }).map(([moment, weights]) => {
          return { moment, weights, accuracy: testWeights(weights, seed, p), match: findWorstMatch(weights) };
        }),
        delays: CAPACITANCES.map((capacitance) => {
          const delays = measureDelays(capacitance, seed);
          return { capacitance, distance: compareDelays(delays, capacitance), median: median(delays) };
        }),
      };
    });
    const [before, after] = [{ moment: 'before' }, { moment: 'after' }];
    const distances = listSeeds(p).map((seed) => Math.max(...delays.values('distance', { seed })));
    return {
      figures: {
        'largest distance from the predicted distribution': { unit: '1', values: distances },
      },
      expectations: [
        {
          'every pattern has its own neuron after learning': isGreaterPerSeed(learning.values('match', after), 0.9),
          'control: some pattern has no neuron before learning': isGreaterPerSeed(
            0.9,
            learning.values('match', before),
          ),
          'more than 90 % of the patterns are recognised after learning': learning.mean('accuracy', after) > 90,
          'recognition improves by more than 10 points in every seed': isGreaterPerSeed(
            learning.values('accuracy', after),
            learning.values(({ accuracy }) => accuracy + 10, before),
          ),
        },
        {
          'the median delay grows with the capacitance': listSeeds(p).every((seed) =>
            isDecreasing(delays.values('median', { seed }).toReversed()),
          ),
          // 1.95 / √n: critical distance of the Kolmogorov-Smirnov test of n delays at a significance level of 0.1 %
          'delays follow the distribution of the hazard': isGreaterPerSeed(1.95 / Math.sqrt(DELAY_COUNT), distances),
        },
      ],
      pictures: {
        weights: filmStrip({
          title: 'Weights of 8 inputs (down) onto 8 neurons (across)',
          subtitle: `${p.presentations} presentations of ${PATTERNS.length} patterns`,
          rows: listSeeds(p).map((seed) => {
            const all = learning.selectRows({ seed });
            const frames = all.map(({ weights }) => ({ values: [...weights], rows: INPUTS, columns: NEURONS }));
            return { label: `seed ${seed}`, frames };
          }),
          moments: ['before', 'after'],
          colours: { label: 'weight (mV)', domain: [0, MAX_WEIGHT] },
        }),
      },
    };
  },
});
