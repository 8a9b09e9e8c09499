/** Plastic synapses between fixed spike trains, and what they should do, summed up by hand. */
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { RuleFactory } from '../../core/factories.ts';
import type { ModulatorOptions } from '../../core/graph/modulation.ts';
import type { Population } from '../../core/graph/population.ts';
import { Network, type ProjectionOptions } from '../../core/network.ts';
import { poisson, spikeTrains } from '../../neurons/index.ts';
import { ideal } from '../../synapses/devices/index.ts';
import { type KernelSet, newNetwork } from '../core/kernels/oracle/index.ts';

export type Train = readonly number[];

/** Weights from -1 to 1: wide enough for textbook sums, and a strength moves them by twice itself. */
export const TEXTBOOK = { wMin: -1, wMax: 1 };

interface Setting extends Omit<ProjectionOptions, 'connect' | 'name' | 'modulator'> {
  readonly rule: RuleFactory;
  readonly start?: number;
  readonly sparse?: boolean;
  readonly kernels?: KernelSet;
  /** Modulating trains with what is said of them. */
  readonly modulator?: Omit<ModulatorOptions, 'from'> & { readonly trains: readonly Train[] };
  readonly duration?: number;
}

/** Weights [pre][post] after the trains. */
export function learned(pre: readonly Train[], post: readonly Train[], setting: Setting): number[][] {
  const { start = 0.5, sparse = false, kernels = 'simd', modulator, duration = 1000, ...options } = setting;
  const net = newNetwork(kernels, { seed: 1 });
  const population = (name: string, trains: readonly Train[]): Population =>
    net.population(name, spikeTrains({ trains: trains.map((train) => [...train]) }));
  const [a, b] = [population('pre', pre), population('post', post)];
  const modulated = ({ trains, ...more }: NonNullable<typeof modulator>): ModulatorOptions => ({
    ...more,
    from: population('third', trains),
  });
  const list = pre.flatMap((_, i) => post.map((_, j) => [i, j, start]));
  const { edges } = net.projection(a, b, {
    connect: sparse ? { list } : { all: { weight: start } },
    device: ideal(TEXTBOOK),
    ...options,
    ...(modulator && { modulator: modulated(modulator) }),
  });
  net.run(duration);
  return pre.map((_, i) => post.map((_, j) => edges.weights![i * post.length + j]!));
}

/** By how much one synapse has changed. */
export const change = (pre: Train, post: Train, setting: Setting): number =>
  learned([pre], [post], setting)[0]![0]! - (setting.start ?? 0.5);

export const near = (found: number, expected: number, tolerance = 1e-12): void =>
  assert.ok(Math.abs(found - expected) < tolerance, `${found}, not ${expected}`);

/** Trains on a coarse grid, so that spikes often coincide. */
const train = (longest: number) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 240 }), { maxLength: longest })
    .map((ticks) => ticks.sort((x, y) => x - y).map((tick) => tick / 4));
export const trains = (count: number, longest = 12): fc.Arbitrary<number[][]> =>
  fc.array(train(longest), { minLength: count, maxLength: count });

export const before = (t: number, spikes: Train): number[] => spikes.filter((s) => s < t);

/** All spikes of both sides in order, those of the presynaptic side first within an instant. */
export function inOrder(pre: Train, post: Train, visit: (side: 'pre' | 'post', t: number) => void): void {
  for (const t of [...new Set([...pre, ...post])].sort((x, y) => x - y)) {
    if (pre.includes(t)) visit('pre', t);
    if (post.includes(t)) visit('post', t);
  }
}

/**
 * Change of the weights per ms between independent Poisson trains (Hz) in the steady state: mean and standard error over
 * forty networks of 40 × 40 synapses. `rule` works on a weight range of 20.
 */
export function drift(rule: RuleFactory, rates: readonly [number, number]): { mean: number; error: number } {
  const [settling, duration] = [1000, 10000];
  const drifts = Array.from({ length: 40 }, (_, seed) => {
    const net = new Network({ seed });
    const [pre, post] = ['pre', 'post'].map((name, i) => net.population(name, poisson({ size: 40, rate: rates[i]! })));
    const { edges } = net.projection(pre!, post!, {
      connect: { all: { weight: 0 } },
      device: ideal({ wMin: -10, wMax: 10 }),
      rule,
    });
    const total = () => [...edges.weights!].reduce((a, b) => a + b);
    net.run(settling);
    const start = total();
    net.run(duration);
    return (total() - start) / edges.count / duration;
  });
  const n = drifts.length;
  const mean = drifts.reduce((a, b) => a + b) / n;
  return { mean, error: Math.sqrt(drifts.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1) / n) };
}
