/** What the contract suite loops over: every declared model, and the fewest parameters that make one. */

import type { ModelDeclaration } from '../../core/declare/define.ts';
import type { Mapping } from '../../core/declare/params.ts';
import type {
  DeviceFactory,
  ModulatorFactory,
  NeuronFactory,
  RuleFactory,
  ShortTermFactory,
  StimulusFactory,
} from '../../core/model.ts';
import * as neurons from '../../neurons/index.ts';
import * as devices from '../../synapses/devices/index.ts';
import * as modulators from '../../synapses/modulators/index.ts';
import * as rules from '../../synapses/rules/index.ts';
import * as shortTerms from '../../synapses/shortTerm/index.ts';

/** A model whose parameters are not known to the compiler, as when they come from a file. */
export interface AnyModel<F> {
  (params: Record<string, unknown>): F;
  readonly declaration: ModelDeclaration<Mapping, F>;
}
type Index<F> = Readonly<Record<string, AnyModel<F>>>;

export const NEURONS = neurons as unknown as Index<NeuronFactory | StimulusFactory>;
export const DEVICES = devices as unknown as Index<DeviceFactory>;
export const RULES = rules as unknown as Index<RuleFactory>;
export const MODULATORS = modulators as unknown as Index<ModulatorFactory>;
export const SHORT_TERMS = shortTerms as unknown as Index<ShortTermFactory>;

export const ALL: readonly (readonly [key: string, model: AnyModel<unknown>])[] = [
  NEURONS,
  DEVICES,
  RULES,
  MODULATORS,
  SHORT_TERMS,
].flatMap((index) => Object.entries(index as Index<unknown>));

const train = Array.from({ length: 60 }, (_, k) => k / 2);

/** Values for required parameters, by name. */
const GIVEN: Readonly<Record<string, unknown>> = {
  size: 4,
  rate: 300,
  values: [0, 0.25, 0.6, 1],
  trains: [train, train, train, train],
  log: { times: Float64Array.from(train), neurons: Uint32Array.from(train, (_, i) => i % 4), from: 'a recording' },
};

/** What a file holds depends on the model that names it. */
const FILES: Readonly<Record<string, unknown>> = {
  events: GIVEN.log,
  images: { pixels: Uint8Array.of(255, 128, 0, 64), size: 4, from: 'an image' },
};

/** Required parameters (and those that every model here should share), the rest left to the defaults. */
export function parametersOf({ declaration }: AnyModel<unknown>): Record<string, unknown> {
  const { shape } = declaration.params;
  const required = Object.keys(shape).filter((key) => !shape[key]!._zod.optin || key === 'size');
  if (declaration.name === 'poisson') required.push('rate');
  return Object.fromEntries(required.map((key) => [key, key === 'file' ? FILES[declaration.name] : GIVEN[key]]));
}

/** Of rules that by default pulse too seldom, or too strongly, for a short test. */
const LIVELY: Readonly<Record<string, object>> = {
  neighbourhood: { up: 5e-3, down: 5e-3, width: 2, spreadStart: 0.7, spreadEnd: 0.7 }, // the range goes on shrinking after a rest
  eachSpike: { up: 5e-3, down: 1e-3 },
  postTriggered: { up: 0.02, down: 0.02 },
  stochasticBinary: { pSet: 0.3, pReset: 0.3, up: 0.2, down: 0.2 },
  tripletStdp: { a2Plus: 2e-3, a3Plus: 2e-3, a2Minus: 1e-3, a3Minus: 1e-3 },
  diehlCook: { aPlus: 0.3, aMinus: 0.2 },
};

/** The fewest parameters with which a rule has something to do within some ten ms. */
export const livelyOf = (rule: AnyModel<unknown>): Record<string, unknown> => ({
  ...parametersOf(rule),
  ...LIVELY[rule.declaration.name],
});
