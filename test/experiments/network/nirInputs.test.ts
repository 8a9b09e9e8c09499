/** Remarks on the inputs of an imported NIR file, and errors for inputs of another size. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkImportedInputs } from '../../../experiments/network/nir/import.ts';
import type { NetworkDescription } from '../../../experiments/network/schema.ts';

const part = { path: 'net.nir', names: ['input', 'n'], inputSizes: new Map([['input', 2]]) };
const check = (populations: object) =>
  checkImportedInputs(part, {
    populations,
    projections: [{ from: 'input', to: 'n' }],
  } as unknown as NetworkDescription);
const n = { model: 'lif', size: 2 };

test('an input without spikes is told, one with spikes is not', () => {
  assert.match(
    check({ n, input: { model: 'spikeTrains', trains: [[], []] } })[0]!,
    /^input gets no spikes from net\.nir/,
  );
  assert.equal(check({ n, input: { model: 'spikeTrains', trains: [[1], []] } }), []);
  assert.equal(check({ n, input: { model: 'poisson', size: 2, rate: 5 } }), []);
});

test('a stimulus that no projection names is told, with the inputs of the file', () => {
  const found = check({ n, input: { model: 'poisson', size: 2 }, inputs: { model: 'poisson', size: 2 } });
  assert.equal(found, ['populations.inputs is not in net.nir and has no projections; inputs of the file: input.']);
});

test('an input of another size is refused', () => {
  for (const input of [
    { model: 'poisson', size: 3 },
    { model: 'spikeTrains', trains: [[], [], []] },
  ])
    assert.throws(() => check({ n, input }), /populations\.input has 3 neurons, but this input of net\.nir has 2\./);
});

test.run();
