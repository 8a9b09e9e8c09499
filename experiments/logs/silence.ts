import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { POTENTIALS } from '../../core/log/tables.ts';
import { isFinishedRun, isTakenByRun, mappingSchema, readJson, readRunJson } from './runJson.ts';
import { LogTable } from './table.ts';

const formatVoltage = (mV: number): string => `${Number(mV.toPrecision(4))} mV`;

/** How far the recorded potential of a population came, and where its threshold is; nothing where it was not recorded. */
function describePotential(run: string, name: string): string {
  const path = join(run, 'potentials.arrows');
  if (!existsSync(path)) return '';
  const table = new LogTable(path, {}, POTENTIALS);
  const id = table.group?.names.indexOf(name);
  let [most, at, neuron] = [-Infinity, 0, 0];
  for (const { columns, rows } of table.readBatches()) {
    for (let i = 0; i < rows; i++) {
      if (columns.population![i] !== id || !(columns.potential![i]! > most)) continue;
      [most, at, neuron] = [columns.potential![i]!, columns.time![i]!, columns.neuron![i]!];
    }
  }
  if (most === -Infinity) return '';
  const threshold = readThreshold(run, name);
  const below = threshold === undefined ? '' : `, its threshold is ${formatVoltage(threshold)}`;
  return ` (its recorded potential came to ${formatVoltage(most)} at most, neuron ${neuron} at ${at} ms${below})`;
}

const thresholdsSchema = z.looseObject({
  populations: z.optional(mappingSchema(z.looseObject({ threshold: z.optional(z.unknown()) }))),
});

function readThreshold(run: string, name: string): number | undefined {
  if (!isTakenByRun(run)) return undefined;
  const threshold = readJson(run, 'config.json', thresholdsSchema).populations?.[name]?.threshold;
  return typeof threshold === 'number' ? threshold : undefined;
}

/**
 * Which populations of a log never fired in their run, in words, with how far their potential came if that was recorded beside it.
 * Of a log without a run.json nothing is known: what has no rows may not have been recorded.
 * @param seen names of populations that have spikes in the log
 */
export function describeSilentPopulations({ path, group, selection }: LogTable, seen: readonly string[]): string[] {
  const run = dirname(path);
  if (!isFinishedRun(run)) return [];
  const { populations = {} } = readRunJson(run);
  return (selection.populations ?? group?.names ?? [])
    .filter((name) => !seen.includes(name) && populations[name]?.spikes === 0)
    .map((name) => `${name} never fired${describePotential(run, name)}`);
}

/** Why a log of spikes gave none, once it has been read. */
export function noSpikesError(table: LogTable): UserError {
  const why = table.emptyError().message.replace(/\.$/, '');
  const silent = describeSilentPopulations(table, []);
  return new UserError(`${why}${silent.length > 0 ? `: ${silent.join(', ')}` : ''}.`);
}
