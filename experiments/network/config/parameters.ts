import { Parser } from 'expr-eval-fork';
import * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { validate } from '../../../core/declare/validate.ts';
import { parametersSchema } from '../schema.ts';
import { isMapping, type Mapping } from './override.ts';

/** Parses arithmetic with functions such as `round`, `min` and `sqrt`, but without random numbers and assignments. */
function parse(text: string, where: string) {
  const parser = new Parser({ operators: { assignment: false, concatenate: false, fndef: false, in: false } });
  delete (parser.functions as Record<string, unknown>).random;
  try {
    return parser.parse(text.slice(1));
  } catch (error) {
    throw new UserError(`${where} is ${show(text)}, which is not a valid expression: ${(error as Error).message}.`);
  }
}

const isExpression = (value: unknown): value is string => typeof value === 'string' && value.startsWith('=');

/**
 * Replaces expressions of a configuration, texts that begin with `=`, by their values, and removes `parameters`.
 * Expressions are those of the library expr-eval: + - * / % ^, parentheses, `a > b ? c : d`, round, min, max, sqrt, exp.
 * @throws UserError for an expression that is invalid or not finite, and for a parameter that no expression uses
 */
export function evaluateParameters({ parameters: given, ...config }: Mapping, file: string): Mapping {
  if (given === undefined) return config;
  const values: Record<string, number> = {};
  const used = new Set<string>();
  const evaluate = (text: string, where: string): number => {
    const parsed = parse(text, where);
    for (const name of parsed.variables()) {
      if (!Object.hasOwn(values, name)) {
        throw new UserError(
          `${where} is ${show(text)}, but ${show(name)} is unknown${didYouMean(name, Object.keys(values), 'parameters')}`,
        );
      }
      used.add(name);
    }
    const value: unknown = parsed.evaluate(values);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new UserError(`${where} is ${show(text)}, which gives ${show(value)}, but must give a finite number.`);
  };
  const named = validate(z.object({ parameters: parametersSchema }), { parameters: given }, file).parameters;
  for (const [name, value] of Object.entries(named))
    values[name] = isExpression(value) ? evaluate(value, `${file}: parameters.${name}`) : (value as number);
  const replace = (value: unknown, path: readonly string[]): unknown => {
    if (isExpression(value)) return evaluate(value, `${file}: ${path.join('.')}`);
    if (Array.isArray(value)) return value.map((one, i) => replace(one, [...path, String(i)]));
    if (!isMapping(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replace(one, [...path, key])]));
  };
  const replaced = replace(config, []) as Mapping;
  const unused = Object.keys(values).find((name) => !used.has(name));
  if (unused === undefined) return replaced;
  throw new UserError(
    `${file}: parameters.${unused} is not used by any expression${didYouMean(unused, [...used], 'used')}`,
  );
}
