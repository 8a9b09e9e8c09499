/** Energies as text, their place on the scale of the review, and the picture. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type EnergyAccount, listEventEnergies } from '../../../../experiments/devices/energy/account.ts';
import { describeEnergies, describeTechnologyRange, formatJoules } from '../../../../experiments/look/energyText.ts';
import { renderEnergyScale } from '../../../../experiments/look/plots/categoryPlots.ts';

test('three digits and an SI prefix', () => {
  const texts = [0, 1e-15, 3.14159e-14, 4e-13, 1e-12, 9.99e-10, 2.5e-9, 1.5e-20, 3].map(formatJoules);
  assert.equal(texts, ['0 J', '1 fJ', '31.4 fJ', '400 fJ', '1 pJ', '999 pJ', '2.5 nJ', '0.015 aJ', '3 J']);
});

test('places on the scale: 1 to 100 fJ brain, to 10 pJ RRAM, to 100 pJ PCM', () => {
  assert.equal([5e-16, 1e-15, 5e-14].map(describeTechnologyRange), [
    'below the brain',
    'in the range of brain',
    'in the range of brain',
  ]);
  assert.equal([5e-13, 5e-11, 2e-10].map(describeTechnologyRange), [
    'in the range of RRAM',
    'in the range of PCM',
    'above PCM',
  ]);
  assert.is(describeEnergies([{ name: 'a write', joules: 4e-13 }]), 'a write 400 fJ (in the range of RRAM)');
});

const counts = { devices: 4, reads: 10, writesUp: 3, writesDown: 1, skipped: 0, halfSelected: 0, stuck: 0, wornOut: 0 };
const account: EnergyAccount = {
  read: 1e-14,
  write: 4e-13,
  halfSelected: 0,
  perSpike: 2e-13,
  perSynapticEvent: 4.1e-14,
  counts,
  scale: null,
};

test('figures are energies of one event; what was not spent is left out', () => {
  assert.equal(
    listEventEnergies(account).map(({ name, joules }) => `${name} ${formatJoules(joules)}`),
    ['a read 1 fJ', 'a write 100 fJ', 'a synaptic event 41 fJ', 'a spike 200 fJ'],
  );
  assert.equal(listEventEnergies({ ...account, read: null, write: null, perSpike: null, perSynapticEvent: null }), []);
});

test('the picture has the bands, the figures, and room for what lies outside', () => {
  const svg = renderEnergyScale([...listEventEnergies(account), { name: 'an image', joules: 3e-6 }]);
  for (const text of ['brain, an event', 'RRAM, programming', 'PCM, programming', 'a write', '100 fJ', '3 µJ']) {
    assert.ok(svg.includes(text), text);
  }
  assert.is(renderEnergyScale(listEventEnergies(account)), renderEnergyScale(listEventEnergies(account)));
});

test('figures of several kinds share a row and are told by a legend', () => {
  const kinds = ['a write', 'an image'].map((kind, i) => ({ name: 'some preset', kind, joules: 1.23e-13 * 10 ** i }));
  const svg = renderEnergyScale(kinds);
  assert.is(svg.split('>some preset<').length, 2);
  for (const { kind } of kinds) assert.ok(svg.includes(kind), kind);
  assert.not.ok(svg.includes('123 fJ'), 'no values beside the marks');
});

test.run();
