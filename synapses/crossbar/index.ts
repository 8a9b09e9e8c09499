export { type CellCurrent, cellCurrent } from './cellCurrent.ts';
export {
  type Bias,
  Crossbar,
  type CrossbarOptions,
  type CrossbarSolution,
  type SelectScheme,
  selectCell,
} from './crossbar.ts';
export {
  CrossbarLayer,
  type CrossbarLayerOptions,
  type LayerProgrammed,
  type ProgrammingOptions,
} from './layer.ts';
export { type Periphery, peripheryParams } from './layerParams.ts';
export { NonLinearCrossbar, type NonLinearOptions } from './nonLinear.ts';
export { effectiveConductances, type TiledOptions } from './tiles.ts';
