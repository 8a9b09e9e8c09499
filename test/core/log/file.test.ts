import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { createLog, resumeLog } from '../../../core/log/create.ts';
import { createRowHash, FileSink, fileChunks, openLog, writeFileAtomic } from '../../../core/log/file.ts';
import { withFileErrors } from '../../../core/log/fileError.ts';
import { repairLog } from '../../../core/log/repair.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { lockDirectory } from '../../../experiments/output/lock.ts';
import { testIf } from '../../support.ts';
import { cutLastBatch, rowBits, testRows } from './rows.ts';

const MODULE = new URL('../../../experiments/output/lock.js', import.meta.url).href;
const CHILD = fileURLToPath(new URL('../../crash/log.child.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'memspike-log-'));
let count = 0;

function directory(): string {
  const path = join(root, `d${count++}`);
  mkdirSync(path);
  return path;
}

function fails(sentence: string | RegExp, operation: () => unknown): void {
  assert.throws(operation, (error: unknown) => {
    assert.instance(error, UserError);
    if (typeof sentence === 'string') assert.is((error as Error).message, sentence);
    else assert.match((error as Error).message, sentence);
    return true;
  });
}

/** Reads a log that need not be whole; every row must be the true one. */
function goodRows(path: string): number {
  const log = openLog(path, { strict: false });
  let row = 0;
  for (const { columns, rows } of log) {
    assert.equal(rowBits(columns, rows), rowBits(testRows(SPIKES, rows, row), rows));
    row += rows;
  }
  return row;
}

function writeSpikes(log: { write: (c: ReturnType<typeof testRows>, n: number) => void; rows: number }, rows: number) {
  log.write(testRows(SPIKES, rows, log.rows), rows);
}

test('a log file is written, read, resumed and hashed', () => {
  const path = join(directory(), 'spikes.arrows');
  const log = createLog(path, SPIKES, { seed: '7' }, { batchRows: 1000 });
  writeSpikes(log, 2500);
  const at = log.sync();
  assert.is(statSync(path).size, at.bytes);
  writeSpikes(log, 1700);
  log.flush();
  fails(`cannot open ${path}: file already exists (EEXIST)`, () => createLog(path, SPIKES, {}));
  const hash = createRowHash(SPIKES);
  const resumed = resumeLog(path, SPIKES, { seed: '7' }, at, { batchRows: 1000, onBatch: (c, n) => hash.update(c, n) });
  assert.is(statSync(path).size, at.bytes);
  assert.is(resumed.rows, 2500);
  writeSpikes(resumed, 500);
  resumed.close();
  assert.is(goodRows(path), 3000);
  assert.is(openLog(path).metadata.seed, '7');
  const whole = createRowHash(SPIKES);
  whole.update(testRows(SPIKES, 3000), 3000);
  assert.is(hash.digest(), whole.digest());
});

test('a resume that is refused leaves the file as it was', () => {
  const path = join(directory(), 'spikes.arrows');
  const log = createLog(path, SPIKES, { seed: '7' });
  writeSpikes(log, 100);
  const at = log.sync();
  log.close();
  const before = readFileSync(path);
  fails(/belongs to another run/, () => resumeLog(path, SPIKES, { seed: '8' }, at));
  fails(/no seal|no end mark|end of a batch/, () =>
    resumeLog(path, SPIKES, { seed: '7' }, { rows: 200, bytes: at.bytes + 2600 }),
  );
  assert.equal(readFileSync(path), before);
});

test('repair by file names', () => {
  const folder = directory();
  const [input, output] = [join(folder, 'in.arrows'), join(folder, 'out.arrows')];
  const log = createLog(input, SPIKES, {}, { batchRows: 100 });
  writeSpikes(log, 1000);
  log.close();
  cutLastBatch(input);
  fails(new RegExp(`^${input} ends within batch 10 at byte \\d+; the 900 rows in 9 complete batches`), () => [
    ...openLog(input),
  ]);
  const report = repairLog(fileChunks(input), () => new FileSink(output), input);
  assert.equal([report.rows, report.batches, report.dropped, report.problem?.kind], [900, 9, 0, 'cut']);
  assert.equal([...openLog(output)].length, 9);
  fails(/already exists/, () => repairLog(fileChunks(input), () => new FileSink(input), input));
});

test('a missing file, a folder and a file without permission are told in a sentence', () => {
  const folder = directory();
  const missing = join(folder, 'no', 'spikes.arrows');
  fails(`cannot read ${missing}: no such file or directory (ENOENT)`, () => openLog(missing));
  fails(`cannot open ${missing}: no such file or directory (ENOENT)`, () => createLog(missing, SPIKES, {}));
  fails(`cannot write ${missing}: no such file or directory (ENOENT)`, () => writeFileAtomic(missing, '{}'));
  fails(`cannot lock ${join(folder, 'no')}: no such file or directory (ENOENT)`, () =>
    lockDirectory(join(folder, 'no')),
  );
  fails(/^cannot read .*: it is a directory \(EISDIR\)$/, () => openLog(folder));
});

test('a folder without write permission', () => {
  const folder = directory();
  chmodSync(root, 0o755);
  chmodSync(folder, 0o555);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    const path = join(folder, 'x.arrows');
    fails(`cannot open ${path}: permission denied (EACCES)`, () => createLog(path, SPIKES, {}));
    fails(`cannot write ${path}: permission denied (EACCES)`, () => writeFileAtomic(path, '{}'));
    fails(`cannot lock ${folder}: permission denied (EACCES)`, () => lockDirectory(folder));
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test('errors of the system that a test cannot cause', () => {
  const error = (code: string) => Object.assign(new Error(`${code}: the system's words, write`), { code, errno: -1 });
  for (const [code, reason] of [
    ['EIO', 'the disk reports an input/output error'],
    ['EROFS', 'the file system is read-only'],
    ['EBADF', 'the file is closed'],
    ['ENXIO', "the system's words"],
  ] as const) {
    fails(`cannot write x.arrows: ${reason} (${code})`, () =>
      withFileErrors('write', 'x.arrows', () => {
        throw error(code);
      }),
    );
  }
  const bug = () => {
    throw new TypeError('a bug');
  };
  assert.throws(
    () => withFileErrors('write', 'x', bug),
    (error: unknown) => error instanceof TypeError,
  );
});

test('a closed sink refuses bytes, a second close does nothing', () => {
  const path = join(directory(), 'x.arrows');
  const sink = new FileSink(path);
  sink.close();
  sink.close();
  fails(`cannot write ${path}: the log is closed`, () => sink.write(new Uint8Array(3)));
  fails(`cannot write ${path}: the log is closed`, () => sink.sync());
});

test('file size limit: one sentence, exit code 1, earlier rows readable', () => {
  const path = join(directory(), 'x.arrows');
  const command = `ulimit -f 200; exec "${process.execPath}" "${CHILD}" "${path}"`;
  try {
    execFileSync('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
    assert.unreachable();
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: Buffer; stderr: Buffer };
    assert.is(status, 1);
    assert.match(String(stderr), new RegExp(`^cannot write ${path}: .*ulimit -f.* \\(EFBIG\\)\n$`));
    const acknowledged = Number(String(stdout).trim().split('\n').at(-1)!.split(' ')[0]);
    assert.ok(acknowledged > 1000);
    assert.ok(goodRows(path) >= acknowledged);
  }
});

/** A file system of half a megabyte, where this user may mount one. */
function smallDisk(): string | undefined {
  const path = directory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    return undefined;
  }
}

const disk = smallDisk();
const testDisk = (name: string, body: () => void): void =>
  testIf(disk !== undefined, name, 'no small file system can be mounted', test, body);

testDisk('full disk: one sentence, earlier rows readable, atomic files keep their old content', () => {
  const path = join(disk!, 'x.arrows');
  const summary = join(disk!, 'run.json');
  writeFileAtomic(summary, '{"old":1}');
  const log = createLog(path, SPIKES, {}, { batchRows: 500 });
  fails(`cannot write ${path}: the disk is full (ENOSPC)`, () => {
    for (;;) writeSpikes(log, 500);
  });
  log.close();
  assert.ok(log.acknowledged.rows > 10_000);
  assert.is(goodRows(path), log.acknowledged.rows);
  fails(`cannot write ${summary}: the disk is full (ENOSPC)`, () => writeFileAtomic(summary, 'x'.repeat(1e6)));
  assert.is(readFileSync(summary, 'utf8'), '{"old":1}');
  fails(`cannot lock ${disk}: the disk is full (ENOSPC)`, () => lockDirectory(disk!));
  assert.equal(readdirSync(disk!).sort(), ['run.json', 'x.arrows']);
});

testDisk('read-only file system', () => {
  execFileSync('mount', ['-o', 'remount,ro', disk!]);
  const path = join(disk!, 'y.arrows');
  fails(`cannot open ${path}: the file system is read-only (EROFS)`, () => createLog(path, SPIKES, {}));
  fails(`cannot write ${path}: the file system is read-only (EROFS)`, () => writeFileAtomic(path, ''));
});

test('writeFileAtomic replaces text and bytes, and leaves nothing else', () => {
  const folder = directory();
  const path = join(folder, 'run.json');
  writeFileAtomic(path, '{"a":"ü"}');
  assert.is(readFileSync(path, 'utf8'), '{"a":"ü"}');
  writeFileAtomic(path, Uint8Array.of(1, 2, 3));
  assert.equal([...readFileSync(path)], [1, 2, 3]);
  mkdirSync(join(folder, 'taken'));
  fails(/^cannot write .*taken: /, () => writeFileAtomic(join(folder, 'taken'), 'x'));
  assert.equal(readdirSync(folder).sort(), ['run.json', 'taken']);
});

test('a second lock names the holder; unlock gives the directory free', () => {
  const folder = directory();
  const lock = lockDirectory(folder);
  fails(new RegExp(`^${folder} is in use by process ${process.pid} on ${hostname()} since \\d{4}-`), () =>
    lockDirectory(folder),
  );
  lock.unlock();
  assert.equal(readdirSync(folder), []);
  lock.unlock();
  lockDirectory(folder).unlock();
});

test('a lock is stale if its process is gone or its pid has been given out again, and only then', () => {
  const folder = directory();
  const path = join(folder, 'lock');
  const gone = Number(execFileSync(process.execPath, ['-p', 'process.pid']));
  const holder = { pid: gone, host: hostname(), since: '2026-01-01T00:00:00.000Z', ticks: '12' };
  writeFileSync(path, JSON.stringify(holder));
  lockDirectory(folder).unlock();
  if (existsSync('/proc/self/stat')) {
    writeFileSync(path, JSON.stringify({ ...holder, pid: process.pid }));
    lockDirectory(folder).unlock();
  }
  for (const alive of [
    { ...holder, pid: process.pid, ticks: null },
    { ...holder, host: 'elsewhere' },
  ]) {
    writeFileSync(path, JSON.stringify(alive));
    fails(new RegExp(`in use by process ${alive.pid} on ${alive.host} since 2026-01-01`), () => lockDirectory(folder));
  }
  for (const text of ['', '{}', 'null', '{"pid":-1,"host":"a","since":"b"}']) {
    writeFileSync(path, text);
    fails(`${path} does not name the process that holds the lock; if no run writes there, delete this file`, () =>
      lockDirectory(folder),
    );
  }
  rmSync(path);
  assert.equal(readdirSync(folder), []);
});

test('of many processes that find a stale lock one gets it; the lock of a killed one is taken over', async () => {
  const folder = directory();
  writeFileSync(
    join(folder, 'lock'),
    JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), since: 'long ago', ticks: '1' }),
  );
  const code = `import { lockDirectory } from ${JSON.stringify(MODULE)};
    try { lockDirectory(${JSON.stringify(folder)}); console.log('won'); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.name); }`;
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const words = await Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0]).trim()));
  assert.equal(words.sort(), [...Array(5).fill('UserError'), 'won']);
  const winner = children.find((child) => child.exitCode === null && child.pid === holderPid(folder))!;
  fails(new RegExp(`in use by process ${winner.pid} `), () => lockDirectory(folder));
  const exit = once(winner, 'exit');
  winner.kill('SIGKILL');
  await exit;
  lockDirectory(folder).unlock();
});

function holderPid(folder: string): number {
  return JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')).pid;
}

test.after(() => {
  if (disk) execFileSync('umount', [disk]);
  rmSync(root, { recursive: true });
});

test.run();
