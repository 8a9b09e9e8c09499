import type { Demonstration } from './demonstration.ts';

/** Every demonstration, one line each, loaded when it is asked for. */
export const DEMONSTRATIONS: Readonly<Record<string, () => Promise<{ readonly default: Demonstration }>>> = {
  'binary-1s1r': () => import('./binary1s1r/index.ts'),
  crossbar: () => import('./crossbar/index.ts'),
  'ex-situ': () => import('./exSitu/index.ts'),
  'image-filter': () => import('./imageFilter/index.ts'),
  'in-situ': () => import('./inSitu/index.ts'),
  'pulse-arithmetic': () => import('./pulseArithmetic/index.ts'),
  'second-order': () => import('./secondOrder/index.ts'),
  stacking: () => import('./stacking/index.ts'),
  uncertainty: () => import('./uncertainty/index.ts'),
};
