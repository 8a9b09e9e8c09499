/** Short-term plasticity models that a network file can name under `projections.….shortTerm.model`. */
export { alternating } from './alternating.ts';
export { diffusive } from './diffusive.ts';
export { tsodyksMarkram } from './tsodyksMarkram.ts';
export { volatile } from './volatile.ts';
