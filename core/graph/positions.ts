import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { flag, number, object, oneOf, optional, pair, type ReadonlyInput } from '../declare/params.ts';
import { RandomStream, type Seed } from '../random/random.ts';
import { countSchema, type SourceNeurons } from './sourceNeurons.ts';

/** Schema of a length > 0; the user chooses the unit of all lengths and distances. */
export const lengthSchema = (help: string) => number({ min: 0, exclusiveMin: true, unit: '1', help });
const extent = pair(lengthSchema('width'), lengthSchema('height'));
const periodic = flag({ help: 'true: positions have periodic boundaries on both axes (torus); default false' });

/**
 * Schema of the option `positions` of a population. Grid: neurons row by row, in the middle of their cells; default extent
 * [columns, rows]. Ring: equidistant neurons, distances along the ring; default circumference: the number of neurons.
 * Random: uniform in [0, width) × [0, height).
 */
export const positionsOption = oneOf(
  {
    grid: object({
      rows: countSchema('number of rows'),
      columns: countSchema('number of neurons per row'),
      extent: optional(extent),
      periodic,
    }),
    ring: object({ circumference: optional(lengthSchema('circumference of the ring; default: number of neurons')) }),
    random: object({ extent, periodic }),
    list: z.array(pair(number({ unit: '1', help: 'x coordinate' }), number({ unit: '1', help: 'y coordinate' }))),
  },
  { help: 'positions of the neurons, for connect: { distance }' },
);

/** Positions of a population's neurons: a grid, a ring, random points or a list of points; the user chooses the unit. */
export type Positions = ReadonlyInput<typeof positionsOption>;

interface Surface {
  readonly kind: 'plane' | 'ring';
  /** Period along each axis; Infinity if the axis is not periodic. */
  readonly period: readonly [x: number, y: number];
}

export class NeuronPositions {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly #surface;

  constructor(x: Float64Array, y: Float64Array, surface: Surface) {
    this.x = x;
    this.y = y;
    this.#surface = surface;
  }

  selectSubset(subset: SourceNeurons): NeuronPositions {
    const select = (all: Float64Array) =>
      Float64Array.from({ length: subset.neuronCount }, (_, i) => all[subset.getNeuron(i)]!);
    return new NeuronPositions(select(this.x), select(this.y), this.#surface);
  }

  get period(): readonly [x: number, y: number] {
    return this.#surface.period;
  }

  describeMismatch(other: NeuronPositions): string | undefined {
    const [a, b] = [this.#surface, other.#surface];
    if (a.kind === b.kind && a.period.every((p, i) => p === b.period[i])) return undefined;
    return `one is on ${describeSurface(a)}, the other on ${describeSurface(b)}`;
  }

  /** Distance of neuron i from neuron j of population `to`, which must lie on an equal surface (kind and period). */
  computeDistance(i: number, to: NeuronPositions, j: number): number {
    const [width, height] = this.#surface.period;
    const dx = computeShortestDistance(Math.abs(this.x[i]! - to.x[j]!), width);
    const dy = computeShortestDistance(Math.abs(this.y[i]! - to.y[j]!), height);
    return Math.sqrt(dx * dx + dy * dy);
  }
}

const computeShortestDistance = (d: number, period: number) => (2 * d > period ? period - d : d);

function describeSurface({ kind, period: [width, height] }: Surface) {
  if (kind === 'ring') return `a ring of length ${width}`;
  return width === Infinity ? 'a plane that is not periodic' : `a plane that is periodic after ${width} × ${height}`;
}

const createPlane = ([width, height]: readonly [number, number], periodic = false): Surface => ({
  kind: 'plane',
  period: periodic ? [width, height] : [Infinity, Infinity],
});

export function createPositions(positions: Positions, size: number, seed: Seed, where: string): NeuronPositions {
  const create = (surface: Surface, at: (k: number) => readonly [number, number]): NeuronPositions => {
    const [x, y] = [new Float64Array(size), new Float64Array(size)];
    for (let k = 0; k < size; k++) [x[k], y[k]] = at(k) as [number, number];
    return new NeuronPositions(x, y, surface);
  };
  const requireSize = (key: string, count: number) => {
    if (count === size) return;
    throw new UserError(`${where}.positions.${key} has ${count} positions, but the population has ${size} neurons.`);
  };
  if ('grid' in positions) {
    const { rows, columns, extent = [columns, rows], periodic } = positions.grid;
    requireSize('grid', rows * columns);
    const [dx, dy] = [extent[0] / columns, extent[1] / rows];
    return create(createPlane(extent, periodic), (k) => [
      ((k % columns) + 0.5) * dx,
      (Math.floor(k / columns) + 0.5) * dy,
    ]);
  }
  if ('ring' in positions) {
    const { circumference = size } = positions.ring;
    const ring: Surface = { kind: 'ring', period: [circumference, Infinity] };
    return create(ring, (k) => [(k * circumference) / size, 0]);
  }
  if ('random' in positions) {
    const { extent, periodic } = positions.random;
    const stream = new RandomStream(seed, `${where}/positions`);
    return create(createPlane(extent, periodic), () => [extent[0] * stream.uniform(), extent[1] * stream.uniform()]);
  }
  const { list } = positions;
  requireSize('list', list.length);
  return create(createPlane([0, 0]), (k) => list[k]!);
}
