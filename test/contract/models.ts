/** What the contract suite loops over: every model of ours by its name. */
import type {
  DeviceFactory,
  ModulatorFactory,
  NeuronFactory,
  RuleFactory,
  ShortTermFactory,
  StimulusFactory,
} from '../../core/factories.ts';
import type { CheckedModel } from '../../experiments/contract/trialParameters.ts';
import { MODELS } from '../../experiments/network/models.ts';

type Index<F> = Readonly<Record<string, CheckedModel<F>>>;

export const NEURONS = MODELS.neurons as unknown as Index<NeuronFactory | StimulusFactory>;
export const DEVICES = MODELS.devices as unknown as Index<DeviceFactory>;
export const RULES = MODELS.rules as unknown as Index<RuleFactory>;
export const MODULATORS = MODELS.modulators as unknown as Index<ModulatorFactory>;
export const SHORT_TERMS = MODELS.shortTerms as unknown as Index<ShortTermFactory>;

export const ALL: readonly (readonly [key: string, model: CheckedModel])[] = [
  NEURONS,
  DEVICES,
  RULES,
  MODULATORS,
  SHORT_TERMS,
].flatMap((index) => Object.entries(index as Index<unknown>));
