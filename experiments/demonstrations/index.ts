import type { Demonstration } from './demonstration.ts';

/** Every demonstration, one line each, loaded when it is asked for. */
export const DEMONSTRATIONS: Readonly<Record<string, () => Promise<{ readonly default: Demonstration }>>> = {
  crossbar: () => import('./crossbar/index.ts'),
  neuristor: () => import('./neuristor/index.ts'),
  nociceptor: () => import('./nociceptor/index.ts'),
  'pulse-arithmetic': () => import('./pulseArithmetic/index.ts'),
  'second-order': () => import('./secondOrder/index.ts'),
  'stm-ltm': () => import('./stmLtm/index.ts'),
  uncertainty: () => import('./uncertainty/index.ts'),
};
