/** Import of NIR against spike times that were solved by hand for its equations, and settings that files leave open. */
// isolated: files with this mark write to one directory of logs/support.ts
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Hdf5Group, loadHdf5Library, writeHdf5 } from '../../../experiments/logs/hdf5.ts';
import { convertNirFile } from '../../../experiments/network/nir/describe.ts';
import type { Tensor } from '../../../experiments/network/nir/read.ts';
import { repairNirFile } from '../../../experiments/network/nir/repair.ts';
import { inProcess } from '../cli/inProcess.ts';
import { at, directory } from '../logs/support.ts';
import { rowsOf } from '../run/cli.ts';

type Field = string | number | readonly number[] | readonly (readonly number[])[];
type Node = { readonly type: string } & Readonly<Record<string, Field>>;

function writeField(group: Hdf5Group, name: string, value: Field) {
  if (typeof value === 'string') return group.create_dataset({ name, data: value, dtype: 'S', shape: [] });
  const shape =
    typeof value === 'number'
      ? []
      : typeof value[0] === 'number'
        ? [value.length]
        : [value.length, (value[0] as readonly number[]).length];
  return group.create_dataset({ name, data: Float64Array.from([value].flat(2) as number[]), dtype: '<d', shape });
}

/** Writes a graph; `edges` has names of nodes in chains. */
async function writeNir(
  name: string,
  nodes: Readonly<Record<string, Node>>,
  ...chains: readonly (readonly string[])[]
) {
  await loadHdf5Library('a test');
  await writeHdf5('a test', { path: at(name), replace: true }, (root) => {
    writeField(root, 'version', '1.0');
    const graph = root.create_group('node');
    writeField(graph, 'type', 'NIRGraph');
    const edges = chains.flatMap((chain) => chain.slice(1).map((to, k) => [chain[k]!, to]));
    graph.create_dataset({ name: 'edges', data: edges.flat(), dtype: 'S', shape: [edges.length, 2] });
    const group = graph.create_group('nodes');
    for (const [node, fields] of Object.entries(nodes)) {
      const inner = group.create_group(node);
      for (const [field, value] of Object.entries(fields)) writeField(inner, field, value);
    }
  });
}

const INPUT = { type: 'Input', shape: [1] } as const;
const OUTPUT = { type: 'Output', shape: [1] } as const;
const lif = (tau: number, more: Readonly<Record<string, number>> = {}): Node => ({
  type: 'LIF',
  tau: [tau],
  r: [more.r ?? 1],
  v_leak: [more.v_leak ?? 0],
  v_threshold: [more.v_threshold ?? 1],
  v_reset: [more.v_reset ?? 0],
});
const cubaLif = (v_threshold: number): Node => ({
  type: 'CubaLIF',
  tau_syn: [0.005],
  tau_mem: [0.01],
  r: [2],
  v_leak: [0],
  v_threshold: [v_threshold],
  v_reset: [0],
  w_in: [1.5],
});
const affine = (weight: number, bias: number): Node => ({ type: 'Affine', weight: [[weight]], bias: [bias] });

let count = 0;
/** Runs a chain input -> affine -> neuron -> output. Returns the spike times of the neuron, ms. */
async function runNeuron(
  neuron: Node,
  synapse: Node,
  duration: number,
  trains: readonly number[] = [],
  ...words: string[]
) {
  const name = `golden${count++}`;
  await writeNir(`${name}.nir`, { input: INPUT, w: synapse, cell: neuron, output: OUTPUT }, [
    'input',
    'w',
    'cell',
    'output',
  ]);
  const set = [`duration=${duration}`, `populations.input.trains=[[${trains.join()}]]`, 'record.spikes=[cell]'].flatMap(
    (one) => ['--set', one],
  );
  const settings = words.length > 0 ? words : ['--set', 'import.spikeArea=1'];
  const { status, stderr } = await inProcess(
    directory,
    'run',
    `${name}.nir`,
    '--out',
    name,
    '--progress',
    'none',
    ...set,
    ...settings,
  );
  assert.is(status, 0, stderr);
  return rowsOf(at(name), 'spikes.arrows').map(({ time }) => time!);
}

/** Half a tick of the time grid, ms: rounding of each spike time, on which the next one depends. */
const ROUNDING = 2 ** -27;
function requireTimes(found: readonly number[], expected: readonly number[]) {
  assert.is(found.length, expected.length, `spikes at ${found.join()}`);
  for (const [k, time] of found.entries())
    assert.ok(Math.abs(time - expected[k]!) <= (k + 2) * ROUNDING, `${time}, expected ${expected[k]}`);
}

test('LIF: constant input, leak and reset', async () => {
  const each = [1, 2, 3, 4].map((k) => k * 21.9722457734);
  requireTimes(await runNeuron(lif(0.02), affine(0, 1.5), 100), each);
  const shifted = lif(0.02, { r: 2, v_leak: 0.2, v_reset: -0.3 });
  requireTimes(await runNeuron(shifted, affine(0, 0.6), 90), [25.0552593699, 53.9936390286, 82.9320186873]);
  requireTimes(
    await runNeuron(lif(0.01, { v_leak: 1.2 }), affine(0, 0), 60),
    [17.9175946923, 35.8351893846, 53.7527840769],
  );
});

test('LIF: Dirac pulses; units of time', async () => {
  requireTimes(await runNeuron(lif(0.02), affine(0.45 * 0.02, 0), 20, [0, 4, 8, 12]), [8]);
  const inMs = ['--set', 'import.spikeArea=1', '--set', 'import.unit=ms'];
  requireTimes(await runNeuron(lif(20), affine(9, 0), 20, [0, 4, 8, 12], ...inMs), [8]);
});

test('LIF: the 34 boxes of the NIR paper, as lif_norse.nir states them', async () => {
  const boxes = [
    60, 220, 270, 310, 320, 350, 370, 400, 410, 430, 440, 450, 460, 470, 480, 490, 500, 510, 520, 530, 670, 680, 690,
    700, 710, 720, 730, 740, 750, 760, 770, 780, 840, 850,
  ];
  const steps = boxes
    .flatMap((k) => [
      [k / 10, 1],
      [(k + 1) / 10, 0],
    ])
    .filter(([t, pA], k, all) => !(pA === 0 && all[k + 1]?.[0] === t));
  const words = ['--set', 'import.dt=0.1', '--set', `populations.cell.current={ steps: ${JSON.stringify(steps)} }`];
  const single = (value: number) => Math.fround(value);
  const neuron = lif(single(0.0025), { v_threshold: single(0.1) });
  requireTimes(
    await runNeuron(neuron, affine(1, 0), 100, [], ...words),
    [46.0843859377, 51.0897520384, 71.091961075, 76.0908901532],
  );
});

test('CubaLIF: Dirac pulse, and a bias that charges the current from 0', async () => {
  requireTimes(await runNeuron(cubaLif(0.5), affine(0.006, 0), 20, [0]), [1.82321556794, 5.05828687951]);
  const [first, second, ...rest] = await runNeuron(cubaLif(1), affine(0, 0.5), 400);
  requireTimes([first!, second!], [16.9552197911, 28.1657862202]);
  requireTimes([rest.at(-1)! - rest.at(-2)!], [10.9861228867]);
});

const run = (...words: string[]) => inProcess(directory, 'run', ...words, '--progress', 'none');
test('settings that the file leaves open are asked for; cycles without delay need a mode', async () => {
  await writeNir('open.nir', { input: INPUT, w: affine(1, 0), cell: lif(0.02, { r: 200 }), output: OUTPUT }, [
    'input',
    'w',
    'cell',
    'output',
  ]);
  const open = await run('open.nir', '--out', 'open');
  assert.is(open.status, 1);
  assert.match(
    open.stderr,
    /open\.nir does not state the area of a spike: set import\.dt to .* \(perhaps 0\.1 by tau\/r.*\), or import\.spikeArea to 1/,
  );
  const wrong = await run('open.nir', '--out', 'open', '--set', 'import.dt=-1');
  assert.is(wrong.status, 2);
  assert.match(wrong.stderr, /import: dt is -1, but must be a number > 0 \(ms\)/);
  const loop = { input: INPUT, w: affine(1, 0), cell: lif(0.02), back: affine(1, 0), output: OUTPUT };
  await writeNir('loop.nir', loop, ['input', 'w', 'cell', 'output'], ['cell', 'back', 'cell']);
  const cycle = await run('loop.nir', '--out', 'loop', '--set', 'import.dt=0.1');
  assert.match(cycle.stderr, /loop\.nir has a cycle without delay \(cell -> cell\): set import\.mode to step/);
  assert.is((await run('loop.nir', '--out', 'loop', '--set', 'import.dt=0.1', '--set', 'import.mode=step')).status, 0);
});

test('a recurrent CubaLIF without delay runs away in continuous time and stops; in steps a neuron fires at most once per step', async () => {
  const nodes = {
    input: INPUT,
    w: affine(0, 3),
    cell: { ...cubaLif(1), r: [1], w_in: [1] },
    back: affine(1, 0),
    output: OUTPUT,
  };
  await writeNir('runaway.nir', nodes, ['input', 'w', 'cell', 'output'], ['cell', 'back', 'cell']);
  const settings = ['--set', 'duration=200', '--set', 'import.spikeArea=1'];
  const exact = await run('runaway.nir', '--out', 'runaway', ...settings, '--set', 'import.mode=exact');
  assert.is(exact.status, 1);
  assert.match(
    exact.stderr,
    /populations\.cell fires at more than 10 kHz per neuron at .* ms, so the run has stopped; .* needs import\.mode=step/,
  );
  const stepped = ['--set', 'import.mode=step', '--set', 'import.dt=1'];
  assert.is((await run('runaway.nir', '--out', 'stepped', ...settings, ...stepped)).status, 0);
  const times = rowsOf(at('stepped'), 'spikes.arrows').map(({ time }) => time!);
  assert.ok(times.length > 100 && times.length <= 200, `${times.length} spikes in 200 steps`);
  assert.ok(times.every((time, k) => k === 0 || time - times[k - 1]! >= 1 - 1e-6));
});

test('nir check lists per node what is open, candidates for dt, and exits with 1 if there is no exact simulation', async () => {
  const open = await inProcess(directory, 'nir', 'check', 'open.nir');
  assert.is(open.status, 0, open.stderr);
  assert.match(open.stdout, /^cell \(LIF\)\n/m);
  assert.match(open.stdout, /open: the unit of times is not stated: 0\.02 to 0\.02 are seconds with import\.unit=s/);
  assert.match(open.stdout, /candidate: a time step of 0\.0001 \(in the unit of the file\), by tau\/r\./);
  const loop = await inProcess(directory, 'nir', 'check', 'loop.nir');
  assert.is(loop.status, 1);
  assert.match(loop.stdout, /refused: cell -> cell closes a cycle without delay/);
  assert.match(loop.stdout, /The numbers suggest no time step/);
  const { v_reset: _, ...bare } = lif(0.02, { v_leak: 0.1 });
  const bad = { input: INPUT, pool: { type: 'SumPool2d', kernel_size: [2] }, cell: bare as Node, output: OUTPUT };
  await writeNir('bad.nir', bad, ['input', 'pool', 'cell', 'output']);
  const checked = await inProcess(directory, 'nir', 'check', 'bad.nir', '--json');
  assert.is(checked.status, 1);
  const { findings } = JSON.parse(checked.stdout) as { findings: { node: string; isRefused: boolean; text: string }[] };
  assert.match(
    findings.find(({ node }) => node === 'cell')!.text,
    /v_reset is missing; 0 is taken, .*although v_leak is not 0/,
  );
  assert.match(findings.find(({ isRefused }) => isRefused)!.text, /SumPool2d needs an input of channels/);
  await writeNir('unknown.nir', { input: INPUT, x: { type: 'Nonsense' }, output: OUTPUT }, ['input', 'x', 'output']);
  assert.match(
    (await inProcess(directory, 'nir', 'check', 'unknown.nir')).stdout,
    /x \(Nonsense\)\n {2}refused: is a Nonsense, which/,
  );
  await writeNir('empty.nir', { output: OUTPUT }, ['output']);
  const empty = await inProcess(directory, 'nir', 'check', 'empty.nir');
  assert.is(empty.status, 1);
  assert.match(empty.stdout, /refused: the graph has no inputs and no neurons/);
  const biased = {
    input: INPUT,
    bias: { type: 'Affine', weight: [[1]], bias: [0.5] } as unknown as Node,
    cell: cubaLif(1),
  };
  const chain = ['input', 'bias', 'cell', 'cell_start', 'output'];
  await writeNir('start.nir', { ...biased, cell_start: lif(0.02), output: OUTPUT }, chain);
  const { populations } = convertNirFile(at('start.nir'), { unit: 's', spikeArea: 1 });
  assert.equal(Object.keys(populations).sort(), ['cell', 'cell_start', 'cell_start_', 'input']);
  await writeNir('endless.nir', { input: INPUT, cell: lif(0.02, { v_reset: 1 }), output: OUTPUT }, [
    'input',
    'cell',
    'output',
  ]);
  assert.match(
    (await run('endless.nir', '--out', 'endless', '--set', 'import.spikeArea=1')).stderr,
    /cell: v_reset is 1, but must be below v_threshold \(1\)/,
  );
});

test('nir repair fills in what has one right value and lists it; refuses what has none', async () => {
  const repair = (name: string) => inProcess(directory, 'nir', 'repair', `${name}.nir`, '--out', `${name}-whole.nir`);
  const { v_reset: _, ...bare } = lif(0.02) as unknown as Record<string, Field> & { type: string };
  const port = { type: 'Output', shape: [1, 1, 1] };
  const { shape: __, ...input } = INPUT;
  const weights = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  const open = { input, w: { type: 'Linear', weight: weights }, flat: { type: 'Flatten' }, cell: bare, output: port };
  await writeNir('lacks.nir', open, ['input', 'w', 'flat', 'cell', 'output']);
  const repaired = await repair('lacks');
  assert.is(repaired.status, 0, repaired.stderr);
  assert.equal(repaired.stdout.split('\n').slice(0, -3), [
    'cell: v_reset is 0 (missing; default of nir or PyTorch).',
    'input: shape is 2 (required by the node behind it).',
    'flat: input_type is 3 (shape of the node before).',
    ...['r', 'tau', 'v_leak', 'v_threshold', 'v_reset'].map((field) => {
      const value = { r: 1, tau: 0.02, v_leak: 0, v_reset: 0, v_threshold: 1 }[field];
      return `cell: ${field} is ${value} (shape of the node before).`;
    }),
    'output: shape is 3 (shape of the node before).',
  ]);
  const { graph } = repairNirFile(at('lacks-whole.nir'));
  assert.equal([...(graph.nodes.get('cell')!.fields.tau as Tensor).values], [0.02, 0.02, 0.02]);
  assert.equal(repairNirFile(at('lacks-whole.nir')).assumptions, []);
  assert.is((await inProcess(directory, 'nir', 'check', 'lacks-whole.nir')).status, 0);
  const refused: [string, RegExp, Record<string, Node>, ...string[][]][] = [
    ['leaks', /node cell has no single repair: v_reset is missing/, { input: INPUT, cell: { ...bare, v_leak: [1] } }],
    ['twice', /has the edge input -> cell twice/, { input: INPUT, cell: lif(0.02) }, ['input', 'cell']],
    ['lost', /node input has no shape, and the next node accepts any shape/, { input, cell: { type: 'Flatten' } }],
    ['nan', /node cell has a tau that is not a number/, { input: INPUT, cell: lif(Number.NaN) }],
    ['even', /node input: its shape is \(1.5\)/, { input: { type: 'Input', shape: [1.5] }, cell: lif(0.02) }],
  ];
  for (const [name, message, nodes, ...chains] of refused) {
    await writeNir(`${name}.nir`, nodes, ['input', 'cell'], ...chains);
    const { status, stderr } = await repair(name);
    assert.is(status, 1, name);
    assert.match(stderr, message);
  }
});

test.run();
