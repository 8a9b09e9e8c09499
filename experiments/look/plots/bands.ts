import { seriesColour } from './style.ts';

export interface PopulationSize {
  readonly name: string;
  /** Neurons shown: from `first` (default 0) on. */
  readonly size: number;
  readonly first?: number;
}

/** Spikes of one picture: parallel arrays, `population` indexes the bands. */
export interface Spikes {
  /** ms */
  readonly times: ArrayLike<number>;
  readonly neurons: ArrayLike<number>;
  readonly population: ArrayLike<number>;
}

/** A population's horizontal band in a raster, in pixels from the top of the frame. */
export interface Band extends Required<PopulationSize> {
  readonly top: number;
  readonly height: number;
  readonly colour: string;
}

const LEAST_HEIGHT = 30;
/** Clear pixels at the top and the bottom of a band. */
export const INSET = 3;
const LONGEST_NAME = 24;

/** Stacks populations, the first on top; heights follow the square root of their sizes, so that small ones stay readable. */
export function stackBands(populations: readonly PopulationSize[], height: number): Band[] {
  const free = Math.max(0, height - LEAST_HEIGHT * populations.length);
  const roots = populations.map(({ size }) => Math.sqrt(size));
  const all = roots.reduce((sum, root) => sum + root, 0);
  let top = 0;
  return populations.map((population, i) => {
    const band = {
      ...population,
      first: population.first ?? 0,
      top,
      height: LEAST_HEIGHT + (free * roots[i]!) / all,
      colour: seriesColour(i),
      name: shortened(population.name),
    };
    top += band.height;
    return band;
  });
}

/** Names are cut where they would take the room of the spikes. */
const shortened = (name: string): string => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name);

/** The middle of a neuron's row; the first neuron is at the bottom of its band. */
export const rowOf = (band: Band, neuron: number): number =>
  band.top + band.height - INSET - ((neuron - band.first + 0.5) / band.size) * (band.height - 2 * INSET);

/** Height of one neuron's row. */
export const rowHeight = (band: Band): number => (band.height - 2 * INSET) / band.size;
