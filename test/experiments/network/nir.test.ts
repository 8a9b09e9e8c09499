/**
 * Networks in NIR: files as the `nir` package lays them out run spike for spike as a Python program of our own simulates them, in
 * continuous time and in steps; what memspike does not have is refused by its name.
 */
// isolated: files with this mark write to one directory of logs/support.ts
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from '../cli/inProcess.ts';
import { at, directory, python, testWithPython } from '../logs/support.ts';
import { rowsOf } from '../run/cli.ts';

/** Writes a graph as `nir.write` does: texts as HDF5 strings, arrays compressed, empty metadata left out. */
const WRITE = `
import sys, json, math, numpy as np, h5py
def write(path, nodes, edges):
    text = h5py.string_dtype()
    def put(group, node):
        for key, value in node.items():
            if isinstance(value, str): group.create_dataset(key, data=value, dtype=text)
            elif isinstance(value, dict):
                inner = group.create_group(key)
                for name, child in value.items(): put(inner.create_group(name), child)
            elif isinstance(value, list): group.create_dataset(key, data=value)
            elif isinstance(value, np.ndarray): group.create_dataset(key, data=value, compression='gzip') if value.shape else group.create_dataset(key, data=value)
            else: group.create_dataset(key, data=value)
    with h5py.File(path, 'w') as f:
        f.create_dataset('version', data='1.0.6', dtype=text)
        put(f.create_group('node'), {'type': 'NIRGraph', 'edges': edges, 'nodes': nodes})
f32 = lambda *xs: np.array(xs, dtype=np.float32)
full = lambda n, x: np.full(n, x, dtype=np.float64)
rng = np.random.default_rng(5)
`;

/** Two layers and a recurrent way with a delay, in continuous time, one event after the other; crossings of CubaLIF by bisection. */
const CONTINUOUS = `${WRITE}
n, m = 5, 3
w_in, w_rec = rng.uniform(0, 0.012, (n, 4)), rng.uniform(-0.004, 0.006, (n, n)); np.fill_diagonal(w_rec, 0)
w_out = rng.uniform(0.2, 1.2, (m, n)); bias = full(m, 0.5)
d_in, d_rec = np.array([1e-3, 1.5e-3, 2e-3, 1e-3]), full(n, 1.25e-3)
lif = dict(type='LIF', tau=full(n, 0.012), r=full(n, 1.5), v_leak=full(n, 0.25), v_threshold=full(n, 1.0), v_reset=full(n, -0.125))
cuba = dict(type='CubaLIF', tau_mem=full(m, 0.02), tau_syn=full(m, 0.005), r=full(m, 1.25), v_leak=full(m, 0.0), v_threshold=full(m, 1.5), w_in=full(m, 0.008))
write(sys.argv[1], {
    'input': dict(type='Input', shape=np.array([4])), 'wait': dict(type='Delay', delay=d_in),
    'fc1': dict(type='Linear', weight=w_in), 'lif.1': lif,
    'rec': dict(type='NIRGraph', edges=[('in', 'w'), ('w', 'out')], nodes={
        'in': dict(type='Input', shape=np.array([n])), 'w': dict(type='Linear', weight=w_rec), 'out': dict(type='Output', shape=np.array([n]))}),
    'later': dict(type='Delay', delay=d_rec),
    'fc2': dict(type='Affine', weight=w_out, bias=bias), '2': cuba, 'output': dict(type='Output', shape=np.array([m]))},
    [('input', 'wait'), ('wait', 'fc1'), ('fc1', 'lif.1'), ('lif.1', 'later'), ('later', 'rec'), ('rec', 'lif.1'),
     ('lif.1', 'fc2'), ('fc2', '2'), ('2', 'output')])
import heapq
trains = json.loads(sys.argv[2]); end = float(sys.argv[3]) * 1e-3
events = [(t * 1e-3 + d_in[i], 'fc1', i) for i, train in enumerate(trains) for t in train]
heapq.heapify(events)
v, last = np.zeros(n), 0.0
mem, cur, since = np.zeros(m), -cuba['w_in'] * bias, 0.0 # I(0) = 0
drive = cuba['v_leak'] + cuba['r'] * cuba['w_in'] * bias
ts, tm, R = 0.005, 0.02, 1.25
def cuba_at(j, h):
    k = R * cur[j] * ts / (ts - tm)
    return drive[j] + (mem[j] - drive[j] - k) * math.exp(-h / tm) + k * math.exp(-h / ts)
def crossing(j, upto):
    h, step = 0.0, 2e-5
    while h < upto:
        h2 = min(h + step, upto)
        if cuba_at(j, h2) > 1.5:
            lo, hi = h, h2
            for _ in range(80):
                mid = (lo + hi) / 2
                if cuba_at(j, mid) > 1.5: hi = mid
                else: lo = mid
            return hi
        h = h2
    return None
lif_out, cuba_out = [], []
def advance(to):
    global since
    while True:
        found = [(crossing(j, to - since), j) for j in range(m)]
        found = [x for x in found if x[0] is not None]
        h = min(found)[0] if found else to - since
        after = [cuba_at(j, h) for j in range(m)]
        mem[:] = after; cur[:] = cur * math.exp(-h / ts); since += h
        if not found: return
        j = min(found)[1]; cuba_out.append([since * 1e3, j]); mem[j] = 0.0
while events and events[0][0] <= end:
    t = events[0][0]; jump = np.zeros(n)
    while events and abs(events[0][0] - t) < 1e-12:
        _, kind, i = heapq.heappop(events)
        jump += (w_in if kind == 'fc1' else w_rec)[:, i]
    v[:] = 0.25 + (v - 0.25) * math.exp(-(t - last) / 0.012) + jump * 1.5 / 0.012; last = t
    fired = [j for j in range(n) if v[j] > 1.0]
    for j in fired:
        v[j] = -0.125; lif_out.append([t * 1e3, j]); heapq.heappush(events, (t + d_rec[j], 'rec', j))
    if fired:
        advance(t)
        for j in fired: cur[:] = cur + w_out[:, j] * 0.008 / ts
advance(end)
print(json.dumps({'lif': lif_out, 'cuba': cuba_out}))`;

/** A convolutional network in steps, as a network that was trained in PyTorch and written with tau / r = dt. */
const STEPS = `${WRITE}
dt, betas = 1e-4, (0.9, 0.8)
def lif(shape, beta, threshold):
    tau = np.full(shape, dt / (1 - beta), dtype=np.float32)
    return dict(type='LIF', tau=tau, r=(tau / dt).astype(np.float32), v_leak=np.zeros(shape, np.float32), v_threshold=np.full(shape, threshold, np.float32))
conv = rng.uniform(-0.3, 0.6, (4, 1, 3, 3)).astype(np.float32); fc = rng.uniform(-0.3, 0.5, (6, 36)).astype(np.float32)
fc2 = rng.uniform(-0.2, 0.6, (5, 6)).astype(np.float32); fc3 = rng.uniform(-0.4, 0.8, (3, 5)).astype(np.float32)
nodes = {
    '0': dict(type='Input', shape=np.array([2, 7, 6])),
    '1': dict(type='Conv2d', input_shape=np.array([7, 6]), weight=np.repeat(conv, 1, axis=1), stride=np.array([1, 1]), padding=np.array([1, 0]), dilation=np.array([1, 1]), groups=2, bias=np.zeros(4, np.float32)),
    '2': lif((4, 7, 4), betas[0], 0.8), '3': dict(type='SumPool2d', kernel_size=np.array([2, 2]), stride=np.array([2, 2]), padding=np.array([0, 0])),
    '4': dict(type='Flatten', start_dim=1, end_dim=-1, input_type=np.array([4, 3, 2])),
    '5': dict(type='Linear', weight=fc[:, :24]), '6': lif(6, betas[1], 0.7),
    '7': dict(type='Linear', weight=fc2), '8': dict(type='IF', r=np.full(5, 1 / dt), v_threshold=np.full(5, 1.3), v_reset=np.full(5, 0.1)),
    '9': dict(type='Linear', weight=fc3), '10': dict(type='Threshold', threshold=np.full(3, 0.45)), '11': dict(type='Output', shape=np.array([3]))}
write(sys.argv[1], nodes, [(str(k), str(k + 1)) for k in range(11)])
trains = json.loads(sys.argv[2]); steps = round(float(sys.argv[3]) / 0.1)
x = np.zeros((steps + 1, 84))
for i, train in enumerate(trains):
    for t in train: x[round(t / 0.1), i] = 1
v2, v6, v8 = np.zeros((4, 7, 4)), np.zeros(6), np.zeros(5); out = {k: [] for k in ('n2', 'n6', 'n8', 'n10')}
def note(name, k, spikes): out[name] += [[round(k * 0.1, 6), int(j)] for j in np.flatnonzero(spikes)]
b1, b2 = (float(1 - dt / np.float64(nodes[k]['tau'].flat[0])) for k in ('2', '6'))
for k in range(steps): # the step at the end of the run comes after it
    image = np.pad(x[k].reshape(2, 7, 6), ((0, 0), (1, 1), (0, 0)))
    c = np.zeros((4, 7, 4))
    for o in range(4):
        for r in range(7):
            for q in range(4): c[o, r, q] = (image[o // 2, r:r + 3, q:q + 3] * conv[o, 0]).sum()
    v2 = b1 * v2 + c; s2 = v2 > np.float32(0.8); v2[s2] = 0; note('n2', k, s2)
    pooled = s2[:, :6, :].reshape(4, 3, 2, 2, 2).sum((2, 4)).reshape(-1)
    v6 = b2 * v6 + fc[:, :24] @ pooled; s6 = v6 > np.float32(0.7); v6[s6] = 0; note('n6', k, s6)
    v8 = v8 + fc2 @ s6; s8 = v8 > 1.3; v8[s8] = 0.1; note('n8', k, s8)
    note('n10', k, fc3 @ s8 > 0.45)
print(json.dumps(out))`;

/** Trains that no two runs differ in: a small generator of our own. */
function trains(count: number, duration: number, mean: number, grid: number): number[][] {
  let state = 12345;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    const times: number[] = [];
    for (let t = 0; ; ) {
      t += Math.max(grid, Math.round((-Math.log(1 - uniform()) * mean) / grid) * grid);
      if (t > duration) return times;
      times.push(Math.round(t * 1e6) / 1e6);
    }
  });
}

const run = (...words: string[]) => inProcess(directory, 'run', ...words, '--progress', 'none');
const spikesOf = (out: string, population: string): [number, number][] => {
  const populations = JSON.parse(readFileSync(at(`${out}/config.json`), 'utf8')).populations as object;
  const id = Object.keys(populations).sort().indexOf(population);
  return rowsOf(at(out), 'spikes.arrows')
    .filter((row) => row.population === id)
    .map(({ time, neuron }) => [time!, neuron!]);
};
const same = (found: readonly [number, number][], expected: readonly [number, number][], within: number) => {
  assert.ok(expected.length > 20, `only ${expected.length} spikes`);
  assert.equal(
    found.map(([, j]) => j),
    expected.map(([, j]) => j),
  );
  found.forEach(([t], k) => {
    assert.ok(Math.abs(t - expected[k]![0]) < within, `${k}: ${t}, expected ${expected[k]![0]}`);
  });
};

testWithPython(
  'continuous time: LIF, CubaLIF, Affine, Delay, a graph inside, a recurrent way',
  ['h5py', 'numpy'],
  async () => {
    const input = trains(4, 400, 6, 0.01);
    const { stdout, stderr } = python(CONTINUOUS, at('continuous.nir'), JSON.stringify(input), '400');
    assert.is(stderr, '');
    const expected = JSON.parse(stdout) as { lif: [number, number][]; cuba: [number, number][] };
    writeFileSync(
      at('continuous.yaml'),
      JSON.stringify({
        memspike: 1,
        import: { file: 'continuous.nir', spikeArea: 1 },
        duration: 400,
        populations: { input: { model: 'spikeTrains', trains: input } },
        record: { spikes: ['lif_1', 'n2'] },
      }),
    );
    const { status, stderr: told } = await run('continuous.yaml', '--out', 'continuous');
    assert.is(status, 0, told);
    assert.is(told, '');
    same(spikesOf('continuous', 'lif_1'), expected.lif, 1e-6);
    same(spikesOf('continuous', 'n2'), expected.cuba, 1e-5);
  },
);

testWithPython(
  'steps: Conv2d, SumPool2d, Flatten, IF and Threshold, named on the command line',
  ['h5py', 'numpy'],
  async () => {
    const input = trains(84, 120, 3, 0.1);
    const { stdout, stderr } = python(STEPS, at('steps.nir'), JSON.stringify(input), '120');
    assert.is(stderr, '');
    const expected = JSON.parse(stdout) as Record<string, [number, number][]>;
    const set = (path: string, value: unknown) => ['--set', `${path}=${JSON.stringify(value)}`];
    const more = [
      ...set('populations.n0.trains', input),
      ...set('duration', 120),
      ...set('import.dt', 0.1),
      ...set('import.mode', 'step'),
      ...set('record.spikes', Object.keys(expected)),
    ];
    const { status, stderr: told } = await run('steps.nir', '--out', 'steps', ...more);
    assert.is(status, 0, told);
    assert.not.match(told, /gets no spikes from/);
    for (const [name, spikes] of Object.entries(expected)) same(spikesOf('steps', name), spikes, 1e-6);
    const again = await run('--out', 'steps', '--resume');
    assert.match(again.stdout, /is already finished/);
  },
);

const REFUSED = `${WRITE}
one = dict(type='Input', shape=np.array([2])); out = dict(type='Output', shape=np.array([2]))
lif = dict(type='LIF', tau=full(2, 0.01), r=full(2, 1.0), v_leak=full(2, 0.0), v_threshold=full(2, 1.0), v_reset=full(2, 0.0))
chain = lambda *names: list(zip(names, names[1:]))
def case(name, nodes, edges): write(sys.argv[1] + '/' + name + '.nir', {'a': one, 'z': out, **nodes}, edges)
case('li', {'b': dict(type='GRU', tau=full(2, 1.0), r=full(2, 1.0), v_leak=full(2, 0.0))}, chain('a', 'b', 'z'))
case('readout', {'l': lif, 'b': dict(type='Linear', weight=np.ones((2, 2)))}, chain('a', 'l', 'b', 'z'))
case('size', {'l': lif, 'b': dict(type='Linear', weight=np.ones((2, 3)))}, chain('a', 'b', 'l', 'z'))
case('circle', {'l': lif, 'b': dict(type='Linear', weight=np.ones((2, 2)))}, chain('a', 'b', 'b', 'l', 'z'))
case('nobody', {'l': lif}, chain('a', 'l', 'x'))
case('tau', {'l': {**lif, 'tau': full(2, -1.0)}}, chain('a', 'l', 'z'))
case('lacks', {'l': {k: x for k, x in lif.items() if k != 'r'}}, chain('a', 'l', 'z'))
case('image', {'l': lif, 'b': dict(type='SumPool2d', kernel_size=np.array([2, 2]), stride=np.array([2, 2]), padding=np.array([0, 0]))}, chain('a', 'b', 'l', 'z'))
case('infinite', {'l': {**lif, 'tau': full(2, np.inf)}}, chain('a', 'l', 'z'))
case('early', {'l': lif, 'd': dict(type='Delay', delay=full(2, -0.001))}, chain('a', 'd', 'l', 'z'))
case('late', {'l': lif, 'd': dict(type='Delay', delay=full(2, 1e12))}, chain('a', 'd', 'l', 'z'))
case('twice', {'l': lif, 'l.1': lif, 'l_1': lif}, chain('a', 'l', 'z'))
case('below', {'l': {**lif, 'v_threshold': full(2, -0.5), 'v_reset': full(2, -1.0)}}, chain('a', 'l', 'z'))
case('half', {'l': lif, 'b': dict(type='Linear', weight=np.ones((2, 2), 'f2'))}, chain('a', 'b', 'l', 'z'))
case('huge', {'a': dict(type='Input', shape=np.array([2147483648])), 'l': lif}, chain('a', 'l', 'z'))
conv = dict(type='Conv2d', weight=np.ones((1, 1, 1, 1)), stride=np.array([1, 1]), padding=np.array([0, 0]), dilation=np.array([1, 1]), groups=1, bias=np.zeros(1))
image = dict(type='Input', shape=np.array([1, 1, 2]))
case('stride', {'a': image, 'l': lif, 'b': {**conv, 'stride': np.array([0, 1])}}, chain('a', 'b', 'l', 'z'))
case('dilation', {'a': image, 'l': lif, 'b': {**conv, 'dilation': np.array([1, math.nan])}}, chain('a', 'b', 'l', 'z'))
case('output', {'l': lif, 'g': dict(type='NIRGraph', edges=[('o', 'w')], nodes={'o': out, 'w': dict(type='Linear', weight=np.ones((2, 2)))})}, chain('a', 'g', 'l', 'z'))
case('constructor', {'b': dict(type='constructor'), 'l': lif}, chain('a', 'b', 'l', 'z'))
with h5py.File(sys.argv[1] + '/other.nir', 'w') as f: f.create_dataset('x', data=1)
`;

testWithPython(
  'what memspike does not have, and what is wrong, is told by the name of the node',
  ['h5py', 'numpy'],
  async () => {
    assert.is(python(REFUSED, directory).stderr, '');
    writeFileSync(at('text.nir'), 'no HDF5');
    writeFileSync(at('damaged.nir'), readFileSync(at('li.nir')).fill(255, 500, 800));
    for (const [file, words] of Object.entries({
      li: /li\.nir: node b is a GRU, which memspike does not have; supported types: Input, Output, LIF, CubaLIF, IF, Threshold, LI, CubaLI, I, Linear, Affine, Conv1d, Conv2d/,
      readout: /the output z is fed by b, a Linear, whose values are not spikes/,
      size: /node b: the weight needs 3 input elements, but receives 2/,
      circle: /b -> b is a loop without neurons/,
      nobody: /edges names "x", which is not a node/,
      tau: /node l: tau is -1, but must be larger than 0/,
      lacks: /node l: LIF has no r/,
      image: /node b: SumPool2d needs an input of channels × rows × columns, but receives \(2\)/,
      infinite: /node l has a tau that is not finite/,
      early: /node d: delay is -0.001, but must be from 0 to 134217728/,
      late: /node d: delay is 1000000000000, but must be from 0 to 134217728/,
      twice: /two nodes would have the name l_1/,
      below: /node l: v_threshold is -0.5, but must be above 0, the potential at the start; import.mode=step/,
      half: /nodes\/b\/weight cannot be read: Float16 not supported; store numbers as float32 or float64/,
      huge: /node a needs \d+ MB of memory to be read, but at most 600 MB are allowed; set the environment variable MEMSPIKE_MAX_READ_MB/,
      stride: /node b: stride is \[0, 1\], but must be integers >= 1/,
      dilation: /node b has a dilation that is not a number \(NaN\)/,
      output: /an edge leads to the graph g, which must have one Input/,
      constructor: /node b is a constructor, which memspike does not have/,
      damaged: /damaged\.nir is (damaged|not an HDF5 file): (?!HDF5-DIAG)/,
      other: /other\.nir has no node: it does not have the layout of NIR files/,
      text: /text\.nir is not an HDF5 file/,
      missing: /cannot read .*missing\.nir: no such file/,
    })) {
      const { status, stderr } = await run(`${file}.nir`, '--out', `refused-${file}`, '--set', 'import.spikeArea=1');
      assert.is(status, 1, file);
      assert.match(stderr, words);
      assert.not.match(stderr, /\n\s+at /);
      assert.not.ok(existsSync(at(`refused-${file}`)));
    }
  },
);

test.run();
