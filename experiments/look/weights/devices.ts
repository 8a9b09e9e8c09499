import { join } from 'node:path';
import { findFileKind } from '../../../core/log/file.ts';
import { DEVICES } from '../../../core/log/tables.ts';
import { asMapping, readRunJson } from '../../logs/runJson.ts';
import { LogTable } from '../../logs/table.ts';
import { findMatrixShape, requireOneProjection } from '../../logs/weightMatrix.ts';
import { findFileIn } from '../../output/file.ts';
import { describeAssumedPulse } from '../energyText.ts';
import { PROJECTION_OPTION_HINT, requireDrawableSize, type SynapseMatrix } from './snapshots.ts';

export type DeviceUsageMaps = NonNullable<ReturnType<typeof readDeviceUsageMaps>>;

const STUCK = 1;
const WORN_OUT = 2;

function readAssumedPulse(path: string): string {
  if (findFileKind(join(path, 'run.json')) !== 'a file') return ''; // an interrupted run
  const assumed = asMapping(readRunJson(path).energy)?.assumed;
  return assumed ? describeAssumedPulse(assumed) : '';
}

/**
 * Reads pulses and energies of each device of a projection from `devices.arrows`, with totals and the numbers of neurons
 * and failed devices; null if not recorded. Values of devices between the same two neurons are summed.
 */
export function readDeviceUsageMaps(path: string, projection: string | undefined) {
  const file = findFileIn(path, 'devices.arrows');
  if (file === null) return null;
  const table = new LogTable(file, projection === undefined ? {} : { populations: [projection] }, DEVICES);
  const { projectionIds, preCount, postCount } = findMatrixShape(table);
  if (projectionIds.size === 0) return null;
  const name = requireOneProjection(table, projectionIds, PROJECTION_OPTION_HINT);
  requireDrawableSize(file, preCount, postCount);
  const pulses = new Float64Array(preCount * postCount).fill(Number.NaN);
  const energies = pulses.slice();
  const sums = { devices: 0, totalPulses: 0, totalEnergy: 0, stuck: 0, wornOut: 0 };
  const add = (sum: SynapseMatrix, k: number, value: number): void => {
    sum[k] = Number.isNaN(sum[k]!) ? value : sum[k]! + value;
  };
  table.forEachRow(
    ['pre', 'post', 'pulses', 'writeEnergy', 'condition'],
    (pre, post, pulseCount, energy, condition) => {
      add(pulses, pre * postCount + post, pulseCount);
      add(energies, pre * postCount + post, energy);
      sums.devices++;
      sums.totalPulses += pulseCount;
      sums.totalEnergy += energy;
      if (condition === STUCK) sums.stuck++;
      if (condition === WORN_OUT) sums.wornOut++;
    },
  );
  return {
    ...sums,
    /** Assumed write pulse, such as `assumed 1 V, 100 ns`; empty if none was assumed. */
    assumedPulse: readAssumedPulse(path),
    projection: name,
    pre: preCount,
    post: postCount,
    pulses,
    /** Pulse energy of each device, J; null if devices have no conductance. */
    energies: Number.isNaN(sums.totalEnergy) ? null : energies,
    requireIntact: () => table.requireIntact(),
  };
}
