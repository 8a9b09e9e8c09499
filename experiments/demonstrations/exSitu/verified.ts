import { lif, Network, poisson, softBound } from '../../index.ts';
import { CLASSES, type Classifier } from './classifier.ts';

/** Pairs of devices of the range of the other studies, with steps of 2 % of the way that is left and 30 % noise (assumed). */
const DEVICE = {
  gMin: 1e-6,
  gMax: 1e-4,
  etaUp: 0.02,
  etaDown: 0.02,
  cycleToCycle: 0.3,
  reading: 'differential',
} as const;
const MOST_PULSES = 300;

interface Written {
  readonly classifier: Classifier;
  /** Pulses that a device took on average. */
  readonly pulses: number;
  /** Percent of the pairs that are not within the tolerance. */
  readonly missed: number;
}

/**
 * The classifier after its weights were written into pairs of devices by pulses, each after a look, until what is read lies within
 * `tolerance` of what is wanted, as a share of the range from the lowest to the highest weight. The largest weight takes a device's
 * whole range.
 */
export function verified({ weights, bias, pixels }: Classifier, tolerance: number, seed: number): Written {
  const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const net = new Network({ seed });
  const input = net.population('pixels', poisson({ size: pixels }));
  const output = net.population('classes', lif({ size: CLASSES }));
  const { devices, edges } = net.projection(input, output, {
    connect: { matrix: { weights } },
    device: softBound({ ...DEVICE, weightAtGMax: largest, programming: { tolerance, maxPulses: MOST_PULSES } }),
  });
  const { programming, devices: count } = devices!.usage;
  return {
    classifier: { weights: Float64Array.from(edges.weights!), bias, pixels },
    pulses: programming!.pulses / count,
    missed: (100 * programming!.missed) / edges.count,
  };
}
