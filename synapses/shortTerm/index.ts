/** One line a model: what a network file may name under `projections.….shortTerm.model`. */
export { tsodyksMarkram } from './tsodyksMarkram.ts';
