import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../../core/log/create.ts';
import { SPIKES } from '../../core/log/tables.ts';
import { inProcess } from './cli/inProcess.ts';

const CLI = fileURLToPath(new URL('../../experiments/cli.js', import.meta.url));
const PROBE = fileURLToPath(new URL('cli/probe.js', import.meta.url));

const test = suite('cli');
const directory = mkdtempSync(join(tmpdir(), 'memspike-cli-'));
test.after(() => rmSync(directory, { recursive: true }));

function run(script: string, words: string[], env: Record<string, string> = {}) {
  const options = { encoding: 'utf8', cwd: directory, env: { ...process.env, MEMSPIKE_DEBUG: '', ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], options);
  return { status, stdout, stderr };
}

test('the version', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  assert.equal(run(CLI, ['version']), { status: 0, stdout: `${version}\n`, stderr: '' });
  assert.equal(run(CLI, ['--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
});

test('help lists the commands', async () => {
  const { status, stdout } = await inProcess(directory, '--help');
  assert.is(status, 0);
  assert.match(stdout, /memspike log .*\n.*memspike version/s);
  assert.is((await inProcess(directory)).status, 2);
  assert.match(
    (await inProcess(directory, 'mnist', '--help')).stdout,
    /--pictures +draw pictures \[default: yes; --no-pictures for no\]/,
  );
  assert.match(
    (await inProcess(directory, 'log', '--help')).stdout,
    /memspike log export +Write a log in another format/,
  );
  for (const words of [
    ['help', 'log', 'export'],
    ['log', 'export', '--help'],
  ])
    assert.match((await inProcess(directory, ...words)).stdout, /memspike log export FILE \[options\]/);
  const { stdout: all } = await inProcess(directory, 'help', 'sweep', 'submit');
  assert.ok(all.split('\n').every((line) => line.length <= 80));
});

test('help loads no heavy module', () => {
  const hook = `export const resolve = async (s, c, next) => { const r = await next(s, c); console.error(r.url); return r; }`;
  const register = `import { register } from 'node:module'; register('data:text/javascript,${encodeURIComponent(hook)}');`;
  const loader = ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
  const { stderr } = spawnSync(process.execPath, [...loader, CLI, '--help'], { encoding: 'utf8' });
  assert.match(stderr, /node_modules\/yargs\//);
  assert.not.match(stderr, /apache-arrow|observablehq|resvg|\/core\/log\//);
});

test('wrong usage: one sentence and status 2', () => {
  assert.equal(run(CLI, ['verison']), {
    status: 2,
    stdout: '',
    stderr: 'memspike: "verison" is not a command, did you mean "version"?\n',
  });
  assert.equal(run(CLI, ['version', '--bogus']), {
    status: 2,
    stdout: '',
    stderr: 'memspike: version: --bogus is unknown; options: --help.\n',
  });
  assert.is(
    run(PROBE, ['echo', 'f', '--seed', 'abc']).stderr,
    'memspike: echo: --seed is "abc", but must be an integer >= 0.\n',
  );
  assert.is(run(PROBE, ['echo', 'f', '--seed', 'abc']).status, 2);
});

test('a failed run: its sentence and status 1', () => {
  const stderr = 'memspike: run: tau is -1, but must be a number > 0 (ms).\n';
  assert.equal(run(PROBE, ['mistake']), { status: 1, stdout: '', stderr });
});

test('an unexpected error: one sentence, and the stack only on demand', () => {
  const stderr = 'memspike: unexpected error: x is not a function (set MEMSPIKE_DEBUG=1 for the stack trace)\n';
  assert.equal(run(PROBE, ['bug']), { status: 1, stdout: '', stderr });
  const debug = run(PROBE, ['bug'], { MEMSPIKE_DEBUG: '1' });
  assert.is(debug.status, 1);
  assert.match(debug.stderr, /TypeError: x is not a function\n +at /);
});

/** Spawns a command and sends the signals one by one, each after the next line of output. */
async function interrupted(name: string, ...signals: NodeJS.Signals[]) {
  const child = spawn(process.execPath, [PROBE, name], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
    const next = signals.shift();
    if (next) child.kill(next);
  });
  child.stderr.on('data', (chunk) => (errors += chunk));
  const [status, signal] = await once(child, 'close');
  return { status, signal, output, errors };
}

test('Ctrl-C lets a command end in good order, and a second one ends it at once', async () => {
  assert.equal(await interrupted('wait', 'SIGINT'), {
    status: 130,
    signal: null,
    output: 'waiting\nending in good order\n',
    errors: '',
  });
  for (const name of ['SIGTERM', 'SIGHUP'] as const) assert.is((await interrupted('wait', name)).status, 75);
  assert.equal(await interrupted('wait', 'SIGUSR1'), {
    status: 75,
    signal: null,
    output: 'waiting\nending in good order\n',
    errors: '',
  });
  assert.equal(await interrupted('stubborn', 'SIGINT', 'SIGINT'), {
    status: null,
    signal: 'SIGINT',
    output: 'waiting\nnot yet\n',
    errors: '',
  });
});

test('a command that does not yield is ended by the first signal, as one that handles none', async () => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    assert.equal(await interrupted('deaf', name), { status: null, signal: name, output: 'computing\n', errors: '' });
  }
});

test('a reader that has seen enough ends it quietly', () => {
  const script = '{ "$0" "$1" --help; echo "status $?" >&2; } | exec 0<&-';
  const { stderr } = spawnSync('sh', ['-c', script, process.execPath, CLI], { encoding: 'utf8' });
  assert.is(stderr, 'status 0\n');
});

test('log: shows, repairs, and fails in one sentence', async () => {
  const file = join(directory, 'spikes.arrows');
  const log = createLog(file, SPIKES, { seed: '7' });
  for (const t of [0, 1, 2]) {
    log.write({ time: Float64Array.of(t, t + 0.5), neuron: Uint32Array.of(1, 2), population: Uint8Array.of(0, 0) }, 2);
    log.flush();
  }
  const inLastBatch = statSync(file).size - 8;
  log.close();
  const whole = await inProcess(directory, 'log', 'info', 'spikes.arrows');
  assert.is(whole.status, 0);
  assert.match(whole.stdout, /memspike\.spikes\/1\n.*6 rows in 3 batches\n.*0 to 2\.5 ms\nseed +7\n/s);
  truncateSync(file, inLastBatch);
  const cut = await inProcess(directory, 'log', 'info', 'spikes.arrows');
  assert.is(cut.status, 1);
  assert.match(cut.stdout, /4 rows in 2 batches/);
  assert.match(cut.stderr, /^memspike: spikes\.arrows ends within batch 3.*\n$/);
  const repaired = await inProcess(directory, 'log', 'repair', 'spikes.arrows', '--out', 'whole.arrows');
  assert.is(repaired.status, 0);
  assert.match(repaired.stdout, /whole\.arrows holds 4 rows in 2 batches\./);
  assert.is((await inProcess(directory, 'log', 'info', 'whole.arrows')).status, 0);
  assert.is((await inProcess(directory, 'log', 'repair', 'spikes.arrows', '--out', 'whole.arrows')).status, 1);
  assert.is((await inProcess(directory, 'log', 'info', 'spikes.arrows', '--out', 'x')).status, 2);
  assert.match(
    (await inProcess(directory, 'log', 'info', 'nothing.arrows')).stderr,
    /^memspike: cannot read nothing\.arrows: .*\n$/,
  );
});

test('a full disk under standard output is an error', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [CLI, '--help'], {
    encoding: 'utf8',
    stdio: ['ignore', full, 'pipe'],
  });
  assert.is(status, 1);
  assert.is(stderr, 'memspike: cannot write standard output: the disk is full (ENOSPC)\n');
});

test.run();
