/** Neurons without a closed form are refused with what comes near and why. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import { networkSchema } from '../../../experiments/network/schema.ts';

test('izhikevich, adex and hh are refused in one sentence that says what comes near', () => {
  for (const [model, near] of [
    ['izhikevich', /recovery variable u .* "lif" with `adaptive`/],
    ['adex', /adaptation current .* "escapeRate"/],
    ['HH', /four variables .* "lif" with `synapse: conductance`/],
  ] as const) {
    const file = { memspike: 1, duration: 1, populations: { a: { model, size: 1 } } };
    assert.throws(
      () => validate(networkSchema, file, 'network'),
      (e: unknown) =>
        e instanceof UserError &&
        e.message.includes(
          `populations.a.model is "${model}", but must be a model whose potential is known in closed form`,
        ) &&
        near.test(e.message),
    );
  }
});

test.run();
