/** The networks that a reader starts with fire output spikes and write their devices, as `run.json` says. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from 'rolldown/utils';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from './cli/inProcess.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'memspike-first-'));
test.after(() => rmSync(directory, { recursive: true }));

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const example = (name: string): string => read(`experiments/examples/${name}.yaml`);

/** The first block of a page in a language that contains `word`. */
function blockOf(page: string, language: string, word: string): string {
  const blocks = [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))];
  const found = blocks.map(([, code]) => code!).find((code) => code.includes(word));
  assert.ok(found, `${page} has no block of ${language} with ${word}`);
  return found!;
}

const labView = read('experiments/lab/page/views/network.tsx');
const [, labFirst] = /const FIRST_EXAMPLE = '(\w+)'/.exec(labView)!;
const labExamples = [...labView.matchAll(/^ {2}\['(\w+)', '/gm)].map(([, name]) => name!);

const NETWORKS: Readonly<Record<string, string>> = {
  'README.md': blockOf('README.md', 'yaml', 'memspike: 1'),
  'first network of the lab': example(labFirst!),
  'learning.yaml': example('learning'),
  'network.yaml': example('network'),
  'winnerTakeAll.yaml': example('winnerTakeAll'),
  'measuredSteps.yaml': example('measuredSteps'),
  'docs/guide/files/pairs.yaml': read('docs/guide/files/pairs.yaml'),
};

interface RunJson {
  readonly events: { readonly writes: number };
  readonly populations: Readonly<Record<string, { readonly spikes: number }>>;
  readonly warnings: readonly string[];
}

async function run(text: string, out: string): Promise<RunJson> {
  writeFileSync(join(directory, 'net.yaml'), text);
  const { status, stderr } = await inProcess(directory, 'run', 'net.yaml', '--out', out, '--progress', 'none');
  assert.is(status, 0, stderr);
  return JSON.parse(readFileSync(join(directory, out, 'run.json'), 'utf8')) as RunJson;
}

for (const [name, text] of Object.entries(NETWORKS))
  test(`${name}: every population fires and the devices are written both ways`, async () => {
    const { events, populations, warnings } = await run(text, name.replaceAll(/\W/g, '-'));
    for (const [population, { spikes }] of Object.entries(populations)) assert.ok(spikes > 0, population);
    assert.ok(events.writes > 0);
    assert.equal(warnings, []);
  });

test('every example of the lab runs without a warning', async () => {
  assert.ok(labExamples.length >= 3 && labExamples.includes(labFirst!), labExamples.join());
  for (const name of labExamples.filter((one) => !(`${one}.yaml` in NETWORKS)))
    assert.equal((await run(example(name), name)).warnings, []);
});

test('the network of README in TypeScript fires and writes its devices', () => {
  const code = blockOf('README.md', 'ts', 'new Network').replace(
    "'memspike'",
    JSON.stringify(pathToFileURL(join(root, 'dist/experiments/index.js')).href),
  );
  writeFileSync(join(directory, 'readme.mjs'), transformSync('readme.ts', code).code);
  const { stdout, stderr } = spawnSync(process.execPath, ['readme.mjs'], { cwd: directory, encoding: 'utf8' });
  const [, spikes, pulses] = /^(\d+) spikes, (\d+) pulses, [\d.e-]+ J$/m.exec(stdout) ?? [];
  assert.ok(Number(spikes) > 0 && Number(pulses) > 0, `${stdout.slice(-200)}${stderr}`);
});

test.run();
