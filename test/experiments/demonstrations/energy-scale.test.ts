/** Energies of presets, and how they depend on the device. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('synaptic events lie in the range of the brain, and long pulses far above it', async () => {
  const { expectations, tables } = await findingsOf('energy-scale', { seeds: 1, neurons: 10, images: 30 });
  assert.ok(expectations[0]!.shown, expectations[0]!.text);
  const { preset, write, synapticEvent, image } = tables.presets!;
  const of = (name: string, column: typeof write) =>
    column!.values[preset!.values.indexOf(preset!.names!.indexOf(name))]!;
  assert.ok(of('hp-tio2', write) > 1e-10, 'ten milliseconds at a volt cost more than a phase change');
  assert.ok(of('cr-cuse-au', write) < of('ta-ta2o5-zro2-pt', write), '0.4 V cost less than 1 V');
  for (const name of preset!.names!) assert.ok(of(name, image) > of(name, synapticEvent), name);
});

test.run();
