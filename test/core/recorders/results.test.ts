/** What is asked of a network after a run: trains, spikes of a population, synapses, and the courses of currents, conductances, thresholds, traces, u and x. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { Network } from '../../../core/network.ts';
import { MemoryTable } from '../../../core/recorders/memoryTable.ts';
import { lif, poisson, spikeTrains } from '../../../neurons/index.ts';
import { ideal, softBound } from '../../../synapses/devices/index.ts';
import { diehlCook, pairStdp, postTrace, tripletStdp } from '../../../synapses/rules/index.ts';
import { tsodyksMarkram } from '../../../synapses/shortTerm/index.ts';

const refused = (act: () => unknown, message: RegExp) =>
  assert.throws(
    act,
    (e: unknown) => e instanceof UserError && (message.test(e.message) || assert.match(e.message, message)),
  );
const near = (found: ArrayLike<number>, expected: readonly number[], within = 1e-12) => {
  assert.is(found.length, expected.length);
  expected.forEach((x, i) => {
    assert.ok(Math.abs(found[i]! - x) <= within, `${i}: ${found[i]}, expected ${x}`);
  });
};

test('trains and spikes of a population, without a flush, as the columns have them', () => {
  const net = new Network({ seed: 3 });
  const input = net.population('input', poisson({ size: 20, rate: 300 }));
  const output = net.population('output', lif({ size: 3, tau: 20 }));
  net.population('quiet', lif({ size: 1 }));
  net.projection(input, output, { connect: { all: { weight: 3 } }, delay: 1 });
  const spikes = net.recordSpikes([input, output]);
  assert.is(net.recordSpikes([output]), spikes);
  for (const until of [200, 500]) {
    net.run(until - net.now);
    const trains = spikes.trains('output');
    const { times, neurons } = spikes.of('output');
    assert.is(trains.length, 3);
    assert.ok(times.length > 10 && times.length === output.spikes);
    assert.ok(times instanceof Float64Array && neurons instanceof Uint32Array);
    trains.forEach((train, j) => {
      assert.equal(
        [...train],
        [...times].filter((_, i) => neurons[i] === j),
      );
      assert.equal(
        [...train],
        [...train].sort((a, b) => a - b),
      );
    });
    assert.is(spikes.rows, input.spikes + output.spikes);
    assert.is(
      spikes.trains('input').reduce((sum, train) => sum + train.length, 0),
      input.spikes,
    );
    assert.equal(spikes.column('time'), [...spikes.array('time')]);
  }
  refused(() => spikes.trains('ouput'), /this table has no spikes of "ouput", did you mean "output"\?/);
  refused(() => spikes.of('quiet'), /no spikes of "quiet"/);
  refused(() => new MemoryTable().trains('output'), /records no population here/);
});

test('a table grows in every type of column and gives views of what is there', () => {
  const table = new MemoryTable();
  for (let k = 0; k < 3000; k++)
    table.write(
      { a: Float64Array.of(k / 2), b: Uint8Array.of(k), c: Float32Array.of(k / 2), d: Uint16Array.of(k, 1) },
      1,
    );
  assert.is(table.rows, 3000);
  assert.ok(table.array('b') instanceof Uint8Array && table.array('c') instanceof Float32Array);
  assert.is(table.array('d').length, 3000);
  assert.equal([table.array('a')[2999], table.array('b')[2999], table.column('c')[2999]], [1499.5, 2999 % 256, 1499.5]);
  assert.equal([...table.array('nothing')], []);
});

test('synapses: typed columns, as given, dense and sparse, with devices and delays, as they are now', () => {
  const net = new Network({ seed: 1 });
  const a = net.population('a', spikeTrains({ trains: [[1], [], [2]] }));
  const b = net.population('b', lif({ size: 2 }));
  const list = net.projection(a, b, {
    connect: {
      list: [
        [2, 1, 0.5, 3],
        [0, 0, -1, 1.5],
        [2, 0, 2, 1.5],
      ],
    },
    dendriticDelay: 2,
  });
  const { conductance, ...columns } = list.synapses();
  assert.ok(conductance.length === 3 && conductance.every(Number.isNaN));
  assert.equal(columns, {
    pre: Uint32Array.of(0, 2, 2),
    post: Uint32Array.of(0, 0, 1),
    weight: Float64Array.of(-1, 2, 0.5),
    delay: Float64Array.of(1.5, 1.5, 3),
  });
  const dense = net.projection(a, b, { connect: { all: { weight: 7 } }, sources: { neurons: [0, 2] }, delay: 1 });
  const { pre, post, weight } = dense.synapses();
  assert.equal(
    [[...pre], [...post], [...weight]],
    [
      [0, 0, 2, 2],
      [0, 1, 0, 1],
      [7, 7, 7, 7],
    ],
  );
  const teacher = net.population('teacher', spikeTrains({ trains: [[2.5], []] }));
  const learning = net.projection(a, teacher, {
    connect: { all: { weight: 0.5 } },
    device: softBound({}),
    rule: pairStdp({ aPlus: 0.1 }),
    delay: 1,
  });
  const before = learning.synapses();
  assert.ok(before.weight.every((w) => w === 0.5));
  net.run(10);
  const after = learning.synapses();
  assert.ok(after.weight[0]! > 0.5 && after.weight[1] === 0.5);
  assert.ok(before.weight[0] === 0.5, 'what was read stays');
  assert.ok(after.conductance[0]! > after.conductance[1]! && after.conductance[1]! > 0 && after.conductance[0]! < 1e-2);
});

test('currents, conductances, thresholds: the closed forms', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('input', spikeTrains({ trains: [[1, 4]] }));
  const into = (name: string, neuron: Parameters<typeof lif>[0], weights: readonly number[], receptor?: string) => {
    const made = net.population(name, lif(neuron));
    net.projection(input, made, {
      connect: { list: weights.map((w, j) => [0, j, w]) },
      ...(receptor ? { receptor } : {}),
    });
    return made;
  };
  const currents = into('currents', { size: 2, synapse: 'exponential', tauSynExc: 3, tauSynInh: 5 }, [10, -20]);
  const open = into(
    'open',
    { size: 2, synapse: 'conductance', tauSyn: 4, leakConductance: 10, threshold: 1000 },
    [10, -20],
  );
  const two = into(
    'two',
    { size: 2, synapse: 'conductance', tauSyn: { excitatory: 4, inhibitory: 7 }, leakConductance: 10, threshold: 1000 },
    [10, -20],
  );
  const fading = into(
    'fading',
    { size: 2, synapse: 'conductance', tauSyn: 4, threshold: 1000, adaptive: { increment: 1, tau: 10 } },
    [10, -20],
  );
  const several = into(
    'several',
    { size: 2, synapse: 'multiExponential', receptors: { fast: { tau: 3 }, slow: { tau: 8, rise: 2 } } },
    [10, -20],
  );
  const adapting = into('adapting', { size: 2, adaptive: { increment: 2, tau: 10 }, threshold: 5 }, [6, 20]);
  const every = 0.5;
  const table = net.recordState(currents, {
    quantities: ['excitatoryCurrent', 'inhibitoryCurrent'],
    neurons: [0, 1],
    every,
  });
  net.recordState(
    open,
    { quantities: ['excitatoryConductance', 'inhibitoryConductance'], neurons: [0, 1], every },
    table,
  );
  for (const cells of [two, fading])
    net.recordState(
      cells,
      { quantities: ['excitatoryConductance', 'inhibitoryConductance'], neurons: [0, 1], every },
      table,
    );
  net.recordState(several, { quantities: ['fastCurrent', 'slowCurrent'], neurons: [0, 1], every }, table);
  net.recordState(adapting, { quantities: ['threshold', 'potential'], neurons: [0], every }, table);
  const atSpikes = net.recordState(adapting, { quantities: ['threshold'], neurons: [1, 0], on: 'spike' });
  net.run(10);
  const decayed = (w: number, tau: number) => (t: number) =>
    [1, 4].reduce((sum, s) => sum + (t >= s ? w * Math.exp((s - t) / tau) : 0), 0);
  const follows = (name: string, j: number, expected: (t: number) => number) => {
    const { times, values } = table.course(name, j);
    assert.is(times.length, 21);
    near(values, Array.from(times, expected), 1e-10);
  };
  follows('currents.excitatoryCurrent', 0, decayed(10, 3));
  follows('currents.inhibitoryCurrent', 1, decayed(-20, 5));
  follows('currents.inhibitoryCurrent', 0, () => 0);
  follows('open.excitatoryConductance', 0, decayed(10, 4));
  follows('open.inhibitoryConductance', 1, decayed(20, 4));
  follows('two.excitatoryConductance', 0, decayed(10, 4));
  follows('two.inhibitoryConductance', 1, decayed(20, 7));
  follows('fading.excitatoryConductance', 0, decayed(10, 4));
  follows('fading.inhibitoryConductance', 1, decayed(20, 4));
  follows('several.fastCurrent', 0, decayed(10, 3));
  const peak = ((8 * 2) / 6) * Math.log(4);
  const scale = -20 / (Math.exp(-peak / 8) - Math.exp(-peak / 2));
  follows('several.slowCurrent', 1, (t) => decayed(scale, 8)(t) - decayed(scale, 2)(t));
  follows('adapting.threshold', 0, (t) => 5 + (t >= 1 ? 2 * Math.exp((1 - t) / 10) : 0));
  near(atSpikes.course('adapting.threshold', 1).values, [7, 7 + 2 * Math.exp(-3 / 10)], 1e-12);
  near(atSpikes.course('adapting.threshold', 1).times, [1, 4]);
  near(atSpikes.course('adapting.threshold', 0).times, [1]);
});

test('u, x and traces: as an arrival would find them, and at arrivals and postsynaptic spikes', () => {
  const net = new Network({ seed: 1 });
  const pre = net.population('pre', spikeTrains({ trains: [[2, 5], [7]] }));
  const post = net.population('post', spikeTrains({ trains: [[3, 6]] }));
  const shared = { connect: { all: { weight: 0.5 } }, delay: 1, device: ideal({ wMin: 0, wMax: 1 } as never) };
  const terms = { U: 0.4, tauRec: 100, tauFacil: 50 };
  const made = net.projection(pre, post, {
    ...shared,
    shortTerm: tsodyksMarkram(terms),
    rule: pairStdp({ tauPlus: 10, tauMinus: 20 }),
  });
  const table = net.recordState(made, {
    quantities: ['u', 'x', 'preTrace'],
    neurons: [0, 1],
    times: [1, 2.5, 3, 4, 8],
  });
  net.recordState(made, { quantities: ['postTrace'], neurons: [0], times: [1, 3, 4, 8] }, table);
  const arrivals = net.recordState(made, { quantities: ['x'], neurons: [0, 1], on: 'pre' });
  const spikes = net.recordState(made, { quantities: ['postTrace'], neurons: [0], on: 'post' });
  for (const [name, rule, quantities] of [
    ['triplet', tripletStdp({}), ['x1', 'x2', 'y1', 'y2']],
    ['diehl', diehlCook({}), ['preTrace', 'postTrace1', 'postTrace2']],
    ['querlioz', postTrace({} as never), ['preTrace']],
  ] as const) {
    const other = net.projection(pre, post, { ...shared, name, rule });
    net.recordState(other, { quantities, neurons: [0], times: [4] }, table);
  }
  net.run(10);
  const x = (t: number, s: readonly number[]) => {
    let [x, u, last] = [1, 0.4, -Infinity];
    for (const at of [...s, t]) {
      const h = at - last;
      [x, u] = [1 + (x - x * u - 1) * Math.exp(-h / 100), 0.4 + u * 0.6 * Math.exp(-h / 50)];
      if (h === Infinity) [x, u] = [1, 0.4];
      last = at;
    }
    return { x, u };
  };
  const seen = (times: readonly number[], t: number) => times.filter((s) => s <= t);
  const times = [1, 2.5, 3, 4, 8];
  near(
    table.course('pre->post.x', 0).values,
    times.map((t) => x(t, seen([3, 6], t)).x),
  );
  near(
    table.course('pre->post.u', 0).values,
    times.map((t) => x(t, seen([3, 6], t)).u),
  );
  near(
    table.course('pre->post.x', 1).values,
    times.map((t) => x(t, seen([8], t)).x),
  );
  const trace = (s: readonly number[], tau: number) => (t: number) =>
    seen(s, t).reduce((sum, at) => sum + Math.exp((at - t) / tau), 0);
  near(table.course('pre->post.preTrace', 0).values, times.map(trace([3, 6], 10)));
  near(table.course('pre->post.postTrace', 0).values, [1, 3, 4, 8].map(trace([3, 6], 20)));
  near(arrivals.course('pre->post.x', 0).times, [3, 6]);
  near(arrivals.course('pre->post.x', 1).times, [8]);
  near(spikes.course('pre->post.postTrace', 0).values, [3, 6].map(trace([3, 6], 20)));
  near(table.course('triplet.x2', 0).values, [Math.exp(-1 / 101)]);
  near(table.course('diehl.postTrace2', 0).values, [Math.exp(-1 / 40)]);
  near(table.course('querlioz.preTrace', 0).values.map(Math.sign), [1]);
});

test('recording changes nothing, wherever a run is cut', () => {
  const run = (recorded: boolean, cuts: readonly number[]) => {
    const net = new Network({ seed: 5 });
    const input = net.population('input', poisson({ size: 50, rate: 100 }));
    const output = net.population('output', lif({ size: 20, threshold: 10, adaptive: { increment: 0.1 } }));
    net.projection(input, output, { connect: { probability: { p: 0.5, weight: 2 } }, delay: 1 });
    net.projection(output, output, { connect: { probability: { p: 0.2, weight: -1 } }, delay: 1.5 });
    const spikes = net.recordSpikes([output]);
    const states = recorded
      ? net.recordState(output, { quantities: ['threshold'], neurons: [0, 7], on: 'spike' })
      : new MemoryTable();
    for (const cut of cuts) net.run(cut);
    const course = recorded ? states.course('output.threshold', 7) : null;
    return { spikes: [...spikes.of('output').times], neurons: [...spikes.of('output').neurons], course };
  };
  const [plain, seen, cut] = [run(false, [300]), run(true, [300]), run(true, [100, 0.5, 199.5])];
  assert.ok(plain.spikes.length > 100);
  assert.equal([seen.spikes, seen.neurons], [plain.spikes, plain.neurons]);
  assert.equal(cut, seen);
  const own = seen.spikes.filter((_, i) => seen.neurons[i] === 7);
  assert.equal([...seen.course!.times], own);
  near(
    seen.course!.values,
    own.map((_, k) => 10 + 0.1 * (k + 1)),
    1e-9,
  );
});

test('what cannot be recorded is refused', () => {
  const net = new Network({ seed: 1 });
  const a = net.population('a', spikeTrains({ trains: [[1], [2]] }));
  const b = net.population('b', lif({ size: 2 }));
  const made = net.projection(a, b, {
    connect: { all: { weight: 1 } },
    shortTerm: tsodyksMarkram({}),
    sources: [1, 1],
  });
  const drawn = net.projection(a, b, {
    connect: { all: { weight: 1 } },
    delay: { uniform: [0.1, 0.2], step: 0.1 },
    shortTerm: tsodyksMarkram({}),
    name: 'drawn',
  });
  const rec = (more: object) => ({ quantities: ['threshold'], neurons: [0], every: 1, ...more }) as never;
  refused(
    () => net.recordState(b, rec({ quantities: ['treshold'] })),
    /b\.record\.state\.quantities\[0\] is "treshold", which is unknown, did you mean "threshold"\?/,
  );
  refused(() => net.recordState(b, rec({ neurons: [2] })), /neurons names 2, but neurons of b are 0 to 1/);
  refused(() => net.recordState(b, rec({ on: 'spike' })), /exactly one of the keys every, times, on/);
  refused(() => net.recordState(b, rec({ every: undefined })), /exactly one of the keys every, times, on/);
  refused(
    () => net.recordState(a as never, rec({})),
    /recordState: the first argument is population "a", which is not a population of neurons/,
  );
  refused(
    () => net.recordState(made, rec({ quantities: ['u'] })),
    /neurons names neuron 0, which is not a source neuron/,
  );
  refused(
    () => net.recordState(drawn, rec({ quantities: ['u'] })),
    /needs a projection with one delay, but this one has 2/,
  );
  refused(
    () => net.recordState(made, rec({ quantities: ['preTrace'] })),
    /is "preTrace", which is unknown; known quantities: u, x/,
  );
  const table = net.recordState(b, rec({}));
  refused(() => table.course('b.potential', 0), /this table has no quantity "b\.potential".*b\.threshold/);
});

test.run();
