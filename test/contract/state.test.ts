/** Every device with every rule, modulator and short-term model of ours keeps the contract. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkModulator, checkShortTerm } from '../../experiments/contract/index.ts';
import { checkDendriticDelay, checkSynapse, checkWeightBounds } from '../../experiments/contract/synapse.ts';
import { slowTest } from '../support.ts';
import { DEVICES, MODULATORS, RULES, SHORT_TERMS } from './models.ts';

for (const [key, model] of Object.entries(SHORT_TERMS))
  test(`shortTerm: ${key}`, () => assert.equal(checkShortTerm(model), []));

for (const [key, model] of Object.entries(MODULATORS))
  test(`modulators: ${key}`, () => assert.equal(checkModulator(model, {}, Object.values(RULES)), []));

for (const [key, rule] of Object.entries(RULES))
  test(`${key} with a dendritic delay`, () => assert.equal(checkDendriticDelay(rule), []));

for (const [deviceKey, device] of Object.entries(DEVICES)) {
  for (const [ruleKey, rule] of Object.entries(RULES)) {
    // In short runs each device has the rule `pairStdp` and each rule the device `softBound` as partner.
    const add = deviceKey === 'softBound' || ruleKey === 'pairStdp' ? test : slowTest.bind(null, test);
    add(`${deviceKey} × ${ruleKey}`, () => assert.equal(checkSynapse({ device, rule }), []));
    add(`${deviceKey} × ${ruleKey}: weights stay within the bounds, whatever the strength`, () =>
      assert.equal(checkWeightBounds({ device, rule }), []),
    );
  }
}

const oneSided = { refreshAt: 0.3, maxPulses: 20 };
for (const [key, device] of Object.entries(DEVICES)) {
  const groups =
    'reading' in device.declaration.params.shape
      ? [{ reading: 'differential' }, { reading: 'differential', devicesPerSynapse: 2, oneSided }]
      : [];
  // In short runs `softBound` represents the others.
  const add = key === 'softBound' ? test : slowTest.bind(null, test);
  for (const [i, given] of [{ devicesPerSynapse: 3 }, ...groups].entries())
    add(`${key}, ${['a mean', 'a pair', 'a one-sided pair of means'][i]} of devices a synapse`, () =>
      assert.equal(checkSynapse({ device, rule: RULES.pairStdp!, parameters: { device: given } }), []),
    );
}

test.run();
