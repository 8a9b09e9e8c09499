/** Synapses from files: every kind of file gives the network that the same synapses in the network file give; what is wrong is told by file and row. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { zipSync } from 'fflate';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { createLog } from '../../../core/log/create.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import { columnToBytes, encodeNpyHeader } from '../../../experiments/logs/npy.ts';
import { buildNetwork } from '../../../experiments/network/build.ts';
import { networkSchema } from '../../../experiments/network/schema.ts';
import { resolveNetworkFiles } from '../../../experiments/run/loadNetwork.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-connections-'));
test.after(() => rmSync(directory, { recursive: true }));

const write = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(join(directory, name), bytes);
  return name;
};

function described(connect: object) {
  const description = {
    memspike: 1,
    duration: 1,
    populations: { a: { model: 'lif', size: 3 }, b: { model: 'lif', size: 2 } },
    projections: [{ from: 'a', to: 'b', connect }],
  };
  return resolveNetworkFiles(validate(networkSchema, description, 'net.yaml'), join(directory, 'net.yaml'));
}
const built = (connect: object) => [...buildNetwork(described(connect)).projections.values()][0]!;

/** Weights and targets by row, dense or sparse, and the delays. */
const shown = ({ edges, delays }: Projection) => ({
  delays,
  weights: edges.weights && [...edges.weights],
  targets: edges.targets && [...edges.targets],
  starts: edges.starts && [...edges.starts],
});

const LIST = [
  [0, 1, 0.5, 1],
  [2, 0, -1.5, 2.5],
  [1, 1, 2, 1],
];
const column = (k: number) => LIST.map((row) => row[k]!);
const MATRIX = [1, 2, 3, 4.5, -5, 6];
const npy = (values: number[], shape: number[]) =>
  Buffer.concat([encodeNpyHeader("'<f8'", shape), columnToBytes(Float64Array.from(values))]);
const text = (kind: string) => Buffer.concat([encodeNpyHeader("'|S3'", []), Buffer.from(kind)]);
const u32 = (values: number[]) =>
  Buffer.concat([encodeNpyHeader("'<u4'", [values.length]), columnToBytes(Uint32Array.from(values))]);

test('lists with delays: csv, tsv, records of npy, npz, Arrow file and stream', () => {
  const expected = shown(built({ list: LIST }));
  const csv = (s: string) => [['pre', 'post', 'weight', 'delay'], ...LIST].map((row) => row.join(s)).join('\n');
  const records = Buffer.alloc(3 * 20);
  LIST.forEach(([pre, post, weight, delay], i) => {
    records.writeUInt32LE(post!, i * 20);
    records.writeUInt16LE(pre!, i * 20 + 4);
    records.writeFloatLE(weight!, i * 20 + 6);
    records.writeDoubleLE(delay!, i * 20 + 10);
    records.writeUInt16LE(7, i * 20 + 18);
  });
  const type = "[('post', '<u4'), ('pre', '<u2'), ('weight', '<f4'), ('delay', '<f8'), ('more', '<u2')]";
  const table = tableFromArrays({
    weight: Float64Array.from(column(2)),
    pre: Uint32Array.from(column(0)),
    post: BigInt64Array.from(column(1), BigInt),
    delay: Float32Array.from(column(3)),
  });
  for (const file of [
    write('list.csv', `${csv(',')}\r\n`),
    write('semicolons.csv', csv(';')),
    write('list.tsv', csv('\t')),
    write('list.npy', Buffer.concat([encodeNpyHeader(type, [3]), records])),
    write(
      'list.npz',
      zipSync({
        'pre.npy': u32(column(0)),
        'post.npy': u32(column(1)),
        'weight.npy': npy(column(2), [3]),
        'delay.npy': npy(column(3), [3]),
      }),
    ),
    write('list.arrow', tableToIPC(table, 'file')),
    write('list.arrows', tableToIPC(table, 'stream')),
  ])
    assert.equal(shown(built({ file })), expected, file);
});

test('matrices: csv, npy, npz of several, sparse npz of SciPy, Arrow', () => {
  const dense = shown(built({ list: MATRIX.map((w, k) => [Math.floor(k / 2), k % 2, w]) }));
  const rows = [0, 1, 2].map((i) => MATRIX.slice(2 * i, 2 * i + 2).join(','));
  const files = [
    { file: write('matrix.csv', rows.join('\n')) },
    { file: { path: write('matrix.npy', npy(MATRIX, [3, 2])) } },
    {
      file: {
        path: write('two.npz', zipSync({ 'w.npy': npy(MATRIX, [3, 2]), 'v.npy': npy([1], [1, 1]) })),
        array: 'w',
      },
    },
    {
      file: write(
        'matrix.feather',
        tableToIPC(tableFromArrays({ x: Float64Array.of(1, 3, -5), y: Float64Array.of(2, 4.5, 6) }), 'file'),
      ),
    },
  ];
  for (const connect of files) {
    const { weights, targets } = shown(built(connect));
    assert.is(targets, null, JSON.stringify(connect));
    assert.equal(weights, dense.weights, JSON.stringify(connect));
  }
  const sparse = shown(
    built({
      list: [
        [0, 1, 2],
        [2, 0, -5],
        [2, 1, 6],
      ],
    }),
  );
  const csr = {
    'format.npy': text('csr'),
    'shape.npy': u32([3, 2]),
    'data.npy': npy([2, -5, 6], [3]),
    'indices.npy': u32([1, 0, 1]),
    'indptr.npy': u32([0, 1, 1, 3]),
  };
  const csc = {
    ...csr,
    'format.npy': text('csc'),
    'data.npy': npy([-5, 2, 6], [3]),
    'indices.npy': u32([2, 0, 2]),
    'indptr.npy': u32([0, 1, 3]),
  };
  const coo = {
    'format.npy': text('coo'),
    'shape.npy': u32([3, 2]),
    'data.npy': npy([2, -5, 6], [3]),
    'row.npy': u32([0, 2, 2]),
    'col.npy': u32([1, 0, 1]),
  };
  for (const [name, arrays] of Object.entries({ csr, csc, coo }))
    assert.equal(shown(built({ file: write(`${name}.npz`, zipSync(arrays)) })), sparse, name);
  const gaps = write('gaps.npy', npy([Number.NaN, 2, Number.NaN, Number.NaN, -5, 6], [3, 2]));
  assert.equal(shown(built({ file: gaps })), sparse);
});

test('the last weights of a log', () => {
  const log = createLog(join(directory, 'weights.arrows'), WEIGHTS, {
    populations: '["a","b"]',
    projections: '["a->b","b->a"]',
  });
  const rows = (time: number, weights: readonly number[], projection: number) =>
    log.write(
      {
        time: new Float64Array(2).fill(time),
        pre: Uint32Array.of(0, 2),
        post: Uint32Array.of(1, 0),
        weight: Float64Array.from(weights),
        conductance: new Float64Array(2),
        efficacy: new Float64Array(2),
        projection: new Uint8Array(2).fill(projection),
      },
      2,
    );
  rows(1, [1, 2], 0);
  rows(2, [3, 4], 0);
  rows(2, [9, 9], 1);
  log.close();
  const expected = shown(
    built({
      list: [
        [0, 1, 3],
        [2, 0, 4],
      ],
    }),
  );
  assert.equal(shown(built({ file: { path: 'weights.arrows', projection: 'a->b' } })), expected);
  assert.throws(() => built({ file: 'weights.arrows' }), /holds 2 projections \("a->b", "b->a"\); select one/);
});

test('what is wrong is told with the file and the row', () => {
  const refuses = (connect: object, message: RegExp) =>
    assert.throws(
      () => built(connect),
      (e: unknown) => e instanceof UserError && (message.test(e.message) || assert.match(e.message, message)),
    );
  const csv = (name: string, text: string, message: RegExp) => refuses({ file: write(name, text) }, message);
  csv('a.csv', 'pre,post,weight\n0,0,1\n0,x,1', /projections\.0\.connect\.file: .*a\.csv, row 2: post is "x"/);
  csv('b.csv', 'pre,post,weight\n0,0,1\n3,0,1', /connect\.edges\.pre\[1\] names presynaptic neuron 3/);
  csv('c.csv', 'pre,post,weight\n0.5,0,1', /c\.csv, row 1: pre is 0\.5, but must be the index of a neuron/);
  csv('d.csv', 'pre,post\n0,0', /d\.csv lacks the columns weight/);
  csv('e.csv', 'from,to,w\n0,0,1', /header "from,to,w", but a list of synapses has columns pre, post, weight/);
  csv('f.csv', '1,2\n3', /f\.csv, row 2 has 1 numbers, but row 1 has 2/);
  csv('g.csv', '', /g\.csv is empty/);
  csv('h.csv', '1,2\n3,\n5,6', /h\.csv, row 2, column 2 is empty/);
  csv('i.xlsx', 'x', /ending "\.xlsx", but must have one of \.csv, \.tsv, \.npy/);
  csv('j.npy', 'x', /j\.npy is not an \.npy file/);
  csv('k.npz', 'x', /k\.npz is not an \.npz file/);
  csv('l.arrow', 'x', /l\.arrow is not a readable Arrow file or stream/);
  refuses(
    { file: write('m.npy', npy(MATRIX, [2, 3])) },
    /shape 2 × 3, but must have 3 × 2 \(pre × post\); transpose it/,
  );
  refuses({ file: write('n.npy', npy(MATRIX, [6])) }, /n\.npy has shape \(6\), but must be a matrix/);
  refuses({ file: 'missing.csv' }, /missing\.csv.*no such file/);
  refuses({ file: { path: 'two.npz', array: 'u' } }, /two\.npz has no array "u"; there: w, v/);
  refuses({ file: 'two.npz' }, /two\.npz holds \["w", "v"\]; for a weight matrix, select its array/);
  refuses(
    { file: write('short.npy', npy(MATRIX, [3, 2]).subarray(0, 40)) },
    /short\.npy has the type ""|its header does not/,
  );
  refuses(
    { file: write('o.npz', zipSync({ 'format.npy': text('csr'), 'data.npy': npy([1], [1]) })) },
    /o\.npz has no array/,
  );
  refuses(
    { file: write('p.npy', Buffer.concat([encodeNpyHeader("'constructor'", [1]), Buffer.alloc(8)])) },
    /has the type "constructor", but/,
  );
  const damaged = Buffer.from(zipSync({ 'w.npy': npy(MATRIX, [3, 2]) }, { level: 0 }));
  damaged[200]! ^= 1;
  refuses({ file: write('q.npz', damaged) }, /q\.npz: "w\.npy" is damaged; its size or checksum is not the stated one/);
  refuses({ matrix: [[1]] }, /connect\.matrix is unknown here: .*connect: \{ file: weights\.npy \}/);
  refuses({ pairs: 1 }, /connect\.pairs is unknown here: pairs is a function of TypeScript/);
  refuses({ constructor: 1 }, /connect\.constructor is unknown(; known here|,)/);
  refuses({ fil: 1 }, /connect\.fil is unknown, did you mean "file"\?/);
});

test('a file that would take too much memory is refused before it is read, with the option that allows it', () => {
  const file = write('zeros.npz', zipSync({ 'w.npy': new Uint8Array(3e6) }));
  process.env.MEMSPIKE_MAX_READ_MB = '2';
  try {
    assert.throws(
      () => built({ file }),
      /zeros\.npz needs 3 MB of memory to be read, but at most 2 MB are allowed; set the environment variable MEMSPIKE_MAX_READ_MB for more/,
    );
  } finally {
    delete process.env.MEMSPIKE_MAX_READ_MB;
  }
});

for (const [name, rows] of [
  ['more rows than bytes', 2 ** 40],
  ['rows below 0', -1],
] as const)
  test(`an Arrow file of ${name} is refused`, () => {
    const bytes = Buffer.from(tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2) }), 'stream'));
    for (
      let at = bytes.indexOf(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]));
      at >= 0;
      at = bytes.indexOf(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), at + 8)
    )
      bytes.writeBigInt64LE(BigInt(rows), at);
    assert.throws(
      () => built({ file: write('rows.arrows', bytes) }),
      /rows\.arrows is not a readable Arrow file or stream/,
    );
  });

test('a file that was changed since a run began is told', () => {
  const description = described({ file: write('changing.csv', '1,2\n3,4\n5,6') });
  write('changing.csv', '1,2\n3,4\n5,7');
  assert.throws(() => buildNetwork(description), /changing\.csv has been changed since/);
});

test.run();
