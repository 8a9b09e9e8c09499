// isolated: files with this mark write to one directory of support.ts
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../../../core/log/create.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { cutLastBatch } from '../../core/log/rows.ts';
import { inProcess } from '../cli/inProcess.ts';
import { CLI } from '../run/cli.ts';
import { at, directory, FACTS, NEURONS, TIMES, writeSpikes } from './support.ts';

writeSpikes(at('spikes.arrows'));
const log = async (...words: string[]) => await inProcess(directory, 'log', ...words);

test('info tells whose rows there are and whether the log is whole', async () => {
  const { stdout, status } = await log('info', 'spikes.arrows');
  assert.is(status, 0);
  assert.match(stdout, /^state +whole$/m);
  assert.match(stdout, /^rows of +exc 3, in,"h" 4$/m);
  assert.match(stdout, /^time +1\.4901161193847656e-8 to 1000\.0000001 ms$/m);
  assert.is((await log('info', '.')).stdout, (await log('info', 'spikes.arrows')).stdout);
});

test('nothing that a terminal would obey is printed, and a name stays on its line', async () => {
  const hostile = 'x\u001b[2J\u009b31m\nstate  whole\u202e';
  const log1 = createLog(at('hostile.arrows'), SPIKES, {
    ...FACTS,
    populations: JSON.stringify([hostile]),
    sizes: '[9]',
    [hostile]: hostile,
  });
  log1.write({ time: Float64Array.of(1), neuron: Uint32Array.of(0), population: Uint8Array.of(0) }, 1);
  log1.close();
  for (const words of [
    ['log', 'info', 'hostile.arrows'],
    ['log', 'cat', 'hostile.arrows'],
    ['log', 'cat', 'hostile.arrows', '--population', 'y'],
    ['log', 'info', 'no\u001b[2J\nsuch.arrows'],
    ['raster', 'hostile.arrows', '--preview'],
    ['analyse', 'hostile.arrows'],
  ]) {
    const { stdout, stderr } = await inProcess(directory, ...words);
    assert.not.match(`${stdout}${stderr}`, /[^\P{Cc}\n\t]|[\u202a-\u202e]/u, words.join(' '));
    assert.ok(stderr.split('\n').length <= 2, stderr);
    if (words[1] === 'info') assert.not.match(stdout, /^state {2}whole/m);
  }
});

test('cat prints rows by population and window', async () => {
  const { stdout, status } = await log('cat', 'spikes.arrows', '--population', 'exc', '--from', '0.1', '--to', '900');
  assert.is(status, 0);
  assert.is(stdout, `time\tneuron\tpopulation\n0.1\t${NEURONS[1]}\texc\n2.5\t3\texc\n`);
  assert.is((await log('cat', '.')).stdout.split('\n').length, TIMES.length + 2);
});

test('cat of a log longer than a pipe ends quietly when the reader has seen enough', () => {
  const rows = 200_000;
  const long = createLog(at('long.arrows'), SPIKES, FACTS);
  const time = Float64Array.from({ length: rows }, (_, i) => i / 7);
  long.write({ time, neuron: new Uint32Array(rows), population: new Uint8Array(rows) }, rows);
  long.close();
  const script = '{ "$0" "$1" log cat long.arrows; echo "status $?" >&2; } | head -3';
  const { stdout, stderr } = spawnSync('sh', ['-c', script, process.execPath, CLI], {
    encoding: 'utf8',
    cwd: directory,
  });
  assert.is(stderr, 'status 0\n');
  assert.is(stdout, 'time\tneuron\tpopulation\n0\t0\texc\n0.14285714285714285\t0\texc\n');
  const count = spawnSync('sh', ['-c', '"$0" "$1" log cat long.arrows | wc -l', process.execPath, CLI], {
    cwd: directory,
  });
  assert.is(Number(count.stdout), rows + 1);
});

test('of a cut log the whole batches are used, and exit status and a sentence tell', async () => {
  writeSpikes(at('cut.arrows'));
  cutLastBatch(at('cut.arrows'));
  const sentence =
    /^memspike: cut\.arrows ends within batch 3 at byte \d+; the 6 rows in 2 complete batches before it are valid\n$/;
  const info = await log('info', 'cut.arrows');
  assert.match(info.stdout, /^state +cut$/m);
  const cat = await log('cat', 'cut.arrows');
  assert.is(cat.stdout.split('\n').length, 8);
  const csv = await log('export', 'cut.arrows', '--format', 'csv');
  assert.is(csv.stdout, 'Wrote cut.csv\n');
  assert.is(readFileSync(at('cut.csv'), 'utf8').split('\n').length, 8);
  for (const { status, stderr } of [info, cat, csv]) {
    assert.is(status, 1);
    assert.match(stderr, sentence);
  }
});

test('a full disk under an export is an error, and leaves no file', () => {
  const full = (format: string) => {
    const script = 'ulimit -f 1000; exec "$0" "$1" log export long.arrows --format "$2" --out full.x';
    return spawnSync('sh', ['-c', script, process.execPath, CLI, format], { encoding: 'utf8', cwd: directory });
  };
  for (const format of ['csv', 'feather', 'nest', 'npy', 'npz', 'sonata']) {
    const { status, stderr } = full(format);
    assert.is(status, 1, format);
    assert.match(
      stderr,
      /^memspike: cannot write full\.x: .*too large|^memspike: cannot write full\.x: .*size limit/,
      stderr,
    );
    assert.is(stderr.split('\n').length, 2);
    assert.not(existsSync(at('full.x')));
  }
});

test('usage', async () => {
  const says = async (sentence: RegExp, ...words: string[]) => {
    const { status, stderr } = await log(...words);
    assert.is(status, 2, words.join(' '));
    assert.match(stderr, sentence);
  };
  await says(
    /^memspike: log export: --format is missing: it must be one of "csv", .*"nir"\.\n$/,
    'export',
    'spikes.arrows',
  );
  await says(/^memspike: log info: --population is unknown/, 'info', 'x', '--population', 'a');
  await says(/^memspike: log cat: --out is unknown.*\n$/, 'cat', 'x', '--out', 'a');
  await says(/"cvs"/, 'export', 'x', '--format', 'cvs');
  await says(/--from is "soon", but must be a number/, 'cat', 'x', '--from', 'soon');
  await says(/log: "show" is not a command/, 'show', 'x');
});

test('a missing h5wasm is told with the way to install it', () => {
  const hook = `export async function resolve(name, context, next) {
    if (name === 'h5wasm/node') throw Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(name, context);
  }`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`;
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(register)}`,
      CLI,
      'log',
      'export',
      'spikes.arrows',
      '--format',
      'sonata',
    ],
    { encoding: 'utf8', cwd: directory },
  );
  assert.is(status, 1);
  assert.is(
    stderr,
    'memspike: --format sonata needs the package h5wasm, which is not installed. Next step: npm install h5wasm\n',
  );
});

test.run();
