import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { POTENTIALS } from '../../core/log/tables.ts';
import { createMappingSchema, isFinishedRun, isRunDirectory, readJson, readRunJson } from './runJson.ts';
import { LogTable } from './table.ts';

const formatVoltage = (mV: number) => `${Number(mV.toPrecision(4))} mV`;

/** Describes the highest recorded potential of a population, and its threshold; empty if no potential was recorded. */
function describePotential(run: string, name: string) {
  const path = join(run, 'potentials.arrows');
  if (!existsSync(path)) return '';
  const table = new LogTable(path, {}, POTENTIALS);
  const id = table.idColumn?.names.indexOf(name);
  let [highest, at, neuron] = [-Infinity, 0, 0];
  table.forEachRow(['population', 'potential', 'time', 'neuron'], (population, ...row) => {
    if (population === id && row[0] > highest) [highest, at, neuron] = row;
  });
  if (highest === -Infinity) return '';
  const { populations = {} } = isRunDirectory(run) ? readJson(run, 'config.json', thresholdsSchema) : {};
  const threshold = populations[name]?.threshold;
  const below = typeof threshold === 'number' ? `, its threshold is ${formatVoltage(threshold)}` : '';
  return ` (its highest recorded potential is ${formatVoltage(highest)}, neuron ${neuron} at ${at} ms${below})`;
}

const thresholdsSchema = z.looseObject({
  populations: z.optional(createMappingSchema(z.looseObject({ threshold: z.optional(z.unknown()) }))),
});

/**
 * Describes populations that never fired in the run of a log, with their highest recorded potentials. Returns an empty
 * list if the run has no run.json. @param seen names of populations with spikes
 */
export function describeSilentPopulations({ path, idColumn, selection }: LogTable, seen: readonly string[]): string[] {
  const run = dirname(path);
  if (!isFinishedRun(run)) return [];
  const { populations = {} } = readRunJson(run);
  return (selection.populations ?? idColumn?.names ?? [])
    .filter((name) => !seen.includes(name) && populations[name]?.spikes === 0)
    .map((name) => `${name} never fired${describePotential(run, name)}`);
}

export function createNoSpikesError(table: LogTable): UserError {
  const why = table.createNoRowsError().message.replace(/\.$/, '');
  const silent = describeSilentPopulations(table, []).join(', ');
  return new UserError(`${why}${silent && `: ${silent}`}.`);
}
