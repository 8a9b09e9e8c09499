/** What a barrier keeps, and for how long, at which temperature. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BARRIER,
  BOLTZMANN,
  decayOf,
  drawBarriers,
  findRetentionTime,
  fitArrhenius,
  meanDecay,
} from '../../../experiments/demonstrations/temperature/index.ts';
import { findingsOf } from './findingsOf.ts';

test('what is expected shows with a small layer', async () => {
  const { expectations } = await findingsOf('temperature', { seeds: 1, train: 5000, label: 500, test: 300 });
  assert.ok(expectations.length >= 3);
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

test('a preset keeps its state for the quoted 10^6 s at 300 K, and elsewhere as Arrhenius has it', () => {
  const time = (temperature: number) => findRetentionTime(decayOf({ energy: BARRIER, temperature }));
  assert.ok(Math.abs(time(300) / 1e6 - 1) < 1e-6);
  const factor = Math.exp((BARRIER / BOLTZMANN) * (1 / 300 - 1 / 314));
  assert.ok(Math.abs(time(300) / time(314) / factor - 1) < 1e-6);
  const indifferent = (temperature: number) => findRetentionTime(decayOf({ energy: 0, temperature }));
  assert.is(indifferent(80), indifferent(420));
});

test('scattering barriers look lower than they are; equal ones do not', () => {
  const slope = (sd: number) => {
    const energies = drawBarriers(40, sd, 7);
    const points = [360, 390, 420].map((temperature) => ({
      temperature,
      seconds: findRetentionTime(meanDecay(energies, temperature)),
    }));
    return fitArrhenius(points).energy;
  };
  assert.ok(Math.abs(slope(0) / BARRIER - 1) < 1e-6);
  assert.ok(slope(0.1) < BARRIER - 0.05);
});

test.run();
