import { join } from 'node:path';
import { findFileKind } from '../../../core/log/file.ts';
import { DEVICES } from '../../../core/log/tables.ts';
import { asMapping, readRunJson } from '../../logs/runJson.ts';
import { LogTable } from '../../logs/table.ts';
import { findFileIn } from '../../output/file.ts';
import { describeAssumedPulse } from '../energyText.ts';
import { type Matrix, requireDrawable, requireOneProjection } from './snapshots.ts';

type Sum = 'pre' | 'post' | 'devices' | 'totalPulses' | 'totalEnergy' | 'stuck' | 'wornOut';

/** Pulses and energies of each device of a projection, with totals and the numbers of neurons and failed devices. */
export interface DeviceMaps extends Readonly<Record<Sum, number>> {
  readonly projection: string;
  readonly pulses: Matrix;
  /** Pulse energy of each device, J; null if devices have no conductance. */
  readonly energies: Matrix | null;
  /** Assumed write pulse, such as `assumed 1 V, 100 ns`; empty if none was assumed. */
  readonly assumedPulse: string;
  requireIntact(): void;
}

const STUCK = 1;
const WORN_OUT = 2;

function readAssumedPulse(path: string): string {
  if (findFileKind(join(path, 'run.json')) !== 'a file') return ''; // an interrupted run
  const assumed = asMapping(readRunJson(path).energy)?.assumed;
  return assumed ? describeAssumedPulse(assumed) : '';
}

/** Reads `devices.arrows` of a run; null if not recorded. Values of devices between the same two neurons are summed. */
export function readDeviceMaps(path: string, projection: string | undefined): DeviceMaps | null {
  const file = findFileIn(path, 'devices.arrows');
  if (file === null) return null;
  const table = new LogTable(file, projection === undefined ? {} : { populations: [projection] }, DEVICES);
  const seen = new Set<number>();
  let [pre, post] = [0, 0];
  for (const { columns: c, rows } of table.readBatches())
    for (let i = 0; i < rows; i++) {
      seen.add(c.projection![i]!);
      pre = Math.max(pre, c.pre![i]! + 1);
      post = Math.max(post, c.post![i]! + 1);
    }
  if (seen.size === 0) return null;
  const name = requireOneProjection(table, seen);
  requireDrawable(file, pre, post);
  const pulses = new Float64Array(pre * post).fill(Number.NaN);
  const energies = pulses.slice();
  const sums = { devices: 0, totalPulses: 0, totalEnergy: 0, stuck: 0, wornOut: 0 };
  const add = (sum: Matrix, k: number, value: number): void => {
    sum[k] = Number.isNaN(sum[k]!) ? value : sum[k]! + value;
  };
  for (const { columns: c, rows } of table.readBatches())
    for (let i = 0; i < rows; i++) {
      const k = c.pre![i]! * post + c.post![i]!;
      add(pulses, k, c.pulses![i]!);
      add(energies, k, c.writeEnergy![i]!);
      sums.devices++;
      sums.totalPulses += c.pulses![i]!;
      sums.totalEnergy += c.writeEnergy![i]!;
      if (c.condition![i] === STUCK) sums.stuck++;
      if (c.condition![i] === WORN_OUT) sums.wornOut++;
    }
  return {
    ...sums,
    assumedPulse: readAssumedPulse(path),
    projection: name,
    pre,
    post,
    pulses,
    energies: Number.isNaN(sums.totalEnergy) ? null : energies,
    requireIntact: () => table.requireIntact(),
  };
}
