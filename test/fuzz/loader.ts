/** What the mutation runs need to know of one kind of file. */
import type { Random } from './mutate.ts';

/** A valid file. */
export interface SeedFile {
  /** Its name, whose ending the loader may go by. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Loader {
  readonly name: string;
  /** Parts of the paths of modules whose lines count as the loader's. */
  readonly modules: readonly string[];
  /** Valid files. Made once, in an empty working directory, where other files that `load` needs may be put. */
  seeds(): readonly SeedFile[] | Promise<readonly SeedFile[]>;
  /** Reads a file as the program does; any error that is not a UserError is a fault, and so is a value that it must not take. */
  load(path: string): unknown;
  /** Copy of a valid file with other content in a container that is still valid; every other mutant is one. */
  mutateInside?(random: Random, bytes: Uint8Array, name: string): Uint8Array | Promise<Uint8Array>;
}
