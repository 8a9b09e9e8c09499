/** Exact reference of NIR: golden values that were solved by hand, and memspike's own engine against the files. */
// slow: 110 references beside the engine; nirGolden.test.ts and nirPrimitives.test.ts run in `npm test`
// isolated: files with this mark write to one directory of logs/support.ts
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { snap } from '../../../core/time.ts';
import { readNpzArchive } from '../../../experiments/logs/npy.ts';
import {
  type InputEvent,
  type NirChain,
  solveChain,
} from '../../../experiments/network/nir/reference/exactSolution.ts';
import { writeNirGraph } from '../../../experiments/network/nir/write.ts';
import { inProcess } from '../cli/inProcess.ts';
import { at, directory, python, testWithPython } from '../logs/support.ts';
import { rowsOf } from '../run/cli.ts';
import { node } from './nirNodes.ts';

const MS = 1e-3;
const lif = (more: Readonly<Record<string, number>> = {}) =>
  ['LIF', { tau: 0.02, r: 1, v_leak: 0, v_threshold: 1, v_reset: 0, ...more }] as const;
const li = (tau: number, more: Readonly<Record<string, number>> = {}) =>
  ['LI', { tau, r: 1, v_leak: 0, ...more }] as const;
const cuba = { tau_syn: 0.005, tau_mem: 0.01, r: 2, v_leak: 0, w_in: 1.5 };
const level = (value: number, time = 0): InputEvent => ({ time: time * MS, level: value });
const pulses = (area: number, ...times: number[]): InputEvent[] => times.map((time) => ({ time: time * MS, area }));

/** Spike times and last potential of a chain, ms. */
function solve(chain: NirChain, events: readonly InputEvent[], end: number, frequency = 0) {
  const { spikes, potentials } = solveChain(chain, events, [end * MS], frequency);
  return [...spikes.map((time) => time / MS), potentials.at(-1)!];
}
const close = (found: readonly number[], expected: readonly number[]) => {
  assert.is(found.length, expected.length, `${found.join()}, expected ${expected.join()}`);
  for (const [k, value] of found.entries())
    assert.ok(Math.abs(value / expected[k]! - 1) < 2e-11, `${value}, expected ${expected[k]}`);
};

test('potentials of LI, CubaLI and I', () => {
  const shifted = li(0.01, { r: 2, v_leak: 0.1 });
  close(solve([shifted], [level(0.5)], 10), [0.695332614711]);
  close(solve([li(0.01, { r: 2 })], pulses(0.003, 2, 5), 8), [0.773777914065]);
  close(solve([['CubaLI', cuba]], pulses(0.004, 0), 5), [0.572762924499]);
  close(solve([['CubaLI', cuba]], pulses(0.004, 0), 10 * Math.LN2), [0.6]);
  close(solve([['CubaLI', { ...cuba, tau_syn: 0.01 }]], pulses(0.004, 0), 5), [0.363918395828]);
  close(solve([['I', { r: 3 }]], [level(0.25)], 2000), [1.5]);
});
/** Sine of an amplitude from time 0 on: x(0) = 0, x'(0) = 2 pi f amplitude. */
const sine = (amplitude: number, f: number): InputEvent => ({ time: 0, slope: 2 * Math.PI * f * amplitude });

test('sines: I, and a Threshold on the input', () => {
  close(solve([['I', { r: 0.7 }]], [sine(1, 5)], 50, 5), [0.0222816920329]);
  const [begin, end] = solve([['Threshold', { threshold: 0.4 }]], [sine(0.8, 10)], 100, 10);
  close([begin!, end!], [8.33333333333, 41.6666666667]);
});

/** Spike times of a chain, ms. */
const spikesOf = (chain: NirChain, events: readonly InputEvent[], end: number) =>
  solve(chain, events, end).slice(0, -1);

test('spikes of LIF', () => {
  const each = (first: number, interval: number, count: number) =>
    Array.from({ length: count }, (_, k) => first + k * interval);
  close(spikesOf([lif()], [level(1.5)], 100), each(21.9722457734, 21.9722457734, 4));
  const shifted = lif({ r: 2, v_leak: 0.2, v_reset: -0.3 });
  close(spikesOf([shifted], [level(0.6)], 120), each(25.0552593699, 28.9383796587, 4));
  close(spikesOf([lif({ tau: 0.01, v_leak: 1.2 })], [], 60), each(17.9175946923, 17.9175946923, 3));
  close(solve([lif()], pulses(0.009, 0, 4, 8, 12), 12), [8, 0.45]);
  const single = (value: number) => Math.fround(value);
  const { stimuli } = parse(readFileSync('experiments/network/nir/reference/stimuli.yaml', 'utf8'));
  const boxes = (stimuli['boxes of the NIR paper'] as { times: number[] }[])
    .flatMap(({ times }) => times)
    .flatMap((time) => [
      { time, level: 1 },
      { time: time + 1e-4, level: 0 },
    ]);
  assert.is(boxes.length, 68);
  const paper = lif({ tau: single(0.0025), v_threshold: single(0.1) });
  close(spikesOf([paper], boxes, 100), [46.0843859377, 51.0897520384, 71.091961075, 76.0908901532]);
});

test('spikes of CubaLIF and IF', () => {
  const half = ['CubaLIF', { ...cuba, v_threshold: 0.5, v_reset: 0 }] as const;
  close(solve([half], pulses(0.006, 0), 20), [1.82321556794, 5.05828687951, 0.227852292777]);
  const found = spikesOf([['CubaLIF', { ...cuba, v_threshold: 1, v_reset: 0 }]], [level(0.5)], 400);
  close(found.slice(0, 2), [16.9552197911, 28.1657862202]);
  close([found.at(-1)! - found.at(-2)!], [10.9861228867]);
  const integrate = (r: number, v_reset: number) => ['IF', { r, v_threshold: 1, v_reset }] as const;
  close(spikesOf([integrate(3, -0.5)], [level(0.25)], 6000), [4000 / 3, 10_000 / 3, 16_000 / 3]);
  close(spikesOf([integrate(1, 0)], [{ time: 0, slope: 8 }], 800), [500, 1000 * Math.SQRT1_2]);
});

test('Delay, Scale and Threshold', () => {
  const wait = ['Delay', { delay: 0.004 }] as const;
  close(solve([wait, li(0.01)], [level(1)], 12), [0.550671035883]);
  close(solve([['Scale', { scale: 2.5 }], lif()], pulses(0.004, 10), 10), [0.5]);
  close(solve([['Scale', { scale: -0.5 }], li(0.01)], [level(1)], 10), [-0.316060279414]);
  const threshold = ['Threshold', { threshold: 0.5 }] as const;
  close(spikesOf([li(0.01), threshold], [level(1), level(0, 20)], 60), [6.9314718056, 25.4773372269]);
});

/** Half a tick of the time grid, ms: rounding of each spike time and of each event. */
const HALF_TICK = 2 ** -27;
const { status, stderr } = await inProcess(directory, 'nir', 'reference', '--out', 'reference');
const read = (primitive: string, k: number) => {
  const file = at(`reference/${primitive}/${String(k).padStart(2, '0')}`);
  const archive = readNpzArchive(readFileSync(`${file}.npz`), file);
  const facts = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as { nodes: NirChain; events: InputEvent[] };
  const readAll = (name: string) => [...archive.readArray(name).readValues()];
  return { ...facts, spikes: readAll('spike'), times: readAll('time'), potentials: readAll('potential') };
};
type Reference = ReturnType<typeof read>;

/** Parts of a network for one stimulus: NIR nodes, and constant input as steps of a current of memspike's population. */
function createParts({ nodes, events }: Reference, k: number) {
  const [gain, delay] = nodes.reduce(
    ([g, d], [, f]) => [g * (f.scale ?? f.weight ?? 1), d + (f.delay ?? 0) / MS],
    [1, 0],
  );
  const cell = nodes.at(-1)![1];
  const areas = [...new Set(events.flatMap(({ area }) => (area === undefined ? [] : [area]))), 0];
  const trains = areas.map((area) => events.flatMap((one) => (one.area === area ? [one.time / MS] : [])));
  const bias = nodes.reduce((sum, [, f]) => sum + (f.bias ?? 0), 0);
  const toCurrent = (value: number) =>
    (cell.v_leak === undefined ? cell.r! / 1000 : cell.r! * (cell.w_in ?? 1)) * value;
  const levels = events.flatMap(({ time, level: x }) =>
    x === undefined ? [] : [[time / MS + delay, x * gain] as const],
  );
  const current = [...(levels[0]?.[0] === 0 ? [] : [[0, 0] as const]), ...levels].map(([time, x]) => [
    time,
    (cell.v_leak ?? 0) + toCurrent(x + bias),
  ]);
  const name = `cell${k}`;
  const changes = levels.map(([time, x], i) => [time, -toCurrent(x - (levels[i - 1]?.[1] ?? 0))] as const);
  const isCuba = cell.w_in !== undefined && changes.length > 0;
  return {
    chain: [`in${k}`, `w${k}`, ...nodes.slice(1).map((_, i) => `x${k}_${i}`), name, `out${k}`],
    nodes: [
      node('Input', { shape: [areas.length] }),
      node('Linear', { weight: [areas] }),
      ...nodes.map(([type, f]) =>
        node(type, Object.fromEntries(Object.entries(f).map(([key, x]) => [key, key === 'weight' ? [[x]] : [x]]))),
      ),
      node('Output', { shape: [1] }),
    ],
    populations: {
      [`in${k}`]: { model: 'spikeTrains', trains },
      [name]: { current, record: { potential: { neurons: [0], every: 1 } } },
      ...(isCuba && { [`${name}_levels`]: { model: 'spikeTrains', trains: changes.map(([time]) => [time]) } }),
    },
    projections: isCuba
      ? [{ from: `${name}_levels`, to: name, connect: { list: changes.map(([, pA], i) => [i, 0, pA]) } }]
      : [],
  };
}

const RAMP = 4;
let spikeCount = 0;
for (const primitive of ['LI', 'LIF', 'CubaLI', 'CubaLIF', 'I', 'IF', 'Delay', 'Scale', 'Linear', 'Affine'])
  test(`memspike's engine beside the reference: ${primitive}`, async () => {
    assert.is(status, 0, stderr);
    const stimuli = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((k) => k !== RAMP);
    const references = new Map(stimuli.map((k) => [k, read(primitive, k)]));
    const parts = stimuli.map((k) => createParts(references.get(k)!, k));
    const nodes = new Map(parts.flatMap((part) => part.nodes.map((one, i) => [part.chain[i]!, one] as const)));
    const edges = parts.flatMap(({ chain }) => chain.slice(1).map((to, i) => [chain[i]!, to] as const));
    await writeNirGraph({ nodes, edges }, { path: at(`${primitive}.nir`), replace: true }, 'a test');
    const network = {
      memspike: 1,
      import: { file: `${primitive}.nir`, spikeArea: 1 },
      duration: 200,
      populations: Object.assign({}, ...parts.map(({ populations }) => populations)),
      projections: parts.flatMap(({ projections }) => projections),
      record: { spikes: stimuli.map((k) => `cell${k}`) },
    };
    writeFileSync(at(`${primitive}.json`), JSON.stringify(network));
    const made = await inProcess(directory, 'run', `${primitive}.json`, '--out', primitive, '--progress', 'none');
    assert.is(made.status, 0, made.stderr);
    const names = Object.keys(JSON.parse(readFileSync(at(`${primitive}/config.json`), 'utf8')).populations).sort();
    const rowsOfCell = (file: string, k: number) =>
      rowsOf(at(primitive), file).filter(({ population }) => names[population!] === `cell${k}`);
    for (const k of stimuli) {
      const { nodes, events, times, ...file } = references.get(k)!;
      // memspike rounds times of events to ticks, which moves the exact spikes, most after boxes of 0.1 ms.
      const rounded = events.map((event) => ({ ...event, time: snap(event.time / MS) * MS }));
      const isRounded = rounded.some(({ time }, i) => Math.abs(time - events[i]!.time) > 1e-15);
      const { spikes, potentials } = isRounded ? solveChain(nodes, rounded, times) : file;
      assert.is(spikes.length, file.spikes.length);
      for (const [i, time] of spikes.entries()) assert.ok(Math.abs(time - file.spikes[i]!) < 5e-5 * MS);
      const found = rowsOfCell('spikes.arrows', k).map(({ time }) => time!);
      assert.is(found.length, spikes.length, `stimulus ${k}: ${found.join()}, expected ${spikes.join()}`);
      // Near a maximum of the potential, rounding moves a spike further, as the shift by rounded events shows.
      for (const [i, time] of found.entries()) {
        const allowed = (i + 2) * HALF_TICK + Math.abs(spikes[i]! - file.spikes[i]!) / MS;
        assert.ok(Math.abs(time - spikes[i]! / MS) <= allowed, `${k}: ${time}, expected ${spikes[i]! / MS}`);
      }
      spikeCount += found.length;
      const pulseTimes = new Set([...spikes, ...events.map(({ time }) => time)].map((time) => Math.round(time / MS)));
      for (const row of rowsOfCell('potentials.arrows', k)) {
        const expected = potentials[row.time!]!;
        if (pulseTimes.has(row.time!)) continue;
        const potential = row.v ?? row.potential!;
        assert.ok(Math.abs(potential - expected) < 1e-7, `${k}, ${row.time} ms: ${potential}, expected ${expected}`);
      }
    }
  });

/** Writes the response of a LI in steps of forward Euler, with a spike at the end of the step that crosses. */
const EULER = `
import json, pathlib, sys, numpy as np
reference, out, dt = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), float(sys.argv[3])
out.mkdir(parents=True)
for file in sorted(reference.glob('*.json')):
    facts = json.loads(file.read_text())
    f = facts['nodes'][0][1]
    steps = round(facts['duration'] / dt)
    x, slope, area = np.zeros(steps + 1), np.zeros(steps + 1), np.zeros(steps + 1)
    for event in facts['events']:
        k = round(event['time'] / dt)
        if 'level' in event: x[k:] = event['level']
        slope[k:] = event.get('slope', slope[k])
        area[k] += event.get('area', 0)
    x += np.cumsum(slope) * dt
    v, potential, spikes = 0.0, [], []
    for k in range(steps + 1):
        v += f['r'] * area[k] / f['tau']
        if v > f['v_threshold']: v = f['v_reset']; spikes.append(k * dt)
        potential.append(v)
        v += dt * (f['v_leak'] - v + f['r'] * x[k]) / f['tau']
    np.savez(out / (file.stem + '.npz'), spike=spikes, time=np.arange(steps + 1) * dt, potential=potential, dt=dt)
`;

testWithPython('compare.py: error of forward Euler is of first order; wrong spikes give exit code 1', ['numpy'], () => {
  for (const dt of ['0.0001', '0.00001']) assert.is(python(EULER, 'reference/LIF', `euler${dt}/LIF`, dt).stderr, '');
  const compare = (...words: string[]) =>
    spawnSync('/usr/bin/python3', ['reference/compare.py', ...words], { encoding: 'utf8', cwd: directory });
  const { stdout, stderr: message } = compare('euler0.0001', 'euler0.00001', '--tolerance', '0.5');
  assert.is(message, '');
  const [coarse, fine] = [...stdout.matchAll(/^LIF +(\S+) +10 +(\d+) +(\S+) +(\S+) +(\S+) +(\S+) /gm)]
    .map((row) => row.slice(1, 7).map(Number))
    .sort((a, b) => b[0]! - a[0]!);
  assert.equal([coarse![0], coarse![1], fine![0], fine![1]], [0.1, 0, 0.01, 0]);
  assert.ok(coarse![2]! > 0.02 && coarse![2]! < 0.5 && coarse![4]! < 1.4, stdout);
  assert.ok(Math.abs(coarse![5]! - 1) < 0.3, stdout);
  assert.is(compare('reference', '--tolerance', '0').status, 0);
  assert.is(compare('euler0.0001', '--tolerance', '0.001').status, 1);
  assert.match(compare('nothing').stderr, /nothing has no folder of a primitive, such as LIF/);
});

test('spikes were compared', () => assert.ok(spikeCount > 400, `${spikeCount} spikes`));

test.run();
