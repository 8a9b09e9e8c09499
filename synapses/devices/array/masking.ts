import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { fraction, integer, nonNegative, object } from '../../../core/declare/params.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { getRowLength } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import { type PulseBatchRecord, DeviceTotalsPlaces as TOTALS } from '../../../core/kernels/records.ts';
import type { ConductanceScale } from './conductanceScale.ts';
import type { DeviceCounters } from './deviceCounters.ts';

/** Value of `misses` for permanent masking: skipped pulses never unmask the device, only `unmaskSynapses` does. */
const PERMANENT = 65535;

export const maskingParams = object(
  {
    pulses: integer({
      default: 20,
      min: 1,
      max: 65535,
      help: 'number of successive pulses without effect (skipped by writeOnChange, or with a state change of at most `change`) that mask a device (assumed value)',
    }),
    change: nonNegative(
      0.01,
      '1',
      'largest change of state treated as no change, as a fraction of the range (assumed value)',
    ),
    below: fraction(1, 'largest state in which a device may be masked, as a fraction of the range; 1: all states'),
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
 * Masks synapses whose devices no longer change: masked devices are neither read nor pulsed. Source: hidden synapses
 * of a crossbar network, Cheong et al. 2022, ref. 87 of Nanoscale Horiz. 2023, 8, 716; the criterion is specific to
 * memspike.
 * @param g state of each device after its last pulse
 */
export function createMasking(
  p: z.output<typeof maskingParams>,
  g: Float64Array,
  scale: ConductanceScale,
  counters: DeviceCounters,
  { edges, arena }: DeviceContext,
) {
  const weights = edges.weights as Floats;
  const hidden = arena.u8(edges.count);
  /** For each device: number of successive pulses without change or, while masked, number of skipped pulses. */
  const count = arena.indices(1, edges.count);
  const visibleCount = arena.u32(edges.rows);
  for (let row = 0; row < edges.rows; row++) visibleCount[row] = getRowLength(edges, row);
  const isMasked = (k: number) => hidden[k] === 1;
  const setMasked = (k: number, row: number, column: number, value: 0 | 1) => {
    const sign = value === 1 ? -1 : 1;
    hidden[k] = value;
    count[k] = 0;
    visibleCount[row]! += sign;
    counters.totals[TOTALS.hidden]! -= sign;
    counters.updateConductanceSums(row, column, sign * scale.conductance(k, g[k]!));
  };
  const unmask = (k: number, row: number, column: number) => {
    if (!isMasked(k)) return;
    setMasked(k, row, column, 0);
    weights[k] = scale.weight(k, g[k]!);
  };
  return {
    state: { hidden, count, visibleCount },
    countUnmasked: (row: number) => visibleCount[row]!,
    isMasked,
    unmask,
    /**
     * Skips the only pulse of a batch if its device is masked, and returns true; unmasks the device after `misses`
     * skipped pulses.
     */
    skipMasked(b: PulseBatchRecord): boolean {
      const k = b.edgeIndices[0]!;
      if (!isMasked(k)) return false;
      counters.totals[TOTALS.skipped]!++;
      if (p.misses !== PERMANENT && ++count[k]! >= p.misses) unmask(k, rowOf(b), columnOf(b));
      return true;
    },
    /** Checks if the only pulse of a batch changed its device; masks the device after enough pulses without change. */
    updateAfterPulse(b: PulseBatchRecord) {
      const k = b.edgeIndices[0]!;
      const change = b.count > 0 ? b.statesAfter[0]! - b.statesBefore[0]! : 0;
      const quiet = Math.abs(change) <= p.change && b.statesBefore[0]! + change <= p.below;
      count[k] = quiet ? count[k]! + 1 : 0;
      if (count[k]! < p.pulses) return;
      setMasked(k, rowOf(b), columnOf(b), 1);
      weights[k] = 0;
    },
  };
}

export type SynapseMasking = ReturnType<typeof createMasking>;

const rowOf = ({ row, traceIndices }: PulseBatchRecord): number => (row < 0 ? traceIndices[0]! : row);
const columnOf = ({ column, traceIndices }: PulseBatchRecord): number => (column < 0 ? traceIndices[0]! : column);

/** Checks that devices can be masked: reads return the stored state, writes disturb no other device. */
export function checkMasking(steady: boolean, electrical: { readonly selection: string } | null, name: string) {
  if (!steady)
    throw new UserError(
      `${name}.device.stash needs devices whose reads return the stored state, without read noise or relaxation.`,
    );
  if (electrical !== null && electrical.selection !== 'transistor')
    throw new UserError(
      `${name}.device.stash disconnects masked synapses by their transistors, so selection must be "transistor", but it is "${electrical.selection}".`,
    );
}
