import type { Demonstration } from './demonstration.ts';

/** Every demonstration, one line each, loaded when it is asked for. */
export const DEMONSTRATIONS: Readonly<Record<string, () => Promise<{ readonly default: Demonstration }>>> = {
  'binary-1s1r': () => import('./binary1s1r/index.ts'),
  crossbar: () => import('./crossbar/index.ts'),
  'energy-scale': () => import('./energyScale/index.ts'),
  'ex-situ': () => import('./exSitu/index.ts'),
  fingerprint: () => import('./fingerprint/index.ts'),
  'fully-memristive': () => import('./fullyMemristive/index.ts'),
  heterosynaptic: () => import('./heterosynaptic/index.ts'),
  hopfield: () => import('./hopfield/index.ts'),
  hybrid: () => import('./hybrid/index.ts'),
  'image-filter': () => import('./imageFilter/index.ts'),
  'in-situ': () => import('./inSitu/index.ts'),
  neuristor: () => import('./neuristor/index.ts'),
  nociceptor: () => import('./nociceptor/index.ts'),
  orientation: () => import('./orientation/index.ts'),
  'pulse-arithmetic': () => import('./pulseArithmetic/index.ts'),
  'random-projection': () => import('./randomProjection/index.ts'),
  reservoir: () => import('./reservoir/index.ts'),
  'second-order': () => import('./secondOrder/index.ts'),
  'self-organising-map': () => import('./selfOrganisingMap/index.ts'),
  'sparse-coding': () => import('./sparseCoding/index.ts'),
  stacking: () => import('./stacking/index.ts'),
  stashing: () => import('./stashing/index.ts'),
  'stm-ltm': () => import('./stmLtm/index.ts'),
  uncertainty: () => import('./uncertainty/index.ts'),
};
