/** What a barrier keeps, and for how long, at which temperature. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, train: 5000, label: 500, test: 300 };
const BOLTZMANN = 8.617333262e-5; // eV/K

test('what is expected shows with a small layer; the preset keeps its state for the quoted 10^6 s at 300 K, and elsewhere as Arrhenius has it', async () => {
  const { expectations, figures } = await findingsOf('temperature', SMALL);
  assert.ok(expectations.length >= 3);
  for (const { text, shown } of expectations) assert.ok(shown, text);
  const value = (name: string) => figures[name]!.values[0]!;
  const time = (kelvin: number) => value(`retention, equal, temperature ${kelvin} K`);
  assert.ok(Math.abs(time(300) / 1e6 - 1) < 1e-6);
  const factor = Math.exp((value('barrier that 10^6 s at 300 K imply') / BOLTZMANN) * (1 / 300 - 1 / 420));
  assert.ok(Math.abs(time(300) / time(420) / factor - 1) < 1e-6);
});

test('barriers that scatter by nothing look as high as they are', async () => {
  const { figures } = await findingsOf('temperature', { ...SMALL, spread: 0 });
  const slope = (kind: string) => figures[`slope of the Arrhenius plot above 360 K, ${kind}`]!.values[0]!;
  assert.ok(Math.abs(slope('scattered') / slope('equal') - 1) < 1e-6);
});

test.run();
