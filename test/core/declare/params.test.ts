import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import type { Distribution } from '../../../core/declare/distribution.ts';
import { describeAllowedValues, type JsonSchema, toJsonSchema } from '../../../core/declare/jsonSchema.ts';
import * as params from '../../../core/declare/params.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const typed = <_T extends true>() => {};

const accepts = (schema: z.core.$ZodType, ...values: unknown[]) => values.every((v) => z.safeParse(schema, v).success);
const refuses = (schema: z.core.$ZodType, ...values: unknown[]) => values.every((v) => !z.safeParse(schema, v).success);
const help = 'a meaning';

test('a number keeps its range, open or closed, and is never NaN or infinite', () => {
  const open = params.number({ min: 0, max: 1, exclusiveMin: true, exclusiveMax: true, help });
  assert.ok(accepts(open, Number.MIN_VALUE, 0.5));
  assert.ok(refuses(open, 0, 1, -1, 2, Number.NaN, Infinity, -Infinity, '0.5', null, undefined, [0.5], 1n));
  const closed = params.number({ min: 0, max: 1, help });
  assert.ok(accepts(closed, 0, 1));
  assert.ok(refuses(params.number({ help }), Number.NaN, Infinity));
});

test('a number takes Infinity where asked, as the value and as the word of JSON', () => {
  const schema = params.number({ min: 1, infinity: true, default: Infinity, help });
  assert.is(schema.parse(undefined), Infinity);
  assert.is(schema.parse('Infinity'), Infinity);
  assert.is(schema.parse(Infinity), Infinity);
  assert.is(schema.parse(2), 2);
  assert.ok(refuses(schema, 0, Number.NaN, -Infinity, '-Infinity', 'infinity', 'NaN', 'inf'));
});

test('an integer is whole and exactly representable', () => {
  const schema = params.integer({ min: 0, help });
  assert.ok(accepts(schema, 0, 2 ** 53 - 1));
  assert.ok(refuses(schema, 0.5, -1, 2 ** 53, 1e300, Number.NaN, Infinity, '1'));
});

test('choices, switches and texts', () => {
  const pairing = params.choice(['allToAll', 'nearest'], { default: 'nearest', help });
  assert.is(pairing.parse(undefined), 'nearest');
  assert.ok(refuses(pairing, 'AllToAll', '', 0));
  assert.is(params.flag({ help }).parse(undefined), false);
  assert.is(params.flag({ default: true, help }).parse(undefined), true);
  assert.ok(refuses(params.flag({ help }), 'true', 1, null));
  assert.ok(refuses(params.text({ help }), '', 3));
});

test('objects refuse keys they do not know', () => {
  const schema = params.object({ tau: params.number({ default: 1, help }) }, help);
  assert.equal(schema.parse({}), { tau: 1 });
  assert.ok(refuses(schema, { tua: 1 }, JSON.parse('{"__proto__": {}}'), [], null, 'x'));
});

test('names of a mapping are plain words', () => {
  const schema = params.named(params.integer({ help }), help);
  assert.ok(accepts(schema, {}, { a: 1, B_2: 2, 'c-d': 3 }));
  assert.ok(refuses(schema, { 'a b': 1 }, { 'a/b': 1 }, { 'a.b': 1 }, { '': 1 }, { '1a': 1 }, []));
});

test('one of several keys, neither none nor two', () => {
  const schema = params.oneOf({ a: params.integer({ help }), b: params.text({ help }) }, { help });
  assert.equal(schema.parse({ a: 1 }), { a: 1 });
  assert.ok(refuses(schema, {}, { a: 1, b: 'x' }, { c: 1 }, { a: 'x' }, { a: undefined }, 3));
});

test('a distribution keeps the range of its parameter and refuses NaN everywhere', () => {
  const schema = params.distribution({ min: 0, unit: 'mV', help });
  assert.ok(accepts(schema, 0, 5, { uniform: [0, 0.3] }, { uniform: [2, 2] }));
  assert.ok(accepts(schema, { normal: { mean: 0, sd: 0 } }, { lognormal: { mean: 1, sd: 2 } }));
  assert.ok(refuses(schema, -1, Number.NaN, Infinity, 'x', null, {}, { uniform: [1, 0] }, { uniform: [0] }));
  assert.ok(refuses(schema, { uniform: [0, Number.NaN] }, { uniform: [-1, 1] }, { uniform: [0, Infinity] }));
  assert.ok(
    refuses(schema, { normal: { mean: Number.NaN, sd: 1 } }, { normal: { mean: 1, sd: -1 } }, { normal: { mean: 1 } }),
  );
  assert.ok(refuses(schema, { lognormal: { mean: 0, sd: 1 } }, { normal: { mean: 1, sd: 1 }, uniform: [0, 1] }));
  assert.ok(accepts(params.distribution({ help }), -1, { uniform: [-2, -1] }, { normal: { mean: -3, sd: 1 } }));
  assert.ok(refuses(params.distribution({ help }), { lognormal: { mean: -1, sd: 1 } }));
  assert.equal(params.distribution({ default: { uniform: [0, 1] }, help }).parse(undefined), { uniform: [0, 1] });
});

test('a default outside its own range fails where it is declared', () => {
  const refused = (up: z.core.$ZodType): string => {
    try {
      params.object({ up });
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  assert.is(
    refused(params.number({ default: -1, min: 0, help })),
    'the default of up is -1, but must be a number >= 0.',
  );
  assert.match(refused(params.number({ default: Infinity, help })), 'up is Infinity');
  assert.match(refused(params.integer({ default: 0.5, help })), 'up is 0.5');
  assert.match(refused(params.distribution({ default: { uniform: [1, 0] }, help })), 'up is {');
});

test('types follow from the declarations', () => {
  const schema = params.object({
    tau: params.number({ default: 20, help }),
    size: params.integer({ help }),
    maybe: params.optional(params.number({ help })),
    pairing: params.choice(['a', 'b'], { help }),
    on: params.flag({ help }),
    weight: params.distribution({ help }),
  });
  type Expected = {
    tau: number;
    size: number;
    maybe?: number | undefined;
    pairing: 'a' | 'b';
    on: boolean;
    weight: Distribution;
  };
  typed<Same<z.infer<typeof schema>, Expected>>();
  const given: z.input<typeof schema> = { size: 1, pairing: 'a', weight: 1 };
  assert.equal(schema.parse(given), { tau: 20, size: 1, pairing: 'a', on: false, weight: 1 });
  const either = params.oneOf({ p: params.number({ help }), k: params.integer({ help }) }, { help });
  typed<Same<z.infer<typeof either>, { p: number } | { k: number }>>();
});

test('JSON Schema has default, range, unit and meaning, and closes objects', () => {
  const schema = params.object(
    {
      tau: params.number({ default: 20, min: 0, exclusiveMin: true, unit: 'ms', help: 'membrane time constant' }),
      size: params.integer({ min: 1, max: 9, help: 'neurons' }),
      any: params.integer({ help }),
      retention: params.number({ default: Infinity, infinity: true, min: 0, unit: 'ms', help: 'decay' }),
      pairing: params.choice(['a', 'b'], { default: 'a', help: 'which' }),
      weight: params.distribution({ default: 1, max: 5, unit: 'mV', help: 'weight' }),
      name: params.optional(params.text({ help: 'name' })),
    },
    'a model',
  );
  const json = toJsonSchema(schema);
  assert.equal(JSON.parse(JSON.stringify(json)), json, 'survives JSON');
  assert.is(json.additionalProperties, false);
  assert.equal(json.required, ['size', 'any']);
  const p = json.properties as Record<string, JsonSchema>;
  assert.equal(p.tau, {
    type: 'number',
    exclusiveMinimum: 0,
    default: 20,
    unit: 'ms',
    description: 'membrane time constant',
  });
  assert.equal(p.size, { type: 'integer', minimum: 1, maximum: 9, description: 'neurons' });
  assert.equal(p.any, { type: 'integer', description: help });
  assert.equal(p.retention, {
    anyOf: [{ type: 'number', minimum: 0 }, { const: 'Infinity' }],
    default: 'Infinity',
    unit: 'ms',
    description: 'decay',
  });
  assert.equal(p.pairing, { type: 'string', enum: ['a', 'b'], default: 'a', description: 'which' });
  assert.is(p.weight?.default, 1);
  assert.is(p.weight?.unit, 'mV');
});

test('what is allowed, in words', () => {
  const words = (schema: z.core.$ZodType) => describeAllowedValues(toJsonSchema(schema));
  assert.is(words(params.number({ min: 0, exclusiveMin: true, unit: 'ms', help })), 'a number > 0 (ms)');
  assert.is(words(params.number({ min: 0, max: 1, exclusiveMax: true, help })), 'a number >= 0 and < 1');
  assert.is(words(params.number({ min: 0, infinity: true, unit: 'ms', help })), 'a number >= 0 (ms) or Infinity');
  assert.is(words(params.integer({ default: 1, max: 9, help })), 'an integer <= 9');
  assert.is(words(params.choice(['a', 'b'], { help })), 'one of "a", "b"');
  assert.is(words(params.flag({ help })), 'true or false');
  assert.is(words(z.union([z.int(), z.string().min(1)])), 'an integer or a text that is not empty');
  assert.is(words(z.array(params.number({ unit: 'Hz', help }))), 'a list (each a number (Hz))');
  assert.is(words(z.array(z.array(z.number())).min(2)), 'a list of at least 2 (each a list (each a number))');
  assert.is(words(z.tuple([z.number(), z.number()])), 'a list of 2 values');
  assert.is(
    words(params.distribution({ min: 0, unit: 'mV', help })),
    'a number >= 0 (mV) or a mapping with one of the keys uniform, normal, lognormal',
  );
  assert.is(words(z.custom(() => true).meta({ description: 'a log' })), 'a log');
});

test.run();
