/** Every neuron and stimulus of ours, with every choice it offers, keeps the contract. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { NeuronFactory, StimulusFactory } from '../../core/factories.ts';
import { checkNeuron, checkStimulus } from '../../experiments/contract/index.ts';
import type { CheckedModel } from '../../experiments/contract/trialParameters.ts';
import { NEURONS } from './models.ts';

for (const [key, model] of Object.entries(NEURONS)) {
  test(`${key} keeps the contract`, () => {
    if (model.declaration.kind === 'stimulus') assert.equal(checkStimulus(model as CheckedModel<StimulusFactory>), []);
    else {
      const given = key === 'glauber' ? { slope: 1000 } : {}; // else it changes once, as the noise leads upwards only
      assert.equal(checkNeuron(model as CheckedModel<NeuronFactory>, given), []);
    }
  });
}

test.run();
