/** Every device with every rule, modulator and short-term model of ours keeps the contract. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkModulator, checkShortTerm } from '../../experiments/contract/index.ts';
import { boundsFaults, lateFaults, synapseFaults } from '../../experiments/contract/synapse.ts';
import { DEVICES, MODULATORS, RULES, SHORT_TERMS } from './models.ts';

for (const [key, model] of Object.entries(SHORT_TERMS))
  test(`shortTerm: ${key}`, () => assert.equal(checkShortTerm(model), []));

for (const [key, model] of Object.entries(MODULATORS))
  test(`modulators: ${key}`, () => assert.equal(checkModulator(model, {}, Object.values(RULES)), []));

for (const [key, rule] of Object.entries(RULES))
  test(`${key} with a dendritic delay`, () => assert.equal(lateFaults(rule), []));

for (const [deviceKey, device] of Object.entries(DEVICES)) {
  for (const [ruleKey, rule] of Object.entries(RULES)) {
    test(`${deviceKey} × ${ruleKey}`, () => assert.equal(synapseFaults({ device, rule }), []));
    test(`${deviceKey} × ${ruleKey}: weights stay within the bounds, whatever the strength`, () =>
      assert.equal(boundsFaults({ device, rule }), []));
  }
}

test.run();
