/**
 * What 0.1.0 wrote can be read and gone on with: run directories of a network and of MNIST, finished and interrupted. The archives
 * were made by 0.1.0: `UPDATE_REFERENCE=1 node dist/test/run.js releases/files` in a work tree of that version.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfig, networkSchema, readCheckpoint, runNetwork } from '../../experiments/index.ts';
import { runMnist } from '../../experiments/mnist/experiment.ts';
import { mnistConfig } from '../../experiments/mnist/index.ts';
import { inProcess } from '../experiments/cli/inProcess.ts';
import { json, rowsOf, sha256Of } from '../experiments/run/cli.ts';
import { referenceFile } from '../support.ts';

const NETWORK = {
  memspike: 1,
  seed: 'a word',
  duration: 200,
  populations: {
    noise: { model: 'poisson', size: 12, rate: 80 },
    ties: { model: 'spikeTrains', trains: [[5, 10, 15, 60, 61, 150], [10]] },
    cells: {
      ...{ model: 'lif', size: 5, threshold: 5, adaptive: { increment: 0.2, tau: 50 }, winnerTakeAll: { hold: 1 } },
      record: { potential: { neurons: [0, 3], every: 10 } },
    },
    rising: { model: 'lif', size: 3, synapse: 'exponential', current: 380 },
  },
  projections: [
    {
      ...{ from: 'noise', to: 'cells', connect: { all: { weight: { uniform: [0.2, 0.9] } } } },
      ...{ shortTerm: { model: 'tsodyksMarkram' }, rule: { model: 'pairStdp', aPlus: 0.4, aMinus: 0.3 } },
      device: { model: 'softBound', levels: { count: 60 }, retention: { tau: 100 }, telegraph: { amplitude: 0.3 } },
      modulator: { model: 'gate', from: 'ties', baseline: 0.8, gain: 0.1 },
      record: { weights: { every: 50 } },
    },
    { from: 'ties', to: 'cells', connect: { all: { weight: 3 } }, delay: { uniform: [1, 30], step: 0.5 } },
    {
      ...{
        from: 'cells',
        to: 'rising',
        connect: { probability: { p: 0.7, weight: { uniform: [0.2, 0.9] } } },
        delay: 2,
      },
      ...{ device: { model: 'ideal' }, rule: { model: 'postTriggered' }, dendriticDelay: 0.5 },
    },
  ],
  record: { spikes: ['noise', 'ties', 'cells', 'rising'], devices: true },
};
const ARCHIVES = {
  network: '0.1.0/network.zip',
  mnist: '0.1.0/mnist.zip',
  /** A run with conductances, and the same cut at 70 and at 95 ms; its configuration is in it. */
  conductances: '0.1.0/conductances.zip',
};

const test = suite('files of 0.1.0');
const root = mkdtempSync(join(tmpdir(), 'memspike-releases-'));
test.after(() => rmSync(root, { recursive: true }));

/** Ends a run at the first pause after its first checkpoint. */
const afterCheckpoint = (out: string) =>
  ({
    get aborted() {
      return existsSync(join(out, 'checkpoint.bin'));
    },
  }) as AbortSignal;
const never = new AbortController().signal;

function pack(archive: string, directory: string): void {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(json|arrows|bin)$/.test(path),
  );
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(directory, path))]));
  writeFileSync(referenceFile(archive), zipSync(files, { level: 9 }));
}

async function writeArchives(): Promise<void> {
  const made = join(root, 'made');
  for (const kind of ['finished', 'interrupted']) {
    const [network, mnist] = [join(made, 'network', kind), join(made, 'mnist', kind)];
    const signal = (out: string) => (kind === 'finished' ? never : afterCheckpoint(out));
    const description = loadConfig(networkSchema, { flags: NETWORK }, 'network');
    await runNetwork({ description, source: 'x', out: network, checkpointEvery: 70, signal: signal(network) });
    const config = mnistConfig({ neurons: 2, epochs: 1, train: 300, label: 40, test: 40 });
    const settings = { workers: 1, recordInputs: false, kernels: 'auto', resume: false, pictures: false } as const;
    await runMnist({ ...settings, config, out: mnist, checkpointEvery: 10, progress: 'none', signal: signal(mnist) });
  }
  for (const kind of ['network', 'mnist'] as const) pack(ARCHIVES[kind], join(made, kind));
}

function unpack(kind: keyof typeof ARCHIVES): (name: string) => string {
  for (const [path, bytes] of Object.entries(unzipSync(readFileSync(referenceFile(ARCHIVES[kind]))))) {
    const to = join(root, kind, path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, bytes);
  }
  return (name) => join(root, kind, name);
}

/** All that `run.json` tells but for what depends on the machine and the version. */
const factsOf = (directory: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(json(directory, 'run.json')).filter(
      ([key]) => !/Seconds|PerSecond|peakRssBytes|^version$|^kernels$/.test(key),
    ),
  );

/** What 0.1.0 told is told again; more may be told now. */
function tellsTheSame(now: string, then: string): void {
  const told = (found: object, expected: object): object =>
    Object.fromEntries(Object.keys(expected).map((key) => [key, found[key as keyof typeof found]]));
  const [found, expected] = [factsOf(now), factsOf(then)];
  const { accuracy = {} } = expected;
  const all = told(found, expected);
  if ('accuracy' in all) all.accuracy = told(all.accuracy as object, accuracy as object);
  assert.equal(all, expected);
}

const succeeds = async (...words: string[]) => {
  const { status, stderr } = await inProcess(root, ...words);
  assert.is(status, 0, stderr);
};

if (process.env.UPDATE_REFERENCE === '1') await writeArchives();

for (const [kind, logs] of [
  ['network', ['spikes', 'potentials', 'weights', 'devices']],
  ['mnist', ['spikes', 'images', 'weights', 'neurons']],
] as const) {
  const at = unpack(kind);
  const command = kind === 'network' ? 'run' : kind;
  const config = kind === 'network' ? [at('finished/config.json')] : ['--config', at('finished/config.json')];
  const silent = ['--progress', 'none', ...(kind === 'mnist' ? ['--no-pictures'] : [])];

  test(`${kind}: logs are read, and hold what run.json says`, () => {
    const facts = json(at('finished'), 'run.json');
    assert.is(facts.version, '0.1.0');
    assert.is(sha256Of(at('finished'), 'spikes.arrows'), facts.spikesSha256);
    assert.is(sha256Of(at('finished'), 'weights.arrows'), facts.weightsSha256);
    for (const log of logs) assert.ok(rowsOf(at('finished'), `${log}.arrows`).length > 1, log);
  });

  test(`${kind}: an interrupted run is gone on with, to the same bits`, async () => {
    assert.ok(readCheckpoint(at('interrupted/checkpoint.bin')).snapshot.size > 10);
    await succeeds(command, '--out', at('interrupted'), '--resume', ...silent);
    tellsTheSame(at('interrupted'), at('finished'));
    for (const log of logs) {
      assert.is(sha256Of(at('interrupted'), `${log}.arrows`), sha256Of(at('finished'), `${log}.arrows`), log);
    }
  });

  test(`${kind}: config.json gives the same run again`, async () => {
    await succeeds(command, ...config, '--out', at('again'), ...silent);
    tellsTheSame(at('again'), at('finished'));
  });

  test(`${kind}: spikes and weights are drawn`, async () => {
    await succeeds('raster', at('finished'), '--out', at('raster'));
    await succeeds('weights', at('finished'), '--out', at('weights'));
  });
}

test('conductances: runs cut at 70 and 95 ms, with neurons refractory and held, are gone on with to the same spikes', async () => {
  const at = unpack('conductances');
  const potentials = (directory: string) =>
    rowsOf(at(directory), 'potentials.arrows').map(({ potential }) => potential);
  for (const cut of ['at70', 'at95']) {
    await succeeds('run', '--out', at(cut), '--resume', '--progress', 'none');
    assert.is(sha256Of(at(cut), 'spikes.arrows'), sha256Of(at('finished'), 'spikes.arrows'), cut);
    const [now, then] = [potentials(cut), potentials('finished')];
    assert.is(now.length, then.length);
    for (const [k, mV] of now.entries())
      assert.ok(Math.abs(mV - then[k]!) < 1e-9, `${cut}, row ${k}: ${mV} and ${then[k]} mV`);
  }
});

test.run();
