import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { UserError } from '../../../core/declare/errors.ts';
import {
  choice,
  distribution,
  integer,
  named,
  number,
  object,
  oneOf,
  optional,
  text,
} from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import { runs } from '../../support.ts';

const lif = object({
  model: z.literal('lif'),
  size: integer({ min: 1, help: 'neurons' }),
  tau: number({ default: 20, min: 0, exclusiveMin: true, unit: 'ms', help: 'membrane time constant' }),
  hold: number({ default: 0, min: 0, infinity: true, unit: 'ms', help: 'hold' }),
  pairing: choice(['allToAll', 'nearest'], { default: 'nearest', help: 'pairing' }),
});
const poisson = object({
  model: z.literal('poisson'),
  rate: distribution({ default: 1, min: 0, unit: 'Hz', help: 'rate' }),
});
const device = object({
  gMin: number({ default: 1, help: 'least' }),
  gMax: number({ default: 2, help: 'most' }),
}).check(z.refine((d) => d.gMin < d.gMax, { path: ['gMax'], error: 'above gMin' }));
const network = object({
  memspike: z.literal(1),
  seed: z.union([z.int(), z.string().min(1)]),
  populations: named(z.discriminatedUnion('model', [lif, poisson]), 'populations'),
  connect: optional(
    oneOf({ p: number({ min: 0, help: 'p' }), list: z.array(z.tuple([z.int(), z.int()])) }, { help: 'c' }),
  ),
  device: optional(device),
  name: optional(text({ help: 'what it is called' })),
});

const valid = {
  memspike: 1,
  seed: 7,
  populations: { out: { model: 'lif', size: 2 }, noise: { model: 'poisson', rate: 3 } },
};

function fault(value: unknown): string {
  try {
    validate(network, value, 'net.yaml');
  } catch (error) {
    assert.instance(error, UserError);
    return (error as UserError).message;
  }
  return 'no fault';
}

const out = (changes: object) => fault({ ...valid, populations: { out: { ...valid.populations.out, ...changes } } });
const noise = (rate: unknown) => fault({ ...valid, populations: { noise: { model: 'poisson', rate } } });

test('returns the value with its defaults', () => {
  const value = validate(network, valid, 'net.yaml');
  assert.equal(value.populations.out, { model: 'lif', size: 2, tau: 20, hold: 0, pairing: 'nearest' });
});

test('names path, value, range and unit', () => {
  assert.is(out({ tau: -3 }), 'net.yaml: populations.out.tau is -3, but must be a number > 0 (ms).');
  assert.is(out({ tau: Number.NaN }), 'net.yaml: populations.out.tau is NaN, but must be a number > 0 (ms).');
  assert.is(out({ tau: '20' }), 'net.yaml: populations.out.tau is "20", but must be a number > 0 (ms).');
  assert.is(out({ hold: -1 }), 'net.yaml: populations.out.hold is -1, but must be a number >= 0 (ms) or Infinity.');
  assert.is(out({ size: 1.5 }), 'net.yaml: populations.out.size is 1.5, but must be an integer >= 1.');
  assert.is(out({ size: undefined }), 'net.yaml: populations.out.size is missing: it must be an integer >= 1.');
  assert.is(
    fault({ ...valid, seed: 1.5 }),
    'net.yaml: seed is 1.5, but must be an integer or a text that is not empty.',
  );
  assert.is(fault({ ...valid, memspike: 2 }), 'net.yaml: memspike is 2, but must be 1.');
  assert.is(fault({ ...valid, name: 3 }), 'net.yaml: name is 3, but must be a text (what it is called).');
  assert.is(fault([1]), 'net.yaml: [1] is not valid here: it must be a mapping.');
});

test('an unknown key has a suggestion or the list of what is known', () => {
  assert.is(out({ tua: 3 }), 'net.yaml: populations.out.tua is unknown, did you mean "tau"?');
  assert.is(
    out({ bogus: 3 }),
    'net.yaml: populations.out.bogus is unknown; known here: model, size, tau, hold, pairing.',
  );
  assert.match(
    fault(JSON.parse('{"memspike": 1, "seed": 1, "populations": {}, "__proto__": 3}')),
    /: __proto__ is unknown;/,
  );
});

test('a slip in a required key is told of rather than the gap it leaves', () => {
  assert.is(
    fault({ ...valid, populations: { out: { model: 'lif', szie: 2 } } }),
    'net.yaml: populations.out.szie is unknown, did you mean "size"?',
  );
});

test('a wrong choice has a suggestion', () => {
  assert.is(
    out({ pairing: 'alltoall' }),
    'net.yaml: populations.out.pairing is "alltoall", but must be one of "allToAll", "nearest", did you mean "allToAll"?',
  );
  assert.is(out({ pairing: 3 }), 'net.yaml: populations.out.pairing is 3, but must be one of "allToAll", "nearest".');
});

test('a model decides whose errors are told', () => {
  assert.is(
    out({ model: 'liff' }),
    'net.yaml: populations.out.model is "liff", but must be one of "lif", "poisson", did you mean "lif"?',
  );
  assert.is(
    out({ model: undefined }),
    'net.yaml: populations.out.model is missing: it must be one of "lif", "poisson".',
  );
  assert.is(
    fault({ ...valid, populations: { a: { model: 'poisson', tau: 3 } } }),
    'net.yaml: populations.a.tau is unknown; known here: model, rate.',
  );
});

test('of a union only the alternative that was meant is told of', () => {
  assert.match(
    noise(-1),
    /rate is -1, but must be a number >= 0 \(Hz\) or a mapping with one of the keys uniform, normal, lognormal\.$/,
  );
  assert.is(
    noise({ uniform: [0, -1] }),
    'net.yaml: populations.noise.rate.uniform.1 is -1, but must be a number >= 0 (Hz).',
  );
  assert.is(noise({ unifrom: [0, 1] }), 'net.yaml: populations.noise.rate.unifrom is unknown, did you mean "uniform"?');
  assert.is(
    noise({ normal: { mean: 1 } }),
    'net.yaml: populations.noise.rate.normal.sd is missing: it must be a number >= 0 (Hz).',
  );
  assert.match(
    noise({}),
    /rate is \{\}, but must be a mapping with exactly one of the keys uniform, normal, lognormal\.$/,
  );
  assert.is(
    fault({ ...valid, connect: { list: [[0, 1], [2]] } }),
    'net.yaml: connect.list.1 is [2], but must be a list of 2 values.',
  );
});

test('a rule between parameters completes the sentence, also where the value is a default', () => {
  assert.is(fault({ ...valid, device: { gMin: 3, gMax: 1 } }), 'net.yaml: device.gMax is 1, but must be above gMin.');
  assert.is(fault({ ...valid, device: { gMin: 3 } }), 'net.yaml: device.gMax must be above gMin.');
});

test('several problems: a sentence on each up to five, and how many more', () => {
  assert.is(
    out({ tau: -1, hold: -1, tua: 1, bogus: 1 }),
    'net.yaml: populations.out.tua is unknown, did you mean "tau"? populations.out.bogus is unknown; known here: model, size, tau, hold, pairing. populations.out.tau is -1, but must be a number > 0 (ms). populations.out.hold is -1, but must be a number >= 0 (ms) or Infinity.',
  );
  assert.match(
    fault({ ...valid, connect: { list: Array.from({ length: 1e5 }, () => [1]) } }),
    /^net\.yaml: connect\.list\.0 .* connect\.list\.4 .* \(and 99995 more problems\)$/,
  );
});

test('odd names and huge values stay short', () => {
  assert.match(
    fault({ ...valid, populations: { 'a b': {} } }),
    /populations\."a b" is not a valid name: it must be a letter, then letters/,
  );
  assert.ok(out({ tau: 'x'.repeat(1e7) }).length < 200);
  assert.ok(out({ ['x'.repeat(1e7)]: 1 }).length < 300);
  assert.ok(out({ tau: Array.from({ length: 1e6 }, (_, i) => i) }).length < 200);
});

/** Every place in a value, as a path. */
function places(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, v]) => places(v, [...path, key]))];
}

function withValue(value: unknown, [key, ...rest]: readonly string[], next: unknown): unknown {
  if (key === undefined) return next;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, key, withValue(Reflect.get(copy, key), rest, next));
  return copy;
}

test('mutated configurations are accepted or refused in one sentence', () => {
  const full = {
    ...valid,
    connect: { list: [[0, 1]] },
    device: { gMin: 1, gMax: 2 },
    populations: { ...valid.populations, n: { model: 'poisson', rate: { normal: { mean: 1, sd: 1 } } } },
  };
  const odd = fc.constantFrom<unknown>(
    null,
    undefined,
    Number.NaN,
    1e308,
    -1,
    0,
    '',
    '__proto__',
    {},
    [],
    'Infinity',
    '\u202e\u0000😀',
  );
  const place = fc.constantFrom(...places(full));
  const extra = fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'tua'),
    fc.string({ unit: 'binary' }).filter((key) => key !== 'length'),
  );
  fc.assert(
    fc.property(place, fc.option(extra), fc.oneof(odd, fc.anything({ maxDepth: 3 })), (path, key, value) => {
      const message = fault(withValue(full, key === null ? path : [...path, key], value));
      assert.ok(message.length < 1000, message);
      assert.not.match(message, /\p{Cc}/u);
    }),
    runs(2000),
  );
});

test.run();
