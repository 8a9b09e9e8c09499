import { join } from 'node:path';
import { fileKindAt } from '../../../core/log/file.ts';
import { DEVICES } from '../../../core/log/tables.ts';
import { assumedText } from '../../devices/energy/scale.ts';
import { LogTable } from '../../logs/table.ts';
import { fileIn } from '../../output/file.ts';
import { asMapping, readRunJson } from '../../run/runJson.ts';
import type { Matrix } from './moments.ts';
import { onlyProjection, requireDrawable } from './recorded.ts';

/** What the devices of a projection went through; matrices are pre × post, row-major, NaN where there is no device. */
export interface DeviceMaps {
  readonly projection: string;
  readonly pre: number;
  readonly post: number;
  /** Pulses of each device. */
  readonly pulses: Matrix;
  /** Joules spent on its pulses; null for devices without a conductance. */
  readonly energies: Matrix | null;
  readonly devices: number;
  readonly totalPulses: number;
  readonly totalEnergy: number;
  /** `assumed 1 V, 100 ns` where the run says that nobody told the pulse, else empty. */
  readonly assumed: string;
  readonly stuck: number;
  readonly wornOut: number;
  requireWhole(): void;
}

const STUCK = 1;
const WORN_OUT = 2;

function assumedIn(path: string): string {
  if (fileKindAt(join(path, 'run.json')) !== 'a file') return ''; // a run that was cut off
  const assumed = asMapping(readRunJson(path).energy)?.assumed;
  return assumed ? assumedText(assumed) : '';
}

/** `devices.arrows` of a run directory, or null where it was not recorded. Several devices of one pair are added up. */
export function deviceMaps(path: string, projection: string | undefined): DeviceMaps | null {
  const file = fileIn(path, 'devices.arrows');
  if (file === null) return null;
  const table = new LogTable(file, projection === undefined ? {} : { populations: [projection] }, DEVICES);
  const seen = new Set<number>();
  let [pre, post] = [0, 0];
  for (const { columns: c, rows } of table.readBatches()) {
    for (let i = 0; i < rows; i++) {
      seen.add(c.projection![i]!);
      pre = Math.max(pre, c.pre![i]! + 1);
      post = Math.max(post, c.post![i]! + 1);
    }
  }
  if (seen.size === 0) return null;
  const name = onlyProjection(table, seen);
  requireDrawable(file, pre, post);
  const pulses = new Float64Array(pre * post).fill(Number.NaN);
  const energies = pulses.slice();
  const sums = { devices: 0, totalPulses: 0, totalEnergy: 0, stuck: 0, wornOut: 0 };
  const add = (to: Matrix, k: number, value: number): void => {
    to[k] = Number.isNaN(to[k]!) ? value : to[k]! + value;
  };
  for (const { columns: c, rows } of table.readBatches()) {
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
  }
  const assumed = assumedIn(path);
  const electrical = !Number.isNaN(sums.totalEnergy);
  const requireWhole = () => table.requireWhole();
  return {
    ...sums,
    assumed,
    projection: name,
    pre,
    post,
    pulses,
    energies: electrical ? energies : null,
    requireWhole,
  };
}
