import type { Way } from './names.ts';

/** One reading, as a file tells it. */
export interface Reading {
  readonly where: string;
  readonly device: string;
  readonly cycle?: string;
  readonly way?: Way;
  /** What the counter says; undefined: there is none, NaN: it is left empty here. */
  readonly pulse?: number;
  /** S. */
  readonly conductance: number;
  readonly voltage?: number;
  readonly width?: number;
}
