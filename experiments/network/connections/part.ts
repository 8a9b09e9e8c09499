import { UserError } from '../../../core/declare/errors.ts';

/** A file of synapses, as a network file names it. */
export type ConnectionFile =
  | string
  | {
      readonly path: string;
      /** Name of the matrix in an .npz of several. */
      readonly array?: string;
      /** Name of the projection in a log of weights of several. */
      readonly projection?: string;
      /** Which synapses of a NIR file. */
      readonly nir?: NirSynapses;
    };

/** Which synapses of a NIR file a projection has. */
export interface NirSynapses {
  /** Names of the nodes. */
  readonly from: string;
  readonly to: string;
  /** Step that a spike is wide, ms; 0: a pulse of area 1 s. */
  readonly dt: number;
  /** Added to every delay, ms: a spike goes around a circle later, not at once. */
  readonly later: number;
}

/** A synapse a row. */
export interface SynapseColumns {
  readonly pre: Float64Array;
  readonly post: Float64Array;
  readonly weight: Float64Array;
  readonly delay?: Float64Array;
}

/** What is in a file: synapses, or a matrix of weights, pre × post row-major. */
export type FileContent =
  | SynapseColumns
  | { readonly matrix: Float64Array; readonly shape: readonly [pre: number, post: number] };

export type FileChoice = Exclude<ConnectionFile, string>;

/** Reads the bytes of one kind of file. */
export type ConnectionReader = (bytes: Buffer, choice: FileChoice) => FileContent;

/** The columns of a list by their names. UserError where some but not all of pre, post and weight are there; undefined without any. */
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
