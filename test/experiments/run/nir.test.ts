// isolated: files with this mark write to one directory of logs/support.ts
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { NirFileGraph, Tensor } from '../../../experiments/network/nir/read.ts';
import { createNirGraph } from '../../../experiments/run/nir/write.ts';
import { inProcess } from '../cli/inProcess.ts';
import { at, directory, python, testWithPython } from '../logs/support.ts';
import { rowsOf } from './cli.ts';
import { runAgain } from './nirRoundTrip.ts';

const NETWORK = {
  memspike: 1,
  seed: 7,
  duration: 200,
  populations: {
    input: {
      model: 'spikeTrains',
      trains: [
        [10, 20.5, 22, 50, 51, 52],
        [15, 22.5, 51.5, 53],
      ],
    },
    output: { model: 'lif', size: 2, tau: 10, threshold: 3, reset: -0.5, refractory: 0, current: 20 },
  },
  projections: [
    {
      from: 'input',
      to: 'output',
      connect: {
        list: [
          [0, 0, 1.5],
          [1, 0, 2.0],
          [0, 1, 2.2],
        ],
      },
      delay: 1.5,
    },
    { from: 'output', to: 'output', connect: { list: [[0, 1, 1.3]] }, delay: 0.75 },
  ] as Record<string, unknown>[],
};
let count = 0;

/** Runs a network, changed by `change`, and returns its directory. */
async function run(change: (network: typeof NETWORK) => void = () => {}): Promise<string> {
  const network = structuredClone(NETWORK);
  change(network);
  const name = `net${count++}`;
  writeFileSync(at(`${name}.json`), JSON.stringify(network));
  const { status, stderr } = await inProcess(directory, 'run', `${name}.json`, '--out', name, '--progress', 'none');
  assert.is(status, 0, stderr);
  return at(name);
}

const nodeOf = (graph: Pick<NirFileGraph, 'nodes'>, name: string) => {
  const { fields } = graph.nodes.get(name)!;
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, [...(field as Tensor).values]]));
};

test('delays, weights and neurons become nodes', async () => {
  const graph = createNirGraph(await run());
  assert.equal(graph.edges, [
    ['input', 'input_output_delay'],
    ['input_output_delay', 'input_output'],
    ['input_output', 'output'],
    ['output', 'output_output_delay'],
    ['output_output_delay', 'output_output'],
    ['output_output', 'output'],
    ['output', 'output_out'],
  ]);
  assert.equal(nodeOf(graph, 'input_output'), { weight: [1.5, 2, 2.2, 0] });
  assert.equal(nodeOf(graph, 'input_output_delay'), { delay: [0.0015, 0.0015] });
  assert.equal(nodeOf(graph, 'output'), {
    tau: [0.01, 0.01],
    r: [0.01, 0.01],
    v_leak: [0.8, 0.8],
    v_threshold: [3, 3],
    v_reset: [-0.5, -0.5],
  });
});

test('exponential currents become CubaLIF', async () => {
  const graph = createNirGraph(
    await run((n) => Object.assign(n.populations.output, { synapse: 'exponential', tauSynExc: 5, tauSynInh: 5 })),
  );
  assert.is(graph.nodes.get('output')!.type, 'CubaLIF');
  const { tau_mem, tau_syn, w_in, r } = nodeOf(graph, 'output');
  assert.equal(
    [tau_mem, tau_syn, w_in, r],
    [
      [0.01, 0.01],
      [0.005, 0.005],
      [0.005, 0.005],
      [0.04, 0.04],
    ],
  );
});

const OWN = {
  refractory: 0,
  tau: [10, 14],
  threshold: [3, 2.5],
  reset: [-0.5, 0],
  capacitance: { uniform: [200, 300] },
  current: [20, 5],
};

test('neurons that differ are written one by one, with what was drawn for each', async () => {
  const made = await run((n) => Object.assign(n.populations.output, OWN));
  const { tau, v_threshold, v_reset, v_leak } = nodeOf(createNirGraph(made), 'output');
  assert.equal(
    [tau, v_threshold, v_reset],
    [
      [0.01, 0.014],
      [3, 2.5],
      [-0.5, 0],
    ],
  );
  const [a, b] = v_leak!.map((mV, j) => ([10, 14][j]! * OWN.current[j]!) / mV);
  assert.ok(a! > 200 && a! < 300 && b! > 200 && b! < 300 && a !== b, `${a} and ${b} pF`);
  const silent = await run((n) => Object.assign(n.populations.output, OWN, { threshold: 100 }));
  const drawn = nodeOf(createNirGraph(silent), 'output').v_leak;
  assert.equal(drawn, v_leak);
  const changing = await run((n) =>
    Object.assign(n.populations.output, {
      current: [
        [0, 20],
        [50, 0],
      ],
    }),
  );
  assert.throws(
    () => createNirGraph(changing),
    /^populations\.output\.current is a list of changes: inputs of NIR nodes are constant/,
  );
});

for (const synapse of [{}, { synapse: 'exponential', tauSynExc: [5, 3], tauSynInh: [5, 3], capacitance: [10, 14] }])
  test(`neurons that differ fire as before when they are read again: ${JSON.stringify(synapse)}`, async () => {
    const made = await run((n) => Object.assign(n.populations.output, OWN, synapse));
    const file = `${made}.nir`;
    const written = await inProcess(directory, 'log', 'export', made, '--format', 'nir', '--out', file);
    assert.is(written.status, 0, written.stderr);
    const again = {
      memspike: 1,
      import: { file, spikeArea: 1 },
      duration: 200,
      populations: { input: NETWORK.populations.input },
    };
    writeFileSync(`${made}.again.json`, JSON.stringify(again));
    const read = await inProcess(
      directory,
      'run',
      `${made}.again.json`,
      '--out',
      `${made}.again`,
      '--progress',
      'none',
    );
    assert.is(read.status, 0, read.stderr);
    const trains = (of: string) =>
      rowsOf(of, 'spikes.arrows').map(({ time, neuron }) => [neuron, Math.round(time! * 1e5)]);
    assert.ok(trains(made).length > 4, `${trains(made).length} spikes`);
    assert.equal(trains(`${made}.again`), trains(made));
  });

test('what a rule learned comes from the last recorded weights', async () => {
  const learn = (record: object) => (n: typeof NETWORK) =>
    Object.assign(n.projections[0]!, {
      device: { model: 'ideal', wMin: 0, wMax: 5 },
      rule: { model: 'pairStdp', aPlus: 0.1, aMinus: 0.1 },
      record,
    });
  const recorded = await run(learn({ weights: { every: 50 } }));
  const { weight } = nodeOf(createNirGraph(recorded), 'input_output');
  const last = rowsOf(recorded, 'weights.arrows').filter(({ time }) => time === 200);
  assert.is(last.length, 3);
  for (const row of last) assert.is(weight![row.post! * 2 + row.pre!], row.weight);
  assert.is.not(weight![0], 1.5);
  const silent = await run(learn({}));
  assert.throws(
    () => createNirGraph(silent),
    /holds no weights of input->output, which has a learning rule; record its weights/,
  );
});

test('refractoriness is written without, with a warning, and can be added to the imported population', async () => {
  const refractory = (n: typeof NETWORK) => Object.assign(n.populations.output, { refractory: 2 });
  const { trains } = NETWORK.populations.input;
  const made = await run(refractory);
  const { nodes, omissions } = createNirGraph(made);
  assert.is(nodes.get('output')!.type, 'LIF');
  assert.equal(omissions, [
    'populations.output.refractory is 2 ms, but neurons of NIR have no refractory period: the written neurons can fire again at once.',
  ]);
  const free = await runAgain(await run(), trains);
  assert.equal((await runAgain(made, trains)).after, free.before);
  const merged = await runAgain(made, trains, { output: { refractory: 2 } }, '.merged');
  assert.equal(merged.after, merged.before);
  assert.not.equal(merged.after, free.after);
});

test('constant input of IF, and of a CubaLIF that starts at I(0) = 0, becomes a bias', async () => {
  const { trains } = NETWORK.populations.input;
  const leakless = await run((n) =>
    Object.assign(n.populations.output, { tau: 1e300, capacitance: 1, current: [0.1, 0.03] }),
  );
  const integrate = await runAgain(leakless, trains);
  assert.ok(integrate.before.length > 5, `${integrate.before.length} spikes`);
  assert.equal(integrate.after, integrate.before);
  const types = [...integrate.graph.nodes.values()].map(({ type }) => type);
  assert.equal([types.includes('IF'), types.includes('Affine')], [true, true]);
  const cuba = await run((n) => {
    Object.assign(n.populations.output, { synapse: 'exponential', tauSynExc: 20, tauSynInh: 20, current: 120 });
    Object.assign(n.populations, { output_start: { model: 'spikeTrains', trains: [[0]] } });
    n.projections.push({ from: 'output_start', to: 'output', connect: { all: { weight: -110 } } });
  });
  const found = await runAgain(cuba, trains);
  assert.ok(found.before.length > 5, `${found.before.length} spikes`);
  assert.equal(found.after, found.before);
  const { bias } = nodeOf(found.graph, 'output_bias');
  assert.ok(bias!.every((value) => Math.abs(value - 110 / 0.02) < 1e-9));
  const { v_leak } = nodeOf(found.graph, 'output');
  assert.ok(v_leak!.every((value) => Math.abs(value - 10 * (10 / 250)) < 1e-9));
});

test('what NIR cannot express is refused by name', async () => {
  const refused: [RegExp, (n: typeof NETWORK) => void][] = [
    [
      /^populations\.output\.adaptive is set: /,
      (n) => Object.assign(n.populations.output, { adaptive: { increment: 1 } }),
    ],
    [/^populations\.output\.winnerTakeAll is set: /, (n) => Object.assign(n.populations.output, { winnerTakeAll: {} })],
    [/output\.initialSynaptic is set/, (n) => Object.assign(n.populations.output, { initialSynaptic: {} })],
    [/^populations\.output\.initial is 1: /, (n) => Object.assign(n.populations.output, { initial: 1 })],
    [
      /^populations\.output\.tauSynInh is 3 ms: .*tauSynExc is 2 ms/,
      (n) => Object.assign(n.populations.output, { synapse: 'exponential', tauSynInh: 3 }),
    ],
    [
      /^input->output\.shortTerm is set: /,
      (n) =>
        Object.assign(n.projections[0]!, { shortTerm: { model: 'tsodyksMarkram', U: 0.5, tauRec: 800, tauFacil: 0 } }),
    ],
    [
      /^input->output\.delay is several delays: .*synapses that learn/,
      (n) =>
        Object.assign(n.projections[0]!, {
          connect: { all: { weight: 1 } },
          delay: { uniform: [1, 9] },
          device: { model: 'ideal', wMin: 0, wMax: 5 },
          rule: { model: 'pairStdp', aPlus: 0.1, aMinus: 0.1 },
        }),
    ],
  ];
  for (const [sentence, change] of refused) {
    const made = await run(change);
    assert.throws(() => createNirGraph(made), sentence);
    assert.throws(() => createNirGraph(made), /so the network cannot be written as NIR\.$/);
  }
  mkdirSync(at('other'));
  writeFileSync(at('other/config.json'), '{"neurons":400}');
  assert.throws(() => createNirGraph(at('other')), /other is not the run of a network file; /);
});

for (const [name, delays, types] of [
  ['presynaptic neuron', [1.5, 0, 1.5], 'Delay Input Linear'],
  ['postsynaptic neuron', [1.5, 1.5, 4], 'Delay Input Linear'],
  ['synapse', [1.5, 2, 4], 'Delay Delay Delay Input Linear Linear Linear'],
] as const)
  test(`delays per ${name} are written back`, async () => {
    const list = [
      [0, 0, 1.5],
      [1, 0, 2],
      [0, 1, 2.2],
    ].map((one, k) => [...one, delays[k]!]);
    const made = await run((n) => {
      n.projections = [{ from: 'input', to: 'output', connect: { list } }];
    });
    const { graph, before, after } = await runAgain(made, NETWORK.populations.input.trains);
    assert.ok(before.length > 4, `${before.length} spikes`);
    assert.equal(after, before);
    const found = [...graph.nodes.values()].map(({ type }) => type).filter((type) => !/LIF|Output/.test(type));
    assert.is(found.sort().join(' '), types);
  });

/** Simulates delta LIF event by event from nothing but the file, laid out as the nir package reads it. */
const SIMULATE = `
import sys, json, math, heapq, h5py
f = h5py.File(sys.argv[1]); g = f['node']; nodes = g['nodes']
assert g['type'][()] == b'NIRGraph' and isinstance(f['version'][()], bytes)
edges = [(a.decode(), b.decode()) for a, b in g['edges'][()]]
kind = {k: n['type'][()].decode() for k, n in nodes.items()}
v = {k: list(nodes[k]['v_leak'][()] * 0) for k in kind if kind[k] == 'LIF'}
last = {k: [0.0] * len(v[k]) for k in v}
queue = [(t * 1e-3, 'input', i) for i, train in enumerate(json.loads(sys.argv[2])) for t in train]
heapq.heapify(queue); out = []
def send(name, i, t, found):
    for a, b in edges:
        if a == name: arrive(b, i, 1.0, t, found)
def arrive(name, i, w, t, found):
    n = nodes[name]
    if kind[name] == 'Delay': heapq.heappush(queue, (t + n['delay'][i], name, i))
    elif kind[name] == 'Linear':
        for a, b in edges:
            if a == name:
                for j, x in enumerate(n['weight'][:, i]): found.append((b, j, x))
    elif kind[name] == 'Output': out.append([round(t * 1e3, 6), i])
while queue:
    t = queue[0][0]; found = []
    while queue and abs(queue[0][0] - t) < 1e-12:
        _, name, i = heapq.heappop(queue); send(name, i, t, found)
    hit = {}
    for name, j, w in found: hit[(name, j)] = hit.get((name, j), 0) + w
    for (name, j), w in sorted(hit.items()):
        n = nodes[name]; p = {k: n[k][j] for k in ('tau', 'r', 'v_leak', 'v_threshold', 'v_reset')}
        x = p['v_leak'] + (v[name][j] - p['v_leak']) * math.exp(-(t - last[name][j]) / p['tau'])
        x += w * p['r'] / p['tau']; last[name][j] = t
        if x > p['v_threshold']: x = p['v_reset']; send(name, j, t, found)
        v[name][j] = x
print(json.dumps(sorted(out)))`;

const simulated = await run();
const out = at('network.nir');
const written = await inProcess(directory, 'log', 'export', simulated, '--format', 'nir', '--out', out);

testWithPython('a simulation of the NIR file alone gives the same spikes', ['h5py'], () => {
  assert.is(written.status, 0, written.stderr);
  const { stdout, stderr } = python(SIMULATE, out, JSON.stringify(NETWORK.populations.input.trains));
  assert.is(stderr, '');
  const spikes = rowsOf(simulated, 'spikes.arrows').map(({ time, neuron }) => [Math.round(time! * 1e6) / 1e6, neuron]);
  assert.ok(spikes.length > 6);
  assert.equal(JSON.parse(stdout), spikes);
});

test('nir on the command line: a whole run and nothing else', async () => {
  const refuse = async (...words: string[]) =>
    await inProcess(directory, 'log', 'export', simulated, '--format', 'nir', ...words);
  assert.is((await refuse('--from', '3')).status, 2);
  assert.is((await refuse('--out', out)).status, 1);
  assert.match(
    (await refuse('--out', out)).stderr,
    /already exists; choose another --out, or replace it with --overwrite/,
  );
  assert.ok(readFileSync(out).length > 0);
});

test.run();
