import { UserError } from '../../../core/declare/errors.ts';

export type ConnectionFile =
  | string
  | {
      readonly path: string;
      /** Name of the matrix in an .npz file with several matrices. */
      readonly array?: string;
      /** Name of the projection in a log of weights of several projections. */
      readonly projection?: string;
      /** Selected synapses of a NIR file. */
      readonly nir?: NirSynapses;
    };

/** Synapses of a projection in a NIR file. */
export interface NirSynapses {
  /** Names of source and target node. */
  readonly from: string;
  readonly to: string;
  /** Width of a spike, ms; 0: pulse of area 1 s. */
  readonly dt: number;
  /** Time added to each delay, ms, so that no loop of projections has a total delay of 0. */
  readonly later: number;
}

/** Columns of a list of synapses, one row per synapse. */
export interface SynapseColumns {
  readonly pre: Float64Array;
  readonly post: Float64Array;
  readonly weight: Float64Array;
  readonly delay?: Float64Array;
}

/** Content of a file: list of synapses, or matrix of weights, pre × post, row-major. */
export type FileContent =
  | SynapseColumns
  | { readonly matrix: Float64Array; readonly shape: readonly [pre: number, post: number] };

export type FileChoice = Exclude<ConnectionFile, string>;

export type ConnectionReader = (bytes: Buffer, choice: FileChoice) => FileContent;

/** Reads the columns of a list of synapses; undefined without such columns. @throws UserError if pre, post or weight is missing */
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
