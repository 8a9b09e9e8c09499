/** Logs, and lists of spikes as text. */
import { Writable } from 'node:stream';
import { Message } from 'apache-arrow';
import { UserError } from '../../core/declare/errors.ts';
import { fileChunks } from '../../core/log/file.ts';
import { readLog } from '../../core/log/read.ts';
import { repairLog } from '../../core/log/repair.ts';
import { sealHeader } from '../../core/log/seal.ts';
import { createArrowSchema, LogStream } from '../../core/log/stream.ts';
import {
  COLUMN_ARRAY_TYPES,
  type ColumnsByName,
  POTENTIALS,
  SPIKES,
  type TableSpec,
  WEIGHTS,
} from '../../core/log/tables.ts';
import { MAX_TIME } from '../../core/time.ts';
import { LOG_FORMAT_LOADERS } from '../../experiments/logs/formats.ts';
import { summariseLog } from '../../experiments/logs/summariseLog.ts';
import { LogTable } from '../../experiments/logs/table.ts';
import { printLog } from '../../experiments/logs/text.ts';
import { loadSpikes } from '../../experiments/look/raster/spikes.ts';
import { readRecording } from '../../experiments/network/stimuli/recording.ts';
import { mutate, reseal, spansOf } from '../core/log/mutants.ts';
import { MemorySink } from '../core/log/rows.ts';
import type { Loader, SeedFile } from './loader.ts';
import { mutateTextFile, mutateTree, type Random } from './mutate.ts';

const MODULES = ['core/log/', 'logs/table.js', 'logs/summariseLog.js', 'stimuli/recording.js'];
const FACTS = {
  seed: '7',
  populations: '["exc","in"]',
  projections: '["exc->in"]',
  sizes: '[5,4]',
  tStart: '0',
  tStopPlanned: '100',
};
const TIMES = [0.5, 1, 1, 2.5, 30, 99];
const IDS = [0, 1, 2, 0, 3, 3];

/** A sealed log of any table and metadata, also such as `LogStream` refuses to write. */
function encodeLog(spec: TableSpec, metadata: Readonly<Record<string, string>>, batches: readonly ColumnsByName[]) {
  const schema = Message.encode(Message.from(createArrowSchema(spec, metadata)));
  const { bytes, seal } = sealHeader(schema, 0, 0);
  const sink = new MemorySink();
  sink.write(bytes);
  const log = new LogStream(spec, {}, sink, { resumeFrom: { batches: 0, rows: 0, bytes: bytes.length, seal } });
  for (const columns of batches) {
    log.write(columns, Math.min(...Object.values(columns).map(({ length }) => length)));
    log.flush();
  }
  log.close();
  return sink.bytes;
}

/** Three rows of any table. */
const rowsFrom = (spec: TableSpec, first: number): ColumnsByName =>
  Object.fromEntries(
    Object.entries(spec.columns).map(([name, type]) => {
      const isGroup = name === 'population' || name === 'projection';
      const values = name === 'time' ? TIMES : isGroup ? IDS.map(() => 0) : IDS;
      return [name, COLUMN_ARRAY_TYPES[type].from(values.slice(first, first + 3))];
    }),
  );

const seedOf = (name: string, spec: TableSpec, starts: readonly number[]): SeedFile => ({
  name,
  bytes: encodeLog(
    spec,
    FACTS,
    starts.map((first) => rowsFrom(spec, first)),
  ),
});

/** Copy of a log with right checksums: of other metadata, columns and values, or with numbers of its headers and bodies changed. */
function mutateLog(random: Random, bytes: Uint8Array): Uint8Array {
  const log = readLog(bytes);
  const ends = [log.position.bytes];
  const batches: ColumnsByName[] = [];
  for (const { columns } of log) {
    ends.push(log.position.bytes);
    batches.push(structuredClone(columns));
  }
  if (random.below(2) === 0) {
    const spans = spansOf(bytes, ends);
    const { start, header, end } = random.pick(spans);
    const copy = bytes.slice();
    mutate(copy, start + 8, random.below(3) === 0 ? end : header - 8, random.below);
    reseal(copy, spans);
    return copy;
  }
  const { populations, sizes, ...others } = log.metadata;
  const metadata = { ...others, populations: JSON.parse(populations!), sizes: JSON.parse(sizes!) };
  const tree = mutateTree(random, { name: log.spec.name, metadata, columns: batches[0] ?? {} });
  const texts = Object.entries(Object(tree.metadata)).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : String(JSON.stringify(value)),
  ]);
  const types = Object.entries(COLUMN_ARRAY_TYPES);
  const typed = Object.entries(Object(tree.columns) as ColumnsByName).flatMap(([name, values]) => {
    const type = types.find(([, Type]) => values instanceof Type)?.[0];
    return type === undefined ? [] : [{ name, type, values }];
  });
  const spec = {
    name: String(tree.name),
    columns: Object.fromEntries(typed.map(({ name, type }) => [name, type])),
  } as TableSpec;
  const columns = Object.fromEntries(typed.map(({ name, values }) => [name, values]));
  return encodeLog(spec, Object.fromEntries(texts), typed.length > 0 ? [columns] : []);
}

/** Runs every reader. @throws the longest of their refusals */
async function readAll(readers: readonly (() => unknown)[]): Promise<void> {
  const refusals: UserError[] = [];
  for (const read of readers) {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refusals.push(error);
    }
  }
  const [longest] = refusals.sort((a, b) => b.message.length - a.message.length);
  if (longest) throw longest;
}

function requireTimes(times: ArrayLike<number>): void {
  for (let i = 0; i < times.length; i++)
    if (!(times[i]! >= (times[i - 1] ?? 0) && times[i]! <= MAX_TIME)) throw new Error(`time ${times[i]} was taken`);
}

function replay(path: string): void {
  const { times, neurons } = readRecording(path, 'exc');
  requireTimes(times);
  if (times.length !== neurons.length) throw new Error('lists of different lengths were taken');
}

function repair(path: string): void {
  const sink = new MemorySink();
  const { rows } = repairLog(fileChunks(path), () => sink, path);
  const log = readLog(sink.bytes);
  for (const _ of log);
  if (log.position.rows !== rows) throw new Error(`${log.position.rows} rows repaired, ${rows} reported`);
}

/** @throws Error for times, neurons and populations that cannot be */
function readTable(path: string): void {
  const table = new LogTable(path);
  const sizes = table.metadata.sizes === undefined ? [] : (JSON.parse(table.metadata.sizes) as number[]);
  for (const { columns, rows } of table.readBatches()) {
    if (columns.time) requireTimes(columns.time.subarray(0, rows));
    const { population, neuron } = columns;
    for (let i = 0; population && table.idColumn && i < rows; i++) {
      if (population[i]! >= table.idColumn.names.length) throw new Error('a population without a name was taken');
      if (neuron && neuron[i]! >= sizes[population[i]!]!) throw new Error('a neuron beyond its population was taken');
    }
  }
  table.requireIntact();
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
const exportAs = async (name: 'csv' | 'npz' | 'feather' | 'nest', path: string) =>
  await (await LOG_FORMAT_LOADERS[name]()).write(new LogTable(path), { path: 'mutant.out', replace: true });

export const LOGS: readonly Loader[] = [
  {
    name: 'log',
    modules: MODULES,
    seeds: () => [
      seedOf('spikes.arrows', SPIKES, [0, 3]),
      seedOf('weights.arrows', WEIGHTS, [0, 3]),
      seedOf('potentials.arrows', POTENTIALS, [3]),
      seedOf('empty.arrows', SPIKES, []),
    ],
    load: async (path) => {
      const isSeed = path === 'weights.arrows' || path === 'potentials.arrows' || path === 'empty.arrows';
      await readAll([
        () => {
          const { problem } = summariseLog(path);
          if (problem) throw new UserError(problem.message);
        },
        () => repair(path),
        () => readTable(path),
        ...(isSeed
          ? []
          : [
              () => replay(path),
              () => loadSpikes(path, {}),
              () => printLog(new LogTable(path), nowhere()),
              () => exportAs('csv', path),
              () => exportAs('npz', path),
              () => exportAs('feather', path),
              () => exportAs('nest', path),
            ]),
      ]);
    },
    mutateInside: mutateLog,
  },
  {
    name: 'list of spikes',
    modules: ['stimuli/spikeList.js', 'stimuli/sorted.js'],
    seeds: () =>
      (
        [
          ['list.csv', 'time,neuron,population\n2.5,3,exc\n1,0,"in"\n0.5,1,exc\n'],
          ['sonata.csv', 'timestamps population node_ids\n2.5 exc 3\n0.5 exc 1\n'],
          ['list.tsv', 'time\tneuron\n1\t0\n2\t1\n'],
        ] as const
      ).map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) })),
    load: replay,
    mutateInside: mutateTextFile,
  },
];
