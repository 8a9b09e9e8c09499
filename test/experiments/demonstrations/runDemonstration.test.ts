/** What the runner of demonstrations writes, and what it leaves when it is interrupted. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineDemonstration, listSeeds } from '../../../experiments/demonstrations/demonstration.ts';
import { judgeClaim } from '../../../experiments/demonstrations/findings.ts';
import { runDemonstration } from '../../../experiments/demonstrations/runDemonstration.ts';
import { curve } from '../../../experiments/look/plots/index.ts';
import { inProcess } from '../cli/inProcess.ts';

const ENTRY = { title: 'Squares of seeds', claim: 'Squares grow.', source: 'none', verdict: 'works' } as const;
const squares = defineDemonstration({
  parameters: {},
  async simulate(parameters, context) {
    const values: number[] = [];
    for (const seed of listSeeds(parameters)) {
      await context.reportProgress(`seed ${seed}`);
      values.push(seed * seed);
    }
    const points = values.map((y, x) => ({ x, y }));
    context.createTable(
      'squares',
      values.map((square) => ({ square })),
    );
    return {
      figures: {
        square: { unit: 'mV', values },
        lost: { unit: 'points', values: values.map((v) => v / 8 - 1) },
      },
      expectations: [{ 'they grow': values.at(-1)! > values[0]! }, { 'they double': false, 'they grow fast': true }],
      pictures: {
        squares: curve({ title: 'Squares', x: { label: 'k' }, y: { label: 'mV' }, series: [{ name: 'a', points }] }),
      },
    };
  },
});

const options = (signal: AbortSignal) => ({
  name: 'squares',
  demonstration: { ...ENTRY, ...squares },
  parameters: { seed: 1, seeds: 3 },
  out: join(mkdtempSync(join(tmpdir(), 'memspike-demo-')), 'out'),
  progressMode: 'none' as const,
  signal,
});

test('figures with mean and spread, tables, pictures', async () => {
  const o = options(new AbortController().signal);
  assert.ok(await runDemonstration(o));
  const run = JSON.parse(readFileSync(join(o.out, 'run.json'), 'utf8'));
  assert.equal(run.figures.square, { mean: 14 / 3, sd: Math.sqrt(49 / 3), unit: 'mV', values: [1, 4, 9] });
  const { mean, low, high } = run.figures.lost;
  assert.ok(low < 0 && high > 0 && Math.abs(low + high - 2 * mean) < 1e-12);
  assert.equal(run.expectations, [
    { text: 'they grow', shown: true },
    { text: 'they double', shown: false },
    { text: 'they grow fast', shown: null },
  ]);
  assert.is(run.verdict, 'in part');
  assert.equal(run.warnings, ['Not shown: they double.', 'Not tested: they grow fast.']);
  assert.is(readFileSync(join(o.out, 'squares.csv'), 'utf8'), 'square\n1\n4\n9\n');
  for (const file of ['squares.arrows', 'squares.svg', 'squares.png', 'config.json'])
    assert.ok(existsSync(join(o.out, file)), file);
});

test('a claim works if all expectations are shown', () => {
  assert.is(judgeClaim({ a: true, b: true }, false), 'works');
  assert.is(judgeClaim({ a: true, b: true }, true), 'by construction');
  assert.is(judgeClaim({ a: true, b: false }, true), 'in part');
  assert.is(judgeClaim({ a: false, b: null }, false), 'not shown');
});

test('the verdict is printed; with --strict an expectation that is not shown ends the command with status 1', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'memspike-strict-'));
  const words = ['demo', 'run', 'logic', '--set', 'seeds=1', '--set', 'rows=20', '--quiet'];
  const good = await inProcess(cwd, ...words, '--out', 'good', '--strict');
  assert.is(good.status, 0, good.stderr);
  assert.match(good.stdout, /\nThe claim: by construction \(5 of 5 expectations shown\)\.\n/);
  const bad = await inProcess(cwd, ...words, '--set', 'setVoltage=0', '--out', 'bad', '--strict');
  assert.is(bad.status, 1);
  assert.match(bad.stdout, /NOT shown: {2}both truth tables .*\n {2}not tested: control: implication /);
  assert.match(bad.stderr, /memspike: demo logic: 2 of 5 expectations shown\.\n$/);
});

test('an interrupted one leaves no results and can be run again', async () => {
  const controller = new AbortController();
  const o = options(controller.signal);
  controller.abort();
  assert.is(await runDemonstration(o), null);
  assert.not.ok(existsSync(join(o.out, 'run.json')));
  assert.ok(await runDemonstration({ ...o, signal: new AbortController().signal }));
});

test('an unknown path of --set ends run, mnist and demo alike', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'memspike-set-'));
  writeFileSync(
    join(cwd, 'net.yaml'),
    'memspike: 1\nduration: 1\npopulations: { a: { model: poisson, size: 1, rate: 1 } }\n',
  );
  for (const words of [['run', 'net.yaml'], ['mnist'], ['demo', 'fingerprint']]) {
    const refused = async (set: string) => await inProcess(cwd, ...words, '--out', 'x', '--set', set);
    const nested = await refused('no.such=1');
    assert.equal([nested.status, nested.stdout], [2, '']);
    assert.match(
      nested.stderr,
      /^memspike: --set no\.such: the configuration has no "no"; present keys: .*\n$|^memspike: --set no\.such: the configuration has no "no"\.\n$/,
    );
    const top = await refused('bogus=1');
    assert.equal([top.status, top.stdout], [2, '']);
    assert.match(top.stderr, /^memspike: .* with --set: bogus is unknown; known here: .*\n$/);
  }
  writeFileSync(join(cwd, 'wrong.yaml'), 'memspike: 1\nduration: -1\npopulations: {}\n');
  assert.is(
    (await inProcess(cwd, 'run', 'wrong.yaml', '--out', 'x', '--set', 'seed=3')).status,
    1,
    'the file itself is wrong',
  );
});

test('wrong words are told in one sentence, status 2', async () => {
  const cases: [string[], RegExp][] = [
    [
      ['uncertanty', '--out', 'x'],
      /^memspike: demo: "uncertanty" is not a demonstration, did you mean "uncertainty"\?\n$/,
    ],
    [['fingerprint'], /^memspike: demo run: --out is missing: [^\n]+\n$/],
    [
      ['fingerprint', '--out', 'x', '--set', 'seeds=0'],
      /^memspike: demo fingerprint with --set: seeds is 0, [^\n]+\n$/,
    ],
    [['fingerprint', '--out', 'x', '--set', 'sedes=4'], /sedes is unknown, did you mean "seeds"\?\n$/],
  ];
  for (const [words, sentence] of cases) {
    const { status, stderr } = await inProcess(tmpdir(), 'demo', ...words);
    assert.is(status, 2, stderr);
    assert.match(stderr, sentence);
  }
});

test.run();
