/** One small bug: a replacement in the text of a built file, and the tests that should find it. */
export interface Mutant {
  /** Path of the built file under dist/, without `.js`. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly original: string;
  readonly replacement: string;
  /** Parts of the paths of test files. */
  readonly tests: readonly string[];
}

type Bug = readonly [file: string, original: string, replacement: string, ...tests: string[]];

const CORE: readonly Bug[] = [
  ['core/time', 'Math.round(ms * TICKS_PER_MS)', 'Math.floor(ms * TICKS_PER_MS)', 'core/instants', 'core/engine'],
  ['core/engine/scheduler', 'a.orderInTick < b.orderInTick', 'a.orderInTick > b.orderInTick', 'core/engine/scheduler'],
  ['core/engine/scheduler', 'source.next > until', 'source.next >= until', 'core/engine/scheduler'],
  ['core/engine/lookahead', 'start + this.minDelay', 'start + 2 * this.minDelay', 'core/engine'],
  [
    'core/engine/timer',
    '(Math.floor(t / every) + 1) * every',
    '(Math.floor(t / every) + 2) * every',
    'core/engine/timer',
  ],
  ['core/engine/timer', 'times[this.#index] <= t', 'times[this.#index] < t', 'core/engine/timer'],
  [
    'core/graph/spikeQueue',
    'this.times[this.tail - 1] > time',
    'this.times[this.tail - 1] >= time',
    'core/graph',
    'core/instants',
  ],
  ['core/graph/spikeQueue', 'times[end] === times[end - 1]', 'false', 'core/engine', 'core/graph'],
  ['core/graph/connect', 'k > available', 'k >= available', 'core/graph/connect'],
  ['core/graph/connect', 'pre - (self === null ? 0 : 1)', 'pre', 'core/graph/connect'],
  ['core/declare/distribution', 'log(mean) - (sigma * sigma) / 2', 'log(mean)', 'core/declare/distribution'],
  [
    'core/declare/distribution',
    'low + (high - low) * stream.uniform()',
    'low + high * stream.uniform()',
    'core/declare/distribution',
  ],
  ['core/recorders/weights', '(weightAtArrival ?? weight) * factor', 'weight * factor', 'core/recorders'],
  [
    'core/recorders/weights',
    'getWeight(edges, start + i) * factors[start + i]',
    'getWeight(edges, start + i)',
    'core/recorders',
  ],
  ['core/checkpoint/state', '(k === 0 ? clock : times[k - 1])', 'clock', 'core/checkpoint'],
  ['core/random/random', 'i + below(list.length - i)', 'below(list.length)', 'core/random'],
  ['core/random/random', 'below(i + 1)', 'below(i)', 'core/random'],
];

const NEURONS: readonly Bug[] = [
  ['neurons/parts/adaptiveThreshold', 'winner - (winner % group)', '0', 'neurons/parts/adaptiveThreshold'],
  ['neurons/parts/adaptiveThreshold', 'this.gain / group', 'this.gain / b.length', 'neurons/parts/adaptiveThreshold'],
  [
    'neurons/parts/adaptiveThreshold',
    'this.#increment * (1 / this.decayFactor(t))',
    'this.#increment',
    'neurons/parts/adaptiveThreshold',
  ],
  ['neurons/parts/crossing', 'start >= 0', 'start > 0', 'neurons/parts/crossing'],
  ['neurons/parts/crossing', 'if (c <= 0)', 'if (c < -1)', 'neurons/parts/crossing'],
  ['neurons/stimuli/poisson', 'Math.max(t, this.#startTime)', 't', 'neurons/stimuli/poisson'],
  ['neurons/stimuli/poisson', 'next <= this.#stopTime', 'next <= this.#stopTime + 1', 'neurons/stimuli/poisson'],
  ['neurons/lif/scaledPotentials', 'neuron >= from && neuron < to', 'false', 'neurons/lif/kept'],
  ['neurons/lif/scaledPotentials', '= this.#potentials.thresholds.offsets[neuron]', '= Infinity', 'neurons/lif/kept'],
  ['neurons/quadratic', '(2 * rise) / (room - rise)', 'rise / (room - rise)', 'neurons/quadratic'],
  ['neurons/quadratic', 'critical.at(j) * (drive - critical.at(j) / 4)', 'critical.at(j) * drive', 'neurons/quadratic'],
  ['neurons/parts/adaptiveThreshold', 'meanOffsets[j] - floor', 'meanOffsets[j]', 'neurons/parts/thresholdNoise'],
  [
    'neurons/parts/refractoryQueue',
    'this.#times[before] <= release',
    'this.#times[before] < release',
    'neurons/lif',
    'core/oracle',
  ],
  ['neurons/parts/refractoryQueue', 'slot - this.#times.length', '0', 'neurons/lif', 'core/oracle'],
];

const SYNAPSES: readonly Bug[] = [
  [
    'synapses/devices/array/retention',
    '1 / measuredAt - 1 / temperature',
    '1 / temperature - 1 / measuredAt',
    'devices/array/retention',
  ],
  ['synapses/devices/array/retention', 'dt <= t0', 'dt < 0', 'devices/array/retention'],
  ['synapses/devices/array/endurance', 'failed++', 'failed', 'devices/array/endurance'],
  ['synapses/devices/array/endurance', 'atStart[k] === 0 ? 2 : 1', '2', 'devices/array/endurance'],
  [
    'synapses/devices/array/endurance',
    'u < low + high',
    'u < high',
    'devices/array/endurance',
    'devices/nonidealities',
  ],
  ['synapses/rules/pairStdp', 'pulseAmount: -p.aMinus', 'pulseAmount: -p.aPlus', 'synapses/rules/pairStdp'],
  [
    'synapses/rules/tripletStdp',
    'p.a2Minus + p.a3Minus * slow',
    'p.a2Minus + p.a3Plus * slow',
    'synapses/rules/triplets',
  ],
  ['synapses/rules/tripletStdp', 'x2.values[row] * x2.decayFactor(t)', 'x2.values[row]', 'synapses/rules/triplets'],
  ['synapses/rules/vogelsInhibitory', '2 * p.targetRate', 'p.targetRate', 'synapses/rules'],
  ['synapses/modulators/eligibility', 'amount > 0 ? UP : DOWN', 'UP', 'synapses/modulators'],
  ['synapses/modulators/eligibility', 'each[neuron] * traces.decayFactor(t)', 'each[neuron]', 'synapses/modulators'],
  ['synapses/shortTerm/volatile', '(1 - slow) * fast[row]', 'fast[row]', 'synapses/shortTerm'],
  ['synapses/shortTerm/tsodyksMarkram', 'x[k] - x[k] * u[k] - 1', 'x[k] - 1', 'synapses/shortTerm', 'core/recorders'],
  ['synapses/programming', 'g = 1 - g', 'g = g', 'synapses/programming'],
];

const EXPERIMENTS: readonly Bug[] = [
  [
    'experiments/training/unsupervised/readout/measures',
    '(n * (n + 1)) / 2',
    '(n * n) / 2',
    'training/unsupervised/readout',
  ],
  [
    'experiments/training/unsupervised/readout/measures',
    'Math.min(1, (keep - kept) / group.length)',
    '1',
    'training/unsupervised/readout',
  ],
  ['experiments/training/unsupervised/readout/readout', 'k % neurons', 'k', 'training/unsupervised/readout'],
  ['experiments/statistics/estimate', 'low > 0 || high < 0', 'low >= 0 || high <= 0', 'experiments/statistics'],
  ['experiments/statistics/estimate', '(1 + confidence) / 2', 'confidence', 'experiments/statistics'],
  [
    'experiments/look/analyse/intervals',
    'interval <= this.#maxBurstInterval',
    'interval < this.#maxBurstInterval',
    'look/analyse',
  ],
  ['experiments/look/analyse/counts', '/ n - mean * mean', '/ n', 'look/analyse'],
  ['experiments/look/analyse/distances', 'row[j - 1] + 1', 'row[j - 1] + 2', 'look/analyse'],
  ['experiments/sweep/planSweep', 'i / (steps - 1)', 'i / steps', 'sweep/plan', 'sweep/run'],
  ['experiments/sweep/planSweep', '(stratum + u) / length', 'u', 'sweep/plan'],
  ['experiments/look/energyText', 'joules < band.low', 'joules > band.low', 'devices/energy', 'look/'],
  ['experiments/data/idx', 'label > LARGEST_LABEL', 'label > 255', 'experiments/data'],
  [
    'experiments/training/unsupervised/images',
    'sumXY / mass - meanX * meanY',
    'sumXY / mass',
    'training/unsupervised/deskew',
  ],
  ['experiments/network/config/override', "assignment.indexOf('=')", "assignment.lastIndexOf('=')", 'config/override'],
  ['experiments/look/analyse/correlation', '- (n * m) / bins.binCount', '', 'look/analyse'],
];

export const MUTANTS: readonly Mutant[] = [...CORE, ...NEURONS, ...SYNAPSES, ...EXPERIMENTS].map(
  ([file, original, replacement, ...tests]) => ({ file, original, replacement, tests }),
);
