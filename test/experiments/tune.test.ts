/** `memspike device tune` at a small size: the search, its recipe file, and what `memspike mnist` makes of it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { mnistConfig } from '../../experiments/training/unsupervised/steps.ts';
import { parseDuration } from '../../experiments/tune/budget.ts';
import { drawCandidates, listTunables } from '../../experiments/tune/space.ts';
import { slowTest } from '../support.ts';
import { inProcess } from './cli/inProcess.ts';
import { json } from './run/cli.ts';

const test = suite('device tune');
const directory = mkdtempSync(join(tmpdir(), 'memspike-tune-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const SMALL = ['--neurons', '10', '--images', '400', '--trials', '3', '--progress', 'none'];
const tune = (...words: string[]) => inProcess(directory, 'device', 'tune', 'pt-hbn-ag', ...SMALL, ...words);

interface Tuned {
  readonly gain: { readonly mean: number };
  readonly accuracy: { readonly common: readonly number[]; readonly best: readonly number[] };
  readonly changed: readonly { readonly path: string; readonly common: number; readonly best: number }[];
}

test('candidates: the common recipe first, then one in each part of every range', () => {
  const tunables = listTunables(mnistConfig({ neurons: 100, epochs: 1, train: 15_000 }, 'ag-ceo2-pt'));
  assert.equal(
    tunables.map(({ path }) => path),
    ['rule.up', 'rule.down', 'weight.initial.1', 'neuron.threshold', 'homeostasis.gain', 'neuron.readThreshold'],
  );
  const all = drawCandidates(tunables, 41, 1);
  assert.is(all.length, 41);
  assert.equal(all[0], Object.fromEntries(tunables.map(({ name, common }) => [name, common])));
  for (const { name, range, log } of tunables) {
    const share = (v: number) =>
      log ? Math.log(v / range[0]) / Math.log(range[1] / range[0]) : (v - range[0]) / (range[1] - range[0]);
    const parts = all.slice(1).map((values) => Math.floor(40 * share(values[name] as number) + 1e-2));
    assert.ok(new Set(parts).size >= 38, name); // rounded to four digits
  }
  assert.equal(drawCandidates(tunables, 41, 1), all);
  assert.not.equal(drawCandidates(tunables, 41, 2), all);
  assert.throws(
    () => listTunables(mnistConfig({ rule: { model: 'neighbourhood' } })),
    /no strengths are known for the rule neighbourhood/,
  );
});

test('strengths of every rule with a recipe are found', () => {
  for (const [rule, paths] of [
    ['pairStdp', ['rule.aPlus', 'rule.aMinus']],
    ['tripletStdp', ['rule.a3Plus', 'rule.a2Minus', 'rule.a3Minus']],
    ['stochasticBinary', ['rule.pSet', 'rule.pReset']],
    ['pulseOverlap', ['rule.gainUp', 'rule.gainDown']],
  ] as const) {
    const found = listTunables(mnistConfig({ rule: { model: rule } }, 'pt-hbn-ag'));
    assert.equal(
      found.slice(0, paths.length).map(({ path }) => path),
      [...paths],
    );
    assert.ok(
      found.every(({ common, range: [low, high] }) => low < common && common < high),
      rule,
    );
  }
});

// Searches train dozens of networks; in short runs the tests of candidates and of refused commands represent them.
slowTest(test, 'writes a recipe that mnist takes, says what was gained, and goes on where it was', async () => {
  const { status, stdout, stderr } = await tune('--out', 'tuned');
  assert.equal([status, stderr], [0, '']);
  assert.match(stdout, /Halving, rung 1 of 3: 3 candidates at images 100/);
  assert.match(
    stdout,
    /Tuned: \d+\.\d % on the validation split in place of \d+\.\d %, 3 seeds that the search has not seen: [+-]?\d+\.\d points \(95 % interval -?\d+\.\d to -?\d+\.\d\)/,
  );
  const text = readFileSync(join(at('tuned'), 'tune.json'), 'utf8');
  const facts = JSON.parse(text) as Tuned;
  const { common, best } = facts.accuracy;
  assert.is(common.length, 3);
  const differences = best.map((value, i) => value - common[i]!);
  assert.ok(Math.abs(facts.gain.mean - differences.reduce((a, b) => a + b, 0) / 3) < 1e-9);
  const recipe = parse(readFileSync(join(at('tuned'), 'recipe.yaml'), 'utf8'));
  assert.is(recipe.tuned.device, 'pt-hbn-ag');
  for (const name of ['trials.csv', 'tune.svg', 'tune.png']) assert.ok(existsSync(join(at('tuned'), name)), name);

  const words = ['--neurons', '10', '--epochs', '1', '--label', '100', '--test', '100'];
  const mnist = (out: string, ...more: string[]) =>
    inProcess(
      directory,
      'mnist',
      '--recipe',
      'tuned/recipe.yaml',
      ...words,
      ...more,
      '--no-pictures',
      '--progress',
      'none',
      '--out',
      out,
    );
  const run = await mnist('run', '--train', '400', '--device', 'pt-hbn-ag', '--set', 'neuron.readThreshold=0.77');
  assert.equal([run.status, run.stderr], [0, '']);
  const config = json(at('run'), 'config.json');
  for (const { path, best: tuned } of facts.changed) {
    const value = path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], config);
    assert.is(value, path === 'neuron.readThreshold' ? 0.77 : tuned, path);
  }
  const other = await mnist('other', '--device', 'pt-hbn-ag', '--train', '200');
  assert.is(other.status, 0);
  assert.match(
    other.stderr,
    /tuned\/recipe\.yaml was tuned for 10 neurons and 400 presentations, not for 10 neurons and 200 presentations\.\n/,
  );
  const foreign = await mnist('foreign', '--train', '400', '--rule', 'pairStdp');
  assert.is(foreign.status, 1);
  assert.match(
    foreign.stderr,
    /^memspike: tuned\/recipe\.yaml is a recipe for the rule postTriggered, but the rule here is pairStdp\.\n$/,
  );

  for (const name of readdirSync(at('tuned')))
    if (!['common', 'search'].includes(name)) rmSync(join(at('tuned'), name), { recursive: true }); // as if interrupted
  const begun = statSync(join(at('tuned'), 'search/points/000000/run.json')).mtimeMs;
  const again = await tune('--out', 'tuned');
  assert.equal([again.status, again.stderr], [0, '']);
  assert.is(readFileSync(join(at('tuned'), 'tune.json'), 'utf8'), text);
  assert.is(statSync(join(at('tuned'), 'search/points/000000/run.json')).mtimeMs, begun);
});

slowTest(test, 'device compare --tune: each device with the common recipe and with its own', async () => {
  const words = ['--neurons', '10', '--train', '400', '--label', '100', '--test', '100', '--seeds', '1'];
  const compare = (...more: string[]) =>
    inProcess(directory, 'device', 'compare', 'pt-hbn-ag', ...words, '--progress', 'none', ...more);
  const { status, stdout, stderr } = await compare('--tune', '--trials', '2', '--out', 'compared');
  assert.equal([status, stderr], [0, '']);
  assert.match(stdout, /device +accuracy +with tuned recipe +gain +difference from the best +energy per image/);
  assert.match(stdout, / points \(one seed, no interval\) +– /);
  const [heading, ...rows] = readFileSync(join(at('compared'), 'compare.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  const at0 = (name: string) => Number(rows[0]!.split(',')[heading!.split(',').findIndex((h) => h.startsWith(name))]);
  assert.is(rows.length, 1);
  const scored = (run: string) =>
    (json(join(at('compared'), 'points', run), 'run.json').accuracy as { test: number }).test;
  assert.is(at0('accuracy'), scored('pt-hbn-ag-seed1'));
  assert.is(at0('tunedAccuracy'), scored('pt-hbn-ag-tuned-seed1'));
  const recipe = parse(readFileSync(join(at('compared'), 'tuned/pt-hbn-ag/recipe.yaml'), 'utf8'));
  const { rule } = json(join(at('compared'), 'points/pt-hbn-ag-tuned-seed1'), 'config.json') as unknown as {
    rule: object;
  };
  assert.equal({ ...rule, ...recipe.rule }, rule);
  assert.match(readFileSync(join(at('compared'), 'compare.svg'), 'utf8'), /tuned recipe/);
  assert.is(
    (await compare('--trials', '2', '--out', 'idle')).stderr,
    'memspike: device compare: --trials needs --tune.\n',
  );
});

test('wrong budgets, recipes and directories: a sentence', async () => {
  assert.equal(
    ['90s', '5m', '1.5h'].map((text) => parseDuration(text, 'x')),
    [90, 300, 5400],
  );
  const said = await tune('--out', 'wrong', '--budget', '5 apples');
  assert.equal(
    [said.status, said.stderr],
    [2, 'memspike: device tune: --budget is "5 apples", but must be a time above 0, such as 90s, 5m or 2h.\n'],
  );
  assert.is((await tune('--out', 'wrong', '--budget', '0m')).status, 2);
  writeFileSync(at('bad.yaml'), 'memspike: 1\nrule: { model: postTriggered, upp: 1 }\n');
  const bad = await inProcess(directory, 'mnist', '--recipe', 'bad.yaml', '--out', 'wrong');
  assert.match(bad.stderr, /^memspike: bad\.yaml: rule\.upp is unknown, did you mean "up"\?\n$/);
  writeFileSync(at('worse.yaml'), 'memspike: 1\nneurons: 5\n');
  const worse = await inProcess(directory, 'mnist', '--recipe', 'worse.yaml', '--out', 'wrong');
  assert.match(worse.stderr, /^memspike: worse\.yaml: neurons is unknown/);
  assert.match((await inProcess(directory, 'mnist', '--recipe', 'none.yaml')).stderr, /none\.yaml/);
  assert.not.ok(existsSync(at('wrong')));
});

test.run();
