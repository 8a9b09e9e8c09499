import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../../../../core/log/create.ts';
import { openLog } from '../../../../core/log/file.ts';
import { IMAGES, NEURONS, SPIKES } from '../../../../core/log/tables.ts';
import { cutLastBatch } from '../../../core/log/rows.ts';
import { inProcess } from '../../cli/inProcess.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-analyse-'));
const at = (name: string) => join(directory, name);
const analyse = async (...words: string[]) => await inProcess(directory, 'analyse', ...words);

const FACTS = {
  populations: JSON.stringify(['quiet', 'exc', 'inh']),
  sizes: JSON.stringify([5, 4, 2]),
  tStart: '0',
  tStopPlanned: '1000',
};

/** exc: neurons 0 to 2 every 20 ms, one after the other by 1 ms, 3 silent. inh: neuron 0 every 50 ms. */
function writeLog(path: string, facts: Readonly<Record<string, string>> = FACTS): void {
  const spikes = [0, 1, 2].flatMap((neuron) =>
    Array.from({ length: 50 }, (_, k) => ({ t: 10 + 20 * k + neuron, neuron, population: 1 })),
  );
  for (let k = 0; k < 20; k++) spikes.push({ t: 25 + 50 * k, neuron: 0, population: 2 });
  spikes.sort((a, b) => a.t - b.t || a.population - b.population);
  const log = createLog(path, SPIKES, facts, { batchRows: 50 });
  const columns = {
    time: Float64Array.from(spikes, (s) => s.t),
    neuron: Uint32Array.from(spikes, (s) => s.neuron),
    population: Uint8Array.from(spikes, (s) => s.population),
  };
  log.write(columns, spikes.length);
  log.close();
}
writeLog(at('spikes.arrows'));

interface Json {
  readonly window: { readonly from: number; readonly to: number };
  readonly populations: Record<string, { mean: number; median: number } & Record<string, number>>[];
  readonly correlograms: { a: string; b: string; lags: number[]; counts: number[] }[];
  readonly pairs: Record<string, number>[];
  readonly notes: string[];
}
const json = async (...words: string[]): Promise<Json> => {
  const { status, stdout, stderr } = await analyse(...words, '--json');
  assert.is(status, 0, stderr);
  return JSON.parse(stdout) as Json;
};

test('a log as a table and as JSON', async () => {
  const { stdout, status } = await analyse('spikes.arrows');
  assert.is(status, 0);
  assert.match(stdout, /^spikes\.arrows, 0 to 1,000 ms\n\n +exc +inh\n/);
  assert.match(stdout, /^silent neurons +1 +1$/m);
  assert.match(stdout, /^spikes +150 +20$/m);
  assert.match(stdout, /^rate \(Hz\) +37\.5 ± 21\.65 +10 ± 10$/m);
  assert.match(stdout, /^CV +0 ± 0 +0 ± 0$/m);
  const { window, populations, correlograms, pairs } = await json('spikes.arrows', '--bin', '1', '--max-lag', '3');
  assert.equal(window, { from: 0, to: 1000 });
  assert.is(populations[0]!.rate!.median, 50);
  const exc = correlograms.find(({ a, b }) => a === 'exc' && b === 'exc')!;
  assert.equal(exc.lags, [-3, -2, -1, 0, 1, 2, 3]);
  assert.equal(exc.counts, [0, 50, 100, 0, 100, 50, 0]);
  // One neuron of inh fires: nothing to go together with.
  assert.equal(
    correlograms.map(({ a, b }) => `${a}-${b}`),
    ['exc-exc', 'exc-inh'],
  );
  assert.equal(
    pairs.map(({ a, b }) => [a, b]),
    [
      [0, 1],
      [0, 2],
      [1, 2],
    ],
  );
  // 50 spikes, each moved by 1 ms at 0.1 per ms.
  assert.ok(Math.abs(pairs[0]!.victorPurpura! - 5) < 1e-9);
});

test('window, population and neurons are chosen', async () => {
  const { populations, pairs } = await json(
    'spikes.arrows',
    '--population',
    'exc',
    '--from',
    '100',
    '--to',
    '300',
    '--neurons',
    '2,0',
  );
  assert.is(populations.length, 1);
  assert.equal([populations[0]!.spikes, populations[0]!.firing, populations[0]!.size], [30, 3, 4]);
  assert.equal(
    pairs.map(({ a, b }) => [a, b]),
    [[0, 2]],
  );
});

test('a PSTH follows images, a period or given times', async () => {
  const log = createLog(at('images.arrows'), IMAGES, {});
  const column = (value: number) => new Uint8Array(4).fill(value);
  log.write(
    {
      time: Float64Array.of(0, 15, 32, 500), // each ends with a spike, as in training, but for the last
      image: Uint32Array.of(1, 2, 3, 4),
      phase: Uint8Array.of(0, 0, 1, 2),
      label: column(1),
      prediction: column(1),
    },
    4,
  );
  log.close();
  const psth = async (trigger: string, ...more: string[]) =>
    (await json('spikes.arrows', '--trigger', trigger, '--after', '20', '--bin', '10', ...more)).populations[0]!
      .psth as unknown as {
      rates: number[];
      triggers: number;
    };
  // Spikes at 10, 11, 12 ms; 30, 31, 32; …: four neurons, the windows of training end after 15 and 17 ms.
  assert.equal(await psth('images', '--phase', 'train'), {
    times: [0, 10],
    rates: [0, (6 * 1000) / (12 * 4)],
    triggers: 2,
  });
  assert.equal(await psth('images', '--phase', 'test'), { times: [0, 10], rates: [0, 75], triggers: 1 });
  assert.is((await psth('images')).triggers, 4);
  assert.is((await psth('every=20')).triggers, 50);
  assert.equal((await psth('990,0,10')).triggers, 2);
});

test('a phase needs images, and images of it', async () => {
  const { stderr } = await analyse('spikes.arrows', '--trigger', 'every=100', '--phase', 'test');
  assert.match(stderr, /--phase requires --trigger images\.$/m);
  assert.match((await analyse('spikes.arrows', '--phase', 'test')).stderr, /--phase requires --trigger images\.$/m);
  mkdirSync(at('other'));
  writeLog(at('other/spikes.arrows'));
  const log = createLog(at('other/images.arrows'), IMAGES, {});
  const one = Uint8Array.of(1);
  log.write({ time: Float64Array.of(0), image: Uint32Array.of(1), phase: one, label: one, prediction: one }, 1);
  log.close();
  const none = await analyse('other/spikes.arrows', '--trigger', 'images', '--phase', 'test');
  assert.match(none.stderr, /--phase test: other.images\.arrows has no images of that phase\.$/m);
});

test('files: JSON, Arrow tables of neurons, curves and pairs, and pictures', async () => {
  assert.is((await analyse('spikes.arrows', '--out', 'out', '--trigger', 'every=100', '--segment', '64')).status, 0);
  assert.equal(readdirSync(at('out')).sort(), [
    'analysis.json',
    'correlogram.png',
    'correlogram.svg',
    'curves.arrows',
    'isi.png',
    'isi.svg',
    'neurons.arrows',
    'pairs.arrows',
    'psth.png',
    'psth.svg',
    'spectrum.png',
    'spectrum.svg',
  ]);
  const [neurons] = [...openLog(at('out/neurons.arrows'))];
  assert.equal([...neurons!.columns.neuron!], [0, 1, 2, 3, 0, 1]);
  assert.equal([...neurons!.columns.spikes!], [50, 50, 50, 0, 20, 0]);
  assert.equal([...neurons!.columns.population!], [0, 0, 0, 0, 1, 1]);
  const [curves] = [...openLog(at('out/curves.arrows'))];
  assert.equal([...new Set(curves!.columns.curve!)].sort(), [0, 1, 2, 3]);
  assert.match(readFileSync(at('out/isi.svg'), 'utf8'), /^<svg .*interval \(ms\)/s);
  assert.is((await analyse('spikes.arrows', '--out', 'out')).status, 0);
  assert.not(readdirSync(at('out')).includes('psth.svg'), 'a picture of the earlier analysis is gone');
});

test('axes of times above 10 s are in s, of the logarithmic intervals in ms', async () => {
  writeLog(at('long.arrows'), { ...FACTS, tStopPlanned: '60000' });
  const options = ['--trigger', 'every=20000', '--after', '15000', '--bin', '500', '--max-lag', '12000'];
  const { status, stderr } = await analyse('long.arrows', '--out', 'long', ...options);
  assert.is(status, 0, stderr);
  assert.match(readFileSync(at('long/psth.svg'), 'utf8'), />time after trigger \(s\)</);
  assert.match(readFileSync(at('long/correlogram.svg'), 'utf8'), />lag \(s\)</);
  assert.match(readFileSync(at('long/isi.svg'), 'utf8'), />interval \(ms\)</);
  for (const name of ['psth', 'correlogram']) assert.not.match(readFileSync(at(`long/${name}.svg`), 'utf8'), /,000</);
});

test('a run directory, with its end from run.json', async () => {
  const network = {
    memspike: 1,
    duration: 400,
    populations: { p: { model: 'poisson', size: 9, rate: 50 } },
    record: { spikes: ['p'] },
  };
  writeFileSync(at('net.json'), JSON.stringify(network));
  assert.is((await inProcess(directory, 'run', 'net.json', '--out', 'run', '--progress', 'none')).status, 0);
  const { window, populations, notes } = await json('run');
  assert.equal(window, { from: 0, to: 400 });
  assert.is(populations[0]!.size, 9);
  assert.match(notes[0]!, /^no power spectrum: 80 bins are fewer than a segment of 256 bins/);
});

test('the intact batches of a truncated log are analysed, with exit status 1', async () => {
  writeLog(at('cut.arrows'));
  cutLastBatch(at('cut.arrows'));
  const { status, stdout, stderr } = await analyse('cut.arrows');
  assert.is(status, 1);
  // Its end is not known, so the window ends at its last spike.
  assert.match(stdout, /^cut\.arrows, 0 to 8\d\d ms\n/);
  assert.match(stderr, /^memspike: cut\.arrows ends within batch 4 .*\n$/);
});

test('one sentence for everything that cannot be analysed', async () => {
  createLog(at('empty.arrows'), SPIKES, FACTS).close();
  createLog(at('other.arrows'), NEURONS, {}).close();
  writeFileSync(at('text.arrows'), 'hello');
  const cases: [RegExp, ...string[]][] = [
    [/empty\.arrows holds no rows\.$/, 'empty.arrows'],
    [/other\.arrows is a memspike\.neurons\/1 log, not memspike\.spikes\/1/, 'other.arrows'],
    [/text\.arrows is not an Arrow stream/, 'text.arrows'],
    [/cannot read none\.arrows: no such file or directory/, 'none.arrows'],
    [/has no population "ex", did you mean "exc"\?$/, 'spikes.arrows', '--population', 'ex'],
    [/has no rows of "quiet"/, 'spikes.arrows', '--population', 'quiet'],
    [/"quiet" has no spikes in the window\.$/, 'spikes.arrows', '--population', 'quiet', '--population', 'exc'],
    [
      /the window from 2000 ms on lies outside the run of spikes\.arrows, which is 0 to 1000 ms\.$/,
      'spikes.arrows',
      '--from',
      '2000',
    ],
    [/--to 1200 is after the end of spikes\.arrows at 1000 ms\.$/, 'spikes.arrows', '--to', '1200'],
    [/the window from 50 to 10 ms ends before it starts\.$/, 'spikes.arrows', '--from', '50', '--to', '10'],
    [/--bin 600 is too wide/, 'spikes.arrows', '--bin', '600'],
    [/--max-lag 2 is shorter than a bin of 5 ms\.$/, 'spikes.arrows', '--max-lag', '2'],
    [/neuron 3 of exc does not fire in the window\.$/, 'spikes.arrows', '--population', 'exc', '--neurons', '0,3'],
    [/--trigger is "soon", but must be images, every=PERIOD or times/, 'spikes.arrows', '--trigger', 'soon'],
    [/--trigger every=-1: the period must be a number > 0/, 'spikes.arrows', '--trigger', 'every=-1'],
    [
      /none of the 1 triggers is followed by 100 ms within the window from 0 to 1000 ms\.$/,
      'spikes.arrows',
      '--trigger',
      '950',
    ],
  ];
  for (const [sentence, ...words] of cases) {
    const { status, stdout, stderr } = await analyse(...words);
    assert.is(status, 1, words.join(' '));
    assert.is(stdout, '');
    assert.match(stderr.trimEnd(), sentence);
    assert.is(stderr.split('\n').length, 2, stderr);
  }
});

test('wrong usage', async () => {
  for (const [sentence, ...words] of [
    [/--segment is 100, but must be a power of two/, 'spikes.arrows', '--segment', '100'],
    [/--neurons is "0,0", but must be two or more different neurons/, 'spikes.arrows', '--neurons', '0,0'],
    [/--bin is 0, but must be a number > 0/, 'spikes.arrows', '--bin', '0'],
    [/PATH is missing/],
  ] as [RegExp, ...string[]][]) {
    const { status, stderr } = await analyse(...words);
    assert.is(status, 2, stderr);
    assert.match(stderr, sentence);
  }
});

test.run();
