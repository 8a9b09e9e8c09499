/** Expectations of demonstrations whose mechanism is disabled are not shown. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const BROKEN: readonly [name: string, mechanism: string, given: Record<string, unknown>][] = [
  ['conditioning', 'plasticity', { dogs: 5, step: 0 }],
  ['hopfield', 'stored patterns', { units: 60, recalls: 5, stored: 'others' }],
  ['orientation', 'learning', { neurons: 8, presentations: 100, pSet: 0, pReset: 0 }],
  [
    'self-organising-map',
    'neighbourhood',
    { width: 4, train: 600, label: 300, test: 200, spreadStart: 0.01, spreadEnd: 0 },
  ],
  ['logic', 'gates', { rows: 2, setVoltage: 0.5 }],
];

/** Expectations that do not depend on the disabled mechanism. */
const INDEPENDENT = /^products /;

for (const [name, mechanism, given] of BROKEN) {
  test(`${name} without ${mechanism} shows nothing`, async () => {
    const { expectations } = await findingsOf(name, { seeds: 1, ...given });
    const dependent = expectations.filter(({ text }) => !INDEPENDENT.test(text));
    assert.is(dependent[0]!.shown, false);
    for (const { text, shown } of dependent.slice(1)) assert.is(shown, null, text);
  });
}

test('gates run on presets: abrupt devices add, small steps and small on/off ratios do not', async () => {
  const rightSums = async (device: string) => {
    const { figures } = await findingsOf('logic', { seeds: 1, rows: 2, device });
    return figures['right answers, half adder, spread 0']!.values[0]!;
  };
  assert.is(await rightSums('ag-sns-pt'), 1);
  assert.ok((await rightSums('ta-hfo2')) < 0.5);
  assert.ok((await rightSums('memtorch-vteam')) < 0.5);
  const refusal = await rightSums('ideal').catch((error: Error) => error.message);
  assert.match(String(refusal), /^device must be a preset or file with a conductance range, but `ideal` has none\.$/);
});

test.run();
