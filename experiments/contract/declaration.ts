import { UserError } from '../../core/declare/errors.ts';
import { toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { declarationFault, isNumber, parametersIn } from '../network/declaration.ts';
import { takenFault } from '../network/models.ts';
import { type Given, parametersOf, type Subject } from './subject.ts';

/** What a model answers to these parameters: '' if it takes them. */
function refusal(model: Subject, given: Given): string {
  try {
    model(given);
  } catch (error) {
    return error instanceof UserError ? error.message : `it throws no UserError, but: ${String(error)}`;
  }
  return '';
}

/** Values that a parameter must refuse by its name. */
function nonsense(name: string, schema: ReturnType<typeof toJsonSchema>): unknown[] {
  const wrong: unknown[] = [null, Symbol.iterator];
  if (isNumber(schema)) {
    wrong.push(Number.NaN, -Infinity, '1');
    if (/^tau|size|capacitance/.test(name)) wrong.push(-1);
    if (/^(size|capacitance|tau)$/.test(name)) wrong.push(0);
  }
  if (schema.type === 'string' && (schema.enum || schema.const)) wrong.push('nonsense', 3);
  return wrong;
}

/** Whether a model says what it is, takes its defaults, refuses nonsense by name and knows what an unknown key was meant to be. */
export function declarationFaults(model: Subject, own: Given = {}): string[] {
  const { declaration } = model;
  const { name } = declaration;
  const whole = declarationFault(declaration) ?? takenFault(model);
  if (whole !== undefined) return [whole];
  const parameters = parametersIn(toJsonSchema(declaration.params));
  const valid = parametersOf(model, own);
  const taken = refusal(model, valid);
  if (taken !== '') return [`${name} refuses its own defaults: ${taken}`];
  const faults: string[] = [];

  for (const { path, schema } of parameters) {
    const steps = path.split('.') as [string, ...string[]];
    const last = steps.at(-1)!;
    for (const value of nonsense(last, schema)) {
      const siblings = parameters
        .filter((p) => p.path.startsWith(`${steps[0]}.`) && p.schema.default === undefined)
        .map((p) => [p.path.split('.')[1]!, 1]);
      const part = steps.length === 1 ? value : { ...Object.fromEntries(siblings), [last]: value };
      const told = refusal(model, { ...valid, [steps[0]]: part });
      if (told === '') faults.push(`${name}.${path} takes ${String(value)}.`);
      else if (!told.includes(last) || !told.startsWith(`${name}: `))
        faults.push(`${name}.${path} refuses ${String(value)} without its name: ${told}`);
    }
  }

  for (const { path } of parameters.filter((p) => !p.path.includes('.') && p.path.length > 3)) {
    const slip = `${path.slice(0, -1)}X`;
    if (parameters.some((p) => p.path === slip)) continue;
    if (!refusal(model, { ...valid, [slip]: 1 }).includes(`${slip} is unknown, did you mean "`))
      faults.push(`${name} does not know what ${slip} was meant to be.`);
  }
  if (!refusal(model, { ...valid, zzzzzzzzzz: 1 }).includes('zzzzzzzzzz is unknown'))
    faults.push(`${name} takes a parameter that it does not have.`);
  return faults;
}
