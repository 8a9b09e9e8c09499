export {
  type BiasVoltages,
  Crossbar,
  type CrossbarOptions,
  type CrossbarSolution,
  type SelectScheme,
  selectCell,
} from './crossbar.ts';
export {
  CrossbarLayer,
  type CrossbarLayerOptions,
  type LayerProgrammingResult as LayerProgrammed,
  type ProgrammingOptions,
} from './layer.ts';
export { effectiveConductances, type TiledOptions } from './lineLosses.ts';
export { NonLinearCrossbar, type NonLinearCrossbarOptions as NonLinearOptions } from './nonLinear.ts';
export {
  type CellIvCurve as CellCurrent,
  createCellIvCurve as cellCurrent,
  type Periphery,
  peripheryParams,
} from './periphery.ts';
export { type SliceOptions, sliceParams, splitIntoSlices } from './slices.ts';
export { UPDATE_ALGORITHMS } from './updates.ts';
