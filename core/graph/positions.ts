import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { flag, number, object, oneOf, optional, pair, type ReadonlyInput } from '../declare/params.ts';
import { RandomStream, type Seed } from '../random/random.ts';
import { countSchema, type SourceNeurons } from './sourceNeurons.ts';

/** Schema of a length > 0; the user chooses the unit of all lengths and distances. */
export const lengthSchema = (help: string) => number({ min: 0, exclusiveMin: true, unit: '1', help });
const extent = z.union([
  pair(lengthSchema('width'), lengthSchema('height')),
  z.tuple([lengthSchema('width'), lengthSchema('height'), lengthSchema('depth')]),
]);
const periodic = flag({ help: 'true: positions have periodic boundaries on all axes (torus); default false' });
const coordinate = (axis: string) => number({ unit: '1', help: `${axis} coordinate` });

/**
 * Schema of the option `positions` of a population. Grid: neurons layer by layer and row by row, in the middle of their cells; default
 * extent [columns, rows, layers]. Ring: equidistant neurons, distances along the ring; default circumference: the number of neurons.
 * Random: uniform in [0, width) × [0, height), and × [0, depth) for an extent of three lengths.
 */
export const positionsOption = oneOf(
  {
    grid: object({
      rows: countSchema('number of rows'),
      columns: countSchema('number of neurons per row'),
      layers: optional(countSchema('number of layers; default 1')),
      extent: optional(extent),
      periodic,
    }),
    ring: object({ circumference: optional(lengthSchema('circumference of the ring; default: number of neurons')) }),
    random: object({ extent, periodic }),
    list: z.array(
      z.union([pair(coordinate('x'), coordinate('y')), z.tuple([coordinate('x'), coordinate('y'), coordinate('z')])]),
    ),
  },
  { help: 'positions of the neurons, for connect: { distance }' },
);

/** Positions of a population's neurons: a grid, a ring, random points or a list of points; the user chooses the unit. */
export type Positions = ReadonlyInput<typeof positionsOption>;

/** Coordinates or lengths along x, y and z; z is 0 in a plane. */
type Axes = readonly [x: number, y: number, z: number];

interface Space {
  readonly kind: 'space' | 'ring';
  /** Period along each axis; Infinity if the axis is not periodic. */
  readonly period: Axes;
}

export class NeuronPositions {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly #space;

  constructor([x, y, z]: readonly [Float64Array, Float64Array, Float64Array], space: Space) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.#space = space;
  }

  selectSubset(subset: SourceNeurons): NeuronPositions {
    const select = (all: Float64Array) =>
      Float64Array.from({ length: subset.neuronCount }, (_, i) => all[subset.getNeuron(i)]!);
    return new NeuronPositions([select(this.x), select(this.y), select(this.z)], this.#space);
  }

  get period(): Axes {
    return this.#space.period;
  }

  describeMismatch(other: NeuronPositions): string | undefined {
    const [a, b] = [this.#space, other.#space];
    if (a.kind === b.kind && a.period.every((p, i) => p === b.period[i])) return undefined;
    return `one is on ${describeSpace(a)}, the other on ${describeSpace(b)}`;
  }

  /** Distance of neuron i from neuron j of population `to`, which must lie in an equal space (kind and period). */
  computeDistance(i: number, to: NeuronPositions, j: number): number {
    const [width, height, depth] = this.#space.period;
    const dx = computeShortestDistance(Math.abs(this.x[i]! - to.x[j]!), width);
    const dy = computeShortestDistance(Math.abs(this.y[i]! - to.y[j]!), height);
    const dz = computeShortestDistance(Math.abs(this.z[i]! - to.z[j]!), depth);
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
}

const computeShortestDistance = (d: number, period: number) => (2 * d > period ? period - d : d);

function describeSpace({ kind, period }: Space) {
  const finite = period.filter((length) => length < Infinity);
  if (kind === 'ring') return `a ring of length ${period[0]}`;
  return finite.length === 0 ? 'a space that is not periodic' : `a space that is periodic after ${finite.join(' × ')}`;
}

const createSpace = ([width, height, depth = Infinity]: readonly number[], periodic = false): Space => ({
  kind: 'space',
  period: periodic ? [width!, height!, depth] : [Infinity, Infinity, Infinity],
});

export function createPositions(positions: Positions, size: number, seed: Seed, where: string): NeuronPositions {
  const create = (space: Space, at: (k: number) => readonly number[]): NeuronPositions => {
    const all = [new Float64Array(size), new Float64Array(size), new Float64Array(size)] as const;
    for (let k = 0; k < size; k++) for (const [axis, value] of at(k).entries()) all[axis]![k] = value;
    return new NeuronPositions(all, space);
  };
  const requireSize = (key: string, count: number) => {
    if (count === size) return;
    throw new UserError(`${where}.positions.${key} has ${count} positions, but the population has ${size} neurons.`);
  };
  if ('grid' in positions) {
    const {
      rows,
      columns,
      layers = 1,
      extent = layers === 1 ? [columns, rows] : [columns, rows, layers],
      periodic,
    } = positions.grid;
    requireSize('grid', rows * columns * layers);
    if (layers > 1 && extent.length === 2)
      throw new UserError(`${where}.positions.grid.extent has two lengths, but a grid with layers needs three.`);
    const [dx, dy, dz = 0] = [
      extent[0] / columns,
      extent[1] / rows,
      ...(extent.length > 2 ? [extent[2]! / layers] : []),
    ];
    return create(createSpace(extent, periodic), (k) => [
      ((k % columns) + 0.5) * dx,
      ((Math.floor(k / columns) % rows) + 0.5) * dy,
      (Math.floor(k / (columns * rows)) + 0.5) * dz,
    ]);
  }
  if ('ring' in positions) {
    const { circumference = size } = positions.ring;
    const ring: Space = { kind: 'ring', period: [circumference, Infinity, Infinity] };
    return create(ring, (k) => [(k * circumference) / size]);
  }
  if ('random' in positions) {
    const { extent, periodic } = positions.random;
    const stream = new RandomStream(seed, `${where}/positions`);
    return create(createSpace(extent, periodic), () => extent.map((length) => length * stream.uniform()));
  }
  const { list } = positions;
  requireSize('list', list.length);
  return create(createSpace([]), (k) => list[k]!);
}
