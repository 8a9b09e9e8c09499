import type { Demonstration } from './demonstration.ts';

/** Every demonstration, one line each, loaded when it is asked for. */
export const DEMONSTRATIONS: Readonly<Record<string, () => Promise<{ readonly default: Demonstration }>>> = {
  orientation: () => import('./orientation/index.ts'),
  'pulse-arithmetic': () => import('./pulseArithmetic/index.ts'),
  'second-order': () => import('./secondOrder/index.ts'),
  uncertainty: () => import('./uncertainty/index.ts'),
};
