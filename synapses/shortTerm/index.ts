/** One line a model: what a network file may name under `projections.….shortTerm.model`. */
export { alternating } from './alternating.ts';
export { diffusive } from './diffusive.ts';
export { tsodyksMarkram } from './tsodyksMarkram.ts';
export { volatile } from './volatile.ts';
