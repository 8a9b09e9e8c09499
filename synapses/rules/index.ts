/** One line a rule: what a network file may name under `projections.….rule.model`. */
export { pairStdp } from './pairStdp.ts';
export { postTrace } from './postTrace.ts';
export { postTriggered } from './postTriggered.ts';
