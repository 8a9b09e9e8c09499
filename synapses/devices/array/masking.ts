import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { integer, nonNegative, object, share } from '../../../core/declare/params.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { rowSize } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { TotalsPlaces as TOTALS } from '../../../core/kernels/records.ts';
import type { ConductanceScale } from './conductanceScale.ts';
import type { DeviceCounters } from './deviceCounters.ts';

/** Value of `misses` for which a device stays masked until `unmask` is called. */
const PERMANENT = 65535;

export const maskingParams = object(
  {
    pulses: integer({
      default: 20,
      min: 1,
      max: 65535,
      help: 'number of successive pulses without a change above the parameter change, or skipped by writeOnChange, after which a device is masked (assumed)',
    }),
    change: nonNegative(
      0.01,
      '1',
      'largest change of state treated as no change, as a fraction of the range (assumed)',
    ),
    below: share(1, 'largest state in which a device may be masked, as a fraction of the range; 1: all states'),
    misses: integer({
      default: PERMANENT,
      min: 1,
      max: PERMANENT,
      help: 'number of pulses that a masked device skips before it is unmasked; 65535: masked until explicitly unmasked',
    }),
  },
  'masking of trained synapses: a masked synapse is neither read nor written and has weight 0 and no energy, until it is unmasked',
);

/**
 * Masking of synapses: which synapses of a projection are masked, their weights and their counters. Source: hidden
 * synapses of a crossbar network, Cheong et al. 2022, ref. 87 of Nanoscale Horiz. 2023, 8, 716; the criterion is
 * specific to memspike.
 */
export class SynapseMasking {
  readonly state;
  readonly #p: z.output<typeof maskingParams>;
  readonly #g: Float64Array;
  readonly #weights: Floats;
  readonly #scale: ConductanceScale;
  readonly #counters: DeviceCounters;
  readonly #hidden: Uint8Array;
  /** For each device: number of successive pulses without change or, while masked, number of skipped pulses. */
  readonly #count: Uint16Array;
  /** Number of unmasked devices per row. */
  readonly #visible: Uint32Array;

  /** @param g state of each device after its last pulse */
  constructor(
    p: z.output<typeof maskingParams>,
    g: Float64Array,
    signal: ConductanceScale,
    counters: DeviceCounters,
    context: DeviceContext,
  ) {
    const { edges, arena } = context;
    this.#p = p;
    this.#g = g;
    this.#weights = edges.weights as Floats;
    this.#scale = signal;
    this.#counters = counters;
    this.#hidden = arena.u8(edges.count);
    this.#count = arena.indices(1, edges.count) as Uint16Array;
    this.#visible = arena.u32(edges.rows);
    for (let row = 0; row < edges.rows; row++) this.#visible[row] = rowSize(edges, row);
    this.state = { hidden: this.#hidden, count: this.#count, visibleCount: this.#visible };
  }

  visible(row: number): number {
    return this.#visible[row]!;
  }

  isHidden(k: number): boolean {
    return this.#hidden[k] === 1;
  }

  /** Unmasks a device if it is masked. */
  unmask(k: number, row: number, column: number): void {
    if (!this.isHidden(k)) return;
    this.#setHidden(k, row, column, 0);
    this.#weights[k] = this.#scale.weight(k, this.#g[k]!);
  }

  /**
   * Skips the only pulse of a batch if its device is masked; unmasks the device after `misses` skipped pulses. Returns
   * true if the pulse was skipped.
   */
  skipHidden(p: Pulses): boolean {
    const k = p.edges[0]!;
    if (!this.isHidden(k)) return false;
    this.#counters.totals[TOTALS.skipped]!++;
    const { misses } = this.#p;
    if (misses !== PERMANENT && ++this.#count[k]! >= misses) this.unmask(k, rowOf(p), columnOf(p));
    return true;
  }

  /** Records whether a batch's only pulse changed its device; masks the device after enough pulses without change. */
  updateAfterPulse(p: Pulses): void {
    const k = p.edges[0]!;
    const change = p.count > 0 ? p.after[0]! - p.before[0]! : 0;
    const quiet = Math.abs(change) <= this.#p.change && p.before[0]! + change <= this.#p.below;
    this.#count[k] = quiet ? this.#count[k]! + 1 : 0;
    if (this.#count[k]! < this.#p.pulses) return;
    this.#setHidden(k, rowOf(p), columnOf(p), 1);
    this.#weights[k] = 0;
  }

  /** Masks (1) or unmasks (0) a device and updates the sums of conductances. */
  #setHidden(k: number, row: number, column: number, hidden: 0 | 1): void {
    const sign = hidden === 1 ? -1 : 1;
    this.#hidden[k] = hidden;
    this.#count[k] = 0;
    this.#visible[row]! += sign;
    this.#counters.totals[TOTALS.hidden]! -= sign;
    this.#counters.changeConductance(row, column, sign * this.#scale.conductance(k, this.#g[k]!));
  }
}

/** Row and column of the only pulse of a batch. */
const rowOf = ({ row, others }: Pulses): number => (row < 0 ? others[0]! : row);
const columnOf = ({ column, others }: Pulses): number => (column < 0 ? others[0]! : column);

/** Checks that reads return the stored state and writes do not disturb other devices. @throws UserError */
export function checkMasking(steady: boolean, electrical: { readonly selection: string } | null, name: string): void {
  if (!steady)
    throw new UserError(
      `${name}.device.stash needs devices whose reads return the stored state, without read noise or relaxation.`,
    );
  if (electrical !== null && electrical.selection !== 'transistor')
    throw new UserError(
      `${name}.device.stash needs selection "transistor" to disconnect a synapse, but selection is "${electrical.selection}".`,
    );
}
