/** Line resistance, sneak currents and read disturb of passive arrays, against the exact solver of the crossbar. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../../core/random/random.ts';
import { Crossbar, CrossbarLayer } from '../../../../synapses/crossbar/index.ts';
import { softBound } from '../../../../synapses/devices/index.ts';
import { linearDrift, linearDriftMemristor } from '../../../../synapses/devices/linearDrift.ts';
import { createOhmicConversions } from '../../../../synapses/devices/memristor.ts';
import { vteam } from '../../../../synapses/devices/vteam.ts';
import { bench, driftParameters } from '../bench.ts';

const [ROWS, COLUMNS] = [6, 4];
const SHARE = 0.01;
const size = { rows: ROWS, columns: COLUMNS };
const step = { gMin: 0, gMax: 1e-3, etaUp: 0.1, etaDown: 0.2, disturb: { threshold: 9, share: SHARE } } as const;

type Selection = 'half' | 'third';
/** Voltages across the cells in one phase of a write to a column, as fractions of the write voltage, by the exact solver. */
function solveWrite(
  g: ArrayLike<number>,
  ohm: number,
  driver: number,
  selection: Selection,
  column: number,
  rows: boolean[],
) {
  const rest = selection === 'half' ? 0 : 1 / 6;
  const crossbar = new Crossbar({ ...size, conductances: g, lineResistance: ohm, driver, load: driver });
  return crossbar.solve({
    wordVoltages: rows.map((isSelected) => (isSelected ? 1 / 2 : -rest)),
    bitVoltages: Array.from({ length: COLUMNS }, (_, j) => (j === column ? -1 / 2 : rest)),
  }).cells;
}

for (const selection of ['half', 'third'] as const)
  for (const driver of [0, 20])
    test(`refresh 1, ${selection}, driver ${driver} Ω: steps at the voltages of the exact solver`, () => {
      const array = { lineResistance: 5, driver, refresh: 1 };
      const lazy = bench(softBound({ ...step, selection, array }), { weight: 0.5, ...size });
      const random = new RandomStream(1, 'lines');
      const w = new Float64Array(ROWS * COLUMNS).fill(0.5);
      for (let n = 0; n < 40; n++) {
        const column = random.integerBelow(COLUMNS);
        const signs = Array.from({ length: ROWS }, () => random.integerBelow(3) - 1);
        const conductances = w.map((x) => x * 1e-3);
        for (const sign of [1, -1]) {
          const cells = solveWrite(
            conductances,
            5,
            driver,
            selection,
            column,
            signs.map((s) => s === sign),
          );
          signs.forEach((s, i) => {
            if (s !== sign) return;
            const k = i * COLUMNS + column;
            const partial = selection === 'half' ? 1 / 2 : 1 / 3;
            const strength = SHARE ** ((1 - cells[k]!) / (1 - partial));
            w[k]! += sign > 0 ? 0.1 * strength * (1 - w[k]!) : -0.2 * strength * w[k]!;
          });
        }
        lazy.devices.pulseColumn(column, Float64Array.from(signs), 1, 0, n);
      }
      w.forEach((wanted, k) => {
        assert.ok(
          Math.abs(lazy.devices.weight(k, 40) - wanted) < 1e-9,
          `cell ${k}: ${lazy.devices.weight(k, 40)}, not ${wanted}`,
        );
      });
      const ideal = bench(softBound({ ...step, selection }), { weight: 0.5, ...size });
      ideal.devices.pulseColumn(0, new Float64Array(ROWS).fill(1), 1, 0, 0);
      const lossy = bench(softBound({ ...step, selection, array }), { weight: 0.5, ...size });
      lossy.devices.pulseColumn(0, new Float64Array(ROWS).fill(1), 1, 0, 0);
      assert.ok(lossy.devices.weight(0, 0) < ideal.devices.weight(0, 0), 'losses make steps smaller');
      assert.ok(lossy.devices.energy.write < ideal.devices.energy.write, 'and cheaper');
    });

test('a model with a voltage computes its step at the voltage that arrives', () => {
  const p = { rOn: 100, rOff: 1000, mobility: 1e-14, thickness: 1e-8, window: 0, writeVoltageUp: 1, writeTime: 1e-4 };
  const b = bench(linearDrift({ ...p, selection: 'half', array: { lineResistance: 1, refresh: 1 } }), {
    weight: 0.5,
    ...size,
  });
  b.devices.pulseColumn(1, new Float64Array(ROWS).fill(1), 1, 0, 0);
  const { stateConversions: s, gMax } = createOhmicConversions(p);
  const cells = solveWrite(new Float64Array(ROWS * COLUMNS).fill(0.5 * gMax), 1, 0, 'half', 1, Array(ROWS).fill(true));
  const m = linearDriftMemristor(p as never);
  const x = s.toState((0.5 - p.rOn / p.rOff) / (1 - p.rOn / p.rOff));
  for (let i = 0; i < ROWS; i++) {
    const k = i * COLUMNS + 1;
    const wanted = s.conductance(s.ofState(m.stateAfter(x, m.polarity * cells[k]!, p.writeTime))) / gMax;
    assert.ok(Math.abs(b.devices.weight(k, 0) - wanted) < 1e-9);
  }
});

/** Weights of each row as read, of an array with random weights. */
function readAll(array: object) {
  const random = new RandomStream(2, 'reads');
  const b = bench(softBound({ ...step, selection: 'half', array }), { weight: 0.5, ...size });
  for (let n = 0; n < 30; n++)
    b.devices.pulseColumn(
      n % COLUMNS,
      Float64Array.from({ length: ROWS }, () => random.integerBelow(3) - 1),
      1,
      0,
      n,
    );
  const own = Float64Array.from({ length: ROWS * COLUMNS }, (_, k) => b.devices.weight(k, 30));
  const read = Array.from({ length: ROWS }, (_, i) => {
    b.devices.readRow(i, 30);
    return b.weights(i);
  }).flat();
  return { conductances: own.map((w) => w * 1e-3), own, read };
}

test('reads at virtual ground lose voltage in lines; with a load and floating rows, sneak currents flow', () => {
  const line = readAll({ lineResistance: 5, driver: 20, refresh: 1 });
  const { effective } = new Crossbar({ ...size, ...line, lineResistance: 5, driver: 20 });
  line.read.forEach((w, k) => {
    assert.ok(Math.abs(w - effective[k]! / 1e-3) < 1e-12);
  });
  const ground = readAll({});
  assert.equal(ground.read, [...ground.own], 'virtual ground without line resistance: weights as stored');
  const sneak = readAll({ load: 1000, refresh: 1 });
  const crossbar = new Crossbar({ ...size, ...sneak, lineResistance: 0, load: 1000 });
  for (let i = 0; i < ROWS; i++) {
    const { bitCurrents } = crossbar.solve({
      wordVoltages: Array.from({ length: ROWS }, (_, k) => (k === i ? 1 : null)),
      bitVoltages: Array(COLUMNS).fill(0),
    });
    bitCurrents.forEach((current, j) => {
      assert.ok(Math.abs(sneak.read[i * COLUMNS + j]! - current / 1e-3) < 1e-12);
    });
  }
});

test('voltages are kept for `refresh` writes; a checkpoint keeps them too', () => {
  const run = (refresh: number, restores = false) => {
    const create = () =>
      bench(softBound({ ...step, selection: 'half', array: { lineResistance: 5, refresh } }), { weight: 0.5, ...size });
    let b = create();
    for (let n = 0; n < 24; n++) {
      b.devices.pulseColumn(
        n % COLUMNS,
        Float64Array.from({ length: ROWS }, (_, i) => ((n + i) % 3) - 1),
        1,
        0,
        n,
      );
      if (!restores) continue;
      const saved = Object.entries(b.devices.state).map(([key, values]) => [key, values.slice()] as const);
      b = create();
      for (const [key, values] of saved) (b.devices.state[key]! as Float64Array).set(values as Float64Array);
      b.devices.onCheckpointLoaded?.();
    }
    return Array.from({ length: ROWS * COLUMNS }, (_, k) => b.devices.weight(k, 24));
  };
  const [exact, kept] = [run(1), run(8)];
  assert.not.equal(kept, exact);
  kept.forEach((w, k) => {
    assert.ok(Math.abs(w - exact[k]!) < 0.02);
  });
  assert.equal(run(8, true), kept);
});

test('reads of a model with a voltage disturb, if the read voltage moves it', () => {
  const reads = (device: ReturnType<typeof vteam>) => {
    const b = bench(device, { weight: 0.5, ...size });
    const before = b.devices.weight(0, 0);
    for (let n = 0; n < 10; n++) b.devices.readRow(0, n);
    assert.is(b.devices.weight(COLUMNS, 9), before, 'other rows stay');
    return { moved: b.devices.weight(0, 9) - before, steady: b.devices.hasSteadyWeights };
  };
  const read = { readVoltage: 0.1, readTime: 1e-4 };
  const disturbed = reads(linearDrift({ ...driftParameters, ...read, array: { readDisturb: true } }));
  const { stateConversions: s, gMax } = createOhmicConversions(driftParameters);
  const m = linearDriftMemristor(driftParameters as never);
  const x = s.toState((0.5 - 0.1) / 0.9);
  const wanted = s.conductance(s.ofState(m.stateAfter(x, m.polarity * 0.1, 10e-4))) / gMax;
  assert.ok(Math.abs(0.5 + disturbed.moved - wanted) < 1e-12, `${disturbed.moved}, not ${wanted - 0.5}`);
  assert.equal(reads(linearDrift({ ...driftParameters, ...read })), { moved: 0, steady: true });
  const below = { vOn: -0.2, vOff: 0.13, readVoltage: 0.1, array: { readDisturb: true } };
  assert.equal(reads(vteam(below)), { moved: 0, steady: true }, 'below the threshold: decided at the start');
});

test('arrays that cannot work are refused in one sentence', () => {
  const half = { ...step, selection: 'half' } as const;
  const swallow = bench(softBound({ ...half, array: { lineResistance: 1e6 } }), { weight: 0.5, ...size });
  assert.throws(
    () => swallow.devices.pulseColumn(0, new Float64Array(ROWS).fill(1), 1, 0, 0),
    /the lines take (9\d|100)\.\d % of the write voltage.*lineResistance \(1000000 Ω\)/,
  );
  assert.throws(() => swallow.devices.readRow(0, 0), /the lines take (9\d|100)\.\d % of the read voltage of a device/);
  assert.throws(
    () => softBound({ ...step, array: { lineResistance: 1 } }),
    /array\.lineResistance is for passive arrays/,
  );
  const device = softBound({ ...half, array: { load: 1 } });
  assert.throws(() => new CrossbarLayer({ ...size, device }), /layer\.device\.array: the line resistance of a layer/);
  assert.throws(() => softBound({ ...half, array: { driver: 1 } }), /array\.driver needs lineResistance > 0/);
  assert.throws(() => softBound({ ...half, array: { readDisturb: true } }), /readDisturb needs a model with a voltage/);
  assert.throws(() => softBound({ ...half, array: { load: -1 } }), /load.*-1/);
  assert.throws(
    () => softBound({ ...half, disturb: { threshold: 1, share: 0 }, array: { load: 1 } }),
    /array\.load needs disturb\.share > 0/,
  );
});

test.run();
