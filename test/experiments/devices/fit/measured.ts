/** Measurements made from known models: what a device group would hand in. */
import { CounterRandom } from '../../../../core/random/random.ts';

export type Step = (g: number, up: boolean) => number;

/** Querlioz et al. 2011, the recursion. */
export const exponentialStep =
  (alphaUp: number, betaUp: number, alphaDown: number, betaDown: number): Step =>
  (g, up) =>
    up ? alphaUp * Math.exp(-betaUp * g) : -alphaDown * Math.exp(-betaDown * (1 - g));

export const softBoundStep =
  (etaUp: number, etaDown: number): Step =>
  (g, up) =>
    up ? etaUp * (1 - g) : -etaDown * g;

/** Fusi & Abbott 2007, with an exponent. */
export const powerStep =
  (aUp: number, bUp: number, aDown: number, bDown: number): Step =>
  (g, up) =>
    up ? aUp * (1 - g) ** bUp : -aDown * g ** bDown;

/** NeuroSim's G(p) = B (1 - e^(-p/A)) + gMin by its inverse, A by its label; downward with negative A, counted downwards. */
export function neuroSimStep(labelUp: number, labelDown: number, pulsesUp: number, pulsesDown: number): Step {
  const [aUp, aDown] = [share(labelUp) * pulsesUp, -share(labelDown) * pulsesDown];
  const along = (p: number, a: number, n: number) => (1 - Math.exp(-p / a)) / (1 - Math.exp(-n / a));
  const inverse = (g: number, a: number, n: number) => -a * Math.log(1 - g * (1 - Math.exp(-n / a)));
  return (g, up) => {
    const [a, n] = up ? [aUp, pulsesUp] : [aDown, pulsesDown];
    const p = inverse(g, a, n) + (up ? 1 : -1);
    return along(Math.min(Math.max(p, 0), n), a, n) - g;
  };
}

/** A/pulses of a label, by bisection on the largest height of the curve above the straight line. */
export function share(label: number): number {
  let [low, high] = [1e-3, 1e3];
  for (let k = 0; k < 200; k++) {
    const a = Math.sqrt(low * high);
    const b = 1 / (1 - Math.exp(-1 / a));
    const x = a * Math.log(b / a);
    if (b * (1 - Math.exp(-x / a)) - x > 0.07 * Math.SQRT2 * label) low = a;
    else high = a;
  }
  return Math.sqrt(low * high);
}

export interface Measurement {
  readonly step: Step;
  readonly pulses: readonly [number, number];
  readonly seed: number;
  readonly gMin?: number;
  readonly gMax?: number;
  readonly devices?: number;
  readonly cycles?: number;
  readonly relative?: number;
  readonly absolute?: number;
  readonly between?: number;
  readonly cycleToCycle?: number;
  /** Where the downward train starts: at gMax, or where the upward one ended. */
  readonly down?: 'top' | 'there';
  /** Of downward steps; left out: cycleToCycle. */
  readonly cycleToCycleDown?: number;
  /** Sd of what the steps of an upward train have in common. */
  readonly gain?: number;
  /** Whether a cycle begins where the last ended. */
  readonly continued?: boolean;
  readonly start?: number;
}

/** The file as text. */
export function measured(m: Measurement): string {
  const { step, pulses, gMin = 1e-6, gMax = 1e-5, devices = 5, cycles = 5, relative = 0, absolute = 0 } = m;
  const random = new CounterRandom(m.seed, 'measured');
  let draw = 0;
  const normal = () => random.normal(draw++, 0);
  const sigma = Math.sqrt(Math.log1p((m.between ?? 0) ** 2));
  const factor = () => (sigma === 0 ? 1 : Math.exp(sigma * normal() - (sigma * sigma) / 2));
  const lines = ['device,cycle,direction,pulse,conductance'];
  for (let d = 1; d <= devices; d++) {
    const [max, up, down] = [gMax * factor(), factor(), factor()];
    let g = m.start ?? 0;
    for (let c = 1; c <= cycles; c++) {
      if (!m.continued) g = m.start ?? 0;
      for (const rising of [true, false]) {
        if (!rising && m.down !== 'there') g = 1;
        const gain = 1 + (rising && m.gain ? m.gain * normal() : 0);
        const sd = (rising ? undefined : m.cycleToCycleDown) ?? m.cycleToCycle;
        for (let n = 0; n <= pulses[rising ? 0 : 1]; n++) {
          if (n > 0) {
            const by = step(g, rising) * (rising ? up : down) * (gain + (sd ? sd * normal() : 0));
            g = Math.min(Math.max(g + by, 0), 1);
          }
          const true_ = gMin + (max - gMin) * g;
          const read =
            true_ * (1 + (relative ? relative * normal() : 0)) + (absolute ? absolute * (gMax - gMin) * normal() : 0);
          lines.push(`D${d},${c},${rising ? 'up' : 'down'},${n},${Math.max(0, read)}`);
        }
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
