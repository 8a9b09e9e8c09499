/** `memspike device passport`: several devices, results for any number of workers, interruption, report. */
// slow: trains 40 small networks and interrupts processes
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from './cli/inProcess.ts';
import { start } from './run/cli.ts';

const test = suite('device passport');
const directory = mkdtempSync(join(tmpdir(), 'memspike-passport-command-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));
const at = (path: string) => join(directory, path);
const FILE = `memspike: 1
about: { name: coarse device }
device: { model: exponential, gMin: 1.0e-8, gMax: 1.0e-4, alphaUp: 0.12, alphaDown: 0.009, betaUp: 5, levels: { count: 2 }, readErrors: { rate: 0.6 } }
`;
const SIZE = ['--neurons', '10', '--train', '300', '--label', '200', '--test', '200'];
const words = (out: string, ...names: string[]) => [
  ...['device', 'passport', ...(names.length > 0 ? names : ['coarse.yaml']), ...SIZE],
  ...['--progress', 'none', '--out', out],
];

/** Content of `passport.json` without the command and the date. */
function readPassport(out: string) {
  const {
    commandLine: _commandLine,
    date: _date,
    ...content
  } = JSON.parse(readFileSync(at(`${out}/passport.json`), 'utf8'));
  return content;
}

test('an interrupted or killed passport that is resumed is equal to an uninterrupted one, for any number of workers', async () => {
  writeFileSync(at('coarse.yaml'), FILE);
  const one = await inProcess(directory, ...words('one'), '--doubled');
  assert.is(one.status, 0, one.stderr);
  assert.match(
    one.stdout,
    /^coarse device, 3 seeds: .*(points|no significant effect).*\.\n\nnon-ideality +cost alone/m,
  );
  assert.match(one.stdout, /read errors doubled: cannot be trained: .*rate/);
  const passport = readPassport('one');
  assert.is(passport.command, 'device passport');
  assert.is(passport.flaws.length, 2);
  assert.equal([passport.protocol.label, passport.protocol.seeds], [200, 3]);

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const [out, more] = [signal.toLowerCase(), ['--doubled', '--workers', '2']];
    const run = start(directory, ...words(out), ...more);
    const first = at(`${out}/points/ideal-seed1/run.json`);
    while (!existsSync(first) && run.child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    run.child.kill(signal);
    const { status, stderr } = await run.ended;
    assert.not.ok(existsSync(at(`${out}/passport.json`)));
    if (signal === 'SIGINT') {
      assert.is(status, 130, stderr);
      assert.match(
        stderr,
        /^(Warning: .*\n)*Stopped; results so far are in sigint\. Resume with: memspike device passport coarse\.yaml .*--workers 2\n$/,
      );
    }
    const time = statSync(first).mtimeMs;
    const resumed = await inProcess(directory, ...words(out), ...more, '--json');
    assert.is(resumed.status, 0, resumed.stderr);
    assert.is(statSync(first).mtimeMs, time);
    assert.equal(readPassport(out), passport);
    assert.is(JSON.parse(resumed.stdout).sha256, passport.sha256);
  }

  const report = await inProcess(directory, 'report', 'one');
  assert.is(report.status, 0, report.stderr);
  const page = readFileSync(at('one/report.html'), 'utf8');
  assert.match(page, /number of levels (costs|improves accuracy by) [\d.]+ points|no significant effect/);
  assert.match(page, /<title>coarse device: memspike passport/);
});

test('several devices: a passport each, finished ones are kept, and a league; circuits add the energy of the system', async () => {
  const names = ['al-polymer-ito', 'softBound'];
  const more = ['--seeds', '1', '--brief', '--cost', 'isaac-32nm'];
  const first = await inProcess(directory, ...words('several', ...names), ...more);
  assert.is(first.status, 0, first.stderr);
  assert.match(first.stdout, /^device +accuracy, % +below the best, points /);
  assert.match(first.stdout, /^softBound +○\u00a0[\d.]+ +(–|○\u00a0-[\d.]+) /m);
  assert.match(readFileSync(at('several/league.html'), 'utf8'), /al-polymer-ito/);
  const { system, lifetime, all } = readPassport('several/al-polymer-ito');
  assert.ok(
    system.figures.some(({ label }: { label: string }) => label === 'energy of the system per training image'),
    JSON.stringify(system),
  );
  const { energy } = JSON.parse(readFileSync(at('several/al-polymer-ito/points/all-seed1/run.json'), 'utf8'));
  assert.is(lifetime.wornOut, energy.counts.wornOut / energy.counts.devices);
  const written = statSync(at('several/softBound/points/ideal-seed1/run.json')).mtimeMs;
  const second = await inProcess(directory, ...words('several', ...names), ...more.with(1, '2'), '--json');
  assert.is(second.status, 0, second.stderr);
  const passports = JSON.parse(second.stdout);
  assert.equal(
    passports.map(({ device }: { device: { name: string } }) => device.name),
    names,
  );
  assert.is(passports[0].all.accuracy[0], all.accuracy[0]);
  assert.is(statSync(at('several/softBound/points/ideal-seed1/run.json')).mtimeMs, written);
  const other = await inProcess(directory, ...words('several', ...names), '--neurons', '11');
  assert.is(other.status, 2);
  const changed = words('several', ...names).map((word) => (word === '10' ? '11' : word));
  const refused = await inProcess(directory, ...changed, ...more);
  assert.is(refused.status, 1);
  assert.match(refused.stderr, /ideal-seed1 holds a run of another configuration: \S+ is /);
});

test.run();
