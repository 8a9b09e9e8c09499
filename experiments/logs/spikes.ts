import { UserError } from '../../core/declare/errors.ts';
import { SPIKES } from '../../core/log/tables.ts';
import type { LogTable } from './table.ts';

/** Refuses a table that a format of spikes cannot hold. */
export function requireSpikes({ path, spec }: LogTable, format: string): void {
  if (spec.name !== SPIKES.name)
    throw new UserError(`${path} is a ${spec.name} log; ${format} holds spikes only (${SPIKES.name}).`);
}

/** Sizes of the populations as the log tells them, or undefined for a log that does not. */
export function populationSizes({ metadata }: Pick<LogTable, 'metadata'>): readonly number[] | undefined {
  return metadata.sizes === undefined ? undefined : (JSON.parse(metadata.sizes) as number[]);
}
