// slow: fills small disks
/** Disks that are full, limited or read-only: one sentence, status 1, and nothing that was there is lost. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openLog } from '../../core/log/file.ts';
import { SPIKES } from '../../core/log/tables.ts';
import { lockDirectory } from '../../experiments/output/lock.ts';
import { RunDirectory } from '../../experiments/run/runDirectory.ts';
import { inProcess } from '../experiments/cli/inProcess.ts';
import { CLI, json, rowsOf, sha256Of } from '../experiments/run/cli.ts';

const test = suite('memspike run on bad disks');
const directory = mkdtempSync(join(tmpdir(), 'memspike-disk-'));
const at = (name: string) => join(directory, name);
const disk = at('disk');
const NETWORK = `
memspike: 1
duration: 20000
populations: { noise: { model: poisson, size: 500, rate: 20 } }
record: { spikes: [noise] }
`; // 200,000 spikes, 2.6 MB
writeFileSync(at('net.yaml'), NETWORK);
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1500k', 'memspike-test', disk]).status === 0;
test.after(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(directory, { recursive: true });
});

const words = (out: string) => ['run', 'net.yaml', '--out', out, '--progress', 'none', '--checkpoint-every', '1000'];

const PULSES = fileURLToPath(new URL('../../../experiments/examples/pulses.csv', import.meta.url));
const FEW = ['--neurons', '10', '--train', '500', '--label', '100', '--test', '100', '--seeds', '1'];
const passport = (out: string) => [
  'device',
  'passport',
  'hp-tio2',
  '--brief',
  ...FEW,
  '--out',
  out,
  '--progress',
  'none',
];

/** What of a cut log can be read. */
function rowsSaved(out: string): number {
  const log = openLog(join(at(out), 'spikes.arrows'), { strict: false });
  for (const batches = log[Symbol.iterator](); !batches.next().done; );
  return log.position.rows;
}

test('a file size limit: told, with what was written whole, and gone on with once there is room', async () => {
  const script = 'ulimit -f 1500; "$0" "$@"'; // in blocks of 512 or 1024 bytes
  const limited = (...more: string[]) =>
    spawnSync('sh', ['-c', script, process.execPath, CLI, ...words('limited'), ...more], {
      encoding: 'utf8',
      cwd: directory,
    });
  const { status, stdout, stderr } = limited();
  assert.equal([status, stdout], [1, '']);
  assert.match(stderr, /^memspike: cannot write limited\/spikes\.arrows: the file would grow past the size limit.*\n$/);
  const saved = rowsSaved('limited');
  assert.ok(saved > 40_000, String(saved));
  assert.match((await inProcess(directory, 'log', 'info', 'limited')).stdout, /^state +(incomplete|cut)$/m);
  assert.is(limited('--resume').status, 1); // no better the second time, and nothing is lost by it
  assert.ok(rowsSaved('limited') >= saved);
  const resumed = await inProcess(directory, ...words('limited'), '--resume');
  assert.is(resumed.status, 0, resumed.stderr);
  assert.is((await inProcess(directory, ...words('whole'))).status, 0);
  assert.is(json(at('limited'), 'run.json').spikesSha256, json(at('whole'), 'run.json').spikesSha256);
  assert.is(sha256Of(at('limited'), 'spikes.arrows'), json(at('whole'), 'run.json').spikesSha256);
});

test('a checkpoint that cannot be written leaves the log incomplete, not whole', async () => {
  const out = join(directory, 'unsaved');
  const run = new RunDirectory(out, {}, false);
  const log = run.openLog('spikes.arrows', SPIKES, {});
  log.write({ time: Float64Array.of(1), neuron: Uint32Array.of(0), population: Uint8Array.of(0) }, 1);
  mkdirSync(join(out, 'checkpoint.bin')); // no file can take its place, as none can on a full disk
  assert.throws(() => run.saveCheckpoint(new Map()), /^cannot write/);
  run.close();
  const { stdout, status } = await inProcess(directory, 'log', 'info', 'unsaved');
  assert.is(status, 1);
  assert.match(stdout, /^state +incomplete$/m);
  assert.match(stdout, /^rows +1 row in 1 batch$/m);
});

if (mounted) {
  test('a full disk: told, the older run on it untouched, and gone on with once there is room', async () => {
    assert.is((await inProcess(directory, ...words('disk/older'), '--set', 'duration=2000')).status, 0);
    const older = json(at('disk/older'), 'run.json').spikesSha256;
    const { status, stdout, stderr } = await inProcess(directory, ...words('disk/run'));
    assert.equal([status, stdout], [1, '']);
    assert.match(stderr, /^memspike: cannot write disk\/run\/[^\n]*: the disk is full \(ENOSPC\)\n$/);
    assert.is(sha256Of(at('disk/older'), 'spikes.arrows'), older);
    assert.ok(rowsSaved('disk/run') > 20_000);
    const info = await inProcess(directory, 'log', 'info', 'disk/run');
    assert.is(info.status, 1);
    assert.match(info.stdout, /^state +(incomplete|cut)$/m);
    assert.not.ok(existsSync(at('disk/run/run.json')));
    assert.is(readdirSync(at('disk/run')).filter((name) => name.endsWith('.tmp') || name === 'lock').length, 0);
    assert.is(spawnSync('mount', ['-o', 'remount,size=20m', disk]).status, 0);
    assert.is((await inProcess(directory, ...words('disk/run'), '--resume')).status, 0);
    assert.is(rowsOf(at('disk/run'), 'spikes.arrows').length, json(at('disk/run'), 'run.json').events.spikes);
  });

  test('a disk without any room', async () => {
    const fill = spawnSync('sh', ['-c', 'cat /dev/zero > fill'], { cwd: disk, encoding: 'utf8' });
    assert.match(fill.stderr, /No space/);
    const { status, stderr } = await inProcess(directory, ...words('disk/none'));
    assert.is(status, 1);
    assert.match(stderr, /^memspike: cannot (write|lock|create|open) disk\/none[^\n]*: the disk is full \(ENOSPC\)\n$/);
    rmSync(join(disk, 'fill'));
  });

  test('device fit leaves no file on a full disk, so that it can be given again', async () => {
    const fit = ['device', 'fit', PULSES, '--model', 'table', '--out', 'disk/fit'];
    spawnSync('sh', ['-c', 'cat /dev/zero > fill; truncate -s -20480 fill'], { cwd: disk });
    const { status, stderr } = await inProcess(directory, ...fit);
    assert.is(status, 1);
    assert.match(stderr, /^memspike: cannot write disk\/fit\/[^\n]*: the disk is full \(ENOSPC\)\n$/);
    assert.equal(readdirSync(at('disk/fit')), []);
    rmSync(join(disk, 'fill'));
    assert.is((await inProcess(directory, ...fit)).status, 0);
  });

  test('device passport tells of a full disk in one sentence, and goes on once there is room', async () => {
    spawnSync('sh', ['-c', 'cat /dev/zero > fill; truncate -s -40960 fill'], { cwd: disk });
    const { status, stderr } = await inProcess(directory, ...passport('disk/passport'));
    assert.is(status, 1);
    assert.match(stderr, /^memspike: cannot write disk\/passport\/[^\n]*: the disk is full \(ENOSPC\)\n$/);
    rmSync(join(disk, 'fill'));
    assert.is((await inProcess(directory, ...passport('disk/passport'))).status, 0);
  });

  test('a read-only file system', async () => {
    assert.is(spawnSync('mount', ['-o', 'remount,ro', disk]).status, 0);
    for (const [out, more] of [
      ['disk/new', []],
      ['disk/run', ['--resume']],
    ] as const) {
      const { status, stdout, stderr } = await inProcess(directory, ...words(out), ...more);
      if (more.length > 0) assert.equal([status, stdout], [0, 'disk/run is already finished.\n']);
      else
        assert.match(
          stderr,
          /^memspike: cannot (create|lock) disk[^\n]*: the file system is read-only \(EROFS\)\n$/,
          out,
        );
    }
  });
}

test('device passport refuses a directory in which another process measures', async () => {
  mkdirSync(at('twice'));
  const lock = lockDirectory(at('twice'));
  const { status, stderr } = await inProcess(directory, ...passport('twice'));
  lock.unlock();
  assert.is(status, 1);
  assert.match(
    stderr,
    /^memspike: twice is in use by process \d+ on .*; wait for it, or choose another directory[^\n]*\n$/,
  );
});

test('device passport whose directory is deleted says so in one sentence', async () => {
  const ended = inProcess(directory, ...passport('gone'));
  const config = at('gone/points/ideal-seed1/config.json');
  while (!existsSync(config)) await new Promise((resolve) => setTimeout(resolve, 5));
  renameSync(at('gone'), at('elsewhere')); // in one step, unlike a deletion
  const { status, stderr } = await ended;
  assert.is(status, 1);
  assert.match(stderr, /^memspike: cannot \w+ gone[^\n]*no such file or directory[^\n]*\n$/);
});

if (process.getuid?.() !== 0) {
  test('a directory without permission to write', async () => {
    mkdirSync(at('locked'), { mode: 0o555 });
    const { status, stderr } = await inProcess(directory, ...words('locked/run'));
    assert.is(status, 1);
    assert.match(stderr, /^memspike: cannot create locked\/run: permission denied \(EACCES\)\n$/);
  });
}

test.run();
