/** Sweep directories: the same plan stays, and one that was edited, by whom or however, is refused. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { canonicalJson } from '../../../experiments/network/config/hash.ts';
import { CLI } from '../run/cli.ts';
import { place, STUDY, sweepOf } from './support.ts';

const test = suite('sweep directory');
const p = place();
p.write('study.mjs', STUDY);
test.after(() => p.remove());

test('a sweep in TypeScript, JSON and YAML is the same plan; planned twice it stays, and another is refused', async () => {
  const sweep = {
    memspike: 1,
    experiment: './study.ts',
    base: { x: 0 },
    parameters: { x: { path: 'x', grid: [1, 2] } },
    metrics: ['value'],
  };
  p.write(
    'study.ts',
    'type C = { readonly x: number };\nexport const run = (c: C): object => ({ value: c.x satisfies number });\n',
  );
  p.write('same.ts', `const sweep: object = ${JSON.stringify(sweep)};\nexport default sweep;\n`);
  p.write('same.json', JSON.stringify(sweep));
  p.write('same.yaml', JSON.stringify(sweep, null, 1));
  for (const ending of ['ts', 'json', 'yaml']) {
    const { status, stderr } = await p.call('sweep', 'plan', `same.${ending}`, '--out', 'same');
    assert.is(status, 0, stderr);
  }
  p.write('same.json', JSON.stringify({ ...sweep, seed: 2 }));
  const other = await p.call('sweep', 'plan', 'same.json', '--out', 'same');
  assert.is(other.status, 1);
  assert.match(other.stderr, /same already holds another plan; choose another --out/);
});

test('a module is compiled anew each time: nothing of it is kept where others could put something in its place', () => {
  p.write('cached.ts', 'export default { memspike: 1 as number };\n');
  mkdirSync(p.at('temporary'));
  const plan = (words: string[]) =>
    spawnSync(process.execPath, [CLI, 'sweep', 'plan', ...words, '--out', 'cached'], {
      cwd: p.path,
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: p.at('temporary') },
    });
  assert.match(plan(['cached.ts']).stderr, /cached\.ts: experiment is missing/);
  assert.equal(readdirSync(p.at('temporary')), []);
});

test('a sweep.json that has been edited is refused, as it names what is run', async () => {
  p.write('sealed.yaml', sweepOf('  x: { path: x, grid: [1] }'));
  assert.is((await p.call('sweep', 'plan', 'sealed.yaml', '--out', 'sealed', '--no-timed')).status, 0);
  const file = p.at('sealed/sweep.json');
  const text = readFileSync(file, 'utf8');
  const facts = JSON.parse(text);
  writeFileSync(file, JSON.stringify({ ...facts, sweep: { ...facts.sweep, experiment: p.at('another.mjs') } }));
  for (const command of ['run', 'status', 'collect']) {
    const { status, stderr } = await p.call('sweep', command, 'sealed');
    assert.is(status, 1);
    assert.match(stderr, /sealed\/sweep\.json has been changed since the sweep was planned/);
  }
  writeFileSync(file, JSON.stringify(facts)); // another layout is no other sweep
  assert.is((await p.call('sweep', 'status', 'sealed')).status, 0);
});

test('the first run is timed, and counts', async () => {
  p.write('timed.yaml', sweepOf('  x: { path: x, grid: [1, 2] }'));
  const { status, stdout } = await p.call('sweep', 'plan', 'timed.yaml', '--out', 'timed');
  assert.is(status, 0);
  assert.match(stdout, /^2 points x 1 replicate = 2 runs, planned in timed\.\n/);
  assert.match(
    stdout,
    /The first run took [\d,.]+ m?s and \d+ MB; all are estimated to take [\d,.]+ m?s on one core\./,
  );
  assert.ok(existsSync(p.at('timed/points/000000/run.json')));
});

test('a time limit that Slurm would not take is refused, others go into the script', async () => {
  p.write('slurm.yaml', sweepOf('  x: { path: x, grid: [1, 2] }'));
  assert.is((await p.call('sweep', 'plan', 'slurm.yaml', '--out', 'slurm', '--no-timed')).status, 0);
  const submit = async (time: string) =>
    await p.call('sweep', 'submit', 'slurm', '--slurm', '--dry-run', '--time', time);
  for (const time of ['abc', '2h', '1:2:3:4']) {
    const { status, stderr } = await submit(time);
    assert.is(status, 2);
    assert.match(stderr, `--time is "${time}", but must be a time limit of Slurm, such as 30, 4:00:00 or 1-12.\n`);
  }
  for (const time of ['30', '4:00:00', '1-12', 'UNLIMITED'])
    assert.match((await submit(time)).stdout, `\n#SBATCH --time=${time}\n`);
});

test('a plan that was edited, or made by another version, is refused', async () => {
  p.write('edited.yaml', sweepOf('  x: { path: x, grid: [1, 2] }'));
  assert.is((await p.call('sweep', 'plan', 'edited.yaml', '--out', 'edited')).status, 0);
  const plan = readFileSync(p.at('edited/plan.jsonl'), 'utf8');
  writeFileSync(p.at('edited/plan.jsonl'), plan.replace('"x":2', '"x":3'));
  for (const words of [['run'], ['retry'], ['status'], ['collect']]) {
    const { status, stderr } = await p.call('sweep', ...words, 'edited');
    assert.is(status, 1);
    assert.match(
      stderr,
      /edited\/plan\.jsonl has been changed since the sweep was planned; put it back, or plan into another/,
    );
  }
  writeFileSync(p.at('edited/plan.jsonl'), plan);
  const { sweepSha256: _, ...facts } = JSON.parse(readFileSync(p.at('edited/sweep.json'), 'utf8'));
  const older = { ...facts, version: '0.0.9' };
  const sweepSha256 = createHash('sha256').update(canonicalJson(older)).digest('hex');
  writeFileSync(p.at('edited/sweep.json'), JSON.stringify({ ...older, sweepSha256 }));
  const { status, stderr } = await p.call('sweep', 'run', 'edited');
  assert.is(status, 1);
  assert.match(stderr, /edited was planned with memspike 0\.0\.9, but this is \d/);
});

test.run();
