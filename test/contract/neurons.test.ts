/** Every neuron and stimulus of ours, with every choice it offers, keeps the contract. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { NeuronFactory, StimulusFactory } from '../../core/factories.ts';
import { checkNeuron, checkStimulus } from '../../experiments/contract/index.ts';
import type { CheckedModel } from '../../experiments/contract/trialParameters.ts';
import { NEURONS } from './models.ts';

const OWN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  glauber: { slope: 1000 }, // else it changes once, as the noise leads upwards only
  adex: { current: 900 }, // fires at more than 540 pA, whatever its synapse
  izhikevich: { initial: 0 }, // its potentials are absolute, and the contract expects rest at 0 mV
};

for (const [key, model] of Object.entries(NEURONS)) {
  test(`${key} keeps the contract`, () => {
    if (model.declaration.kind === 'stimulus') assert.equal(checkStimulus(model as CheckedModel<StimulusFactory>), []);
    else {
      assert.equal(checkNeuron(model as CheckedModel<NeuronFactory>, OWN[key] ?? {}), []);
    }
  });
}

test('the checks refuse a population that is too small for them', () => {
  const faults = checkNeuron(NEURONS.lif as CheckedModel<NeuronFactory>, { size: 2 });
  assert.equal(faults, ['lif: size is 2, but the checks need at least 4 neurons.']);
});

test.run();
