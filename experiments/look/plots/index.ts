/** Plots of results: each function returns one self-contained SVG string. */
export type { EventEnergy as EnergyFigure } from '../energyText.ts';
export {
  type CategoryMeansPlot as Responses,
  renderCategoryMeans as responses,
  renderEnergyScale as energyScale,
} from './categoryPlots.ts';
export {
  type AccuracyOverTrainingPlot as AccuracyOverTraining,
  type AccuracyPoint,
  type CurveAxis,
  type CurvePoint,
  type CurveSeries,
  renderAccuracyOverTraining as accuracyOverTraining,
  renderCurves as curve,
  renderScatterPlot as scatter,
  type ScatterGroup,
  type ScatterPlot as Scatter,
  summariseSeeds,
  type TitledLineChart as Curve,
} from './chart.ts';
export type { ColourScale, ValueGrid as Grid } from './colours.ts';
export type { PopulationSize } from './density.ts';
export {
  type ConfusionMatrixPlot as ConfusionMatrix,
  type HeatMap,
  type HeatMapAxis,
  renderConfusionMatrix as confusionMatrix,
  renderHeatMap as heatMap,
  renderValueTable as valueMap,
  type ValueTablePlot as ValueMap,
} from './heatMaps.ts';
export {
  type FilmStripPlot as FilmStrip,
  type ReceptiveFieldPlot as ReceptiveFields,
  renderFilmStrip as filmStrip,
  renderReceptiveFields as receptiveFields,
  renderWindowVotes as windowVotes,
  type WindowVotesPlot as WindowVotes,
} from './imagePanels.ts';
export { type PictureStyle, withPictureStyle } from './pictureStyle.ts';
export { renderSpikeRaster as raster, type SpikeRasterPlot as Raster } from './raster.ts';
export { svgToPdf, svgToPng } from './write.ts';
