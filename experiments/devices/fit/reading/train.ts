export const DIRECTIONS = ['up', 'down'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Readings of one device during one train of pulses in one direction, in the order of time. */
export interface Train {
  readonly device: string;
  readonly cycle: string;
  readonly direction: Direction;
  /** Pulses since the first reading: begins with 0, rises strictly. */
  readonly elapsed: readonly number[];
  /** What the file's counter says at the first reading. */
  readonly first: number;
  /** S, one a reading; noise may make some of them negative. */
  readonly conductance: readonly number[];
  /** Of how many alike trains the readings are the mean; 1 in a file. */
  readonly repeats: number;
  /** V with its sign, one a reading: of the pulse before it. Absent where the file does not tell. */
  readonly voltage?: readonly number[];
  /** s, one a reading: length of the pulse before it. Absent where the file does not tell. */
  readonly width?: readonly number[];
}

/** Readings that a train must have at least: below that no curvature can be told from noise. */
export const LEAST_READINGS = 5;
/** Pulses of a train at most; the recursion is followed pulse by pulse. */
export const MOST_PULSES = 1e6;
