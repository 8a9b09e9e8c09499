/** Regression 20 → 10 by a layer of asymmetric devices: the prototype of SCIENCE.md 3.8, on the product's arrays. */
import { RandomStream } from '../../core/random/random.ts';
import { CrossbarLayer, type Periphery } from '../../synapses/crossbar/index.ts';
import { asymmetricStep } from '../../synapses/devices/index.ts';

const [INPUTS, OUTPUTS] = [20, 10];
export const LEARNING_RATE = 0.01;
const NOISE = 0.3;

export interface RegressionOptions {
  readonly device: Parameters<typeof asymmetricStep>[0];
  readonly update: NonNullable<Periphery['update']>;
  readonly seed: number;
  readonly samples?: number;
}

/** Layer of asymmetric devices with states from -1 to 1. */
export const createRegressionLayer = (
  device: RegressionOptions['device'],
  seed: number,
  update: RegressionOptions['update'] = {},
) =>
  new CrossbarLayer({
    rows: INPUTS,
    columns: OUTPUTS,
    device: asymmetricStep({ reading: 'referenceColumn', gMin: 1e-6, gMax: 1e-5, ...device }),
    scale: 2,
    seed,
    update: { rule: 'stochastic', ...update },
  });

/** Every this many samples of the second half, the weights enter their mean. */
const MEAN_INTERVAL = 10;

/** Trains, then returns 1000 |C - W*|²/|W*|², the mean number of pulses per device of C, and means over the second half. */
export function regress({ device, update, seed, samples = 20_000 }: RegressionOptions) {
  const layer = createRegressionLayer(device, seed, update);
  const random = new RandomStream(seed, 'regression');
  const target = Float64Array.from({ length: INPUTS * OUTPUTS }, () => random.uniform() - 0.5);
  const [x, y, error] = [new Float64Array(INPUTS), new Float64Array(OUTPUTS), new Float64Array(OUTPUTS)];
  const meanWeights = new Float64Array(INPUTS * OUTPUTS);
  const errorSquares = new Float64Array(OUTPUTS);
  for (let n = 0; n < samples; n++) {
    for (let i = 0; i < INPUTS; i++) x[i] = random.normal();
    layer.forward(x, y);
    for (let j = 0; j < OUTPUTS; j++) {
      let wanted = NOISE * random.normal();
      for (let i = 0; i < INPUTS; i++) wanted += x[i]! * target[i * OUTPUTS + j]!;
      error[j] = y[j]! - wanted;
    }
    layer.outer(x, error, -LEARNING_RATE);
    if (n < samples / 2) continue;
    for (let j = 0; j < OUTPUTS; j++) errorSquares[j]! += error[j]! ** 2 / (samples / 2);
    if (n % MEAN_INTERVAL > 0) continue;
    for (const [k, w] of layer.weights.entries()) meanWeights[k]! += (w * MEAN_INTERVAL) / (samples / 2);
  }
  const { weights } = layer;
  const square = (values: Float64Array) => values.reduce((sum, v) => sum + v * v, 0);
  const { devices, fast } = layer.accounts;
  return {
    error: (1000 * square(weights.map((w, k) => w - target[k]!))) / square(target),
    pulses: (devices.writesUp + devices.writesDown) / (INPUTS * OUTPUTS),
    fastPulses: fast === null ? 0 : (fast.writesUp + fast.writesDown) / (INPUTS * OUTPUTS),
    progress: layer.state['transfer.progress'] as Float64Array,
    target,
    weights,
    meanWeights,
    /** Mean squared error of each output. */
    errorSquares,
  };
}

const VARIABLE = { step: 0.01, stepNoise: 0.3, gainSpread: 0.3 };
export const DEVICES = {
  constant: { ...VARIABLE, gammaUp: 0, gammaDown: 0 },
  soft: VARIABLE,
  shifted: { ...VARIABLE, asymmetry: 0.3 },
  spread: { ...VARIABLE, asymmetrySpread: 0.3 },
  shiftedSpread: { ...VARIABLE, asymmetry: 0.3, asymmetrySpread: 0.3 },
} as const;

// kappa = 1 at the learning rate: granularity = 20 inputs × rate / step
const transfer = { fastRate: 0.5, granularity: (INPUTS * LEARNING_RATE) / 0.01, chop: 0.1, tail: 5 };
export const UPDATES = {
  SGD: { algorithm: 'plain' },
  MP: { algorithm: 'mixedPrecision' },
  'TTv2, R = sp': { algorithm: 'tikiTaka', transfer: { ...transfer, reference: 'symmetryPoint' } },
  'TTv2, R = 0': { algorithm: 'tikiTaka', transfer: { ...transfer, reference: 'midRange' } },
  'c-TTv2, R = sp': { algorithm: 'choppedTikiTaka', transfer: { ...transfer, reference: 'symmetryPoint' } },
  'c-TTv2, R = 0': { algorithm: 'choppedTikiTaka', transfer: { ...transfer, reference: 'midRange' } },
  AGAD: { algorithm: 'agad', transfer },
} as const;
