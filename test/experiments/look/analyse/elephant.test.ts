/** A run with rates, refractoriness and inhibition, measured by the command and, by Elephant's definitions, in NumPy and SciPy. */
// isolated: files with this mark write to one directory of logs/support.ts
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SpikeAnalysis } from '../../../../experiments/look/analyse/analyseSpikes.ts';
import { inProcess } from '../../cli/inProcess.ts';
import { at, directory, python, testWithPython } from '../../logs/support.ts';

const SIZES = { noise: 100, exc: 20, inh: 5 };
const SEGMENT = 64;
const lif = (size: number, tau: number) => ({ model: 'lif', size, tau, threshold: 15, refractory: 2 });
const network = {
  memspike: 1,
  seed: 3,
  duration: 1000,
  populations: {
    noise: { model: 'poisson', size: SIZES.noise, rate: 20 },
    exc: lif(SIZES.exc, 20),
    inh: lif(SIZES.inh, 10),
  },
  projections: [
    { from: 'noise', to: 'exc', delay: 1, connect: { probability: { p: 0.5, weight: 3 } } },
    { from: 'noise', to: 'inh', delay: 1, connect: { probability: { p: 0.5, weight: 2 } } },
    { from: 'inh', to: 'exc', delay: 1, connect: { probability: { p: 0.5, weight: -3 } } },
  ],
  record: { spikes: ['noise', 'exc', 'inh'] },
};

interface Expected {
  readonly populations: readonly (Readonly<Record<string, number>> & {
    readonly power: readonly number[];
    readonly pairs: readonly (readonly number[])[];
  })[];
  readonly cross: readonly number[];
}

const SCRIPT = fileURLToPath(new URL('../../../../../test/experiments/look/analyse/elephant.py', import.meta.url));

test.after(() => rmSync(directory, { recursive: true }));

testWithPython('every measure is that of Elephant', ['numpy', 'scipy'], async () => {
  writeFileSync(at('net.json'), JSON.stringify(network));
  assert.is((await inProcess(directory, 'run', 'net.json', '--out', 'run')).status, 0);
  assert.is((await inProcess(directory, 'log', 'export', 'run', '--format', 'npz', '--out', 'spikes.npz')).status, 0);
  const told = (await inProcess(directory, 'analyse', 'run', '--segment', String(SEGMENT), '--json')).stdout;
  const found = JSON.parse(told) as SpikeAnalysis;
  const sizes = found.populations.map(({ size }) => size);
  const script = `import runpy, sys; sys.argv = sys.argv[0:1] + ${JSON.stringify([at('spikes.npz'), sizes.join(','), String(SEGMENT)])}; runpy.run_path(${JSON.stringify(SCRIPT)})`;
  const { stdout, stderr, status } = python(script);
  assert.is(status, 0, stderr);
  const expected = JSON.parse(stdout) as Expected;
  const close = (actual: number, wanted: number, what: string) =>
    assert.ok(Math.abs(actual - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)), `${what}: ${actual}, not ${wanted}`);
  found.populations.forEach((p, i) => {
    const { power, pairs, ...own } = expected.populations[i]!;
    const measured: Readonly<Record<string, number>> = {
      rate: p.rate!.mean,
      cv: p.cv!.mean,
      cv2: p.cv2!.mean,
      lv: p.lv!.mean,
      fano: p.fano!.mean,
      correlation: p.correlation,
      synchrony: p.synchrony,
      bursts: p.bursts.count,
      silence: p.silence.longest,
    };
    assert.equal(Object.keys(own).sort(), Object.keys(measured).sort());
    for (const [name, value] of Object.entries(measured)) close(value, own[name]!, `${name} of ${p.name}`);
    assert.is(p.spectrum!.power.length, power.length);
    p.spectrum!.power.forEach((value, k) => {
      close(value, power[k]!, `power ${k} of ${p.name}`);
    });
    for (const [a, b, ...values] of pairs) {
      const pair = found.pairs.find((one) => one.population === p.name && one.a === a && one.b === b)!;
      [pair.correlation, pair.vanRossum, pair.victorPurpura].forEach((value, k) => {
        close(value, values[k]!, `pair ${a}, ${b} of ${p.name}`);
      });
    }
  });
  const [first, second] = found.populations;
  const cross = found.correlograms.find(({ a, b }) => a === first!.name && b === second!.name)!;
  assert.equal(cross.counts, expected.cross);
});

test.run();
