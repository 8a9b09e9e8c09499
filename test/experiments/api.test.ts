/** The public API: what it holds, and that studies need nothing else. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as api from '../../experiments/index.ts';
import * as plots from '../../experiments/look/plots/index.ts';

const { lif, MemoryTable, MODELS, Network, poisson, spikeTrains, UserError } = api;

test('every model of every index is exported under its own name', () => {
  for (const index of Object.values(MODELS)) {
    for (const [name, model] of Object.entries(index)) assert.is(Reflect.get(api, name), model, name);
  }
});

test('names that programs rely on', () => {
  const names = [
    ...['Network', 'UserError', 'UNITS', 'VERSION', 'snap', 'validate', 'toJsonSchema', 'RandomStream', 'MemoryTable'],
    ...[
      'networkSchema',
      'loadConfig',
      'buildNetwork',
      'attachRecorders',
      'runNetwork',
      'readRecording',
      'summariseNetwork',
    ],
    ...['loadDevice', 'presetNames', 'readPulses', 'fitPulses', 'energyOf'],
    ...['analyse', 'LogTable', 'STIMULUS_READERS', 'analyseWeights'],
    ...['planSweep', 'runSweep', 'searchSweep', 'collectSweep', 'readPlan', 'readRunStates'],
    ...['save', 'load', 'readCheckpoint', 'writeCheckpoint'],
    ...['createLog', 'openLog', 'readLog', 'repairLog', 'fileChunks', 'LogStream', 'logMetadata'],
    ...['SPIKES', 'POTENTIALS', 'WEIGHTS', 'IMAGES', 'NEURONS'],
    ...['READOUTS', 'accuracy', 'confusionMatrix', 'wilsonInterval', 'loadMnist'],
  ];
  for (const name of names) assert.is.not(Reflect.get(api, name), undefined, name);
  for (const name of ['raster', 'receptiveFields', 'confusionMatrix', 'accuracyOverTraining', 'curve', 'svgToPng']) {
    assert.type(Reflect.get(plots, name), 'function', name);
  }
});

/** Built files that a built file loads at once: its static imports and theirs. */
function staticImports(entry: URL, found = new Set<string>()): Set<string> {
  if (found.has(entry.href)) return found;
  found.add(entry.href);
  const text = readFileSync(entry, 'utf8');
  for (const [, path] of text.matchAll(/^(?:import|export)\b[^'";()]*?['"](\.[^'"]+)['"]/gm))
    staticImports(new URL(path!, entry), found);
  return found;
}

test('drawing is not loaded by the main entry, nor by what it imports', () => {
  /** Loaded files of the plots that import others: files without imports only format text. */
  const drawing = (entry: string) =>
    [...staticImports(new URL(`../../experiments/${entry}`, import.meta.url))].filter(
      (file) => /\/plots\//.test(file) && /^import /m.test(readFileSync(new URL(file), 'utf8')),
    );
  assert.equal(drawing('index.js'), []);
  assert.ok(drawing('look/plots/index.js').length > 5);
  assert.ok(staticImports(new URL('../../experiments/index.js', import.meta.url)).size > 200);
});

test('the export map names files that are built', () => {
  const root = new URL('../../../', import.meta.url);
  const { exports, bin } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    exports: Record<string, string | Record<string, string>>;
    bin: Record<string, string>;
  };
  const named = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)));
  const files = [...named, ...Object.values(bin)].filter((path) => path.includes('dist/'));
  assert.ok(files.length >= 15);
  for (const file of files) assert.ok(existsSync(new URL(file, root)), file);
});

test('a memory table keeps the rows of several batches, and is empty before', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('input', spikeTrains({ trains: [[1, 3], [2]] }));
  const table = new MemoryTable();
  assert.equal(table.column('time'), []);
  net.recordSpikes([input], table);
  net.run(2);
  net.flush();
  assert.is(table.rows, 2);
  net.run(2);
  net.flush();
  assert.equal(table.column('time'), [1, 2, 3]);
  assert.equal(table.column('neuron'), [0, 1, 0]);
});

test('a log made before the first run names its populations by id', () => {
  const net = new Network({ seed: 1 });
  net.population('z', poisson({ size: 1, rate: 1 }));
  net.population('a', lif({ size: 1 }));
  const metadata = api.logMetadata(net, 10);
  assert.equal(JSON.parse(metadata.populations!), ['a', 'z']);
  assert.equal([net.populations.get('a')!.id, net.populations.get('z')!.id], [0, 1]);
});

test('a description in code is validated and run into a directory', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'memspike-api-'));
  try {
    const given = {
      memspike: 1,
      duration: 100,
      populations: { input: { model: 'poisson', size: 10, rate: 100 }, output: { model: 'lif', size: 1 } },
      projections: [{ from: 'input', to: 'output', connect: { all: { weight: 6 } } }],
    };
    const description = api.validate(api.networkSchema, given, 'study');
    const out = join(directory, 'run');
    assert.ok(await api.runNetwork({ description, source: 'study', out }));
    const net = api.buildNetwork(description);
    net.run(100);
    const { populations } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'));
    assert.ok(populations.output.spikes > 0);
    assert.is(populations.output.spikes, net.populations.get('output')!.spikes);
    const recording = api.readRecording(out, 'output');
    assert.is(recording.times.length, populations.output.spikes);

    const wrong = { ...given, populations: { ...given.populations, output: { model: 'liff', size: 1 } } };
    assert.throws(
      () => api.validate(api.networkSchema, wrong, 'study'),
      (e: unknown) => e instanceof UserError && /"lif"/.test(e.message),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.run();
