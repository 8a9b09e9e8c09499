// isolated: files with this mark write to one directory of logs/support.ts
/** Export of an imported CNN: kernels stay kernels. */
import { statSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadHdf5Library } from '../../../experiments/logs/hdf5.ts';
import type { Tensor } from '../../../experiments/network/nir/read.ts';
import { writeNirGraph } from '../../../experiments/network/nir/write.ts';
import { inProcess } from '../cli/inProcess.ts';
import { at, directory } from '../logs/support.ts';
import { runAgain } from './nirRoundTrip.ts';

test('an imported CNN is written back with its kernels, and fires the same spikes', async () => {
  const full = (shape: number[], value: (k: number) => number) => {
    const size = shape.reduce((n, m) => n * m, 1);
    return { shape, values: Float64Array.from({ length: size }, (_, k) => value(k)) };
  };
  const same = (value: number, ...shape: number[]) => full(shape, () => value);
  const list = (...values: number[]) => full([values.length], (k) => values[k]!);
  const lif = { tau: same(0.02, 5), r: same(0.02, 5), v_leak: same(0.1, 5) };
  const nodes = {
    input: { type: 'Input', fields: { shape: list(2, 6, 5) } },
    conv: {
      type: 'Conv2d',
      fields: {
        ...{ weight: full([4, 1, 3, 2], (k) => 0.3 + 0.2 * Math.sin(k)), bias: same(0, 4), groups: same(2) },
        ...{ stride: same(1), padding: list(1, 0), dilation: same(1), input_shape: list(6, 5) },
      },
    },
    a_if: { type: 'IF', fields: { r: same(2, 4, 6, 4), v_threshold: same(1, 4, 6, 4), v_reset: same(0, 4, 6, 4) } },
    pool: { type: 'SumPool2d', fields: { kernel_size: list(3, 2), stride: list(3, 2), padding: list(0, 0) } },
    flat: { type: 'Flatten', fields: { start_dim: same(0), end_dim: same(-1) } },
    wait: { type: 'Delay', fields: { delay: full([16], (k) => 0.001 * (k % 3)) } },
    fc: { type: 'Affine', fields: { weight: full([5, 16], (k) => 0.3 * Math.cos(k)), bias: same(0.2, 5) } },
    b_lif: { type: 'LIF', fields: { ...lif, v_threshold: same(0.8, 5), v_reset: same(0, 5) } },
    output: { type: 'Output', fields: { shape: list(5) } },
  };
  const names = Object.keys(nodes);
  const edges = names.slice(1).map((to, k) => [names[k]!, to] as const);
  await loadHdf5Library('a test');
  await writeNirGraph(
    { nodes: new Map(Object.entries(nodes)), edges },
    { path: at('kernels.nir'), replace: true },
    'a test',
  );
  const trains = Array.from({ length: 60 }, (_, i) =>
    Array.from({ length: 12 }, (_, k) => 1 + k * 15 + ((i * 7) % 13)),
  );
  const settings = ['import.spikeArea=1', 'duration=200', `populations.input.trains=${JSON.stringify(trains)}`];
  const words = [...settings, 'record.spikes=[a_if,b_lif]'].flatMap((one) => ['--set', one]);
  const made = await inProcess(directory, 'run', 'kernels.nir', '--out', 'cnn', '--progress', 'none', ...words);
  assert.is(made.status, 0, made.stderr);
  const { graph, before, after } = await runAgain(at('cnn'), trains);
  assert.ok(before.length > 100, `${before.length} spikes`);
  assert.equal(after, before);
  const conv = [...graph.nodes].find(([, { type }]) => type === 'Conv2d')!;
  assert.equal((conv[1].fields.weight as Tensor).shape, [4, 1, 3, 2]);
  assert.equal(
    [...graph.nodes.values()].filter(({ type }) => type === 'Linear').map(({ fields }) => Object.keys(fields)),
    [['weight']],
  );
  assert.is(graph.nodes.get('a_if')!.type, 'IF');
  assert.is(statSync(at('kernels.nir')).size * 2 > statSync(at('cnn.nir')).size, true);
});

test.run();
