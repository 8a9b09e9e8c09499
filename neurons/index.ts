/** One line a model: what a network file may name under `populations.….model`. */
export { escapeRate } from './escapeRate.ts';
export { lif } from './lif.ts';
export * from './stimuli.ts';
