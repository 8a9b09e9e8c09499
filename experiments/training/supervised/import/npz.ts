import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { readRegularFile } from '../../../../core/log/file.ts';
import { readNpzArchive } from '../../../logs/readNpz.ts';
import { createTensor, type Tensor } from './tensors.ts';

/** Reads the arrays of an `.npz` file (`numpy.savez`), compressed or not. @throws UserError that names file and array */
export function readNpz(path: string): Map<string, Tensor> {
  const { names, read } = readNpzArchive(readRegularFile(path), path);
  if (names.length === 0) throw new UserError(`${path} holds no arrays (.npy).`);
  return new Map(
    names.map((name) => {
      const array = read(name);
      if (array.fields.length > 0) throw new UserError(`${path}: ${show(name)} holds records, but must hold numbers.`);
      return [name, createTensor(name, array.shape, array.values(), path)];
    }),
  );
}
