/** Text files and workbooks that users write: measurements, device and network files, sweeps, results of a fit. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import readWorkbook from 'read-excel-file/universal';
import writeWorkbook from 'write-excel-file/node';
import { parse, stringify } from 'yaml';
import { prefixErrors } from '../../core/declare/errors.ts';
import { readMeasuredRows } from '../../experiments/devices/fit/import/columns.ts';
import { readTables } from '../../experiments/devices/fit/import/files.ts';
import { parseMeasurement } from '../../experiments/devices/fit/import/measurement.ts';
import { DEFAULT_DEVICE_SECTION } from '../../experiments/devices/fit/kinds/measurementType.ts';
import { detectMeasurementKind, MEASUREMENT_TYPES } from '../../experiments/devices/fit/kinds/measurementTypes.ts';
import { createFitOrigin, mergeDeviceFile } from '../../experiments/devices/fit/kinds/mergeDeviceFile.ts';
import { fitPulses } from '../../experiments/devices/fit/statistics/fitPulses.ts';
import { loadDevice } from '../../experiments/devices/load.ts';
import { buildNetwork } from '../../experiments/network/build.ts';
import { canonicalJson } from '../../experiments/network/config/hash.ts';
import { renderResultsReport } from '../../experiments/report/results.ts';
import { loadNetwork } from '../../experiments/run/loadNetwork.ts';
import { getPackagedYamlFiles } from '../../experiments/shipped.ts';
import { readPlan, readRunStates } from '../../experiments/sweep/directory.ts';
import { openExperiment } from '../../experiments/sweep/experiments/index.ts';
import { listPlannedRuns, planSweep, readSweep } from '../../experiments/sweep/planSweep.ts';
import { writeSweepTables } from '../../experiments/sweep/resultTables.ts';
import { loop } from '../experiments/devices/fit/madeKinds.ts';
import type { Loader, SeedFile } from './loader.ts';
import { mutateTree, type Random } from './mutate.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

type Cell = string | number;
type Rows = readonly (readonly Cell[])[];
const csv = (rows: Rows): string => `${rows.map((row) => row.join()).join('\n')}\n`;
const count = (length: number, of: (i: number) => readonly Cell[]): Rows => Array.from({ length }, (_, i) => of(i));
const digits = (value: number): number => Number(value.toPrecision(5));
/** Alternating deviation in place of noise. */
const off = (i: number, size: number): number => size * Math.sin(12.9898 * i);

/** One measurement of each kind: few readings, so that each is fitted soon. */
const MEASURED: Readonly<Record<string, Rows>> = {
  pulses: [
    ['device', 'cycle', 'direction', 'pulse', 'G (uS)', 'voltage (V)', 'width (us)'],
    ...['LTP', 'LTD'].flatMap((way) =>
      count(8, (i) => {
        const gone = 30 * (1 - Math.exp(-i / 4));
        return [
          'D1',
          1,
          way,
          i,
          digits((way === 'LTP' ? 2 + gone : 32 - gone) + off(i, 0.3)),
          way === 'LTP' ? 1 : -1,
          10,
        ];
      }),
    ),
  ],
  iv: loop(
    'vteam',
    { rOn: 1e3, rOff: 2e4, vOn: -0.4, vOff: 0.5, kOn: -1.2e-8, kOff: 1.8e-8, aOn: 2, aOff: 1.5 },
    { start: 0.95 },
  )
    .split('\n')
    .filter((_, i) => i === 0 || i % 10 === 1)
    .map((line) => line.split(',').map((cell) => (Number.isNaN(Number(cell)) ? cell : digits(Number(cell))))),
  retention: [
    ['device', 'time_s', 'G (uS)'],
    ...count(12, (i) => [1, digits(10 ** (i / 3)), digits(2 + 8 * Math.exp(-(10 ** (i / 3)) / 800) + off(i, 0.05))]),
  ],
  endurance: [
    ['cycle', 'G_off (uS)', 'G_on (uS)'],
    ...count(12, (i) => [
      digits(10 ** (1 + i / 3)),
      1,
      digits(1 + 90 * Math.max(0, 1 - (10 ** (1 + i / 3) / 2e5) ** 1.5) + off(i, 1)),
    ]),
  ],
  ppf: [
    ['interval (ms)', 'ratio'],
    ...count(8, (i) => [10 * 2 ** i, digits(1 + 0.6 * Math.exp(-(2 ** i) / 10) + off(i, 0.01))]),
  ],
  stdp: [
    ['dt (ms)', 'dw (%)'],
    ...count(12, (i) => [10 * (i - 5.5), digits((i > 5 ? 60 : -30) * Math.exp(-Math.abs(i - 5.5) / 2) + off(i, 1))]),
  ],
  train: [
    ['spike', 'frequency (Hz)', 'response'],
    ...count(8, (i) => [i, 20, digits(0.5 + 0.5 * Math.exp(-i / 3) + off(i, 0.02))]),
  ],
};

/** Cells that instruments, programs and people write where a number is expected. */
const CELLS: readonly Cell[] = [
  ...[
    '',
    'NaN',
    'Infinity',
    'text',
    '1,5',
    '1.5',
    '0x10',
    '1e999',
    '9.9e37',
    '"',
    'µ',
    'D2',
    'up',
    'null',
    'x'.repeat(5000),
  ],
  ...[0, -1, 1, 2, 1e308, -1e308, 1e-320, 1e200, 1e-200, 1e15, 1e-15, 1e6, 999999],
];
const NAMES = [
  'time (s)',
  'voltage (V)',
  'G (S)',
  'I (A)',
  'R (ohm)',
  'cycle',
  'pulse',
  'ratio',
  'interval',
  'direction',
];

/** Copy of a table with cells, columns or rows changed, made constant, scaled, repeated, shuffled or removed. */
function mutateRows(random: Random, rows: Rows): Rows {
  const names = rows[0]!;
  const at = 1 + random.below(rows.length - 1);
  const column = random.below(names.length);
  const ofColumn = (change: (cell: Cell, i: number) => Cell): Rows =>
    rows.map((row, i) => (i === 0 || column >= row.length ? row : row.with(column, change(row[column]!, i))));
  const scaled = (by: number) => ofColumn((cell) => (typeof cell === 'number' ? cell * by : cell));
  return random.pick([
    () => rows.map((row, i) => (i === at && column < row.length ? row.with(column, random.pick(CELLS)) : row)),
    () => ofColumn((cell) => (random.below(5) === 0 ? random.pick(CELLS) : cell)),
    () => ((cell) => ofColumn(() => cell))(random.pick([...CELLS, rows[at]![column]!])),
    () => ((cell) => ofColumn((own, i) => (i < at ? own : cell)))(rows[at]![column]!),
    () => scaled(10 ** (random.below(600) - 300)),
    () => scaled(-1),
    () => ofColumn((cell) => (typeof cell === 'number' ? cell * (1 + 2 * (random.uniform() - 0.5)) : cell)),
    () => ofColumn(() => rows[1 + random.below(rows.length - 1)]![column]!),
    () => rows.slice(0, 2 + random.below(rows.length)),
    () => rows.toSpliced(at, 0, ...Array.from({ length: 1 + random.below(20) }, () => rows[at]!)),
    () => [names, ...rows.slice(1).sort(() => random.uniform() - 0.5)],
    () => rows.map((row) => row.toSpliced(column, 1)),
    () => rows.map((row) => row.toSpliced(column, 0, row[column] ?? '')),
    () => [names.with(column, random.pick([...NAMES, 'x'.repeat(3000), ''])), ...rows.slice(1)],
  ])();
}

function mutateTable(random: Random, rows: Rows): Rows {
  let table = rows;
  for (let changes = 1 + random.below(3); changes > 0 && table.length > 1 && table[0]!.length > 0; changes--)
    table = mutateRows(random, table);
  return table;
}

const workbookOf = async (rows: Rows): Promise<Uint8Array> =>
  Uint8Array.from(await writeWorkbook([{ sheet: 'data', data: rows }] as never).toBuffer());
const rowsOfCsv = (bytes: Uint8Array): Rows =>
  decode(bytes)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',').map((cell) => (cell === '' || Number.isNaN(Number(cell)) ? cell : Number(cell))));

async function mutateMeasurement(random: Random, bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (name.endsWith('.csv')) return encode(csv(mutateTable(random, rowsOfCsv(bytes))));
  const [sheet] = await readWorkbook(new Blob([Uint8Array.from(bytes)]) as File);
  const finite = (cell: Cell): Cell => (typeof cell === 'number' && !Number.isFinite(cell) ? String(cell) : cell);
  const rows = mutateTable(random, sheet!.data as unknown as Rows).map((row) =>
    row.map((cell) => (typeof cell === 'string' ? cell.slice(0, 30_000) : finite(cell))),
  );
  return workbookOf(rows);
}

/** Throws if a number of a result is none that can be meant. */
function requireFinite(value: unknown, path: string): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${path} is ${value}`);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) requireFinite(part, `${path}.${key}`);
}

/** Fits of every so manieth file that is understood: they take a hundred times as long as reading it. */
const FITTED = 8;
let understood = 0;

async function loadMeasurement(path: string): Promise<void> {
  const options = { readVoltage: 0.1, timeStep: 0.01 };
  const tables = await readTables([path]);
  const kind = detectMeasurementKind(tables, {});
  if (kind === 'pulses') {
    const { trains } = parseMeasurement(tables, options);
    if (understood++ % FITTED > 0) return;
    const { best, models, quality } = fitPulses(trains);
    requireFinite(models[best], 'model');
    requireFinite(quality, 'quality');
    return;
  }
  const one = MEASUREMENT_TYPES[kind];
  const rows = readMeasuredRows(tables, one.columns, options);
  if (understood++ % FITTED > 0) return;
  const fit = prefixErrors(path, () =>
    one.fit(rows, { sourceFiles: path, deviceSection: DEFAULT_DEVICE_SECTION, options }),
  );
  for (const { rmse, share, params } of fit.models) requireFinite({ rmse, share, params }, 'model');
  requireFinite(
    mergeDeviceFile(undefined, fit.addedSections, fit.assumptions, createFitOrigin(path, kind, one, fit)).file,
    'device file',
  );
}

const MEASUREMENTS: readonly Loader[] = Object.entries(MEASURED).map(([kind, rows]) => ({
  name: `measured ${kind}`,
  modules: ['devices/fit/'],
  seeds: async (): Promise<readonly SeedFile[]> => [
    { name: `${kind}.csv`, bytes: encode(csv(rows)) },
    { name: `${kind}.xlsx`, bytes: await workbookOf(rows) },
  ],
  load: loadMeasurement,
  mutateInside: mutateMeasurement,
}));

const isJson = (name: string) => name.endsWith('.json');
/** Copy of a YAML or JSON file with other content, that is still one. */
function mutateConfig(random: Random, bytes: Uint8Array, name: string): Uint8Array {
  const tree = mutateTree(random, parse(decode(bytes)) as unknown);
  return encode(isJson(name) ? JSON.stringify(tree) : stringify(tree));
}

const configOf = (name: string, text: string): SeedFile => ({ name, bytes: encode(text) });
const EXAMPLES = join(dirname(getPackagedYamlFiles('experiments/devices').path('.')), '../examples');

const FIT = {
  best: 'linear',
  kind: 'retention',
  models: [{ name: 'linear', rmse: 1e-6, share: 0.01, params: { tau: 3 }, ci: { tau: [2, 4] } }],
  report: [
    'a sentence',
    [
      ['', 'tau'],
      ['linear', '3'],
    ],
  ],
};

/** Sweep folder that the mutants of its files are copies of. */
const PLANNED = 'planned';
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
/** Content of a sweep.json with its own hash. */
const sealed = (facts: object): object => ({ ...facts, sweepSha256: sha256(canonicalJson(facts)) });

/** A folder with a mutant under the name that the loader looks for. */
function folderWith(path: string, name: string): string {
  const folder = `${path}-folder`;
  mkdirSync(folder, { recursive: true });
  copyFileSync(path, join(folder, name));
  return folder;
}

export const TEXTS: readonly Loader[] = [
  ...MEASUREMENTS,
  {
    name: 'device file',
    modules: ['devices/load.js', 'devices/schema.js', 'devices/sources.js', 'data/parse.js'],
    seeds: () =>
      ['hfse2', 'ohno-stm-ltm', 'aihwkit-reram-sb'].map((name) =>
        configOf(`${name}.yaml`, readFileSync(getPackagedYamlFiles('experiments/devices/presets').path(name), 'utf8')),
      ),
    load: (path) => void loadDevice(path),
    mutateInside: mutateConfig,
  },
  {
    name: 'network file',
    modules: [
      'network/build.js',
      'network/schema.js',
      'config/',
      'network/models.js',
      'run/loadNetwork.js',
      'data/parse.js',
    ],
    seeds: () => {
      const text = readFileSync(join(EXAMPLES, 'network.yaml'), 'utf8');
      return [configOf('net.yaml', text), configOf('net.json', JSON.stringify(parse(text)))];
    },
    load: async (path) => void buildNetwork(await loadNetwork(path)),
    mutateInside: mutateConfig,
  },
  {
    name: 'sweep file',
    modules: ['sweep/planSweep.js', 'sweep/schema.js'],
    seeds: () => [
      configOf('sweep.yaml', readFileSync(join(EXAMPLES, 'sweep.yaml'), 'utf8')),
      configOf('study.yaml', readFileSync(getPackagedYamlFiles('experiments/sweep/studies').path('stuck'), 'utf8')),
    ],
    async load(path) {
      const sweep = await readSweep(path);
      listPlannedRuns(sweep, await openExperiment(sweep, path), path);
    },
    mutateInside: mutateConfig,
  },
  {
    name: 'sweep folder',
    modules: ['sweep/directory.js', 'sweep/results.js', 'sweep/schema.js'],
    async seeds() {
      const sweep = { base: { device: 'hfse2', devices: 2 }, parameters: { x: { path: 'devices', grid: [2, 3] } } };
      const content = { memspike: 1, experiment: 'characterise', ...sweep, metrics: ['wallSeconds'] };
      writeFileSync('planned.json', JSON.stringify(content));
      await planSweep('planned.json', PLANNED);
      return ['sweep.json', 'plan.jsonl'].map((name) => ({ name, bytes: readFileSync(join(PLANNED, name)) }));
    },
    async load(path) {
      const folder = folderWith(path, path.endsWith('sweep.json') ? 'sweep.json' : 'plan.jsonl');
      if (path.endsWith('sweep.json')) copyFileSync(join(PLANNED, 'plan.jsonl'), join(folder, 'plan.jsonl'));
      else {
        const { sweepSha256: _, ...facts } = JSON.parse(readFileSync(join(PLANNED, 'sweep.json'), 'utf8'));
        const planSha256 = sha256(readFileSync(path));
        writeFileSync(join(folder, 'sweep.json'), JSON.stringify(sealed({ ...facts, planSha256 })));
      }
      const [first] = readFileSync(join(PLANNED, 'plan.jsonl'), 'utf8').split('\n');
      const run = join(folder, 'points', '000000');
      mkdirSync(run, { recursive: true });
      writeFileSync(join(run, 'run.json'), JSON.stringify({ configSha256: JSON.parse(first!).hash, wallSeconds: 1 }));
      const { facts, ...plan } = readPlan(folder);
      await openExperiment(facts.sweep, facts.file);
      readRunStates({ facts, ...plan });
      writeSweepTables(folder);
      rmSync(folder, { recursive: true });
    },
    mutateInside(random, bytes, name) {
      if (name === 'plan.jsonl') {
        const lines = decode(bytes).trimEnd().split('\n');
        return encode(lines.map((line) => JSON.stringify(mutateTree(random, JSON.parse(line)))).join('\n'));
      }
      const { sweepSha256: _, ...facts } = mutateTree(random, JSON.parse(decode(bytes)));
      return encode(JSON.stringify(sealed(JSON.parse(JSON.stringify(facts)))));
    },
  },
  {
    name: 'fit.json',
    modules: ['report/fitted.js', 'report/results.js'],
    seeds: () => [configOf('fit.json', JSON.stringify(FIT))],
    load: (path) => void renderResultsReport(folderWith(path, 'fit.json'), 'fit.json'),
    mutateInside: mutateConfig,
  },
];
