import type { Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import { exp } from '../math.ts';
import { RandomStream } from '../random/random.ts';
import { compressEdges } from './compressEdges.ts';
import { type ConnectOptions, type ConnectResult, createWeightSampler } from './connectOptions.ts';
import { EdgeBuffer } from './edgeList.ts';
import { computePrefixSums } from './edges.ts';
import type { NeuronPositions } from './positions.ts';
import type { DistanceProfile, DistanceRule } from './schema.ts';
import type { SourceNeurons } from './sourceNeurons.ts';

const isProfile = (v: Distribution | DistanceProfile): v is DistanceProfile =>
  typeof v === 'object' && ('gaussian' in v || 'exponential' in v || 'linear' in v || 'disc' in v);

function createProfile(p: DistanceProfile): (d: number) => number {
  if ('gaussian' in p) return (d) => p.gaussian.peak * exp((-d * d) / (2 * p.gaussian.sd * p.gaussian.sd));
  if ('exponential' in p) return (d) => p.exponential.peak * exp(-d / p.exponential.length);
  if ('linear' in p) return (d) => p.linear.peak * Math.max(0, 1 - d / p.linear.radius);
  return (d) => (d <= p.disc.radius ? p.disc.peak : 0);
}

function requirePositions({ positions, projectionPath: path }: ConnectOptions) {
  for (const side of ['pre', 'post'] as const)
    if (!positions?.[side])
      throw new UserError(
        `${path}.connect.distance needs the positions of both populations, but the ${side}synaptic population has none; set its \`positions\`.`,
      );
  const { pre, post, terminals } = positions as {
    pre: NeuronPositions;
    post: NeuronPositions;
    terminals: SourceNeurons;
  };
  const mismatch = pre.describeMismatch(post);
  if (mismatch !== undefined)
    throw new UserError(`${path}.connect.distance needs populations in one space, but ${mismatch}.`);
  return { pre, post, terminals };
}

/**
 * Connects neurons by distance. Visits pairs within the radius in ascending order (pre, post); draws one random number
 * per pair with a probability between 0 and 1.
 */
export function connectByDistance(o: ConnectOptions, rule: DistanceRule): ConnectResult {
  const { probability = 1, radius = Infinity, weight, delay, selfConnections } = rule;
  const places = requirePositions(o);
  const probabilityAt = typeof probability === 'number' ? () => probability : createProfile(probability);
  const draw = new RandomStream(o.seed, `${o.projectionPath}/connect`);
  const weightOf = isProfile(weight) ? createProfile(weight) : createWeightSampler(o, weight);
  const { base = 0, velocity = Infinity, step = 0.1 } = delay ?? {};
  const search = radius < Infinity ? new NeighbourSearch(places.post, radius) : null;
  const allNeurons = search === null ? Uint32Array.from({ length: o.postCount }, (_, j) => j) : new Uint32Array(0);
  const found = new EdgeBuffer(typeof weight === 'number' ? weight : null, delay !== undefined);
  for (let i = 0; i < o.preCount; i++) {
    const neuron = places.terminals.getNeuron(i);
    for (const j of search?.findCandidates(places.pre.x[neuron]!, places.pre.y[neuron]!) ?? allNeurons) {
      if (selfConnections === false && o.selfMap?.getNeuron(i) === j) continue;
      const d = places.pre.computeDistance(neuron, places.post, j);
      if (d > radius) continue;
      const p = probabilityAt(d);
      if (p <= 0 || (p < 1 && draw.uniform() >= p)) continue;
      found.push(i, j, weightOf(d), Math.round((base + d / velocity) / step) * step);
    }
  }
  return compressEdges(o, found.edges);
}

type Axis = ReturnType<typeof createAxis>;

const MAX_CELLS = 1024;
/** Ratio of the minimum grid cell width to the search radius, slightly above 1 to allow for rounding errors. */
const CELL_MARGIN = 1 + 1e-9;

function createAxis(values: Float64Array, period: number, radius: number) {
  const isPeriodic = period < Infinity;
  let [from, to] = isPeriodic ? [0, period] : [Infinity, -Infinity];
  for (let k = 0; !isPeriodic && k < values.length; k++) {
    from = Math.min(from, values[k]!);
    to = Math.max(to, values[k]!);
  }
  const cells = Math.min(MAX_CELLS, Math.floor((to - from) / (radius * CELL_MARGIN)));
  // A periodic axis needs at least three grid cells: otherwise both neighbours of a cell are the same cell.
  return cells < (isPeriodic ? 3 : 1)
    ? { cellCount: 1, cellWidth: Infinity, origin: from, isPeriodic: false }
    : { cellCount: cells, cellWidth: (to - from) / cells, origin: from, isPeriodic };
}

/** Index of the cell that contains a coordinate. The index may lie outside the grid. */
const findCell = ({ cellWidth, origin }: Axis, value: number) => Math.floor((value - origin) / cellWidth);

class NeighbourSearch {
  readonly #xAxis: Axis;
  readonly #yAxis: Axis;
  /** Index in `#cellNeurons` of the first neuron of each cell. Neurons of a cell ascend. */
  readonly #cellStarts: Uint32Array;
  readonly #cellNeurons;
  readonly #candidates;

  constructor(places: NeuronPositions, radius: number) {
    const { x, y, period } = places;
    this.#xAxis = createAxis(x, period[0], radius);
    this.#yAxis = createAxis(y, period[1], radius);
    const within = (axis: Axis, value: number) => Math.min(axis.cellCount - 1, Math.max(0, findCell(axis, value)));
    const cells = Uint32Array.from(
      x,
      (_, k) => within(this.#yAxis, y[k]!) * this.#xAxis.cellCount + within(this.#xAxis, x[k]!),
    );
    this.#cellStarts = computePrefixSums(cells, new Uint32Array(this.#xAxis.cellCount * this.#yAxis.cellCount + 1));
    const next = this.#cellStarts.slice();
    this.#cellNeurons = new Uint32Array(x.length);
    for (let k = 0; k < x.length; k++) this.#cellNeurons[next[cells[k]!]!++] = k;
    this.#candidates = new Uint32Array(x.length);
  }

  /** Neurons that may lie within the radius of (x, y), ascending; the array is valid until the next call. */
  findCandidates(x: number, y: number): Uint32Array {
    let count = 0;
    for (const row of listAdjacentCells(this.#yAxis, y)) {
      for (const column of listAdjacentCells(this.#xAxis, x)) {
        const cell = row * this.#xAxis.cellCount + column;
        const members = this.#cellNeurons.subarray(this.#cellStarts[cell]!, this.#cellStarts[cell + 1]!);
        this.#candidates.set(members, count);
        count += members.length;
      }
    }
    return this.#candidates.subarray(0, count).sort();
  }
}

function listAdjacentCells(axis: Axis, value: number) {
  const cell = findCell(axis, value);
  const three = [cell - 1, cell, cell + 1];
  if (axis.isPeriodic) return three.map((c) => (c + axis.cellCount) % axis.cellCount);
  return three.filter((c) => c >= 0 && c < axis.cellCount);
}
