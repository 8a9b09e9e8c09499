/** Network editor of the lab: completion and descriptions from the schema, graph, and exports that run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from 'rolldown/utils';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { describeGraph } from '../../../experiments/lab/page/views/network/graph.ts';
import {
  createNetworkGraph,
  explainEntry,
  exportNetwork,
  listSchemaWords,
  suggestEntries,
} from '../../../experiments/lab/worker/networkText.ts';
import { inProcess } from '../cli/inProcess.ts';

const test = suite('text of a network');
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'memspike-network-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));
const LEARNING = readFileSync(join(root, 'experiments/examples/learning.yaml'), 'utf8');

/** Labels that are suggested at the mark | of a text. */
function suggest(marked: string): string[] {
  const position = marked.indexOf('|');
  const { options } = suggestEntries({ text: marked.replace('|', ''), position });
  return options.map(({ label }) => label);
}
const HEAD = 'memspike: 1\npopulations:\n  input: { model: poisson, size: 5 }\n';

test('keys are suggested where they are allowed, without those that are there', () => {
  const top = suggest(`${HEAD}du|`);
  assert.ok(top.includes('duration') && top.includes('projections') && !top.includes('populations'));
  const lif = suggest('populations:\n  cells:\n    model: lif\n    si|\n');
  assert.ok(lif.includes('threshold') && lif.includes('size') && !lif.includes('model') && !lif.includes('rate'));
  const flow = suggest('populations:\n  input: { model: poisson, r|');
  assert.ok(flow.includes('rate') && !flow.includes('threshold'));
  assert.ok(suggest(`${HEAD}projections:\n  - f|`).includes('from'));
  assert.equal(suggest('record: { spi|kes: [a] }'), ['spikes', 'devices']);
});

test('values are models, choices and names of populations', () => {
  assert.ok(suggest('populations:\n  cells: { model: li| }').includes('lif'));
  assert.ok(suggest(`${HEAD}projections:\n  - { from: | }`).includes('input'));
  assert.equal(suggest(`${HEAD}record: { spikes: [in|] }`), ['input']);
  assert.equal(suggest(`${HEAD}projections:\n  - record: { weights: { on: p| } }`), ['pre', 'post']);
  assert.ok(suggest(`${HEAD}projections:\n  - device: { preset: a| }`).includes('ag-hfox-pt'));
  assert.equal(suggest('nonsense: { a: | }'), []);
  assert.equal(suggest('a: [ { |'), []);
});

test('an entry is described with its unit and default', () => {
  const explain = (word: string) => explainEntry({ text: LEARNING, position: LEARNING.indexOf(word) + 1 });
  assert.match(explain('threshold')!.info, /threshold.*unit: mV/);
  assert.match(explain('postTriggered')!.info, /\w+ \w+/);
  assert.is(explain('memristors'), null); // of a comment
  const { keys, values } = listSchemaWords();
  assert.ok(keys.includes('populations') && values.includes('softBound'));
});

test('the graph has populations with sizes, and projections with the kind of their synapses', () => {
  const graph = createNetworkGraph(parse(LEARNING));
  assert.equal(
    graph.populations.map(({ name, size }) => [name, size]),
    [
      ['active', 20],
      ['quiet', 20],
      ['output', 4],
    ],
  );
  assert.equal(graph.projections[0], { from: 'active', to: 'output', kind: ['softBound', 'postTriggered'] });
  assert.match(describeGraph(graph), /output \(4 lif\)\. Projections: active to output by softBound, postTriggered;/);
});

test('the exported program and the exported command give the hash of the network file', async () => {
  const short = LEARNING.replace('duration: 3000', 'duration: 300').replace(
    /device: \{[^}]*\}/,
    'device: { preset: ag-hfox-pt, weightAtGMax: 2 }',
  );
  writeFileSync(join(directory, 'network.yaml'), exportNetwork({ text: short, format: 'YAML' }));
  const run = await inProcess(directory, 'run', 'network.yaml', '--out', 'yaml', '--progress', 'none');
  assert.is(run.status, 0, run.stderr);
  const readHash = (out: string) => JSON.parse(readFileSync(join(directory, out, 'run.json'), 'utf8')).spikesSha256;
  const url = pathToFileURL(join(root, 'dist/experiments/index.js')).href;
  const program = exportNetwork({ text: short, format: 'TypeScript' }).replace("'memspike'", JSON.stringify(url));
  writeFileSync(join(directory, 'network.mjs'), transformSync('network.ts', program).code);
  const { status, stderr } = spawnSync(process.execPath, ['network.mjs'], { cwd: directory, encoding: 'utf8' });
  assert.is(status, 0, stderr);
  assert.is(readHash('runs/network'), readHash('yaml'));
  const command = exportNetwork({ text: short, format: 'command' });
  assert.match(command, /^cat > network\.yaml <<'END'\n[\s\S]*END\nmemspike run network\.yaml --out runs\/network\n$/);
  assert.match(exportNetwork({ text: short, format: 'Python' }), /ms\.run\(text/);
});

test.run();
