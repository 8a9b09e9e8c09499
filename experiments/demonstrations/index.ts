import { validate } from '../../core/declare/validate.ts';
import { readConfig } from '../network/config/load.ts';
import { resolvePackagePath } from '../shipped.ts';
import { type DemonstrationDefinition, reportSchema } from './demonstration.ts';
import type { Verdict } from './findings.ts';

export type Demonstration = DemonstrationDefinition &
  Readonly<Record<'title' | 'claim' | 'source', string> & { verdict: Verdict }>;

export const DEMONSTRATION_LOADERS: Readonly<
  Record<string, () => Promise<{ readonly default: DemonstrationDefinition }>>
> = {
  'binary-1s1r': () => import('./binary1s1r/index.ts'),
  conditioning: () => import('./conditioning/index.ts'),
  crossbar: () => import('./crossbar/index.ts'),
  'device-demands': () => import('./deviceDemands/index.ts'),
  'energy-scale': () => import('./energyScale/index.ts'),
  'ex-situ': () => import('./exSitu/index.ts'),
  fingerprint: () => import('./fingerprint/index.ts'),
  'five-layer-cnn': () => import('./fiveLayerCnn/index.ts'),
  'fully-memristive': () => import('./fullyMemristive/index.ts'),
  heterosynaptic: () => import('./heterosynaptic/index.ts'),
  hopfield: () => import('./hopfield/index.ts'),
  hybrid: () => import('./hybrid/index.ts'),
  'image-filter': () => import('./imageFilter/index.ts'),
  'in-sensor': () => import('./inSensor/index.ts'),
  'in-situ': () => import('./inSitu/index.ts'),
  logic: () => import('./logic/index.ts'),
  neuristor: () => import('./neuristor/index.ts'),
  nociceptor: () => import('./nociceptor/index.ts'),
  orientation: () => import('./orientation/index.ts'),
  'passive-array': () => import('./passiveArray/index.ts'),
  perceptron: () => import('./perceptron/index.ts'),
  'pulse-arithmetic': () => import('./pulseArithmetic/index.ts'),
  'random-projection': () => import('./randomProjection/index.ts'),
  reconfigurable: () => import('./reconfigurable/index.ts'),
  reinforcement: () => import('./reinforcement/index.ts'),
  reservoir: () => import('./reservoir/index.ts'),
  'second-order': () => import('./secondOrder/index.ts'),
  'self-organising-map': () => import('./selfOrganisingMap/index.ts'),
  'sparse-coding': () => import('./sparseCoding/index.ts'),
  stacking: () => import('./stacking/index.ts'),
  stashing: () => import('./stashing/index.ts'),
  'stm-ltm': () => import('./stmLtm/index.ts'),
  temperature: () => import('./temperature/index.ts'),
  uncertainty: () => import('./uncertainty/index.ts'),
};

export async function loadDemonstration(name: string): Promise<Demonstration> {
  const catalogue = readConfig(resolvePackagePath('experiments/demonstrations/catalogue.yaml'));
  const entry = catalogue[name] as Omit<Demonstration, keyof DemonstrationDefinition>;
  const { parameters, run } = (await DEMONSTRATION_LOADERS[name]!()).default;
  const report = validate(reportSchema, entry, `catalogue.yaml: ${name}`);
  return { ...entry, parameters, run: (p, context) => run(p, context, report) };
}
