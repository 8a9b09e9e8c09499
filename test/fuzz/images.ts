/** Images and recordings of event cameras. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { loadDataSet } from '../../experiments/data/dataSet.ts';
import { encodeIdxFile } from '../../experiments/lab/files.ts';
import { readEventRecording, readImageSet } from '../../experiments/network/stimuli/recording.ts';
import type { Loader } from './loader.ts';
import { mutateBytes, type Random } from './mutate.ts';

const MODULES = ['data/idx', 'data/unpack.js', 'data/memoryLimit.js'];
const IMAGES = encodeIdxFile(
  [3, 4, 4],
  Uint8Array.from({ length: 48 }, (_, k) => 5 * k),
);
const LABELS = encodeIdxFile([3], Uint8Array.of(0, 1, 2));
const zip = (bytes: Uint8Array) => Uint8Array.from(gzipSync(bytes));

/** Loads a file as one of the four of a data set. */
function loadAsSet(path: string): void {
  const name = path.includes('labels') ? 'labels-idx1-ubyte' : 'images-idx3-ubyte';
  rmSync('set', { recursive: true, force: true });
  mkdirSync('set');
  for (const set of ['train', 't10k'])
    for (const [kind, bytes] of [
      ['images-idx3-ubyte', IMAGES],
      ['labels-idx1-ubyte', LABELS],
    ] as const)
      if (set !== 'train' || kind !== name) writeFileSync(`set/${set}-${kind}`, bytes);
  copyFileSync(path, `set/train-${name}`);
  const { train } = loadDataSet('set');
  if (train.images.length !== train.n * train.rows * train.columns)
    throw new Error('images of another size were taken');
  if (!path.includes('labels')) readImageSet(path);
}

/** Other sizes or pixels, mostly with as many pixels as the sizes say. */
function mutateIdx(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.below(2)) return mutateBytes(random, bytes);
  const dimensions = 1 + random.below(4);
  const sizes = Array.from({ length: dimensions }, () => random.pick([1, 2, 3, 4, 7, 28]));
  const count = sizes.reduce((n, m) => n * m, 1) + random.pick([0, 0, 0, 1, -1]);
  return encodeIdxFile(
    sizes,
    Uint8Array.from({ length: Math.max(0, Math.min(count, 1e5)) }, () => random.below(256)),
  );
}

const mutateGzip = (random: Random, bytes: Uint8Array): Uint8Array => zip(mutateIdx(random, gunzipSync(bytes)));

const EVENTS = [
  [100, 3, 2, 1],
  [105, 0, 0, 0],
  [2000, 5, 7, 1],
  [90_000, 1, 1, 0],
] as const;
const BIN = Uint8Array.from(
  EVENTS.flatMap(([us, x, y, on]) => [x, y, (on << 7) | (us >> 16), (us >> 8) & 255, us & 255]),
);
const DAT = Uint8Array.from(
  Buffer.concat([
    Buffer.from('% Data file of events\n% Version 2\n'),
    Buffer.from([0, 8]),
    ...EVENTS.map(([us, x, y, on]) => Buffer.from(Uint32Array.of(us, x + y * 2 ** 14 + on * 2 ** 28).buffer)),
  ]),
);

/** Events with other bytes, their number whole. */
function mutateEvents(random: Random, bytes: Uint8Array, name: string): Uint8Array {
  const [start, size] = name.endsWith('.bin') ? [0, 5] : [bytes.length - 8 * EVENTS.length, 8];
  const body = mutateBytes(random, bytes.subarray(start));
  const whole = body.subarray(0, Math.max(size, body.length - (body.length % size)));
  return Uint8Array.from(Buffer.concat([bytes.subarray(0, start), whole]));
}

/** Loads a file as a stimulus and as the one recording of its class. */
function loadEvents(path: string): void {
  const { times } = readEventRecording(path, { width: 1024, height: 1024, polarity: 'both' });
  if (times.some((time, k) => !(time >= (times[k - 1] ?? 0))))
    throw new Error('times that are not ascending were taken');
  rmSync('recordings', { recursive: true, force: true });
  for (const set of ['Train', 'Test'])
    for (const name of ['0', '1']) {
      mkdirSync(`recordings/${set}/${name}`, { recursive: true });
      const mutant = set === 'Train' && name === '1';
      if (mutant) copyFileSync(path, `recordings/${set}/${name}/a${path.slice(-4)}`);
      else writeFileSync(`recordings/${set}/${name}/a.bin`, BIN.subarray(0, 10));
    }
  loadDataSet('recordings');
}

export const IMAGE_FILES: readonly Loader[] = [
  {
    name: 'images IDX',
    modules: MODULES,
    seeds: () => [
      { name: 'images.idx', bytes: IMAGES },
      { name: 'labels.idx', bytes: LABELS },
    ],
    load: loadAsSet,
    mutateInside: mutateIdx,
  },
  {
    name: 'images IDX gzipped',
    modules: MODULES,
    seeds: () => [
      { name: 'images.gz', bytes: zip(IMAGES) },
      { name: 'labels.gz', bytes: zip(LABELS) },
    ],
    load: loadAsSet,
    mutateInside: mutateGzip,
  },
  {
    name: 'events',
    modules: ['data/event', 'data/recording', 'stimuli/recording.js', 'stimuli/sorted.js'],
    seeds: () => [
      { name: 'events.bin', bytes: BIN },
      { name: 'events.dat', bytes: DAT },
    ],
    load: loadEvents,
    mutateInside: mutateEvents,
  },
];
