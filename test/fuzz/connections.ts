/** Files of synapses. */
import { type Table, tableFromArrays, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { unzipSync, zipSync } from 'fflate';
import { columnToBytes, encodeNpyHeader } from '../../experiments/logs/npy.ts';
import { readConnections } from '../../experiments/network/connections/read.ts';
import type { Loader, SeedFile } from './loader.ts';
import { makeValid, mutateBytes, mutateText, mutateTextFile, mutateTree, type Random } from './mutate.ts';

const MODULES = ['network/connections/', 'logs/npy.js'];
const COLUMNS = { pre: [0, 2, 1, 3], post: [1, 0, 1, 3], weight: [0.5, -1.5, 2, 0.25], delay: [1, 2.5, 1, 3] };
const f64 = (values: readonly number[]) => columnToBytes(Float64Array.from(values));
const npy = (descr: string, shape: readonly number[], body: Uint8Array): Uint8Array =>
  Uint8Array.from(Buffer.concat([encodeNpyHeader(descr, shape), body]));
const vector = (values: readonly number[]) => npy("'<f8'", [values.length], f64(values));
const integers = (values: readonly number[]) => npy("'<i4'", [values.length], columnToBytes(Uint32Array.from(values)));
const text = (value: string) => npy(`'|S${value.length}'`, [], Buffer.from(value));
const file = (name: string, bytes: Uint8Array | string): SeedFile => ({
  name,
  bytes: Uint8Array.from(Buffer.from(bytes)),
});

const MATRIX = npy("'<f8'", [4, 3], f64([1, 2, 3, Number.NaN, 5, 6, 7, 8, 9, 10, 11, 12]));
const RECORDS = npy(
  "[('pre', '<f8'), ('post', '<f8'), ('weight', '<f8')]",
  [4],
  f64(COLUMNS.pre.flatMap((pre, k) => [pre, COLUMNS.post[k]!, COLUMNS.weight[k]!])),
);

/** Copy of an array with another header, mostly of the same length, or another body. */
export function mutateNpy(random: Random, bytes: Uint8Array): Uint8Array {
  const end = 10 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
  if (random.below(3) === 0)
    return Uint8Array.from(Buffer.concat([bytes.subarray(0, end), mutateBytes(random, bytes.subarray(end))]));
  const header = mutateText(random, Buffer.from(bytes.subarray(10, end)).toString('latin1').trimEnd());
  const encoded = Buffer.from(`${header.slice(0, 60_000)}\n`, 'latin1');
  const start = Buffer.from(bytes.subarray(0, 10));
  start.writeUInt16LE(encoded.length, 8);
  return Uint8Array.from(Buffer.concat([start, encoded, bytes.subarray(end)]));
}

/** Copy of an archive with right checksums, one array of which is mutated, removed, renamed or exchanged. */
export function mutateNpz(random: Random, bytes: Uint8Array): Uint8Array {
  const files = unzipSync(bytes);
  const names = Object.keys(files);
  const name = random.pick(names);
  const { [name]: data, ...others } = files;
  const level = random.below(2) ? 6 : 0;
  return random.pick([
    () => zipSync({ ...files, [name]: mutateNpy(random, data!) }, { level }),
    () => zipSync({ ...files, [name]: mutateNpy(random, data!) }, { level }),
    () => zipSync({ ...files, [name]: mutateBytes(random, data!) }, { level }),
    () => zipSync({ ...files, [name]: files[random.pick(names)]! }, { level }),
    () => zipSync({ ...others, [mutateText(random, name).slice(0, 60_000)]: data! }, { level }),
    () => zipSync(others, { level }),
  ])();
}

/** Arrow file or stream of other columns, some of other types. */
function mutateArrow(random: Random, bytes: Uint8Array, name: string): Uint8Array {
  const table = tableFromIPC(bytes);
  const columns = Object.fromEntries(
    table.schema.fields.map((field) => [field.name, Float64Array.from(table.getChild(field.name)!, Number)]),
  );
  return makeValid(() =>
    tableToIPC(tableOf(random, mutateTree(random, columns)), name.endsWith('.arrows') ? 'stream' : 'file'),
  );
}

function tableOf(random: Random, mutated: Record<string, unknown>): Table {
  const valid = Object.entries(mutated).map(([column, values]) => {
    if (!ArrayBuffer.isView(values)) return [column, vectorFromArray([values, null].map(String), new Utf8())];
    const numbers = values as Float64Array<ArrayBuffer>;
    return [
      column,
      random.pick([
        () => numbers,
        () => Float32Array.from(numbers),
        () => Int32Array.from(numbers),
        () =>
          BigInt64Array.from(numbers, (x) =>
            BigInt(Math.trunc(Number.isFinite(x) ? Math.max(-1e18, Math.min(x, 1e18)) : 0)),
          ),
        () => vectorFromArray(Array.from(numbers, String), new Utf8()),
      ])(),
    ];
  });
  return tableFromArrays(Object.fromEntries(valid));
}

const typed = tableFromArrays({
  pre: Uint32Array.from(COLUMNS.pre),
  post: Uint32Array.from(COLUMNS.post),
  weight: Float64Array.from(COLUMNS.weight),
});
const matrix = tableFromArrays({ x: Float64Array.of(1, 2, 3), y: Float64Array.of(4, 5, 6) });
const CSV = Array.from({ length: 4 }, (_, k) => Object.values(COLUMNS).map((column) => column[k]));
const csv = (separator: string) => [Object.keys(COLUMNS), ...CSV].map((row) => row.join(separator)).join('\n');

/** Loads synapses. @throws Error for lists of different lengths and neurons or weights that are not numbers of their kind */
function load(path: string): void {
  const connect = readConnections(path, 'projections.0.connect.file');
  if ('matrix' in connect) {
    const { weights, shape } = connect.matrix;
    if (weights.length !== shape![0] * shape![1]) throw new Error('a matrix of another size than its shape was taken');
  }
  if ('edges' in connect) {
    const { pre, post, weight, delay } = connect.edges;
    for (const list of [post, weight, delay ?? pre])
      if ((list as Float64Array).length !== pre.length) throw new Error('lists of different lengths were taken');
  }
}

export const CONNECTIONS: readonly Loader[] = [
  {
    name: 'synapses csv',
    modules: MODULES,
    seeds: () => [file('list.csv', csv(',')), file('list.tsv', csv('\t')), file('matrix.csv', '1;2;3\n4;5;6\n')],
    load,
    mutateInside: mutateTextFile,
  },
  {
    name: 'synapses npy',
    modules: MODULES,
    seeds: () => [file('matrix.npy', MATRIX), file('records.npy', RECORDS)],
    load,
    mutateInside: mutateNpy,
  },
  {
    name: 'synapses npz',
    modules: MODULES,
    seeds: () => [
      file(
        'list.npz',
        zipSync(Object.fromEntries(Object.entries(COLUMNS).map(([name, x]) => [`${name}.npy`, vector(x)]))),
      ),
      file('matrix.npz', zipSync({ 'w.npy': MATRIX }, { level: 0 })),
      file(
        'csr.npz',
        zipSync({
          'format.npy': text('csr'),
          'shape.npy': integers([4, 4]),
          'data.npy': vector([1, 2, 3]),
          'indptr.npy': integers([0, 1, 1, 3, 3]),
          'indices.npy': integers([0, 1, 3]),
        }),
      ),
      file(
        'coo.npz',
        zipSync({
          'format.npy': text('coo'),
          'shape.npy': integers([4, 4]),
          'data.npy': vector([1, 2, 3]),
          'row.npy': integers([0, 1, 3]),
          'col.npy': integers([0, 1, 3]),
        }),
      ),
    ],
    load,
    mutateInside: mutateNpz,
  },
  {
    name: 'synapses Arrow',
    modules: MODULES,
    seeds: () => [
      file('list.arrow', tableToIPC(typed, 'file')),
      file('list.arrows', tableToIPC(typed, 'stream')),
      file('matrix.feather', tableToIPC(matrix, 'file')),
    ],
    load,
    mutateInside: mutateArrow,
  },
];
