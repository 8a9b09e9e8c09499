/** Runs of network files with `delivery` in windows: bits, resuming, and refusals that name the part of the file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadNetwork } from '../../../experiments/run/loadNetwork.ts';
import { runNetwork } from '../../../experiments/run/run.ts';

const test = suite('runs with delivery in windows');
const root = mkdtempSync(join(tmpdir(), 'memspike-windows-'));
test.after(() => rmSync(root, { recursive: true }));

const file = join(root, 'net.yaml');
writeFileSync(
  file,
  `memspike: 1
duration: 100
delivery: { window: 0.1 }
emit: { grid: 0.1 }
populations:
  input: { model: poisson, size: 100, rate: 9000 }
  cells: { model: lif, size: 100, tau: 10, refractory: 2, synapse: exponential, tauSynExc: 0.5, tauSynInh: 0.5 }
projections:
  - { from: input, to: cells, connect: { oneToOne: { weight: 100 } } }
  - { from: cells, to: cells, delay: 1.5, connect: { total: { n: 1000, weight: 50 } } }
`,
);

let count = 0;
async function run(set: readonly string[] = [], more: object = {}, out = join(root, String(count++))) {
  const description = await loadNetwork(file, { set });
  const isDone = await runNetwork({ description, source: 'net.yaml', out, ...more });
  return {
    out,
    isDone,
    result: isDone ? (JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as Record<string, unknown>) : null,
  };
}

test('same log with and without interruption', async () => {
  const { result } = await run();
  assert.ok((result!.populations as Record<string, { spikes: number }>).cells!.spikes > 100);
  const abort = new AbortController();
  const stop = { stop: async () => {}, update: () => abort.abort(), teeSpikes: <T>(log: T) => log };
  const first = await run([], { signal: abort.signal, watch: async () => stop });
  assert.not(first.isDone);
  const resumed = await run([], { resume: true }, first.out);
  assert.is(resumed.result!.spikesSha256, result!.spikesSha256);
  assert.equal(resumed.result!.events, result!.events);
});

test('refused: durations between windows, recorded potentials', async () => {
  const refused = async (set: readonly string[], expected: RegExp) => {
    const message = await run(set).then(
      () => 'not refused',
      (error: Error) => error.message,
    );
    assert.match(message, expected);
  };
  await refused(
    ['duration=1.25'],
    /^net\.yaml: duration is 1.25 ms, but must be a positive multiple of `delivery.window`/,
  );
  await refused(
    ['populations.cells={ model: lif, size: 100, record: { potential: { neurons: [0], every: 1 } } }'],
    /populations\.cells has a model other than `lif` with synapse "exponential".*, which `delivery` in windows/,
  );
  await refused(['record={ spikes: [input] }'], /populations\.input has recorded spikes, which `delivery`/);
});

test.run();
