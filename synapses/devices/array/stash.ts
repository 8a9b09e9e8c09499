import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { fromZero, integer, object, share } from '../../../core/declare/params.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { rowSize } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { TotalsPlaces as TOTALS } from '../../../core/kernels/records.ts';
import type { Books } from './books.ts';
import type { Signal } from './signal.ts';

/** Value of `misses` for devices that stay hidden until they are revealed. */
const FOR_GOOD = 65535;

export const stashParams = object(
  {
    pulses: integer({
      default: 20,
      min: 1,
      max: 65535,
      help: 'a device is hidden after so many pulses in a row that hardly changed it, or that writeOnChange saved (assumed)',
    }),
    change: fromZero(
      0.01,
      '1',
      'largest change by a pulse, as a share of the range, that counts as hardly any (assumed)',
    ),
    below: share(1, 'only devices in a state up to this are hidden, as a share of the range; 1: all'),
    misses: integer({
      default: FOR_GOOD,
      min: 1,
      max: FOR_GOOD,
      help: 'pulses that a hidden device misses before it is shown again; 65535: until revealed',
    }),
  },
  'trained synapses are hidden: neither read nor written, without current or energy, until they are revealed',
);

/**
 * Which synapses of a projection are hidden, and what hiding one and showing it again does to its weight and to the books. Source: the
 * hidden synapses of a crossbar network, Cheong et al. 2022, ref. 87 of Nanoscale Horiz. 2023, 8, 716; the criterion is our own.
 */
export class Stash {
  readonly state;
  readonly #p: z.output<typeof stashParams>;
  readonly #g: Float64Array;
  readonly #weights: Floats;
  readonly #signal: Signal;
  readonly #books: Books;
  readonly #hidden: Uint8Array;
  /** Pulses in a row that hardly changed the device, or that it missed while hidden. */
  readonly #count: Uint16Array;
  /** Devices in each row that are not hidden. */
  readonly #visible: Uint32Array;

  /** @param g states as the last pulses left them */
  constructor(p: z.output<typeof stashParams>, g: Float64Array, signal: Signal, books: Books, context: DeviceContext) {
    const { edges, arena } = context;
    this.#p = p;
    this.#g = g;
    this.#weights = edges.weights as Floats;
    this.#signal = signal;
    this.#books = books;
    this.#hidden = arena.u8(edges.count);
    this.#count = arena.indices(1, edges.count) as Uint16Array;
    this.#visible = arena.u32(edges.rows);
    for (let row = 0; row < edges.rows; row++) this.#visible[row] = rowSize(edges, row);
    this.state = { hidden: this.#hidden, count: this.#count, visible: this.#visible };
  }

  visible(row: number): number {
    return this.#visible[row]!;
  }

  hides(k: number): boolean {
    return this.#hidden[k] === 1;
  }

  /** Shows a device again that may be hidden. */
  reveal(k: number, row: number, column: number): void {
    if (!this.hides(k)) return;
    this.#put(k, row, column, 0);
    this.#weights[k] = this.#signal.weight(k, this.#g[k]!);
  }

  /** Whether the device of this one pulse is hidden: it misses it then, and may be shown from now on. */
  missed(p: Pulses): boolean {
    const k = p.edges[0]!;
    if (!this.hides(k)) return false;
    this.#books.totals[TOTALS.skipped]!++;
    const { misses } = this.#p;
    if (misses !== FOR_GOOD && ++this.#count[k]! >= misses) this.reveal(k, rowOf(p), columnOf(p));
    return true;
  }

  /** The device of this one pulse got it, or was spared it because it is at its bound, which is no change either. */
  pulsed(p: Pulses): void {
    const k = p.edges[0]!;
    const change = p.count > 0 ? p.after[0]! - p.before[0]! : 0;
    const quiet = Math.abs(change) <= this.#p.change && p.before[0]! + change <= this.#p.below;
    this.#count[k] = quiet ? this.#count[k]! + 1 : 0;
    if (this.#count[k]! < this.#p.pulses) return;
    this.#put(k, rowOf(p), columnOf(p), 1);
    this.#weights[k] = 0;
  }

  /** Hides a device (1), or takes it out again (0). */
  #put(k: number, row: number, column: number, hidden: 0 | 1): void {
    const sign = hidden === 1 ? -1 : 1;
    this.#hidden[k] = hidden;
    this.#count[k] = 0;
    this.#visible[row]! += sign;
    this.#books.totals[TOTALS.hidden]! -= sign;
    this.#books.change(row, column, sign * this.#signal.conductance(k, this.#g[k]!));
  }
}

/** Row and column of the only pulse of a batch. */
const rowOf = ({ row, others }: Pulses): number => (row < 0 ? others[0]! : row);
const columnOf = ({ column, others }: Pulses): number => (column < 0 ? others[0]! : column);

/** Refuses a stash for devices that cannot have one: it needs that they are read as they were left, and not seen by writes to others. @throws UserError */
export function checkStash(steady: boolean, electrical: { readonly selection: string } | null, name: string): void {
  if (!steady) throw new UserError(`${name}.device.stash needs devices that are read as they were left.`);
  if (electrical !== null && electrical.selection !== 'transistor')
    throw new UserError(
      `${name}.device.stash needs selection "transistor" to cut a synapse off, but selection is "${electrical.selection}".`,
    );
}
