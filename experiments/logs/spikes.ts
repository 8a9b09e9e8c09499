import { UserError } from '../../core/declare/errors.ts';
import { SPIKES } from '../../core/log/tables.ts';
import type { LogTable } from './table.ts';

/** Refuses a table that a format of spikes cannot hold. */
export function requireSpikeLog({ path, spec }: LogTable, format: string): void {
  if (spec.name !== SPIKES.name)
    throw new UserError(`${path} is a ${spec.name} log; ${format} holds spikes only (${SPIKES.name}).`);
}
