import type { Edges } from '../../../core/graph/edges.ts';
import type { Arena } from '../../../core/kernels/arena.ts';
import type { DeviceConstants } from '../../../core/kernels/devices.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { turn } from './layout.ts';

/** What is drawn once of each device: what it differs in, and the pulses it takes; empty where all are alike. */
export interface Constants extends DeviceConstants {
  readonly lifetimes: Float64Array;
}

/**
 * Constants in the order of rows and, from the first pulsed column of a dense projection on, in that of columns too: what is pulsed
 * together lies together, or every device would be looked for in memory of its own.
 */
export class Fixed {
  readonly #inRows: Constants;
  readonly #edges: Edges;
  readonly #arena: Arena;
  readonly #twice: boolean;
  #inColumns: Constants | null = null;

  constructor(constants: Constants, edges: Edges, arena: Arena) {
    const { ends, up, lifetimes } = constants;
    this.#inRows = constants;
    this.#edges = edges;
    this.#arena = arena;
    this.#twice = edges.targets === null && (ends !== null || up !== null || lifetimes.length > 0);
  }

  /** Those of a batch, and where they lie there. */
  of(p: Pulses): Constants {
    p.byColumn = this.#twice && p.column >= 0;
    p.first = p.byColumn ? p.column * this.#edges.rows : 0;
    if (!p.byColumn) return this.#inRows;
    this.#inColumns ??= this.#turned();
    return this.#inColumns;
  }

  #turned(): Constants {
    const { ends, up, down, lifetimes } = this.#inRows;
    const { rows, columns } = this.#edges;
    const singles = (from: Float32Array | null) => from && turn(from, this.#arena.f32(from.length), rows, columns);
    const ups = singles(up);
    return {
      ends: ends && turn(ends, this.#arena.f64(ends.length), rows, columns, 2),
      up: ups,
      down: down === up ? ups : singles(down),
      lifetimes: lifetimes.length > 0 ? turn(lifetimes, this.#arena.f64(lifetimes.length), rows, columns) : lifetimes,
    };
  }
}
