import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import { UserError } from '../../../core/declare/errors.ts';
import { readRegular } from '../../../core/log/file.ts';
import { elementsOf, type Tensor, tensor } from './tensors.ts';

/** The arrays of an `.npz` file, compressed or not, as `numpy.savez` writes it. @throws UserError that names file and array */
export function readNpz(path: string): Map<string, Tensor> {
  const bytes = readRegular(path);
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
  } catch (cause) {
    throw new UserError(`${path} is no .npz file (${(cause as Error).message}).`, { cause });
  }
  const all = Object.entries(files).filter(([name]) => name.endsWith('.npy'));
  if (all.length === 0) throw new UserError(`${path} holds no arrays (.npy).`);
  return new Map(
    all.map(([file, data]) => {
      const name = file.slice(0, -'.npy'.length);
      return [name, tensorOf(name, data, path)];
    }),
  );
}

function tensorOf(name: string, data: Uint8Array, path: string): Tensor {
  let array: ReturnType<typeof parse>;
  try {
    array = parse(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer);
  } catch (cause) {
    throw new UserError(`${path}: ${name} cannot be read (${(cause as Error).message}).`, { cause });
  }
  const { shape, dtype, fortranOrder } = array;
  if (!/^[fiub]\d$/.test(dtype))
    throw new UserError(`${path}: ${name} is of type ${dtype}, but must hold real numbers.`);
  const raw = Float64Array.from(array.data as unknown as ArrayLike<number | bigint>, Number);
  return tensor(name, shape, fortranOrder ? inRows(raw, shape) : raw, path);
}

/** What lies column by column, row by row. */
function inRows(values: Float64Array, shape: readonly number[]): Float64Array {
  return Float64Array.from({ length: elementsOf(shape) }, (_, k) => {
    let rest = k;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const index = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
      at += index * elementsOf(shape.slice(0, axis));
    }
    return values[at]!;
  });
}
