// slow: runs each study
/** The studies that come with memspike: each plans, runs when it is shrunk, draws its pictures and has its page. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvParse } from 'd3-dsv';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan } from '../../experiments/sweep/directory.ts';
import { planSweep } from '../../experiments/sweep/planSweep.ts';
import { findStudyFile, listStudies, readResearchQuestion } from '../../experiments/sweep/studies/shipped.ts';
import { adaptSettingsToDevice, buildDefaultSettings } from '../../experiments/training/unsupervised/recipes.ts';
import { isShort } from '../support.ts';
import { inProcess } from './cli/inProcess.ts';
import { json } from './run/cli.ts';

const test = suite('studies');
const directory = mkdtempSync(join(tmpdir(), 'memspike-studies-'));
test.after(() => rmSync(directory, { recursive: true }));
const at = (...names: string[]): string => join(directory, ...names);
const planOf = (name: string): Promise<Plan> => planSweep(findStudyFile(name), at(`plan-${name}`));
const valuesOf = ({ runs, facts }: Plan, name: string): unknown[] =>
  runs.filter((_, i) => i % facts.replicates === 0).map(({ parameters }) => parameters[name]);

/** Lines of the first picture of each, and how it is cut down to a few points. */
const STUDIES = {
  neurons: { lines: 2, cut: ['neurons.grid=[5, 6]', 'epochs.grid=[1, 2]'] },
  spread: { lines: 2, cut: ['spread.grid=[0, 1]'] },
  levels: { lines: 3, cut: ['levels.grid=[4, 256]'] },
  'on-off': { lines: 1, cut: ['gMin.grid=[5e-5, 1e-8]'] },
  'on-off-threshold': { lines: 1, cut: [] },
  stuck: { lines: 2, cut: ['stuckLow.grid=[0, 0.4]'] },
  'few-labels': { lines: 1, cut: ['labels.grid=[10, 20]'] },
  continual: { lines: 0, cut: [] },
  forgetting: { lines: 1, cut: ['classes.grid=[1, 2]'] },
  robustness: { lines: 0, cut: [] },
};
/** Studies of images, whose runs are smaller. */
const IMAGE_STUDIES = ['continual', 'few-labels', 'forgetting', 'robustness'];
/** Of those with 50 neurons that see 60,000 images once. */
const RECIPE = buildDefaultSettings(50, 60_000);
const SMALL = ['base.train=30', 'base.label=20', 'base.test=10', 'replicates=1', 'metrics=[accuracy.logProbability]'];

test('every study says what it asks, has three replicates or more, and belongs to the package', async () => {
  assert.equal(listStudies(), Object.keys(STUDIES).sort());
  const { files } = JSON.parse(readFileSync(join(findStudyFile('spread'), '../../../../package.json'), 'utf8'));
  assert.ok(files.includes('experiments/sweep/studies/*.yaml'));
  for (const name of listStudies()) {
    assert.match(readResearchQuestion(name), /^Accuracy against /);
    const { facts, runs } = await planOf(name);
    assert.ok(facts.replicates >= 3, name);
    assert.ok(
      runs.every(
        ({ config }) => config.split === 'test' && config.test === (IMAGE_STUDIES.includes(name) ? 2000 : 10_000),
      ),
      name,
    );
    assert.is(new Set(runs.map(({ hash }) => hash)).size, runs.length, `${name}: two runs are the same`);
  }
});

const docs = join(findStudyFile('spread'), '../../../../docs/results/studies');
const pages = readdirSync(docs)
  .filter((page) => page !== 'README.md')
  .map((page) => readFileSync(join(docs, page), 'utf8'));

test('every study has its page, whose commands plan what they say', async () => {
  const told: string[] = [];
  for (const text of pages) {
    for (const [, words] of text.matchAll(/^ {4}memspike study run (.*)$/gm)) {
      const [name, ...rest] = [...words!.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
      const set = rest.filter((_, k) => rest[k - 1] === '--set');
      const { facts } = await planSweep(findStudyFile(name!), at(`page-${told.length}`), set);
      assert.ok(text.includes(`${facts.runs} runs`), `the page of ${name} does not tell of ${facts.runs} runs`);
      told.push(name!);
    }
  }
  assert.equal([...new Set(told)].sort(), listStudies());
});

test('pictures of the pages are there', () => {
  for (const text of pages) {
    for (const [, image] of text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) {
      assert.ok(existsSync(join(docs, image!)), `${image} is missing`);
    }
  }
});

test('homeostasis is that of the recipe, or off', async () => {
  const { gain } = RECIPE.homeostasis as { gain: number };
  assert.equal([...new Set(valuesOf(await planOf('spread'), 'homeostasis'))], [gain, 0]);
});

test('devices of every nonlinearity need as many pulses through their range as the recipe’s', async () => {
  /** Pulses from gMin to gMax, the last one as the share of it that is needed. */
  const pulses = (alpha: number, beta: number): number => {
    let [g, n] = [0, 0];
    for (; ; n++) {
      const step = alpha * Math.exp(-beta * g);
      if (g + step >= 1) return n + (1 - g) / step;
      g += step;
    }
  };
  const plan = await planOf('levels');
  const { alphaUp, betaUp } = RECIPE.device as { alphaUp: number; betaUp: number };
  const devices = valuesOf(plan, 'betaUp').map((beta, i) => [beta, valuesOf(plan, 'alphaUp')[i]] as [number, number]);
  assert.ok(devices.some(([beta, alpha]) => beta === betaUp && alpha === alphaUp));
  for (const [beta, alpha] of devices) {
    const [found, wanted] = [pulses(alpha, beta), pulses(alphaUp, betaUp)];
    assert.ok(Math.abs(found - wanted) < 0.5, `betaUp ${beta}: ${found} pulses, not ${wanted}`);
  }
});

test('thresholds and first weights of on-off-threshold are those that --device gives', async () => {
  const { runs } = await planOf('on-off-threshold');
  for (const { parameters, config } of runs) {
    const device = { ...(RECIPE.device as object), gMin: parameters.gMin };
    const loaded = { name: 'recipe', device, shortTerm: null } as unknown as Parameters<
      typeof adaptSettingsToDevice
    >[1];
    const { neuron, weight } = adaptSettingsToDevice(RECIPE, loaded) as Record<
      'neuron' | 'weight',
      Record<string, unknown>
    >;
    const given = config as Record<'neuron' | 'weight', Record<string, unknown>>;
    const close = (a: unknown, b: unknown) => assert.ok(Math.abs(Number(a) - Number(b)) < 1e-4, `${a} is not ${b}`);
    close(given.neuron.threshold, neuron!.threshold);
    for (const end of [0, 1]) close((given.weight.initial as number[])[end], (weight!.initial as number[])[end]);
  }
});

// Short runs take one study.
for (const [name, { lines, cut }] of Object.entries(STUDIES).filter(([study]) => !isShort || study === 'spread')) {
  test(`${name}, shrunk, runs, collects and draws with one command`, async () => {
    const set = [...SMALL, ...cut.map((change) => `parameters.${change}`)].flatMap((change) => ['--set', change]);
    const words = ['study', 'run', name, '--out', name, '--workers', '1', '--progress', 'none', ...set];
    const { status, stdout, stderr } = await inProcess(directory, ...words);
    assert.is(status, 0, stderr);
    const rows = csvParse(readFileSync(at(name, 'results.csv'), 'utf8'));
    assert.is(rows.length, Number(/^(\d+) points? x 1 replicate/.exec(stdout)?.[1]));
    for (const row of rows) assert.ok(Number.isFinite(Number(row['accuracy.logProbability'])), JSON.stringify(row));
    const first = `response-accuracy-logProbability-${rows.columns[3]}.svg`;
    const svg = readFileSync(at(name, 'plots', first), 'utf8');
    assert.is((svg.match(/aria-label="line"/g) ?? []).length, lines);
    const ofOthers = readdirSync(at(name, 'plots')).filter((picture) => /alphaUp|threshold|initial/.test(picture));
    assert.equal(ofOthers, [], 'what advances together is one axis');
    if (name !== 'spread') return;
    // The same command once more finds all of it done.
    assert.is((await inProcess(directory, ...words)).stdout, stdout);
  });
}

test('beside a reference column the on/off ratio changes nothing but the energy', async () => {
  const set = [...SMALL, ...STUDIES['on-off'].cut.map((c) => `parameters.${c}`), 'base.device.reading=referenceColumn'];
  const words = set.flatMap((change) => ['--set', change]);
  const { status, stderr } = await inProcess(
    directory,
    'study',
    'run',
    'on-off',
    '--out',
    'reference',
    '--workers',
    '1',
    ...words,
  );
  assert.is(status, 0, stderr);
  const [low, high] = ['000000', '000001'].map((run) => json(at('reference', 'points', run), 'run.json'));
  assert.is(low!.spikesSha256, high!.spikesSha256);
  assert.ok(low!.energy.write > 1.2 * high!.energy.write);
});

test('a file of one’s own runs as well, and a change that fits nothing is refused', async () => {
  const sine = 'export const run = ({ x }) => ({ y: Math.sin(x) });';
  writeFileSync(at('sine.mjs'), sine);
  const sweep = { memspike: 1, experiment: './sine.mjs', base: { x: 0 }, metrics: ['y'] };
  writeFileSync(at('own.json'), JSON.stringify({ ...sweep, parameters: { x: { path: 'x', grid: [1, 2, 3] } } }));
  const own = await inProcess(directory, 'study', 'run', 'own.json', '--out', 'own', '--progress', 'none');
  assert.is(own.status, 0, own.stderr);
  assert.ok(existsSync(at('own', 'plots', 'response-y-x.png')));
  const wrong = await inProcess(directory, 'study', 'run', 'own.json', '--out', 'no', '--set', 'replicate=3');
  assert.is(wrong.status, 2);
  assert.match(wrong.stderr, /own\.json with --set: replicate is unknown, did you mean "replicates"\?/);
  const other = await inProcess(directory, 'study', 'run', 'own.json', '--out', 'own', '--set', 'replicates=3');
  assert.match(other.stderr, /own already holds another plan/);
  const unknown = await inProcess(directory, 'study', 'run', 'spred', '--out', 'no');
  assert.is(unknown.status, 2);
  assert.match(unknown.stderr, /"spred" is neither a shipped study nor a file, did you mean "spread"\?/);
  assert.not.ok(existsSync(at('no')));
});

test.run();
