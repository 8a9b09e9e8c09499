import type { Demonstration } from './demonstration.ts';

/** Every demonstration, one line each, loaded when it is asked for. */
export const DEMONSTRATIONS: Readonly<Record<string, () => Promise<{ readonly default: Demonstration }>>> = {
  orientation: () => import('./orientation/index.ts'),
  'pulse-arithmetic': () => import('./pulseArithmetic/index.ts'),
  reservoir: () => import('./reservoir/index.ts'),
  'second-order': () => import('./secondOrder/index.ts'),
  'self-organising-map': () => import('./selfOrganisingMap/index.ts'),
  stashing: () => import('./stashing/index.ts'),
  uncertainty: () => import('./uncertainty/index.ts'),
};
