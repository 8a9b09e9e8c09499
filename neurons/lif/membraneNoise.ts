import type { ElementParameter } from '../../core/declare/elementParameter.ts';
import { createElementParameter } from '../../core/declare/elementParameter.ts';
import { expm1 } from '../../core/elementary.ts';
import type { ModelContext } from '../../core/factories.ts';
import { exp } from '../../core/math.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { TICK } from '../../core/time.ts';
import type { LifParams } from './params.ts';

/** Negative logarithm of the largest probability of a crossing in an interval that the search skips: 48 ln 2. */
const SKIPPED_EXPONENT = 48 * Math.LN2;
/** Maximum length of a noise cell (interval between drawn values of X), ms: 2^30 ticks; node numbers have 32 bits. */
const MAX_CELL = 16;

/** Factors of the Brownian bridge for one time constant: each level halves the noise cell, down to a tick; unit sd. */
type CellFactors = ReturnType<typeof computeCellFactors>;

function computeCellFactors(tau: number) {
  let [cell, depth] = [TICK, 0];
  for (; 2 * cell <= Math.min(tau / 4, MAX_CELL); depth++) cell *= 2;
  const ofLevel = (value: (x: number) => number) =>
    Float64Array.from({ length: depth + 1 }, (_, level) => value((cell * 2 ** -level) / tau));
  return {
    cell,
    depth,
    decay: exp(-cell / tau), // X at the end of a cell: decay X + innovation z
    innovation: Math.sqrt(-expm1((-2 * cell) / tau)),
    // Noise in the middle of an interval with end values X and X': mean (X + X') + deviation z, z standard normal
    means: ofLevel((x) => 1 / (exp(x / 2) + exp(-x / 2))),
    deviations: ofLevel((x) => Math.sqrt(-expm1(-x) / (1 + exp(-x)))),
    sinhs: ofLevel((x) => (expm1(x) - expm1(-x)) / 2),
  };
}

/**
 * White noise current of LIF neurons. V = D + X: D follows drive, arrivals and resets in closed form, and X, an Ornstein-Uhlenbeck process
 * with standard deviation sigma and time constant tau, is changed by no event. X is a function of seed, neuron and time: its values at the
 * ends of cells follow from each other, and those between them from Brownian bridges, halved down to one tick. A spike is the first tick
 * at which X has crossed b = theta - D. The probability of a crossing between two ticks is exp(-g g' / (sigma^2 sinh(d / tau))), with g and
 * g' the distances of X from b at the ends of an interval of length d. Intervals in which it is below 2^-48 are not halved. Sources:
 * Taillefumier & Magnasco 2010, doi:10.1007/s10955-010-0033-6; Walter & Wiese 2020, arXiv 1908.11634.
 */
export class MembraneNoise {
  readonly state;
  readonly #sigma: ElementParameter;
  readonly #factors: readonly CellFactors[];
  readonly #factorIndices;
  /** Present noise cell (interval) of each neuron: start, ms, and the noise X at its start and end, mV. */
  readonly #starts: Float64Array;
  readonly #startValues: Float64Array;
  readonly #endValues: Float64Array;
  readonly #cells;
  readonly #nodes;
  readonly #leaves;
  // Inputs of the search for a crossing in one cell of the noise grid: its factors, sd of the noise current, start and end (ms), key of its random
  // numbers (two words), distance of the potential without noise from the threshold, and an upper bound of the curvature of that distance.
  #current: CellFactors;
  #deviation = 0;
  #from = 0;
  #until = 0;
  #high = 0;
  #low = 0;
  #distance: (t: number) => number = () => 0;
  #curvature = 0;

  constructor({ sigma }: NonNullable<LifParams['noise']>, tau: ElementParameter, n: number, context: ModelContext) {
    const { arena, seed, name } = context;
    this.#sigma = createElementParameter(sigma, n, 'noise.sigma', context, { min: 0 });
    const taus = [...new Set(tau.values)];
    this.#factors = taus.map(computeCellFactors);
    this.#current = this.#factors[0]!;
    this.#factorIndices = Uint32Array.from(tau.values, (ms) => taus.indexOf(ms));
    [this.#starts, this.#startValues, this.#endValues] = [arena.f64(n), arena.f64(n), arena.f64(n)];
    this.state = { cellStarts: this.#starts, noiseAtStart: this.#startValues, noiseAtEnd: this.#endValues };
    this.#cells = new CounterRandom(seed, `${name}/noise/cells`);
    this.#nodes = new CounterRandom(seed, `${name}/noise/nodes`);
    this.#leaves = new CounterRandom(seed, `${name}/noise/leaves`);
    for (let j = 0; j < n; j++) this.#endValues[j] = this.#drawEndValue(j);
  }

  getCellLength(j: number): number {
    return this.#factorsOf(j).cell;
  }

  getCellEnd(j: number): number {
    return this.#starts[j]! + this.#factorsOf(j).cell;
  }

  startNextCell(j: number) {
    this.#starts[j] = this.getCellEnd(j);
    this.#startValues[j] = this.#endValues[j]!;
    this.#endValues[j] = this.#drawEndValue(j);
  }

  getValue(j: number, t: number): number {
    this.#selectCell(j);
    let [start, x0, x1] = [this.#starts[j]!, this.#startValues[j]!, this.#endValues[j]!];
    for (let level = 0, node = 1; ; level++) {
      if (t <= start) return x0;
      const end = start + this.#current.cell * 2 ** -level;
      if (t >= end) return x1;
      const [middle, x] = [(start + end) / 2, this.#drawMiddle(level, node, x0, x1)];
      node *= 2;
      if (t < middle) {
        x1 = x;
      } else {
        start = middle;
        x0 = x;
        node++;
      }
    }
  }

  /**
   * Time between `from` and `until`, in the present cell, at which V reaches the threshold, ms; Infinity if it does not.
   * @param distance threshold minus D at t, mV
   * @param curvature upper bound of |b'' - b/tau^2| after `from`, mV/ms^2
   */
  findCrossing(j: number, from: number, until: number, distance: (t: number) => number, curvature: number): number {
    this.#selectCell(j);
    this.#from = from;
    this.#until = until;
    this.#distance = distance;
    this.#curvature = curvature / 8;
    const [start, end] = [this.#starts[j]!, this.getCellEnd(j)];
    return this.#search(0, 1, start, this.#startValues[j]!, distance(start), end, this.#endValues[j]!, distance(end));
  }

  /** Time of the first crossing of X and b in node `node` of a level, from x0, b0 at `start` to x1, b1 at `end`. */
  #search(
    level: number,
    node: number,
    start: number,
    x0: number,
    b0: number,
    end: number,
    x1: number,
    b1: number,
  ): number {
    if (end <= this.#from || start >= this.#until) return Infinity;
    const { depth, sinhs } = this.#current;
    if (start >= this.#from) {
      const variance = this.#deviation * this.#deviation * sinhs[level]!;
      const sag = this.#curvature * (end - start) * (end - start);
      const [g0, g1] = [b0 - x0 - sag, b1 - x1 - sag];
      if (g0 > 0 && g1 > 0 && g0 * g1 > SKIPPED_EXPONENT * variance) return Infinity;
      if (level === depth) {
        if (b0 <= x0) return start;
        const crosses =
          b1 <= x1 || this.#leaves.uniform(this.#high, this.#low + node) < exp(-((b0 - x0) * (b1 - x1)) / variance);
        return crosses ? end : Infinity;
      }
    }
    const middle = (start + end) / 2;
    const x = this.#drawMiddle(level, node, x0, x1);
    const b = this.#distance(middle);
    const first = this.#search(level + 1, 2 * node, start, x0, b0, middle, x, b);
    return first < Infinity ? first : this.#search(level + 1, 2 * node + 1, middle, x, b, end, x1, b1);
  }

  #factorsOf(j: number): CellFactors {
    return this.#factors[this.#factorIndices[this.#factorIndices.length === 1 ? 0 : j]!]!;
  }

  #selectCell(j: number) {
    this.#current = this.#factorsOf(j);
    this.#deviation = this.#sigma.getValue(j);
    [this.#high, this.#low] = this.#cells.drawWords(j, 2 * (this.#starts[j]! / this.#current.cell) + 1);
  }

  #drawEndValue(j: number): number {
    const { cell, decay, innovation } = this.#factorsOf(j);
    const z = this.#cells.noise(j, 2 * (this.#starts[j]! / cell));
    return this.#startValues[j]! * decay + this.#sigma.getValue(j) * innovation * z;
  }

  #drawMiddle(level: number, node: number, x0: number, x1: number): number {
    const z = this.#nodes.noise(this.#high, this.#low + node);
    return (x0 + x1) * this.#current.means[level]! + this.#deviation * this.#current.deviations[level]! * z;
  }
}
