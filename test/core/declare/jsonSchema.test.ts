/** Our JSON Schemas against those of zod's converter, for everything that memspike reads. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { toJsonSchema } from '../../../core/declare/jsonSchema.ts';
import { integer, number, object } from '../../../core/declare/params.ts';
import * as cli from '../../../experiments/cli/mnist.ts';
import { deviceFileSchema } from '../../../experiments/devices/schema.ts';
import { mnistSchema } from '../../../experiments/mnist/config.ts';
import { networkSchema } from '../../../experiments/network/schema.ts';
import { sweepSchema } from '../../../experiments/sweep/schema.ts';

/** zod's, but that Infinity is a word, that its default is told, and that a range of all integers is none. */
const zods = (schema: z.core.$ZodType) =>
  z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-07',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const def = zodSchema._zod.def;
      if (def.type === 'default') jsonSchema.default = def.defaultValue === Infinity ? 'Infinity' : def.defaultValue;
      if (jsonSchema.enum?.includes(Infinity)) {
        delete jsonSchema.enum;
        jsonSchema.const = 'Infinity';
      }
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });

const schemas = { networkSchema, sweepSchema, deviceFileSchema, mnistSchema, command: cli.default.options };
for (const [name, schema] of Object.entries(schemas))
  test(`${name} is told as zod tells it`, () => {
    const { '~standard': _, ...expected } = zods(schema) as Record<string, unknown>;
    assert.equal(JSON.parse(JSON.stringify(toJsonSchema(schema))), JSON.parse(JSON.stringify(expected)));
  });

test('limits, lists, alternatives and what may be missing are told as zod tells them', () => {
  const schema = object({
    open: number({ min: 0, max: 1, exclusiveMin: true, exclusiveMax: true, help: 'open' }),
    count: integer({ default: 3, min: 1, max: 9, help: 'count' }),
    pair: z.tuple([z.number(), z.string().min(2)]),
    none: z.union([z.int(), z.literal('a')]).nullable(),
    loose: z.object({ a: z.boolean().optional() }),
    either: z.literal(['a', 'b']),
    anything: z.looseObject({}),
  });
  const { '~standard': _, ...expected } = zods(schema) as Record<string, unknown>;
  assert.equal(JSON.parse(JSON.stringify(toJsonSchema(schema))), JSON.parse(JSON.stringify(expected)));
  assert.throws(() => toJsonSchema(z.date()), /kind date has no JSON Schema/);
});

test.run();
