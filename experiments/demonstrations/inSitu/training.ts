import { type LabelledImages, linear } from '../../index.ts';
import type { RunContext } from '../demonstration.ts';
import { SoftmaxLayer } from '../softmaxLayer.ts';

/** Device non-idealities. */
export const FLAWS = ['stuck', 'range', 'steps', 'unevenSteps', 'drift'] as const;
export type Flaw = (typeof FLAWS)[number];

/** Share of stuck devices, half of them at each end; relative sd between devices; time of training over the mean time constant. */
export const AMOUNTS: Readonly<Record<Flaw, number>> = {
  stuck: 0.2,
  range: 0.5,
  steps: 0.5,
  unevenSteps: 0.5,
  drift: 0.5,
};
/** Tolerances of program-and-verify, share of the range; NO_PULSE: no device gets a pulse. */
export const NO_PULSE = 1;
export const TOLERANCES = [0.01, 0.03, 0.1, 0.2, 0.4, NO_PULSE];

/** Device with steps of STEP of the range (assumed). */
const STEP = 0.005;
const DEVICE = {
  gMin: 1e-6,
  gMax: 1e-4,
  reading: 'differential',
  etaUp: STEP,
  etaDown: STEP,
  cycleToCycle: 0.3,
} as const;
const MAX_PULSES = 300;
/** Largest weight, and learning rate: chosen on the validation split with ideal devices. */
const SCALE = 1;
const RATE = 0.03;

export interface Study {
  readonly train: number;
  readonly test: number;
  readonly seed: number;
}

export interface Result {
  readonly flaw: Flaw;
  readonly amount: number;
  /** Tolerance of program-and-verify; 0: trained in place. */
  readonly tolerance: number;
  readonly seed: number;
  /** Accuracy, %. */
  readonly accuracy: number;
  /** Mean number of programming pulses per device. */
  readonly pulses: number;
}

/** Device with one kind of non-ideality. @param time duration of training, in which devices drift, ms */
export function makeDevice(flaw: Flaw, amount: number, time: number) {
  if (amount === 0) return linear(DEVICE);
  return linear({
    ...DEVICE,
    ...(flaw === 'stuck' && { stuck: { low: amount / 2, high: amount / 2 } }),
    ...(flaw === 'range' && { rangeSpread: amount }),
    ...(flaw === 'steps' && { stepSpread: amount, stepCorrelation: 1 }),
    ...(flaw === 'unevenSteps' && { stepSpread: amount, stepCorrelation: 0 }),
    ...(flaw === 'drift' && { retention: { tau: time / amount, spread: 1 } }),
  });
}

type Images = Readonly<Record<'train' | 'test', LabelledImages>>;

function trainLayer({ train }: Images, p: Study, flaw: Flaw, amount: number): SoftmaxLayer {
  const layer = new SoftmaxLayer(train, { device: makeDevice(flaw, amount, p.train), scale: SCALE, seed: p.seed });
  layer.learn(train, p.train, RATE, p.seed);
  return layer;
}

/** Trains a softmax layer on ideal devices and writes it into flawed ones, and trains another in place on the same flawed devices. */
export async function compareTraining(p: Study, images: Images, { step }: RunContext) {
  const { seed } = p;
  await step(`seed ${seed}: ideal devices`);
  const best = trainLayer(images, p, 'stuck', 0);
  const ideal = best.accuracy(images.test, p.test);
  const results: Result[] = [];
  for (const flaw of FLAWS) {
    const amount = AMOUNTS[flaw];
    await step(`seed ${seed}: ${flaw} ${amount}`);
    const measure = (tolerance: number, layer: SoftmaxLayer, pulses: number) =>
      results.push({ flaw, amount, tolerance, seed, accuracy: layer.accuracy(images.test, p.test), pulses });
    measure(0, trainLayer(images, p, flaw, amount), 0);
    for (const tolerance of TOLERANCES) {
      const device = makeDevice(flaw, amount, p.train);
      const written = new SoftmaxLayer(images.train, { device, scale: SCALE, seed });
      const { weights } = best.layer;
      const programming = { tolerance, maxPulses: MAX_PULSES };
      const pulses = tolerance === NO_PULSE ? 0 : written.layer.program(weights, programming).pulses;
      written.layer.now = p.train; // as old as the layer that was trained in place
      measure(tolerance, written, pulses / (2 * weights.length));
    }
  }
  return { ideal, results };
}
