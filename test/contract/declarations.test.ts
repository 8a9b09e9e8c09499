/** Every model says what it is, and refuses nonsense by name. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { ALL, parametersOf } from './models.ts';

/** Numbers without a unit are pure numbers: shares, factors, exponents, counts. */
const DIMENSIONLESS =
  /^(size|alpha|beta|eta|mu|aPlus|aMinus|a[23]|U$|up$|down$|rate$|target$|deviceToDevice|gMinSpread|cycleToCycle|weightAtGMax|wMin|wMax|writeNoise|writeRate|count$|rest$|nu$|cycles|spread|wear|low$|high$|sd$|amplitude$|pulses|nonlinearity|p[A-Z]|gain$|baseline$|theta|kappa|a(On|Off)|a[12]$|x[A-Z]|window|quanta|heat$|scheme|base$|slow$|hold$|facilitation$|allodynia$|hyperalgesia$|change$|below$|misses$|width$)/;

/** Of encoders. */
const COUNTED = /^(levels|count|most|cutoff)$/;

interface Property {
  readonly path: string;
  readonly schema: JsonSchema;
}

/** Every parameter, those inside mappings too. */
function properties(schema: JsonSchema, path = ''): Property[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const inner = value as JsonSchema;
    const here = path === '' ? key : `${path}.${key}`;
    return [{ path: here, schema: inner }, ...properties(inner, here)];
  });
}

const isNumber = (s: JsonSchema): boolean =>
  s.type === 'number' || s.type === 'integer' || (s.anyOf ?? []).some((a) => isNumber(a as JsonSchema));

const refusal = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    assert.instance(error, UserError);
    return (error as UserError).message;
  }
  return '';
};

for (const [key, model] of ALL) {
  const { declaration } = model;
  const parameters = properties(toJsonSchema(declaration.params));
  const valid = parametersOf(model);
  /** Made and refused, or made into something that a network refuses, is tested elsewhere: here the schema speaks. */
  const given = (path: string, value: unknown): Record<string, unknown> => {
    const [outer, inner] = path.split('.') as [string, string?];
    if (inner === undefined) return { ...valid, [outer]: value };
    const siblings = parameters
      .filter((p) => p.path.startsWith(`${outer}.`) && p.schema.default === undefined)
      .map((p) => [p.path.split('.')[1]!, 1]);
    return { ...valid, [outer]: { ...Object.fromEntries(siblings), [inner]: value } };
  };

  test(`${key} declares itself completely`, () => {
    assert.is(declaration.name, key);
    for (const text of [declaration.help, declaration.equation, declaration.source]) assert.ok(text.length > 5, text);
    for (const { path, schema } of parameters) {
      assert.ok((schema.description ?? '').length > 3, `${key}.${path} has no description`);
      if (isNumber(schema) && schema.unit === undefined) {
        const name = path.split('.').at(-1)!;
        assert.ok(DIMENSIONLESS.test(name) || COUNTED.test(name), `${key}.${path} has no unit`);
      }
    }
  });

  test(`${key} takes its defaults`, () => {
    model(valid);
  });

  test(`${key} refuses nonsense by name`, () => {
    for (const { path, schema } of parameters) {
      const last = path.split('.').at(-1)!;
      const wrong: unknown[] = [null, Symbol.iterator];
      if (isNumber(schema)) {
        wrong.push(Number.NaN, -Infinity, '1');
        if (/^tau|size|capacitance/.test(last)) wrong.push(-1);
        if (/^(size|capacitance|tau)$/.test(last)) wrong.push(0);
      }
      if (schema.type === 'string' && schema.enum) wrong.push('nonsense', 3);
      for (const value of wrong) {
        const message = refusal(() => model(given(path, value)));
        assert.ok(message.includes(last), `${key}.${path} = ${String(value)}: "${message}"`);
        assert.ok(message.startsWith(`${key}: `), message);
      }
    }
  });

  test(`${key} knows what an unknown key was meant to be`, () => {
    for (const { path } of parameters.filter((p) => !p.path.includes('.') && p.path.length > 3)) {
      const slip = `${path.slice(0, -1)}X`;
      if (parameters.some((p) => p.path === slip)) continue;
      const message = refusal(() => model({ ...valid, [slip]: 1 }));
      assert.match(message, new RegExp(`${slip} is unknown, did you mean "`));
    }
    assert.match(
      refusal(() => model({ ...valid, zzzzzzzzzz: 1 })),
      /zzzzzzzzzz is unknown/,
    );
  });
}

test.run();
