/** `memspike device flaws`: results for any number of workers, interruption, report. */
// slow: trains 24 small networks and interrupts a process
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from './cli/inProcess.ts';
import { start } from './run/cli.ts';

const test = suite('device flaws');
const directory = mkdtempSync(join(tmpdir(), 'memspike-flaws-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));
const at = (path: string) => join(directory, path);
const FILE = `memspike: 1
about: { name: coarse device }
device: { model: exponential, gMin: 1.0e-8, gMax: 1.0e-4, alphaUp: 0.12, alphaDown: 0.009, betaUp: 5, levels: { count: 2 }, readErrors: { rate: 0.6 } }
`;
const SIZE = ['--neurons', '10', '--train', '300', '--label', '200', '--test', '200'];
const words = (out: string) => ['device', 'flaws', 'coarse.yaml', ...SIZE, '--progress', 'none', '--out', out];
const readRanking = (out: string) => {
  const { command, seedCount, accuracy, sentence, flaws, variants, failures } = JSON.parse(
    readFileSync(at(`${out}/flaws.json`), 'utf8'),
  );
  return { command, seedCount, accuracy, sentence, flaws, variants, failures };
};

test('the same ranking with one and two workers, and after Ctrl-C; a doubled rate above 1 is left out', async () => {
  writeFileSync(at('coarse.yaml'), FILE);
  const one = await inProcess(directory, ...words('one'), '--doubled');
  assert.is(one.status, 0, one.stderr);
  assert.match(
    one.stdout,
    /^coarse device, \d+ seeds: .*(points|no significant effect)\.\n\nnon-ideality +cost \(points\)/,
  );
  assert.match(one.stdout, /read errors: doubled cannot be trained: .*rate/);
  const ranking = readRanking('one');
  assert.is(ranking.command, 'device flaws');
  const csv = readFileSync(at('one/flaws.csv'), 'utf8').trim().split('\n');
  assert.is(csv.length, 1 + 4 * ranking.seedCount);
  assert.match(csv[1]!, /^unchanged,1,[\d.]+$/);

  const two = start(directory, ...words('two'), '--doubled', '--workers', '2');
  const first = at('two/points/unchanged-seed1/run.json');
  const isWritten = () => statSync(first, { throwIfNoEntry: false }) !== undefined;
  while (!isWritten() && two.child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  two.child.kill('SIGINT');
  const { status, stderr } = await two.ended;
  assert.is(status, 130, stderr);
  assert.match(
    stderr,
    /^Stopped; results so far are in two\. Resume with: memspike device flaws coarse\.yaml .*--workers 2\n$/,
  );
  const time = statSync(first).mtimeMs;
  const resumed = await inProcess(directory, ...words('two'), '--doubled', '--workers', '2', '--json');
  assert.is(resumed.status, 0, resumed.stderr);
  assert.is(statSync(first).mtimeMs, time);
  assert.equal(readRanking('two'), ranking);
  assert.is(JSON.parse(resumed.stdout).sentence, ranking.sentence);

  const report = await inProcess(directory, 'report', 'one');
  assert.is(report.status, 0, report.stderr);
  assert.ok(readFileSync(at('one/report.html'), 'utf8').includes(ranking.sentence));
});

test.run();
