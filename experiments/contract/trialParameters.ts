import type { Model } from '../../core/declare/define.ts';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import type { Mapping } from '../../core/declare/params.ts';

export type TrialParameters = Readonly<Record<string, unknown>>;

export type CheckedModel<F = unknown> = Model<Mapping, F>;

const train = Array.from({ length: 60 }, (_, k) => k / 2);
const neurons = Uint32Array.from(train, (_, i) => i % 4);
const recording = { times: Float64Array.from(train), neurons, origin: 'a recording' };

const REQUIRED_VALUES: TrialParameters = {
  size: 4,
  rate: 300,
  values: [0, 0.25, 0.6, 1],
  steps: [[0, 1]],
  trains: [train, train, train, train],
  log: recording,
};

const image = { pixels: Uint8Array.of(255, 128, 0, 64), size: 4, origin: 'an image' };
const FILES: TrialParameters = { events: recording, images: image, retina: image };

/** Values for the required parameters of a model and for `size`; all other parameters keep their defaults. */
export function buildTrialParameters(
  { declaration: { name, params } }: CheckedModel,
  own: TrialParameters = {},
): Record<string, unknown> {
  const { shape } = params;
  const required = Object.keys(shape).filter((key) => !shape[key]!._zod.optin || key === 'size');
  if (name === 'poisson' || name === 'steppedPoisson') required.push('rate');
  const given = required.map((key) => [key, key === 'file' ? FILES[name] : REQUIRED_VALUES[key]] as const);
  return { ...Object.fromEntries(given.filter(([, value]) => value !== undefined)), ...own };
}

/** Parameters of rules whose defaults cause too few or too strong pulses in a short test. */
const ACTIVE_RULE_PARAMETERS: Readonly<Record<string, TrialParameters>> = {
  neighbourhood: { up: 5e-3, down: 5e-3, width: 2, spreadStart: 0.7, spreadEnd: 0.7 }, // else the neighbourhood would shrink after a rest
  eachSpike: { up: 5e-3, down: 1e-3 },
  postTriggered: { up: 0.02, down: 0.02 },
  stochasticBinary: { pSet: 0.3, pReset: 0.3, up: 0.2, down: 0.2 },
  tripletStdp: { a2Plus: 2e-3, a3Plus: 2e-3, a2Minus: 1e-3, a3Minus: 1e-3 },
  spikeDriven: { up: 0.02, down: 0.02, upRange: [0, 100], downRange: [0, 100] },
  diehlCook: { aPlus: 0.3, aMinus: 0.2 },
};

export const buildRuleTrialParameters = (rule: CheckedModel, own: TrialParameters = {}): Record<string, unknown> =>
  buildTrialParameters(rule, { ...ACTIVE_RULE_PARAMETERS[rule.declaration.name], ...own });

/** Lists parameter sets with their labels: required parameters only, and a variant for each non-default choice of each parameter. */
export function listParameterSets(
  model: CheckedModel,
  own: TrialParameters = {},
): readonly (readonly [string, Record<string, unknown>])[] {
  const { properties = {} } = toJsonSchema(model.declaration.params);
  const required = buildTrialParameters(model, own);
  const given = { ...required, ...('current' in properties && !('current' in own) ? { current: 400 } : {}) };
  const variants = Object.entries(properties as Record<string, JsonSchema>).flatMap(
    ([key, { enum: names = [], default: initial }]) =>
      names.filter((name) => name !== initial).map((name) => [`, ${key} ${name}`, { ...given, [key]: name }] as const),
  );
  return [['', required], ...variants];
}
