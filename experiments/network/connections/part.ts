import { UserError } from '../../../core/declare/errors.ts';
import type { ConnectionFile } from '../schema.ts';

/** Synapse list as columns, one row per synapse. */
export interface SynapseColumns {
  readonly pre: Float64Array;
  readonly post: Float64Array;
  readonly weight: Float64Array;
  readonly delay?: Float64Array;
}

/** Content of a connection file: synapse list, or weight matrix (presynaptic × postsynaptic, row-major). */
export type FileContent =
  | SynapseColumns
  | { readonly matrix: Float64Array; readonly shape: readonly [pre: number, post: number] };

export type ConnectionFileOptions = Exclude<ConnectionFile, string>;

export type ConnectionReader = (bytes: Buffer, choice: ConnectionFileOptions) => FileContent;

/** Reads a synapse list from columns; undefined if absent. @throws UserError if pre, post or weight is missing */
export function readSynapseColumns(
  names: readonly string[],
  path: string,
  column: (name: string) => Float64Array,
): SynapseColumns | undefined {
  const needed = ['pre', 'post', 'weight'];
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length === needed.length) return undefined;
  if (missing.length > 0)
    throw new UserError(
      `${path} has no column ${missing.join(' and no ')}, but a list of synapses has pre, post, weight.`,
    );
  return {
    pre: column('pre'),
    post: column('post'),
    weight: column('weight'),
    ...(names.includes('delay') ? { delay: column('delay') } : {}),
  };
}
