/** Layers of devices: products and updates against linear algebra, lines against the solver, periphery, books, bad input. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { RandomStream } from '../../core/random/random.ts';
import { Crossbar, CrossbarLayer } from '../../synapses/crossbar/index.ts';
import { ideal, linear, neuroSim, softBound } from '../../synapses/devices/index.ts';
import { relativeDistance, runs } from '../support.ts';

const plain = ideal({ wMin: -1, wMax: 1 });
const pairs = linear({ gMin: 1e-6, gMax: 1e-4, reading: 'differential' });
const numbers = (n: number, s: number | string, spread = 1) => {
  const stream = new RandomStream(s, 'numbers');
  return Float64Array.from({ length: n }, () => spread * (2 * stream.uniform() - 1));
};
/** xᵀ W. */
const product = (x: ArrayLike<number>, w: ArrayLike<number>, columns: number) =>
  Array.from({ length: columns }, (_, j) =>
    Array.from({ length: x.length }, (_, i) => x[i]! * w[i * columns + j]!).reduce((a, b) => a + b, 0),
  );
const close = (found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
  const most = Math.max(...Array.from(expected, Math.abs), 1e-300);
  const off = Math.max(...Array.from(found, (y, j) => Math.abs(y - expected[j]!)));
  assert.ok(off <= tolerance * most, `${Array.from(found).slice(0, 4)}, not ${Array.from(expected).slice(0, 4)}`);
};

test('ideal devices are linear algebra, both ways', () => {
  const side = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(side, side, fc.integer(), (rows, columns, s) => {
      const weights = numbers(rows * columns, `${s}w`);
      const layer = new CrossbarLayer({ rows, columns, device: plain, weights, scale: 1.5 });
      const x = numbers(rows, `${s}x`);
      close(layer.forward(x, new Float64Array(columns)), product(x, weights, columns), 1e-12);
      const d = numbers(columns, `${s}d`);
      const turned = Float64Array.from(weights, (_, k) => weights[(k % rows) * columns + Math.floor(k / rows)]!);
      close(layer.backward(d, new Float64Array(rows)), product(d, turned, rows), 1e-12);
    }),
    runs(40),
  );
});

test('one device and a reference, and pairs, hold the same weights', () => {
  const weights = numbers(12, 1);
  for (const device of [
    pairs,
    linear({ gMin: 1e-6, gMax: 1e-4, reading: 'single' }),
    linear({ gMin: 1e-5, gMax: 1e-4, reading: 'referenceColumn' }),
  ]) {
    const { minWeight: low, maxWeight: high } = device.ranges;
    const layer = new CrossbarLayer({ rows: 4, columns: 3, device, weights, scale: 2 / (high - low) });
    close(layer.weights, weights, 1e-12);
    const x = [0.5, 0, -1, 0.25];
    close(layer.forward(x, new Float64Array(3)), product(x, weights, 3), 1e-12);
  }
});

test('proportional updates of ideal devices are outer products', () => {
  const layer = new CrossbarLayer({ rows: 5, columns: 4, device: plain, scale: 2 });
  const [x, d] = [numbers(5, 'x'), numbers(4, 'd')];
  layer.outer(x, d, 0.1);
  const expected = Float64Array.from({ length: 20 }, (_, k) => 0.1 * x[Math.floor(k / 4)]! * d[k % 4]!);
  close(layer.weights, expected, 1e-12);
  layer.update(expected, -1);
  assert.ok(layer.weights.every((w) => Math.abs(w) < 1e-15));
});

test('the gradient of a net of two layers is that of finite differences', () => {
  const sizes = [6, 5, 3] as const;
  const layers = [0, 1].map(
    (n) =>
      new CrossbarLayer({
        rows: sizes[n]!,
        columns: sizes[n + 1]!,
        device: pairs,
        weights: numbers(sizes[n]! * sizes[n + 1]!, `w${n}`),
        name: `layer${n}`,
      }),
  ) as [CrossbarLayer, CrossbarLayer];
  const x = numbers(6, 'input');
  const run = () => {
    const a = layers[0].forward(x, new Float64Array(5));
    const hidden = a.map((v) => Math.max(v, 0));
    const z = layers[1].forward(hidden, new Float64Array(3));
    const total = z.reduce((sum, v) => sum + Math.exp(v), 0);
    return { a, hidden, shares: z.map((v) => Math.exp(v) / total), loss: Math.log(total) - z[1]! };
  };
  const { a, hidden, shares } = run();
  const d = shares.map((p, j) => p - (j === 1 ? 1 : 0));
  const back = layers[1].backward(d, new Float64Array(5)).map((e, i) => (a[i]! > 0 ? e : 0));
  const gradients = [
    Float64Array.from({ length: 30 }, (_, k) => x[Math.floor(k / 5)]! * back[k % 5]!),
    Float64Array.from({ length: 15 }, (_, k) => hidden[Math.floor(k / 3)]! * d[k % 3]!),
  ];
  const step = 1e-5;
  layers.forEach((layer, n) => {
    const found = gradients[n]!.map((_, k) => {
      const change = new Float64Array(gradients[n]!.length);
      change[k] = step;
      layer.update(change);
      const up = run().loss;
      layer.update(change, -2);
      const down = run().loss;
      layer.update(change);
      return (up - down) / (2 * step);
    });
    close(found, gradients[n]!, 1e-6);
  });
});

test('signs, thresholds and whole pulses', () => {
  const wanted = [0.3, -0.001, 0, 0.04];
  const moved = (update: object) => {
    const layer = new CrossbarLayer({ rows: 1, columns: 4, device: linear({ reading: 'differential' }), update });
    layer.update(wanted.map((w) => w * layer.step * 10));
    return Array.from(layer.weights, (w) => Math.round((w / layer.step) * 1e9) / 1e9);
  };
  assert.equal(moved({ rule: 'sign' }), [1, -1, 0, 1]);
  assert.equal(moved({ rule: 'sign', strength: 0.5 }), [0.5, -0.5, 0, 0.5]);
  assert.equal(moved({ rule: 'threshold', threshold: 0.4 }), [1, 0, 0, 1]);
  assert.equal(moved({ rule: 'proportional', whole: true }), [3, -0, 0, 0].map(Math.abs));
});

test('coincidences of random trains are right in the mean', () => {
  const layer = new CrossbarLayer({
    rows: 3,
    columns: 2,
    device: linear({ gMin: 0, reading: 'differential', etaUp: 1e-4, etaDown: 1e-4 }),
    update: { rule: 'stochastic' },
  });
  const [x, d] = [
    [1, 0.25, -0.5],
    [0.8, -0.2],
  ];
  const rate = 4.3 * layer.step;
  const N = 500;
  for (let n = 0; n < N; n++) layer.outer(x!, d!, rate);
  // Sd of a sum of N trains of at most 4 slots is below √(4 N) steps: four of them.
  layer.weights.forEach((w, k) => {
    const mean = N * rate * x![Math.floor(k / 2)]! * d![k % 2]!;
    assert.ok(Math.abs(w - mean) < 4 * Math.sqrt(4 * N) * layer.step, `${k}: ${w}, not ${mean}`);
  });
  assert.equal(layer.weights[0]! > 0, true);
});

test('line resistance is that of the solver, for one device and for pairs', () => {
  const [rows, columns, word, bit] = [7, 5, 20, 35];
  const x = numbers(rows, 'v');
  const G = (w: number) => 1e-6 + w * (1e-4 - 1e-6);
  const weights = numbers(rows * columns, 'g');
  const currents = (conductances: Float64Array) =>
    new Crossbar({ rows, columns, conductances, lineResistance: { word, bit } }).currents(x);
  const layer = new CrossbarLayer({ rows, columns, device: pairs, weights, centred: false, lines: { word, bit } });
  const [plus, minus] = [1, -1].map((sign) => currents(weights.map((w) => G(Math.max(sign * w, 0)))));
  const expected = Array.from(plus!, (i, j) => (i - minus![j]!) / (1e-4 - 1e-6));
  close(layer.forward(x, new Float64Array(columns)), expected, 1e-12);
  const d = numbers(columns, 'd');
  const e = layer.backward(d, new Float64Array(rows));
  const y = layer.forward(x, new Float64Array(columns));
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a, (v, k) => v * b[k]!).reduce((s, v) => s + v);
  close([dot(x, e)], [dot(y, d)], 1e-12);
  const tiled = new CrossbarLayer({
    rows,
    columns,
    device: pairs,
    weights,
    centred: false,
    lines: { word, bit, tile: { rows: 1, columns: 1 } },
  });
  const alone = (w: number) => 1 / (1 / G(w) + word + bit);
  const single = weights.map((w) => (alone(Math.max(w, 0)) - alone(Math.max(-w, 0))) / (1e-4 - 1e-6));
  close(tiled.forward(x, new Float64Array(columns)), product(x, single, columns), 1e-12);
});

test('a gain for each column makes up for most of what lines take', () => {
  const [rows, columns] = [24, 16];
  const weights = numbers(rows * columns, 'w').map(Math.abs);
  const inputs = Array.from({ length: 40 }, (_, n) => numbers(rows, `x${n}`).map(Math.abs));
  const error = (calibrated: boolean) => {
    const layer = new CrossbarLayer({
      rows,
      columns,
      device: pairs,
      weights,
      centred: false,
      output: { calibrated },
      lines: { word: 30, bit: 30 },
    });
    layer.calibrate(inputs.slice(0, 20));
    return inputs.slice(20).reduce((sum, x) => {
      const y = layer.forward(x, new Float64Array(columns));
      return sum + relativeDistance(Array.from(y), product(x, weights, columns));
    }, 0);
  };
  assert.ok(error(true) < error(false) / 5, `${error(true)} against ${error(false)}`);
});

test('inputs and outputs of finite bits', () => {
  const layer = new CrossbarLayer({
    rows: 2,
    columns: 2,
    device: plain,
    weights: [0.5, 1, -1, 0.25],
    input: { coding: 'width', bits: 2, range: 1 },
    output: { bits: 3, range: 1.5 },
  });
  const x = [0.6, -2]; // 2/3 and -1
  const raw = product([2 / 3, -1], layer.weights, 2);
  const expected = raw.map((v) => Math.round(v / 0.5) * 0.5);
  close(layer.forward(x, new Float64Array(2)), expected, 1e-12);
  const calibrated = new CrossbarLayer({
    rows: 1,
    columns: 1,
    device: plain,
    weights: [1],
    input: { bits: 8 },
    output: { bits: 8 },
  });
  calibrated.calibrate([[4]]);
  close(calibrated.forward([4], new Float64Array(1)), [4], 1e-12);
});

test('write and verify comes within its tolerance, tells what was clipped, and its noise is what was asked for', () => {
  const weights = numbers(600, 'w', 1.2);
  const outside = weights.filter((w) => Math.abs(w) > 1).length / 600;
  const device = softBound({ gMin: 1e-6, gMax: 1e-4, reading: 'differential' });
  const layer = () => new CrossbarLayer({ rows: 20, columns: 30, device });
  const exact = layer();
  const done = exact.program(weights, { tolerance: 0.005 });
  assert.is(done.clipped, outside);
  assert.is(done.missed, 0);
  assert.ok(done.pulses > 0 && done.energy > 0);
  const clipped = weights.map((w) => Math.min(Math.max(w, -1), 1));
  exact.weights.forEach((w, k) => {
    assert.ok(Math.abs(w - clipped[k]!) <= 0.01 + 1e-9);
  });
  const noisy = layer();
  noisy.program(numbers(600, 'w', 0.5), { tolerance: 0.002, noise: 0.05 });
  const off = noisy.weights.map((w, k) => w - numbers(600, 'w', 0.5)[k]!);
  const sd = Math.sqrt(off.reduce((sum, e) => sum + e * e, 0) / 600);
  assert.ok(Math.abs(sd - 0.05 * Math.SQRT2) < 0.01, `${sd}`); // 5 % of a range of 1 in either device
});

test('reads are booked by what pulses take, pulses one by one', () => {
  const weights = [1, -1];
  const read = (input: object) => {
    const layer = new CrossbarLayer({
      rows: 2,
      columns: 1,
      device: pairs,
      weights,
      centred: false,
      input,
    });
    layer.forward([1, 0.5], new Float64Array(1));
    return layer.accounts.devices.energy.read;
  };
  const full = 0.1 ** 2 * 1e-8 * (1e-4 + 1e-6); // both devices of a pair
  close([read({ coding: 'width' })], [1.5 * full], 1e-12);
  close([read({ coding: 'amplitude' })], [1.25 * full], 1e-12);
  close([read({ coding: 'pulses', bits: 4, range: 1 })], [(15 + 8) * full], 1e-12);
  const layer = new CrossbarLayer({ rows: 2, columns: 1, device: pairs, weights });
  layer.outer([1, 0], [1], -0.1);
  assert.is(layer.accounts.devices.writesUp + layer.accounts.devices.writesDown, 2);
});

test('noise of reading is drawn anew, and averaged by numbers of pulses', () => {
  const device = linear({ reading: 'differential', readNoise: { sd: 0.1 } });
  const spread = (input: object) => {
    const layer = new CrossbarLayer({ rows: 1, columns: 400, device, weights: new Float64Array(400).fill(1), input });
    const y = layer.forward([1], new Float64Array(400));
    const mean = y.reduce((a, b) => a + b) / 400;
    return Math.sqrt(y.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 400);
  };
  const [once, often] = [spread({ coding: 'width' }), spread({ coding: 'pulses', bits: 4, range: 1 })];
  assert.ok(Math.abs(once / often - Math.sqrt(15)) < 0.6, `${once} / ${often}`);
});

test('equal seeds give equal bits, other names others', () => {
  const device = neuroSim({ reading: 'differential', deviceToDevice: 0.1, writeNoise: 0.02 });
  const after = (name: string) => {
    const layer = new CrossbarLayer({ rows: 9, columns: 7, device, name, update: { rule: 'stochastic' } });
    for (let n = 0; n < 5; n++) layer.outer(numbers(9, n), numbers(7, n), 0.5);
    return Array.from(layer.weights);
  };
  assert.equal(after('a'), after('a'));
  assert.not.equal(after('a'), after('b'));
});

test('invalid input is refused', () => {
  const layer = new CrossbarLayer({ rows: 2, columns: 3, device: plain, name: 'hidden' });
  const refuses = (run: () => unknown, pattern: RegExp) =>
    assert.throws(run, (e: unknown) => e instanceof UserError && pattern.test(e.message));
  refuses(() => layer.forward([1, 2, 3], new Float64Array(3)), /hidden: a layer of 2 × 3 needs 2 inputs \(got 3\)/);
  refuses(() => layer.forward([1, Number.NaN], new Float64Array(3)), /hidden: inputs must be finite/);
  refuses(() => layer.backward([1, 1, Number.NaN], new Float64Array(2)), /hidden: errors must be finite/);
  refuses(() => layer.outer([1, 1], [1, 1, Number.NaN], 1), /NaN/);
  refuses(() => layer.update(new Float64Array(6).fill(Number.NaN)), /NaN/);
  refuses(() => layer.program([1, 2, 3]), /needs 6 weights \(got 3\)/);
  refuses(() => layer.program([0, 0, 0, 0, 0, Number.NaN]), /weight 5 must be .*got NaN/);
  refuses(() => new CrossbarLayer({ rows: 0, columns: 1, device: plain }), /rows must be .*got 0/);
  refuses(() => new CrossbarLayer({ rows: 1, columns: 1, device: plain, lines: { word: 1 } }), /lines needs devices/);
  refuses(
    () =>
      new CrossbarLayer({ rows: 1, columns: 1, device: plain, output: { bits: 4 } }).forward([1], new Float64Array(1)),
    /output.bits needs output.range/,
  );
  refuses(
    () => new CrossbarLayer({ rows: 1, columns: 1, device: plain, output: { bits: 1 } }),
    /output.bits is 1, but must be an integer >= 2/,
  );
  refuses(
    () => new CrossbarLayer({ rows: 1, columns: 1, device: plain, input: { codnig: 'width' } as never }),
    /layer: input.codnig is unknown, did you mean "coding"/,
  );
});

test.run();
