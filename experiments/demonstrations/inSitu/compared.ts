import { type LabelledImages, linear } from '../../index.ts';
import type { Stage } from '../demonstration.ts';
import { SoftmaxLayer } from '../softmaxLayer.ts';

/** What is wrong with the devices. */
export const FLAWS = ['stuck', 'range', 'steps', 'unevenSteps', 'drift'] as const;
export type Flaw = (typeof FLAWS)[number];

/** Share of stuck devices, half of them at each end; relative sd between devices; time of training over the mean time constant. */
export const AMOUNTS: Readonly<Record<Flaw, readonly number[]>> = {
  stuck: [0.2],
  range: [0.5],
  steps: [0.5],
  unevenSteps: [0.5],
  drift: [0.5],
};
/** Share of the range within which a weight is written, by pulses with a look after each; 1: no pulse. */
export const TOLERANCES = [0.01, 0.03, 0.1, 0.2, 0.4, 1];

/** Devices: step as a share of the range, noise of steps, pulses at the most while writing (assumed). */
const STEP = 0.005;
const NOISE = 0.3;
const PULSES = 300;
/** Largest weight, and rate of learning: chosen on the validation split, ideal devices. */
const SCALE = 1;
const RATE = 0.03;

export interface Given {
  readonly train: number;
  readonly test: number;
  readonly seed: number;
}

export interface Compared {
  readonly flaw: Flaw;
  readonly amount: number;
  readonly seed: number;
  /** Tolerance of writing; 0: trained in place. */
  readonly tolerance: number;
  /** Percent. */
  readonly accuracy: number;
  /** A device, of writing. */
  readonly pulses: number;
}

/** @param time of training, ms, during which devices drift */
export function flawed(flaw: Flaw, amount: number, time: number) {
  const device = {
    gMin: 1e-6,
    gMax: 1e-4,
    reading: 'differential',
    etaUp: STEP,
    etaDown: STEP,
    cycleToCycle: NOISE,
  } as const;
  return linear({
    ...device,
    ...(amount > 0 && {
      ...(flaw === 'stuck' && { stuck: { low: amount / 2, high: amount / 2 } }),
      ...(flaw === 'range' && { rangeSpread: amount }),
      ...(flaw === 'steps' && { stepSpread: amount, stepCorrelation: 1 }),
      ...(flaw === 'unevenSteps' && { stepSpread: amount, stepCorrelation: 0 }),
      ...(flaw === 'drift' && { retention: { tau: time / amount, spread: 1 } }),
    }),
  });
}

interface Images {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

function trained({ train }: Images, p: Given, flaw: Flaw, amount: number): SoftmaxLayer {
  const layer = new SoftmaxLayer(train, { device: flawed(flaw, amount, p.train), scale: SCALE, seed: p.seed });
  layer.learn(train, p.train, RATE, p.seed);
  return layer;
}

/** A softmax layer trained on ideal devices and written into flawed ones, at each tolerance, and trained on the very same flawed ones. */
export async function compared(p: Given, images: Images, { step }: Stage) {
  const { seed } = p;
  await step(`seed ${seed}: ideal devices`);
  const best = trained(images, p, 'stuck', 0);
  const ideal = best.accuracy(images.test, p.test);
  const found: Compared[] = [];
  for (const flaw of FLAWS) {
    for (const amount of AMOUNTS[flaw]) {
      await step(`seed ${seed}: ${flaw} ${amount}`);
      const put = (tolerance: number, layer: SoftmaxLayer, pulses: number) =>
        found.push({ flaw, amount, seed, tolerance, accuracy: layer.accuracy(images.test, p.test), pulses });
      put(0, trained(images, p, flaw, amount), 0);
      for (const tolerance of TOLERANCES) {
        const device = flawed(flaw, amount, p.train);
        const written = new SoftmaxLayer(images.train, { device, scale: SCALE, seed });
        const { weights } = best.layer;
        const { pulses } =
          tolerance < 1 ? written.layer.program(weights, { tolerance, maxPulses: PULSES }) : { pulses: 0 };
        written.layer.now = p.train; // as old as the one that was trained in place
        put(tolerance, written, pulses / (2 * weights.length));
      }
    }
  }
  return { ideal, found };
}
