import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { integer, number, object } from '../../../core/declare/params.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { rowSize } from '../../../core/graph/edges.ts';

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
    change: number({
      default: 0.01,
      min: 0,
      unit: '1',
      help: 'largest change by a pulse, as a share of the range, that counts as hardly any (assumed)',
    }),
    below: number({
      default: 1,
      min: 0,
      max: 1,
      unit: '1',
      help: 'only devices in a state up to this are hidden, as a share of the range; 1: all',
    }),
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
 * Which synapses of a projection are hidden. Source: the hidden synapses of a crossbar network, Cheong et al. 2022, ref. 87 of
 * Nanoscale Horiz. 2023, 8, 716; the criterion is our own.
 */
export class Stash {
  readonly state;
  /** Devices in each row that are not hidden. */
  readonly visible: Uint32Array;
  readonly #p: z.output<typeof stashParams>;
  readonly #hidden: Uint8Array;
  /** Pulses in a row that hardly changed the device, or that it missed while hidden. */
  readonly #count: Uint16Array;

  constructor(p: z.output<typeof stashParams>, { edges, arena }: DeviceContext) {
    this.#p = p;
    this.#hidden = arena.u8(edges.count);
    this.#count = arena.indices(1, edges.count) as Uint16Array;
    this.visible = arena.u32(edges.rows);
    for (let row = 0; row < edges.rows; row++) this.visible[row] = rowSize(edges, row);
    this.state = { hidden: this.#hidden, count: this.#count, visible: this.visible };
  }

  hides(k: number): boolean {
    return this.#hidden[k] === 1;
  }

  /** A pulse has left device k in state g; returns whether it is hidden from now on. */
  pulsed(k: number, row: number, g: number, change: number): boolean {
    const quiet = Math.abs(change) <= this.#p.change && g <= this.#p.below;
    this.#count[k] = quiet ? this.#count[k]! + 1 : 0;
    if (this.#count[k]! < this.#p.pulses) return false;
    this.#hidden[k] = 1;
    this.#count[k] = 0;
    this.visible[row]!--;
    return true;
  }

  /** Hidden device k has missed a pulse; returns whether it is shown again from now on. */
  missed(k: number, row: number): boolean {
    const { misses } = this.#p;
    if (misses === FOR_GOOD || ++this.#count[k]! < misses) return false;
    return this.reveal(k, row);
  }

  /** Shows device k again; returns whether it was hidden. */
  reveal(k: number, row: number): boolean {
    if (this.#hidden[k] === 0) return false;
    this.#hidden[k] = this.#count[k] = 0;
    this.visible[row]!++;
    return true;
  }
}

/** A stash for devices that can have one: read as they were left, and not seen by writes to others. @throws UserError */
export function stashOf(
  p: z.output<typeof stashParams>,
  steady: boolean,
  electrical: { readonly selection: string } | null,
  context: DeviceContext,
): Stash {
  const { name } = context;
  if (!steady) throw new UserError(`${name}.device.stash needs devices that are read as they were left.`);
  if (electrical !== null && electrical.selection !== 'transistor')
    throw new UserError(
      `${name}.device.stash needs selection "transistor" to cut a synapse off, but selection is "${electrical.selection}".`,
    );
  return new Stash(p, context);
}
