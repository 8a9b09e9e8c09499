/** The books: what is counted, what it costs, and that nothing is ever taken back. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceFactory } from '../../../../core/factories.ts';
import type { DeviceHooks } from '../../../../core/hooks.ts';
import { Arena, type Floats } from '../../../../core/kernels/arena.ts';
import type { Devices } from '../../../../core/model.ts';
import type { DeviceUsage } from '../../../../core/usage.ts';
import { createDenseEdges } from '../../../../synapses/crossbar/updates.ts';
import { ideal, linear, softBound } from '../../../../synapses/devices/index.ts';
import { runs } from '../../../support.ts';
import { bench } from '../bench.ts';

const near = (found: number, expected: number, relative = 1e-12) =>
  assert.ok(Math.abs(found - expected) <= relative * Math.abs(expected), `${found}, not ${expected}`);
const volts = { writeVoltage: 2, writeTime: 1e-8, readVoltage: 2, readTime: 1e-8 };

test('2 V, 10 µS, 10 ns are 0.4 pJ, read or written', () => {
  const b = bench(softBound({ ...volts, gMin: 0, gMax: 1e-5, writeOnChange: false, levels: { count: 2 } }), {
    weight: 1,
  });
  b.devices.readRow(0, 0);
  b.pulse(1);
  near(b.devices.usage.energy.read, 4e-13);
  near(b.devices.usage.energy.write, 4e-13);
});

test('pulses up and down are counted apart; write-on-change saves those at a bound, with their energy and wear', () => {
  const always = bench(linear({ ...volts, gMin: 0, etaUp: 0.6, etaDown: 0.6, levels: { count: 101 } }), {
    weight: 0.5,
  });
  const saving = bench(linear({ ...volts, gMin: 0, etaUp: 0.6, etaDown: 0.6, writeOnChange: true }), { weight: 0.5 });
  for (const b of [always, saving]) for (const s of [1, 1, 1, -1, -1, -1, -1, 1]) b.pulse(s);
  const counts = ({ writesUp, writesDown, skipped, wear }: DeviceUsage) => [writesUp, writesDown, skipped, wear![0]];
  assert.equal(counts(always.devices.usage), [4, 4, 0, 8]);
  assert.equal(counts(saving.devices.usage), [2, 2, 4, 4]);
  assert.ok(saving.devices.usage.energy.write < always.devices.usage.energy.write);
});

test('with half-select disturb, a pulse of few devices after one of many counts its own devices only', () => {
  const { devices } = bench(linear({ ...volts, etaUp: 0.1, selection: 'half', disturb: { threshold: 5, share: 1 } }), {
    weight: 0.5,
    rows: 3,
    columns: 4,
  });
  devices.pulseColumn(0, Float64Array.of(1, 1, 1), 1, 0, 0);
  assert.equal([...devices.usage.wear!], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
  devices.pulseColumn(3, Float64Array.of(0, 1, 0), 1, 0, 0);
  assert.equal([...devices.usage.wear!], [1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0]);
  assert.is(devices.usage.writesUp, 4);
  assert.ok(devices.weight(7, 0) > 0.5 && devices.weight(6, 0) === 0.5);
});

test('a kernel pulses rows only of dense 64-bit weights that cannot be negative', () => {
  const takesRows = (device: DeviceFactory, isDense: boolean, weights: Floats) => {
    const arena = new Arena();
    const own = weights instanceof Float32Array ? arena.f32(4) : arena.f64(4);
    own.fill(0.5);
    const sparse = { targets: Uint16Array.of(0, 1, 0, 1), starts: Uint32Array.of(0, 2, 4) };
    const edges = { ...createDenseEdges(2, 2, own as Float64Array), ...(!isDense && sparse) };
    const devices = device.create({ arena, seed: 1, name: 'p', edges, transpose: null, hasRandomWeights: true });
    return (devices as Devices & Partial<DeviceHooks>).getWeightsRecord!() !== null;
  };
  const positive = ideal({ wMin: 0 });
  assert.ok(takesRows(positive, true, new Float64Array()));
  assert.not.ok(takesRows(positive, false, new Float64Array()));
  assert.not.ok(takesRows(positive, true, new Float32Array()));
  assert.not.ok(takesRows(positive, false, new Float32Array()));
  assert.not.ok(takesRows(ideal({ wMin: -1 }), true, new Float64Array()));
});

test('half-selected cells: V/2 along row and column, V/3 on all others', () => {
  const made = (selection: 'transistor' | 'half' | 'third') => {
    const b = bench(
      linear({ ...volts, gMin: 0, gMax: 1e-5, etaUp: 0.1, selection, disturb: { threshold: 5, share: 1 } }),
      {
        weight: 0.5,
        rows: 3,
        columns: 4,
      },
    );
    b.devices.pulseColumn(1, Float64Array.of(0, 1, 0), 1, 0, 0); // one device: (1, 1)
    b.devices.pulseColumn(2, Float64Array.of(0, 1, 0), 1, 0, 0); // and its neighbour, which sees the first at 0.6
    return b.devices.usage;
  };
  const none = made('transistor');
  assert.is(none.halfSelected, 0);
  assert.is(none.energy.halfSelected, 0);
  const G = 0.5e-5;
  const square = 4 * 1e-8;
  const half = made('half');
  assert.is(half.halfSelected, 2 * (3 + 2));
  near(half.energy.halfSelected, (square / 4) * (5 * G + (5 * G + 0.1e-5)));
  const third = made('third');
  assert.is(third.halfSelected, 2 * 11);
  near(third.energy.halfSelected, (square / 9) * (11 * G + (11 * G + 0.1e-5)));
  near(half.energy.write, none.energy.write);
});

test('devices without a conductance have counts, but no joules', () => {
  for (const p of [{}, { levels: { count: 11 } }]) {
    const b = bench(ideal(p), { weight: 0.5, columns: 3 });
    b.pulse(0.2);
    b.devices.readRow(0, 0);
    const { reads, writesUp, energy } = b.devices.usage;
    assert.equal([reads, writesUp, energy], [3, 3, { read: NaN, write: NaN, halfSelected: NaN }]);
    assert.ok(Number.isNaN(b.devices.conductance(0, 0)));
  }
});

test('whatever is done to devices, the books only grow and weights keep their bounds', () => {
  const op = fc.record({
    strength: fc.double({ min: -3, max: 3, noNaN: true }),
    row: fc.nat(2),
    wait: fc.double({ min: 0, max: 100, noNaN: true }),
    read: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(op, { maxLength: 40 }),
      fc.constantFrom('transistor' as const, 'half' as const, 'third' as const),
      fc.constantFrom('single' as const, 'pair' as const, 'referenceColumn' as const),
      fc.constantFrom('low' as const, 'high' as const, 'last' as const),
      fc.integer(),
      (ops, selection, reading, failure, seed) => {
        const range = { gMin: 2e-5, reading, deviceToDevice: 0.3, gMinSpread: 0 };
        const factory = softBound({
          ...range,
          selection,
          disturb: { threshold: 0.3, thresholdSpread: 0.5, share: 0.2 },
          cycleToCycle: 1,
          writeNoise: 0.3,
          writeOnChange: true,
          levels: { count: 7 },
          retention: { tau: 50, rest: 0.4 },
          endurance: { cycles: 8, spread: 1, failure },
          stuck: { low: 0.2, high: 0.2 },
          readNoise: { sd: 0.2 },
          readErrors: { rate: 0.2, writeRate: 0.2 },
        });
        const b = bench(factory, { weight: 0.5, rows: 3, columns: 2, seed });
        const full = bench(softBound(range), { weight: 0.5, rows: 3, columns: 2, seed });
        for (let row = 0; row < 3; row++) full.pulse(100, 0, row);
        const tops = [0, 1, 2].flatMap((row) => full.weights(row));
        const low = reading === 'single' ? 0.2 : 0;
        let books = numbers(b.devices.usage);
        let t = 0;
        for (const { strength, row, wait, read } of ops) {
          t += wait;
          if (read) b.devices.readRow(row, t);
          else b.pulse(strength, t, row);
          const now = numbers(b.devices.usage);
          now.forEach((x, i) => {
            assert.ok(x >= books[i]!, `book ${i} fell from ${books[i]} to ${x}`);
          });
          books = now;
          for (let k = 0; k < 6; k++) {
            const w = b.devices.weight(k, t);
            assert.ok(w >= low && w <= tops[k]! * (1 + 1e-15), `weight ${w} is not in ${low} … ${tops[k]}`);
          }
        }
      },
    ),
    runs(200),
  );
});

function numbers(a: DeviceUsage): number[] {
  const { reads, writesUp, writesDown, skipped, halfSelected, stuck, wornOut, energy, wear } = a;
  return [
    ...[reads, writesUp, writesDown, skipped, halfSelected, stuck, wornOut],
    ...[energy.read, energy.write, energy.halfSelected],
    ...wear!,
  ];
}

test.run();
