export { type Bias, Crossbar, type CrossbarOptions, type CrossbarSolution } from './crossbar.ts';
export { type SelectScheme, selectCell } from './selectCell.ts';
export { effectiveConductances, type TiledOptions } from './tiles.ts';
