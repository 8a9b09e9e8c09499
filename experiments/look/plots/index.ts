/** Pictures of experiments, each a function from data to one self-contained SVG string; `svgToPng` rasterises them. */
export type { EnergyFigure } from '../energyText.ts';
export { type AccuracyOverTraining, type AccuracyPoint, accuracyOverTraining } from './accuracyOverTraining.ts';
export { type CurveAxis, type CurvePoint, type CurveSeries, summariseSeeds } from './chart.ts';
export type { ColourScale } from './colourBar.ts';
export { type ConfusionMatrix, confusionMatrix } from './confusionMatrix.ts';
export { type Curve, curve } from './curve.ts';
export { energyScale } from './energyScale.ts';
export { type FilmStrip, filmStrip } from './filmStrip.ts';
export { type HeatMap, type HeatMapAxis, heatMap } from './heatMap.ts';
export { type PictureStyle, withPictureStyle } from './look.ts';
export type { Grid } from './paint.ts';
export { svgToPdf } from './pdf.ts';
export { svgToPng } from './png.ts';
export { type Raster, raster } from './raster.ts';
export { type ReceptiveFields, receptiveFields } from './receptiveFields.ts';
export { type Responses, responses } from './responses.ts';
export type { PopulationSize } from './spikes.ts';
export { type ValueMap, valueMap } from './valueMap.ts';
