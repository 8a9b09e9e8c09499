export { type Bias, Crossbar, type CrossbarOptions, type CrossbarSolution } from './crossbar.ts';
export { type Selection, selectCell } from './selection.ts';
export { effectiveConductances, type TiledOptions } from './tiles.ts';
