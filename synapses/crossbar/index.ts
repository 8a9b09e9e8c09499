export {
  type Bias,
  Crossbar,
  type CrossbarOptions,
  type CrossbarSolution,
  effectiveConductances,
  type SelectScheme,
  selectCell,
  type TiledOptions,
} from './crossbar.ts';
export {
  CrossbarLayer,
  type CrossbarLayerOptions,
  type LayerProgrammed,
  type ProgrammingOptions,
} from './layer.ts';
export { NonLinearCrossbar, type NonLinearOptions } from './nonLinear.ts';
export { type CellCurrent, cellCurrent, type Periphery, peripheryParams } from './periphery.ts';
export { UPDATE_ALGORITHMS } from './updates.ts';
