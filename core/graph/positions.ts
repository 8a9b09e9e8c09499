import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { flag, integer, number, object, oneOf, optional, pair } from '../declare/params.ts';
import { type Seed, Stream } from '../random/random.ts';
import type { Sources } from './sources.ts';

/** Lengths are in a unit of the user's own; distances are in the same. */
const length = (help: string) => number({ min: 0, exclusiveMin: true, unit: '1', help });
const extent = pair(length('width'), length('height'));
const periodic = flag({ help: 'whether left meets right and top meets bottom' });
const whole = (help: string) => integer({ min: 1, help });

/** What `positions` of a population takes. */
export const positionsOption = oneOf(
  {
    grid: object({
      rows: whole('rows'),
      columns: whole('neurons a row'),
      extent: optional(extent),
      periodic,
    }),
    ring: object({ circumference: optional(length('length of the way around')) }),
    random: object({ extent, periodic }),
    list: z.array(pair(number({ unit: '1', help: 'x' }), number({ unit: '1', help: 'y' }))),
  },
  { help: 'where its neurons are, for `connect: { distance }`' },
);

/** Where the neurons of a population are; lengths in any one unit. */
export type Positions =
  /** Row by row, each in the middle of its cell. The extent, [width, height], is [columns, rows] by default. */
  | {
      readonly grid: {
        readonly rows: number;
        readonly columns: number;
        readonly extent?: readonly [number, number];
        readonly periodic?: boolean;
      };
    }
  /** Equally far apart around a ring; distances are along it. Its length is the number of neurons by default. */
  | { readonly ring: { readonly circumference?: number } }
  /** Uniform in [0, width) × [0, height), drawn from a stream of the population's own. */
  | { readonly random: { readonly extent: readonly [number, number]; readonly periodic?: boolean } }
  /** Given: [x, y] of each neuron. */
  | { readonly list: readonly (readonly [number, number])[] };

/** A surface that positions are on: a plane, or one that is closed after `width` and `height` (a ring: after its length). */
interface Surface {
  readonly kind: 'plane' | 'ring';
  /** After which lengths it begins anew; Infinity where it does not. */
  readonly period: readonly [x: number, y: number];
}

/** The neurons of a population on their surface. */
export class NeuronPositions {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly #surface: Surface;

  constructor(x: Float64Array, y: Float64Array, surface: Surface) {
    this.x = x;
    this.y = y;
    this.#surface = surface;
  }

  /** Those of some of the neurons, counted from 0. */
  of(some: Sources): NeuronPositions {
    const along = (all: Float64Array) => Float64Array.from({ length: some.count }, (_, i) => all[some.neuron(i)]!);
    return new NeuronPositions(along(this.x), along(this.y), this.#surface);
  }

  /** After which lengths the surface begins anew; Infinity where it does not. */
  get period(): readonly [x: number, y: number] {
    return this.#surface.period;
  }

  /** How `other` is placed otherwise, so that no distance is defined; undefined where it is. */
  misfit(other: NeuronPositions): string | undefined {
    const [a, b] = [this.#surface, other.#surface];
    if (a.kind === b.kind && a.period.every((p, i) => p === b.period[i])) return undefined;
    return `one is on ${described(a)}, the other on ${described(b)}`;
  }

  /** Distance of neuron i from neuron j of `to`, which must fit. */
  distance(i: number, to: NeuronPositions, j: number): number {
    const [width, height] = this.#surface.period;
    const dx = shorter(Math.abs(this.x[i]! - to.x[j]!), width);
    const dy = shorter(Math.abs(this.y[i]! - to.y[j]!), height);
    return Math.sqrt(dx * dx + dy * dy);
  }
}

const shorter = (d: number, period: number): number => (2 * d > period ? period - d : d);

function described({ kind, period: [width, height] }: Surface): string {
  if (kind === 'ring') return `a ring of length ${width}`;
  return width === Infinity ? 'a plane that is not periodic' : `a plane that is periodic after ${width} × ${height}`;
}

const plane = ([width, height]: readonly [number, number], periodic = false): Surface => ({
  kind: 'plane',
  period: periodic ? [width, height] : [Infinity, Infinity],
});

/** Places `size` neurons. @param where the path of the population, which its random stream is named after */
export function createPositions(positions: Positions, size: number, seed: Seed, where: string): NeuronPositions {
  const made = (surface: Surface, at: (k: number) => readonly [number, number]): NeuronPositions => {
    const [x, y] = [new Float64Array(size), new Float64Array(size)];
    for (let k = 0; k < size; k++) [x[k], y[k]] = at(k) as [number, number];
    return new NeuronPositions(x, y, surface);
  };
  const refuse = (key: string, has: string): never => {
    throw new UserError(`${where}.positions.${key} has ${has}, but the population has ${size} neurons.`);
  };
  if ('grid' in positions) {
    const { rows, columns, extent = [columns, rows], periodic } = positions.grid;
    if (rows * columns !== size) refuse('grid', `${rows} × ${columns} places`);
    const [dx, dy] = [extent[0] / columns, extent[1] / rows];
    return made(plane(extent, periodic), (k) => [((k % columns) + 0.5) * dx, (Math.floor(k / columns) + 0.5) * dy]);
  }
  if ('ring' in positions) {
    const { circumference = size } = positions.ring;
    const ring: Surface = { kind: 'ring', period: [circumference, Infinity] };
    return made(ring, (k) => [(k * circumference) / size, 0]);
  }
  if ('random' in positions) {
    const { extent, periodic } = positions.random;
    const stream = new Stream(seed, `${where}/positions`);
    return made(plane(extent, periodic), () => [extent[0] * stream.uniform(), extent[1] * stream.uniform()]);
  }
  const { list } = positions;
  if (list.length !== size) refuse('list', `${list.length} places`);
  return made(plane([0, 0]), (k) => list[k]!);
}
