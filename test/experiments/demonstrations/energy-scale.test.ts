/** A full switch costs what its pulses cost; nothing is told of a device that does not switch, and longer pulses cost more. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { measureSwitchingEnergy } from '../../../experiments/demonstrations/energyScale/index.ts';
import { linear } from '../../../experiments/index.ts';
import { findingsOf } from './findingsOf.ts';

const given = { gMin: 0, gMax: 1e-5, etaUp: 0.1, writeVoltage: 2, writeTime: 1e-8 };

test('the energy of a full switch is the sum over its pulses, from the lowest state on', () => {
  const [found] = measureSwitchingEnergy(linear(given), 3, 1);
  assert.is(found!.pulses, 10); // nine steps of a tenth do not cross 95 % of the range
  const conductances = Array.from({ length: 10 }, (_, k) => (k + 0.5) * 1e-6); // means before and after a pulse
  const expected = conductances.reduce((sum, g) => sum + 4 * g * 1e-8, 0);
  assert.ok(Math.abs(found!.joules / expected - 1) < 1e-6, `${found!.joules} J, not ${expected} J`);
  const [longer] = measureSwitchingEnergy(linear({ ...given, writeTime: 1e-7 }), 3, 1);
  assert.ok(Math.abs(longer!.joules / found!.joules - 10) < 1e-6);
});

test('a device that is stuck at its lowest state does not switch, and none is told', () => {
  assert.equal(measureSwitchingEnergy(linear({ ...given, stuck: { low: 1 } }), 3, 1), []);
});

test('only presets of which voltage, time and conductance are quoted count as told', async () => {
  const { tables, figures, expectations } = await findingsOf('energy-scale', { seeds: 1, devices: 2 });
  const { preset, origin } = tables.presets!;
  const quoted = preset!.values.flatMap((p, k) =>
    origin!.valueNames![origin!.values[k]!] === 'quoted' ? [preset!.valueNames![p]!] : [],
  );
  assert.equal(quoted, ['neurosim-ag-a-si', 'neurosim-ideal']);
  assert.ok(figures['full switch, neurosim-ag-a-si']!.values[0]! > 1e-9, '300 µs cost far more than RRAM takes');
  assert.ok(expectations.at(-1)!.shown, 'an assumed pulse decides');
});

test.run();
