/** NIR: integrators with value outputs, convolutions of any shape, and networks in time steps against direct computation. */
// isolated: files with this mark write to one directory of logs/support.ts
import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readRunJson } from '../../../experiments/logs/runJson.ts';
import { checkNirFile } from '../../../experiments/network/nir/check.ts';
import { OPERATOR_FACTORIES } from '../../../experiments/network/nir/operators.ts';
import type { NirFileNode } from '../../../experiments/network/nir/read.ts';
import { writeNirGraph } from '../../../experiments/network/nir/write.ts';
import { inProcess } from '../cli/inProcess.ts';
import { at, directory } from '../logs/support.ts';
import { rowsOf } from '../run/cli.ts';
import { node } from './nirNodes.ts';

async function write(name: string, nodes: Readonly<Record<string, NirFileNode>>, ...chains: readonly string[][]) {
  const edges = chains.flatMap((chain) => chain.slice(1).map((to, k) => [chain[k]!, to] as const));
  await writeNirGraph({ nodes: new Map(Object.entries(nodes)), edges }, { path: at(name), replace: true }, 'a test');
}

let runCount = 0;
/** Runs a network. Returns the directory of the run. */
async function run(name: string, ...settings: readonly string[]) {
  const words = settings.flatMap((one) => ['--set', one]);
  const out = `${name}-out${runCount++}`;
  const { status, stderr } = await inProcess(
    ...([directory, 'run', `${name}.nir`, '--out', out, '--progress', 'none'] as const),
    ...words,
  );
  assert.is(status, 0, stderr);
  return at(out);
}

const port = (type: string, n: number) => node(type, { shape: [n] });

test('check names the node of each finding, and an input_shape that contradicts the input', async () => {
  const weight = [[[[1]]]];
  const cell = node('IF', { r: [[[1, 1]]], v_threshold: [[[1, 1]]], v_reset: [[[0, 0]]] });
  const kernel = { weight, bias: [0], stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: [1] };
  const check = async (size: number[], channels: number) => {
    const input = node('Input', { shape: [channels, 1, 2] });
    const nodes = { in: input, conv: node('Conv2d', { ...kernel, input_shape: size }), cell, out: port('Output', 2) };
    await write('shapes.nir', nodes, ['in', 'conv', 'cell', 'out']);
    return checkNirFile(at('shapes.nir')).findings.filter((one) => one.node === 'conv');
  };
  assert.equal(await check([1, 2], 1), []);
  const text = 'input_shape is (8, 8), but the node receives (1, 2), which is taken';
  assert.equal(await check([8, 8], 1), [{ node: 'conv', isRefused: false, text }]);
  const refused = 'the weight needs 1 input channels, but receives 3';
  assert.equal(await check([1, 2], 3), [{ node: 'conv', isRefused: true, text: refused }]);
  const bare = node('IF', { r: [1], v_threshold: [1] });
  await write('twins.nir', { in: port('Input', 1), a: bare, b: bare }, ['in', 'a', 'b']);
  const twins = checkNirFile(at('twins.nir')).findings.filter(({ text: found }) => found.startsWith('v_reset'));
  assert.equal(
    twins.map((one) => one.node),
    ['a', 'b'],
  );
});

test('LI, CubaLI and I: potentials after constant input and pulses, as solved by hand', async () => {
  const li = node('LI', { tau: [0.01], r: [2], v_leak: [0.1] });
  const cuba = (tau: number) => ({ tau_syn: [0.005], tau_mem: [tau], r: [2], v_leak: [0], w_in: [1.5] });
  const valueAt = async (cell: NirFileNode, weight: number, bias: number, trains: number[], time: number) => {
    const nodes = { in: port('Input', 1), w: node('Affine', { weight: [[weight]], bias: [bias] }) };
    await write('value.nir', { ...nodes, cell, out: port('Output', 1) }, ['in', 'w', 'cell', 'out']);
    const settings = ['import.spikeArea=1', `duration=${time}`, `populations.in.trains=[[${trains}]]`];
    const out = await run('value', ...settings);
    const { warnings = [] } = readRunJson(out);
    assert.not.ok(
      warnings.some((text) => text.includes('Population cell never fired')),
      String(warnings),
    );
    const rows = rowsOf(out, 'potentials.arrows');
    const last = rows.at(-1)!;
    assert.is(last.time, time);
    return last.v ?? last.potential!;
  };
  const close = (found: number, expected: number) =>
    assert.ok(Math.abs(found - expected) < 1e-8, `${found}, expected ${expected}`);
  close(await valueAt(li, 0, 0.5, [], 10), 1.1 * (1 - Math.exp(-1)));
  close(await valueAt(node('LI', { tau: [0.01], r: [2], v_leak: [0] }), 0.003, 0, [2, 5], 8), 0.773777914065);
  close(await valueAt(node('CubaLI', cuba(0.01)), 0.004, 0, [0], 5), 0.572762924499);
  close(await valueAt(node('CubaLI', { ...cuba(0.01), tau_syn: [0.01] }), 0.004, 0, [0], 5), 0.363918395828);
  close(await valueAt(node('I', { r: [3] }), 0.004, 0, [1, 3], 5), 0.024);
  const nodes = { in: port('Input', 1), cell: li, next: li, out: port('Output', 1) };
  await write('chained.nir', nodes, ['in', 'cell', 'next', 'out']);
  const chained = await inProcess(directory, 'run', 'chained.nir', '--out', 'x', '--set', 'import.spikeArea=1');
  assert.is(chained.status, 1);
  assert.match(chained.stderr, /node cell: the output of LI is a potential, which neurons of memspike do not receive/);
  assert.not.ok(existsSync(at('x')));
});

/** Output of a convolution as PyTorch defines it; 1-D arrays have one row. */
function convolve(x: number[][][], weight: number[][][][], [sy, sx]: number[], [py, px]: number[], groups: number) {
  const [out, each] = [weight.length, weight[0]!.length];
  const [rows, columns] = [weight[0]![0]!.length, weight[0]![0]![0]!.length];
  const [height, width] = [x[0]!.length, x[0]![0]!.length];
  const size = (n: number, k: number, s: number, p: number) => Math.floor((n + 2 * p - k) / s) + 1;
  const y: number[] = [];
  for (let o = 0; o < out; o++)
    for (let r = 0; r < size(height, rows, sy!, py!); r++)
      for (let q = 0; q < size(width, columns, sx!, px!); q++) {
        let sum = 0;
        for (let c = 0; c < each; c++)
          for (let i = 0; i < rows; i++)
            for (let k = 0; k < columns; k++) {
              const channel = x[Math.floor(o / (out / groups)) * each + c]!;
              sum += weight[o]![c]![i]![k]! * (channel[r * sy! + i - py!]?.[q * sx! + k - px!] ?? 0);
            }
        y.push(sum);
      }
  return y;
}
let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32 - 0.5;
};
const randoms = (...[n, ...rest]: number[]): never =>
  Array.from({ length: n! }, () => (rest.length > 0 ? randoms(...rest) : random())) as never;

for (const [name, kernel, stride, padding, groups] of [
  ['Conv2d', [2, 5], [1, 2], [1, 2], 1],
  ['Conv2d', [3, 1], [2, 1], [0, 0], 2],
  ['Conv1d', [1, 4], [1, 3], [0, 2], 2],
] as const)
  test(`${name} with kernel ${kernel}, stride ${stride}, ${groups} groups`, () => {
    const [height, width] = [name === 'Conv1d' ? 1 : 6, 7];
    const x: number[][][] = randoms(4, height, width);
    const weight: number[][][][] = randoms(6, 4 / groups, ...kernel);
    const flat = name === 'Conv1d';
    const fields = {
      weight: flat ? weight.map((out) => out.map(([row]) => row!)) : weight,
      stride: flat ? stride[1] : stride,
      padding: flat ? padding[1] : padding,
      dilation: 1,
      groups,
    };
    const expected = convolve(x, weight, [...stride], [...padding], groups);
    for (const shape of flat ? [[4, width], [4 * width]] : [[4, height, width]]) {
      const input: Readonly<Record<string, number>> = flat ? { input_shape: width } : {};
      const operator = OPERATOR_FACTORIES[name]!(node(name, { ...fields, ...input }), shape, 'node');
      const y = new Float64Array(operator.shape.reduce((n, m) => n * m, 1));
      x.flat(2).forEach((value, i) => {
        operator.visitOutputs(i, (to, factor) => {
          y[to]! += factor * value;
        });
      });
      assert.is(y.length, expected.length);
      y.forEach((value, k) => {
        assert.ok(Math.abs(value - expected[k]!) < 1e-12, `${k}: ${value}, expected ${expected[k]}`);
      });
    }
  });

for (const reset of ['value', 'subtraction'])
  test(`step mode: recurrent CubaLIF, LIF, IF with a bias and LI as in a training in steps; reset by ${reset}`, async () => {
    const [n, dt, steps] = [7, 1e-3, 600];
    const [wIn, wRec, wNext]: number[][][] = [randoms(n, 3), randoms(n, n), randoms(n, n)];
    const [bias, next]: number[][] = [randoms(n), randoms(n)];
    const each = (value: number) => Array<number>(n).fill(value);
    const [tauSyn, tauMem] = [dt / (1 - 0.55), dt / (1 - 0.9)];
    const shared = { v_threshold: each(0.6), v_reset: each(0) };
    const nodes = {
      in: port('Input', 3),
      first: node('Linear', { weight: wIn! }),
      rnn: node('CubaLIF', {
        ...{ tau_syn: each(tauSyn), tau_mem: each(tauMem), v_leak: each(0) },
        ...{ r: each(tauMem / dt), w_in: each(tauSyn / dt), ...shared },
      }),
      back: node('Affine', { weight: wRec!, bias: bias!.map((b) => b / 9) }),
      second: node('Affine', { weight: wNext!, bias: next!.map((b) => b / 9) }),
      a_if: node('IF', { r: each(1 / dt), ...shared, v_threshold: each(1) }),
      wait: node('Delay', { delay: each(2 * dt) }),
      b_li: node('LI', { tau: each(tauMem), r: each(tauMem / dt), v_leak: each(0.25) }),
      out: port('Output', n),
    };
    const way = ['in', 'first', 'rnn', 'second', 'a_if', 'wait', 'b_li', 'out'];
    await write('step.nir', nodes, way, ['rnn', 'back', 'rnn'], ['a_if', 'out']);
    const x = Array.from({ length: steps }, () => [random(), random(), random()].map((one) => Number(one > 0.2)));
    const trains = [0, 1, 2].map((i) => x.flatMap((row, k) => (row[i] === 1 ? [k] : [])));
    const out = await run(
      'step',
      ...['import.mode=step', 'import.dt=1', `import.reset=${reset}`, `duration=${steps - 0.5}`],
      ...[`populations.in.trains=${JSON.stringify(trains)}`, 'record.spikes=[rnn,a_if]'],
    );
    const expected: [string, number, number][] = [];
    let [current, v, u, li]: number[][] = [each(0), each(0), each(0), each(0)];
    let spikes = each(0);
    const delayed = [each(0), each(0)];
    const lastLi: number[][] = [];
    const dot = (row: readonly number[], z: readonly number[]) => row.reduce((sum, w, k) => sum + w * z[k]!, 0);
    for (let k = 0; k < steps; k++) {
      const input = spikes.map((_, j) => dot(wIn![j]!, x[k]!) + dot(wRec![j]!, spikes) + bias![j]! / 9);
      current = current!.map((one, j) => 0.55 * one + input[j]!);
      v = v!.map((one, j) => 0.9 * one + current![j]!);
      spikes = v.map((one) => Number(one > 0.6));
      v = v.map((one, j) => (spikes[j] === 0 ? one : reset === 'value' ? 0 : one - 0.6));
      u = u!.map((one, j) => one + dot(wNext![j]!, spikes) + next![j]! / 9);
      const late = u.map((one) => Number(one > 1));
      u = u.map((one, j) => (late[j] === 0 ? one : reset === 'value' ? 0 : one - 1));
      li = li!.map((one, j) => 0.9 * one + 0.1 * 0.25 + delayed[0]![j]!);
      delayed.push(late);
      delayed.shift();
      lastLi.push(li);
      for (const [name, z] of [
        ['a_if', late],
        ['rnn', spikes],
      ] as const)
        for (const [j, one] of z.entries()) if (one === 1) expected.push([name, k, j]);
    }
    const ids = ['a_if', 'b_li', 'in', 'rnn'];
    const found = rowsOf(out, 'spikes.arrows').map(
      (row) => [ids[row.population!]!, Math.round(row.time!), row.neuron!] as [string, number, number],
    );
    const sorted = (rows: [string, number, number][]) => rows.map(String).sort();
    assert.ok(expected.filter(([name]) => name === 'rnn').length > 50, `${expected.length} spikes`);
    assert.ok(expected.filter(([name]) => name === 'a_if').length > 20, `${expected.length} spikes`);
    assert.equal(sorted(found), sorted(expected));
    const potentials = rowsOf(out, 'potentials.arrows').filter(({ neuron }) => neuron === 3);
    for (const { time, v: mV, potential } of potentials) {
      // At time k the step k has not been made yet.
      const before = time === 0 ? 0 : lastLi[Math.round(time!) - 1]![3]!;
      assert.ok(Math.abs((mV ?? potential!) - before) < 1e-9, `${time}: ${mV ?? potential}, expected ${before}`);
    }
    assert.ok(potentials.length > 100);
  });

test.run();
