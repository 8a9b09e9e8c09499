/** Plots of results: each function returns one self-contained SVG string. */
export type { EnergyFigure } from '../energyText.ts';
export {
  type ConfusionMatrix,
  confusionMatrix,
  type HeatMap,
  type HeatMapAxis,
  heatMap,
  type ValueMap,
  valueMap,
} from './cells.ts';
export {
  type AccuracyOverTraining,
  type AccuracyPoint,
  accuracyOverTraining,
  type Curve,
  type CurveAxis,
  type CurvePoint,
  type CurveSeries,
  curve,
  type Scatter,
  type ScatterGroup,
  scatter,
  summariseSeeds,
} from './chart.ts';
export type { ColourScale, Grid } from './colours.ts';
export type { PopulationSize } from './density.ts';
export {
  type FilmStrip,
  filmStrip,
  type ReceptiveFields,
  receptiveFields,
  type WindowVotes,
  windowVotes,
} from './imagePanels.ts';
export { type PictureStyle, withPictureStyle } from './pictureStyle.ts';
export { type Raster, raster } from './raster.ts';
export { energyScale, type Responses, responses } from './rows.ts';
export { svgToPdf, svgToPng } from './write.ts';
