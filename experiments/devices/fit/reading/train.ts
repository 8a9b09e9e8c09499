export const DIRECTIONS = ['up', 'down'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Readings of one device during one train of pulses in one direction, in time order. */
export interface Train {
  readonly device: string;
  readonly cycle: string;
  readonly direction: Direction;
  /** Number of pulses since the first reading: begins with 0, increases strictly. */
  readonly elapsed: readonly number[];
  /** Pulse number in the file at the first reading. */
  readonly first: number;
  /** Conductance per reading, S; may be negative because of noise. */
  readonly conductance: readonly number[];
  /** Number of repeated trains that the readings are the mean of; 1 if read from a file. */
  readonly repeats: number;
  /** Signed voltage of the pulse before each reading, V; absent if the file has none. */
  readonly voltage?: readonly number[];
  /** Width of the pulse before each reading, s; absent if the file has none. */
  readonly width?: readonly number[];
}

/** Minimum number of readings per train: with fewer, curvature cannot be distinguished from noise. */
export const MIN_READINGS = 5;
/** Maximum number of pulses per train: the bounds of the fitted steps, 1e-7 of the range, suit no longer ones. */
export const MAX_PULSES = 1e5;
