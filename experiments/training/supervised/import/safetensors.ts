import * as z from 'zod/mini';
import { UserError } from '../../../../core/declare/errors.ts';
import { int } from '../../../../core/declare/ranged.ts';
import { show } from '../../../../core/declare/show.ts';
import { readRegularFile } from '../../../../core/log/file.ts';
import { NUMBER_READERS, type NumberReader } from '../../../logs/npy.ts';
import { createTensor, type Tensor, type TensorMap } from './tensors.ts';

/** Decoders of numbers, by element type of the safetensors format: https://github.com/huggingface/safetensors. */
export const SAFETENSORS_NUMBER_DECODERS: ReadonlyMap<string, NumberReader> = new Map<string, NumberReader>([
  ['F64', NUMBER_READERS.f8],
  ['F32', NUMBER_READERS.f4],
  ['F16', NUMBER_READERS.f2],
  ['BF16', [2, (view, at) => decodeBfloat16(view.getUint16(at, true))]],
  ['I64', NUMBER_READERS.i8],
  ['I32', NUMBER_READERS.i4],
  ['I16', NUMBER_READERS.i2],
  ['I8', NUMBER_READERS.i1],
  ['U8', NUMBER_READERS.u1],
]);

const count = int({ min: 0 });
const HEADER_SCHEMA = z.catchall(
  z.object({}),
  z.object({ dtype: z.string(), shape: z.array(count), data_offsets: z.tuple([count, count]) }),
);

export function readSafetensors(path: string): Map<string, Tensor> {
  const bytes = readRegularFile(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length >= 8 ? Number(view.getBigUint64(0, true)) : Number.NaN;
  if (!(8 + length <= bytes.length))
    throw new UserError(`${path} is not a safetensors file: it ends within its header.`);
  const begin = 8 + length;
  const tensors = new Map<string, Tensor>();
  let total = 0;
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(parseHeader(bytes.subarray(8, begin), path))) {
    const reader = SAFETENSORS_NUMBER_DECODERS.get(dtype);
    if (reader === undefined)
      throw new UserError(
        `${path}: ${show(name)} is of type ${show(dtype)}, but must be one of ${[...SAFETENSORS_NUMBER_DECODERS.keys()].join(', ')}.`,
      );
    const [size, read] = reader;
    const [from, to] = data_offsets;
    if (to < from || begin + to > bytes.length)
      throw new UserError(
        `${path}: ${show(name)} has data offsets ${from} to ${to}, which are not a range within the file.`,
      );
    if ((to - from) % size !== 0 || (total += to - from) > bytes.length - begin)
      throw new UserError(
        `${path}: the bytes of ${show(name)} do not fit its type, or overlap those of another tensor.`,
      );
    const values = Float64Array.from({ length: (to - from) / size }, (_, k) => read(view, begin + from + k * size));
    tensors.set(name, createTensor(name, shape, values, path));
  }
  if (tensors.size === 0) throw new UserError(`${path} holds no tensors.`);
  return tensors;
}

function parseHeader(bytes: Uint8Array, path: string): z.infer<typeof HEADER_SCHEMA> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new UserError(`${path} is not a safetensors file: its header is not JSON.`, { cause });
  }
  const { __metadata__: _, ...tensors } = (header ?? { header }) as Record<string, unknown>;
  const { success, data } = HEADER_SCHEMA.safeParse(tensors);
  if (!success) throw new UserError(`${path} is not a safetensors file: its header does not describe tensors.`);
  return data;
}

export function encodeSafetensors(tensors: TensorMap) {
  let offset = 0;
  const entries = [...tensors].map(([name, { shape, values }]) => {
    const from = offset;
    offset += 4 * values.length;
    return [name, { dtype: 'F32', shape, data_offsets: [from, offset] }] as const;
  });
  const text = JSON.stringify(Object.fromEntries(entries));
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const bytes = new Uint8Array(8 + header.length + offset);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let k = 8 + header.length;
  for (const { values } of tensors.values())
    for (const v of values) {
      view.setFloat32(k, v, true);
      k += 4;
    }
  return bytes;
}

const scratch = new DataView(new ArrayBuffer(4));
function decodeBfloat16(bits: number) {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}
