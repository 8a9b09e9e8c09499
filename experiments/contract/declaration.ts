import { UserError } from '../../core/declare/errors.ts';
import { toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { findDeclarationError, findModelNameConflict, isNumberSchema, listParameters } from '../network/models.ts';
import { buildTrialParameters, type CheckedModel, type TrialParameters } from './trialParameters.ts';

/** Returns the message with which the model rejects parameters; empty if it accepts them. */
function findRejectionMessage(model: CheckedModel, parameters: TrialParameters) {
  try {
    model(parameters);
    return '';
  } catch (error) {
    return error instanceof UserError ? error.message : `it throws another error than UserError: ${String(error)}`;
  }
}

function listInvalidValues(name: string, schema: ReturnType<typeof toJsonSchema>): unknown[] {
  const wrong: unknown[] = [null, Symbol.iterator];
  if (isNumberSchema(schema)) {
    wrong.push(Number.NaN, -Infinity, '1');
    if (/^tau|size|capacitance/.test(name)) wrong.push(-1);
    if (/^(size|capacitance|tau)$/.test(name)) wrong.push(0);
  }
  if (schema.type === 'string' && (schema.enum || schema.const)) wrong.push('nonsense', 3);
  return wrong;
}

/** Checks that a declaration accepts its defaults, names the parameter of an invalid value, and suggests a known key. */
export function checkModelDeclaration(model: CheckedModel, own: TrialParameters = {}): string[] {
  const { declaration } = model;
  const { name } = declaration;
  const whole = findDeclarationError(declaration) ?? findModelNameConflict(model);
  if (whole !== undefined) return [whole];
  const parameters = listParameters(toJsonSchema(declaration.params));
  const valid = buildTrialParameters(model, own);
  const taken = findRejectionMessage(model, valid);
  if (taken !== '') return [`${name} refuses its own defaults: ${taken}`];
  const faults: string[] = [];

  for (const { parameterPath: path, schema } of parameters) {
    const steps = path.split('.') as [string, ...string[]];
    const last = steps.at(-1)!;
    for (const value of listInvalidValues(last, schema)) {
      const siblings = parameters
        .filter((p) => p.parameterPath.startsWith(`${steps[0]}.`) && p.schema.default === undefined)
        .map((p) => [p.parameterPath.split('.')[1]!, 1]);
      const part = steps.length === 1 ? value : { ...Object.fromEntries(siblings), [last]: value };
      const message = findRejectionMessage(model, { ...valid, [steps[0]]: part });
      if (message === '') faults.push(`${name}.${path} accepts ${String(value)}.`);
      else if (!message.includes(last) || !message.startsWith(`${name}: `))
        faults.push(`${name}.${path} refuses ${String(value)} without its name: ${message}`);
    }
  }

  for (const { parameterPath: path } of parameters.filter(
    (p) => !p.parameterPath.includes('.') && p.parameterPath.length > 3,
  )) {
    const slip = `${path.slice(0, -1)}X`;
    if (parameters.some((p) => p.parameterPath === slip)) continue;
    if (!findRejectionMessage(model, { ...valid, [slip]: 1 }).includes(`${slip} is unknown, did you mean "`))
      faults.push(`${name} does not suggest a name for the unknown parameter ${slip}.`);
  }
  if (!findRejectionMessage(model, { ...valid, zzzzzzzzzz: 1 }).includes('zzzzzzzzzz is unknown'))
    faults.push(`${name} accepts a parameter that it does not have.`);
  return faults;
}
