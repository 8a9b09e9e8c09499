/** Names of neuron models of other simulators are refused with their nearest equivalent. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import { networkSchema } from '../../../experiments/network/schema.ts';

test('models of other simulators are refused in one sentence with the nearest equivalent', () => {
  for (const [model, near] of [
    ['aeif_cond_exp', /"adex" with its `synapse`/],
    ['iaf_psc_alpha', /"lif" with `synapse: multiExponential`/],
    ['HH', /`createOdePopulation`/],
  ] as const) {
    const file = { memspike: 1, duration: 1, populations: { a: { model, size: 1 } } };
    assert.throws(
      () => validate(networkSchema, file, 'network'),
      (e: unknown) =>
        e instanceof UserError &&
        e.message.includes(`populations.a.model is "${model}", but must be the nearest equivalent, `) &&
        near.test(e.message),
    );
  }
});

test.run();
