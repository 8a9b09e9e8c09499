import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { within } from '../../../core/declare/errors.ts';
import { readRegular } from '../../../core/log/file.ts';

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
      /** Its hash as it was first read. */
      readonly sha256?: string;
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

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The file as a resolved configuration names it: where it lies, and what is in it, by which a run that is gone on with knows it. */
export function found(file: ConnectionFile, directory: string, where: string): Exclude<ConnectionFile, string> {
  const { path, ...rest } = typeof file === 'string' ? { path: file } : file;
  const absolute = resolve(directory, path);
  return { path: absolute, ...rest, sha256: within(where, () => sha256Of(readRegular(absolute))) };
}
