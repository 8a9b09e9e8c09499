/** Pictures of experiments, each a function from data to one self-contained SVG string; `svgToPng` rasterises them. */
export { type AccuracyOverTraining, type AccuracyPoint, accuracyOverTraining } from './accuracyOverTraining.ts';
export type { PopulationSize } from './bands.ts';
export type { CurveAxis, CurvePoint, CurveSeries } from './chart.ts';
export type { ColourScale } from './colourBar.ts';
export { type ConfusionMatrix, confusionMatrix } from './confusionMatrix.ts';
export { type Curve, curve } from './curve.ts';
export { type FilmStrip, filmStrip } from './filmStrip.ts';
export { type HeatMap, type HeatMapAxis, heatMap } from './heatMap.ts';
export { overSeeds } from './overSeeds.ts';
export type { Grid } from './paint.ts';
export { type ParallelAxis, type ParallelCoordinates, parallelCoordinates } from './parallelCoordinates.ts';
export { svgToPng } from './png.ts';
export { type Raster, raster } from './raster.ts';
export { type ReceptiveFields, receptiveFields } from './receptiveFields.ts';
export { type Responses, responses } from './responses.ts';
export { type Scatter, type ScatterGroup, scatter } from './scatter.ts';
export { type ValueMap, valueMap } from './valueMap.ts';
