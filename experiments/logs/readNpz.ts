import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { requireMemory } from '../data/memoryLimit.ts';
import { unzip } from '../data/unpack.ts';
import { type NpyArray, readNpy } from './npy.ts';

/** Memory per number while an array is read, bytes: one float64 in the array, and another in its reader. */
const BYTES_PER_NUMBER = 16;

/** Arrays in an `.npz` file of NumPy, compressed or not. */
export interface NpzArchive {
  readonly names: readonly string[];
  /** Reads an array by name. @throws UserError if it is missing or cannot be read */
  read(name: string): NpyArray;
}

/** Opens an `.npz` file. @throws UserError that names the file */
export function readNpzArchive(bytes: Buffer, path: string): NpzArchive {
  const files = unzipped(bytes, path);
  let total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    names: [...files.keys()],
    read(name) {
      const file = files.get(name);
      if (file === undefined) throw new UserError(`${path} has no array ${show(name)}.`);
      const array = readNpy(file, `${path}: ${show(name)}`);
      requireMemory((total += BYTES_PER_NUMBER * array.count), path);
      return array;
    },
  };
}

function unzipped(bytes: Buffer, path: string): Map<string, Buffer> {
  try {
    const files = unzip(bytes, path);
    return new Map(
      Array.from(files, ([name, data]) => [
        name.replace(/\.npy$/, ''),
        Buffer.from(data.buffer, data.byteOffset, data.length),
      ]),
    );
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const reason = cause instanceof Error ? cause.message : cause;
    throw new UserError(`${path} is not an .npz file: ${reason}.`, { cause });
  }
}
