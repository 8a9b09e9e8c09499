/** JSON Schemas of parameters: what editors and the reference tables read. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as z from 'zod/mini';
import { toJsonSchema } from '../../../core/declare/jsonSchema.ts';
import { distribution, integer, number, object, oneOf, optional, pair } from '../../../core/declare/params.ts';

test('ranges, defaults, units and descriptions are in the schema', () => {
  const schema = object({
    open: number({ min: 0, max: 1, exclusiveMin: true, exclusiveMax: true, unit: 'ms', help: 'an open interval' }),
    count: integer({ default: 3, min: 1, max: 9, help: 'a count' }),
    limit: number({ default: Infinity, infinity: true, min: 0, help: 'a limit' }),
    size: optional(pair(integer({ min: 1, help: 'rows' }), integer({ min: 1, help: 'columns' }))),
    names: z.array(z.literal(['a', 'b'])),
  });
  const whole = (description: string) => ({ type: 'integer', minimum: 1, description });
  assert.equal(JSON.parse(JSON.stringify(toJsonSchema(schema))), {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      open: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, unit: 'ms', description: 'an open interval' },
      count: { type: 'integer', minimum: 1, maximum: 9, default: 3, description: 'a count' },
      limit: {
        anyOf: [{ type: 'number', minimum: 0 }, { const: 'Infinity' }],
        default: 'Infinity',
        description: 'a limit',
      },
      size: {
        type: 'array',
        items: [whole('rows'), whole('columns')],
        additionalItems: false,
        minItems: 2,
        maxItems: 2,
      },
      names: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
    },
    required: ['open', 'names'],
    additionalProperties: false,
  });
});

test('a choice between keys is a mapping with one property', () => {
  const { minProperties, maxProperties, properties } = toJsonSchema(
    oneOf({ a: number({ help: 'a' }), b: number({ help: 'b' }) }, { help: 'one of two' }),
  );
  assert.equal([minProperties, maxProperties, Object.keys(properties!)], [1, 1, ['a', 'b']]);
  const { anyOf } = toJsonSchema(distribution({ min: 0, help: 'a distribution' }));
  assert.equal(
    anyOf!.map((alternative) => (alternative as { type: string }).type),
    ['number', 'object'],
  );
});

test.run();
