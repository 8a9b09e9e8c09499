/** Half-select disturb, applied lazily, against a slow reference that pulses every cell of the array at once. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceContext, DeviceFactory } from '../../../../core/factories.ts';
import { Arena } from '../../../../core/kernels/arena.ts';
import { allocateRecords, DevicesRecord } from '../../../../core/kernels/records.ts';
import { RandomStream } from '../../../../core/random/random.ts';
import { createFamilyPulses } from '../../../../synapses/devices/array/partialPulses.ts';
import * as models from '../../../../synapses/devices/index.ts';
import { linearDrift, linearDriftMemristor } from '../../../../synapses/devices/linearDrift.ts';
import { createOhmicConversions } from '../../../../synapses/devices/memristor.ts';
import { vteam, vteamMemristor } from '../../../../synapses/devices/vteam.ts';
import { type Bench, bench, driftParameters } from '../bench.ts';
import { EagerArray, type ReferenceCell, type Scheme } from './eagerArray.ts';

const { softBound, linear, exponential, power, secondOrder, stmLtm, neuroSim, reconfigurable } = models;

interface Case {
  readonly device: (array: object) => DeviceFactory;
  readonly cell: (k: number) => ReferenceCell;
  readonly tolerance: number;
}

const share = 0.3;
const disturb = { threshold: 0.1, share };

/** A step model: each cell of the reference is a device of its own with a transistor. */
const stepModel = (create: (p: never) => DeviceFactory, p: object, tolerance = 0): Case => ({
  device: (array) => create({ ...p, ...array, disturb } as never),
  cell: () => {
    const b = bench(create(p as never), { weight: 0.5 });
    return {
      full: (s, t) => b.pulse(s, t),
      partial: (s, t) => b.pulse(share * s, t),
      weight: (t) => b.devices.weight(0, t),
    };
  },
  tolerance,
});

type Memristor = Pick<ReturnType<typeof vteamMemristor>, 'stateAfter' | 'polarity'>;
const voltageModel = (
  create: (p: never) => DeviceFactory,
  memristor: (p: never) => Memristor,
  p: { readonly rOn: number; readonly rOff: number; readonly writeVoltageUp: number; readonly writeTime: number },
  scheme: Scheme,
): Case => ({
  device: (array) => create({ ...p, writeVoltageDown: p.writeVoltageUp, ...array } as never),
  cell: () => {
    const m = memristor({ ...p } as never);
    const { stateConversions: s, gMax } = createOhmicConversions(p);
    let x = s.toState((0.5 - p.rOn / p.rOff) / (1 - p.rOn / p.rOff));
    const pulse = (volts: number, strength: number) => {
      x = m.stateAfter(x, Math.sign(strength) * m.polarity * volts, Math.abs(strength) * p.writeTime);
    };
    return {
      full: (strength) => pulse(p.writeVoltageUp, strength),
      partial: (strength) => pulse(p.writeVoltageUp / (scheme === 'half' ? 2 : 3), strength),
      weight: () => s.conductance(s.ofState(x)) / gMax,
    };
  },
  tolerance: 1e-12,
});

const range = { gMin: 0, gMax: 1e-5 };
const vteamParameters = {
  rOn: 50,
  rOff: 1000,
  thickness: 3e-9,
  kOn: -10,
  kOff: 5e-4,
  aOn: 3,
  aOff: 1,
  vOn: -0.05,
  vOff: 0.02,
  writeVoltageUp: 0.217,
  writeTime: 1e-11,
};

const cases = (scheme: Scheme): Record<string, Case> => ({
  softBound: stepModel(softBound, { ...range, etaUp: 0.01, etaDown: 0.02 }, 1e-12),
  'linear, clipped': stepModel(linear, { ...range, etaUp: 0.04, etaDown: 0.06 }, 1e-12),
  'exponential, closed': stepModel(exponential, { ...range, alphaUp: 0.003, alphaDown: 0.002 }, 1e-12),
  'exponential, large steps': stepModel(exponential, { ...range, alphaUp: 0.1, alphaDown: 0.2 }),
  neuroSim: stepModel(neuroSim, { ...range, pulsesUp: 50, pulsesDown: 70 }, 1e-12),
  'power, replayed': stepModel(power, range),
  'secondOrder, timed': stepModel(secondOrder, range),
  'stmLtm, relaxing': stepModel(stmLtm, { ...range, tauS: 300 }),
  volatile: stepModel(reconfigurable, { ...range, mode: 'volatile' }),
  // two pulses at one time: the reference relaxes by e^0, which is rounded
  retention: stepModel(softBound, { ...range, retention: { tau: 200, rest: 0.2 } }, 1e-14),
  'retention by a power law': stepModel(linear, { ...range, retention: { model: 'powerLaw', t0: 5, nu: 0.1 } }),
  vteam: voltageModel(vteam, vteamMemristor as never, vteamParameters, scheme),
  linearDrift: voltageModel(linearDrift, linearDriftMemristor as never, driftParameters, scheme),
});

const [ROWS, COLUMNS] = [7, 5];

for (const scheme of ['half', 'third'] as const)
  for (const writes of ['parallel', 'serial'] as const)
    for (const [name, { device, cell, tolerance }] of Object.entries(cases(scheme)))
      test(`${name}, ${scheme}, ${writes}: the lazy array equals the reference`, () => {
        const random = new RandomStream(3, name);
        const lazy = bench(device({ selection: scheme, array: { writes } }), {
          weight: 0.5,
          rows: ROWS,
          columns: COLUMNS,
        });
        const eager = new EagerArray(ROWS, COLUMNS, scheme, cell);
        const compare = (k: number, t: number) => {
          const [found, wanted] = [lazy.devices.weight(k, t), eager.cells[k]!.weight(t)];
          assert.ok(Math.abs(found - wanted) <= tolerance, `cell ${k} at ${t} ms: ${found}, not ${wanted}`);
        };
        let t = 0;
        for (let n = 0; n < 400; n++) {
          t += 3 * random.uniform();
          const along = random.uniform() < (n < 200 ? 1 : 0.5) ? 'column' : 'row';
          const line = random.integerBelow(along === 'column' ? COLUMNS : ROWS);
          const isFull = random.uniform() < 0.7;
          const strengths = Array.from({ length: along === 'column' ? ROWS : COLUMNS }, () => {
            const sign = random.integerBelow(3) - 1;
            return isFull || sign === 0 ? sign : sign * (0.5 + random.uniform());
          });
          if (writes === 'serial') eager.writeSerially(along, line, strengths, t);
          else eager.write(along, line, strengths, t);
          if (along === 'column') lazy.devices.pulseColumn(line, Float64Array.from(strengths), 1, 0, t);
          else lazy.devices.pulseRow(line, Float64Array.from(strengths), 1, 0, t);
          if (random.uniform() < 0.3) {
            const row = random.integerBelow(ROWS);
            lazy.devices.readRow(row, t);
            lazy.weights(row).forEach((w, j) => {
              const wanted = eager.cells[row * COLUMNS + j]!.weight(t);
              assert.ok(Math.abs(w - wanted) <= tolerance, `read at ${t} ms: ${w}, not ${wanted}`);
            });
          }
          if (n % 20 === 0) compare(random.integerBelow(ROWS * COLUMNS), t);
        }
        for (let k = 0; k < ROWS * COLUMNS; k++) compare(k, t);
      });

const sparedArray = {
  ...{ ...range, writeVoltageUp: 1.3, writeVoltageDown: 1, writeTime: 1e-7 },
  disturb: { threshold: 0.5, thresholdSpread: 0.3, share },
};
const weakArray = { ...sparedArray, disturb: { threshold: 0.1, share } };
for (const [name, device] of Object.entries({
  'soft-bound, half': () => softBound({ ...sparedArray, etaUp: 0.02, etaDown: 0.03, selection: 'half' }),
  'exponential, half': () => exponential({ ...weakArray, alphaUp: 0.02, alphaDown: 0.03, selection: 'half' }),
  'exponential, third': () => exponential({ ...weakArray, betaUp: 5, deviceToDevice: 0.3, selection: 'third' }),
}))
  test(`${name}: rows of single precision, four devices at a time, are those of double precision`, () => {
    const [rows, columns] = [3, 40];
    const [single, double] = (['f32', 'f64'] as const).map((precision) =>
      bench(device(), { weight: 0.5, rows, columns, precision }),
    ) as [Bench, Bench];
    const random = new RandomStream(5, 'single precision');
    for (let n = 0; n < 300; n++) {
      const strengths = Float64Array.from({ length: rows }, () => random.integerBelow(3) - 1);
      const [column, row] = [random.integerBelow(columns), random.integerBelow(rows)];
      for (const { devices } of [single, double]) {
        devices.pulseColumn(column, strengths, 1, 0, n);
        if (n % 3 === 0) devices.readRow(row, n);
      }
      for (const [k, weight] of single.weights(row).entries())
        assert.ok(Math.abs(weight - double.weights(row)[k]!) < 1e-7, `device ${k} of row ${row} after write ${n}`);
    }
    for (const kind of ['read', 'write', 'halfSelected'] as const) {
      const [found, wanted] = [single, double].map(({ devices }) => devices.usage.energy[kind]!) as [number, number];
      assert.ok(wanted > 0 && Math.abs(found / wanted - 1) < 1e-9, `${kind}: ${found} J, not ${wanted} J`);
    }
  });

test('a device does not depend on that beside which the kernel computes it: steps by series, in closed form and one by one', () => {
  const columns = 8;
  const disturb = { threshold: 0.1, share: 0.02 };
  const device = exponential({ selection: 'half', alphaUp: 0.3, betaUp: 5, alphaDown: 0.2, gMin: 0, disturb });
  const b = bench(device, { weight: 0.5, rows: 1, columns });
  for (let n = 0; n < 40; n++) {
    b.devices.pulseColumn(n % columns, Float64Array.of(n % columns > 3 ? 1 : -1), 1, 0, n);
    if (n % 5 < 4) continue;
    const alone = Array.from({ length: columns }, (_, k) => b.devices.weight(k, n));
    assert.ok(new Set(alone).size > 2);
    b.devices.readRow(0, n);
    assert.equal([...b.weights(0)], alone);
  }
});

const cellOf = (device: DeviceFactory) => bench(device, { weight: 0.5, rows: 1, columns: 2 });
/** Pulses cell (0, 1), so that cell (0, 0) sees partial pulses of the same signs. */
function disturbed(device: DeviceFactory, signs: readonly number[]) {
  const b = cellOf(device);
  for (const s of signs) b.devices.pulseColumn(1, Float64Array.of(s), 1, 0, 0);
  return b.devices.weight(0, 0);
}
const ups = Array<number>(50).fill(1);
const downs = Array<number>(50).fill(-1);
const orders = [[...ups, ...downs], [...downs, ...ups], ups.flatMap((up) => [up, -up])];

test('the order of partial pulses counts: soft bounds, clipping', () => {
  const whole = { selection: 'half', disturb: { threshold: 0.1, share: 1 }, gMin: 0 } as const;
  const soft = orders.map((signs) => disturbed(softBound({ ...whole, etaUp: 0.01, etaDown: 0.01 }), signs));
  [0.422, 0.578, 0.4984].forEach((wanted, i) => {
    assert.ok(Math.abs(soft[i]! - wanted) < 5e-5, `${soft[i]}, not ${wanted}`);
  });
  const hard = orders.map((signs) => disturbed(linear({ ...whole, etaUp: 0.02, etaDown: 0.02 }), signs));
  [0, 1, 0.5].forEach((wanted, i) => {
    assert.ok(Math.abs(hard[i]! - wanted) < 1e-12, `${hard[i]}, not ${wanted}`);
  });
});

/** State after n repetitions of two exponential steps, by the kernel. */
function followRun(g: number, a: number, b: number, second: number, n: number) {
  const arena = new Arena();
  const [devices] = allocateRecords(arena, DevicesRecord, 1);
  Object.assign(devices!, { family: 1, aUp: a, bUp: b });
  const step = { share: 1, voltageFraction: 0.5, upFactors: null, downFactors: null };
  const context = { arena, edges: { rows: 1, columns: 1 } } as DeviceContext;
  return createFamilyPulses(devices!, arena.u8(1).fill(3), step, context).partialStep!(0, g, 1, second, n);
}

test('the closed form of exponential steps errs by less than 1e-12 against compensated sums', () => {
  for (const [a, b, n] of [
    [0.001, 3, 500],
    [3e-5, 5, 20_000],
    [0.0005, 3, 3],
  ] as const)
    for (const second of [0, 0.45]) {
      let [h, rest] = [0.2, 0];
      const add = (size: number) => {
        const step = size * Math.exp(-b * h) - rest;
        const next = h + step;
        rest = next - h - step;
        h = next;
      };
      for (let i = 0; i < n; i++) {
        add(a);
        add(second * a);
      }
      const found = followRun(0.2, a, b, second, n);
      assert.ok(Math.abs(found - h) < 1e-12, `${a}, ${b}, ${second}, ${n}: ${found - h}`);
    }
  let single = 0.2;
  for (let i = 0; i < 10; i++) single += 0.01 * Math.exp(-3 * single);
  assert.ok(
    Math.abs(followRun(0.2, 0.01, 3, 0, 10) - single) < 1e-15,
    'steps too large for the closed form are single',
  );
  let steep = 5e-4;
  for (let i = 0; i < 3; i++) steep += 1e-7 * Math.exp(-2000 * steep);
  const found = followRun(5e-4, 1e-7, 2000, 0, 3);
  assert.ok(Math.abs(found - steep) < 1e-18, `exponents too large for a table: ${found - steep}`);
});

test('thresholds of devices decide: with a spread of 0.26, a share of them is disturbed at V/2', () => {
  const device = softBound({
    selection: 'half',
    disturb: { threshold: 0.5 * 1.52, thresholdSpread: 0.26, share: 0.1 },
  });
  const b = bench(device, { weight: 0.5, rows: 1, columns: 4000 });
  b.devices.pulseColumn(0, Float64Array.of(1), 1, 0, 0);
  const moved = Array.from({ length: 3999 }, (_, j) => b.devices.weight(j + 1, 0)).filter((w) => w !== 0.5).length;
  const wanted = 3999 * 0.0656; // log-normal: P(z < (ln(0.5/0.76) + s²/2)/s), s² = ln(1 + 0.26²)
  assert.ok(Math.abs(moved - wanted) < 4 * Math.sqrt(wanted), `${moved}, not about ${wanted}`);
});

test('below all thresholds, or behind selectors that stay off, nothing moves and reads stay steady', () => {
  const below = { selection: 'half', disturb: { threshold: 0.51, share: 1 } } as const;
  assert.ok(cellOf(softBound(below)).devices.hasSteadyWeights);
  assert.ok(cellOf(vteam({ selection: 'half', vOn: -0.2, vOff: 0.13, writeVoltageUp: 0.25 })).devices.hasSteadyWeights);
  assert.not.ok(cellOf(vteam({ selection: 'half' })).devices.hasSteadyWeights);
  const selector = { voltage: 1.2, time: 10, threshold: 1, spread: 0.02 };
  const open = disturbed(softBound({ selector, selection: 'half', disturb: { threshold: 0.1, share: 1 } }), ups);
  assert.is(open, 0.5);
});

test('looking at a weight and a checkpoint change no bit', () => {
  const run = (looks: boolean) => {
    const device = () =>
      exponential({ gMin: 0, selection: 'third', alphaUp: 0.003, disturb: { threshold: 0.1, share: 0.3 } });
    let b = bench(device(), { weight: 0.5, rows: 6, columns: 4 });
    const random = new RandomStream(1, 'looks');
    for (let n = 0; n < 300; n++) {
      const strengths = Float64Array.from({ length: 6 }, () => random.integerBelow(3) - 1);
      if (n % 3 === 0) b.devices.pulseRow(random.integerBelow(6), strengths.slice(0, 4), 1, 0, n);
      else b.devices.pulseColumn(random.integerBelow(4), strengths, 1, 0, n);
      if (!looks) continue;
      b.devices.weight(n % 24, n);
      b.devices.refreshWeights(n);
      const saved = Object.entries(b.devices.state).map(([key, values]) => [key, values.slice()] as const);
      b = bench(device(), { weight: 0.5, rows: 6, columns: 4 });
      for (const [key, values] of saved) (b.devices.state[key]! as Float64Array).set(values as Float64Array);
      b.devices.onCheckpointLoaded?.();
    }
    return Array.from({ length: 24 }, (_, k) => b.devices.weight(k, 300));
  };
  assert.equal(run(true), run(false));
});

test('what does not go with a passive array is refused in one sentence', () => {
  assert.throws(() => linear({ selection: 'half' }), /device\.disturb is missing: linear with selection "half" needs/);
  assert.throws(() => vteam({ disturb: { threshold: 1, share: 0.1 } }), /vteam computes its steps/);
  assert.throws(() => vteam({ selection: 'half', schemePulses: 5 }), /device\.schemePulses: selection "half" needs/);
  assert.throws(() => linear({ disturb: { threshold: 1, share: 1.1 } }), /share.*(1\.1)/);
  assert.throws(() => linear({ disturb: { share: 0.1 } as never }), /threshold/);
});

test.run();
