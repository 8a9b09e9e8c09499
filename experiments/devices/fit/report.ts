import { csvFormat } from 'd3-dsv';
import { formatCount } from '../../../core/declare/show.ts';
import { formatPercent, formatSignificantDigits } from '../../look/digits.ts';
import { formatColumns } from '../../output/formatColumns.ts';
import { createVariabilityParams, listFitNotes } from './deviceFile.ts';
import type { FittedMeasurement, LoadedMeasurement } from './fitMeasurement.ts';
import { averagePulseSettings, DIRECTIONS, listDeviceNames, type Train } from './import/trains.ts';
import type { DeviceSections, FittedModel, MeasurementFit } from './kinds/measurementType.ts';
import { roundForFile } from './lists.ts';
import { renderMeasurementFitPicture, renderPulseFitPicture, renderStepTablePicture } from './pictures.ts';
import { DEVICE_TO_DEVICE_FACTOR_KEYS } from './statistics/curves.ts';
import type { PulseFit } from './statistics/fitPulses.ts';
import { computeCycleToCycleVariability, type NumberByDirection } from './statistics/noiseModel.ts';
import { describeReadNoise } from './statistics/stateReadNoise.ts';
import { STEP_FAMILY_NAMES } from './statistics/stepFamilies.ts';
import { VERDICT_PHRASES } from './statistics/verdict.ts';
import type { FittedStepTable } from './table/fitStepTable.ts';

/** Part of a report: a sentence, or a table whose first row and first column are headings. */
export type FitReportPart = string | readonly (readonly string[])[];

/** Formats the report of a fit as text for a terminal. */
export const formatFitReport = (parts: readonly FitReportPart[]): string =>
  parts
    .map((part) => (typeof part === 'string' ? part : `\n${formatColumns(part)}\n`))
    .join('\n')
    .trim();

const EQUIVALENCE_PHRASES = { curve: 'same curve', noise: 'not significantly different', no: '' } as const;

export function describeMissingPulseOptions(trains: readonly Train[]): string {
  const { up, down } = averagePulseSettings(trains);
  const missing = [!(up.voltage && down.voltage) && '--write-voltage', !(up.width && down.width) && '--write-time'];
  const options = missing.filter((option) => option !== false).join(' and ');
  return options === '' ? '' : `Energies assume a write pulse: give ${options}, or the values in device.yaml.`;
}

function formatResidualsCsv(trains: readonly Train[], { curves }: PulseFit): string {
  const rows = trains.flatMap(({ device, cycle, direction, elapsed, conductance: g }, t) =>
    elapsed.map((pulse, i) => {
      const residuals = Object.fromEntries(STEP_FAMILY_NAMES.map((name) => [name, g[i]! - curves[name][t]![i]!]));
      return { device, cycle, direction, pulse, conductance: g[i]!, ...residuals };
    }),
  );
  return `${csvFormat(rows)}\n`;
}

function summarisePulseFit(fit: PulseFit) {
  const { best, models, spread, quality, between, alike, unmeasured } = fit;
  const { stepSd: step, trainGainSd: gain, startSd: start } = fit.noise;
  const [cycleToCycle, device] = [computeCycleToCycleVariability(fit.noise), createVariabilityParams(fit)];
  const noise = { reading: fit.readNoise, cycleToCycle, atMost: fit.noiseLimit, step, gain, start, device };
  const outliers = fit.outliers.map(({ place: _, ...one }) => one);
  const draws = fit.draws.map((draw) =>
    Object.fromEntries(Object.entries(draw).map(([name, value]) => [name, roundForFile(value)])),
  );
  const found = { best, models, spread, quality, noise, between, alike, draws };
  return { ...found, plainLeastSquares: fit.lowestRmse, outliers, unmeasured };
}

function formatModelRows({ best, models, alike }: PulseFit): string[][] {
  return [
    ['model', 'rmse (S)', 'of range', 'R²', 'correlation', 'held out (S)', ''],
    ...STEP_FAMILY_NAMES.map((name) => {
      const { rmse, shareOfRange, r2, autocorrelation, crossValidated } = models[name];
      const remark = name === best ? 'best' : EQUIVALENCE_PHRASES[alike[name] ?? 'no'];
      const numbers = [r2.toFixed(4), autocorrelation.toFixed(2), formatSignificantDigits(crossValidated)];
      return [name, formatSignificantDigits(rmse), formatPercent(shareOfRange), ...numbers, remark];
    }),
  ];
}

function formatNoiseRows(fit: PulseFit): string[][] {
  const { noise, noiseLimit, between, spread, readNoise, stateReadNoise } = fit;
  const { stepSd: step, trainGainSd: gain, startSd: start } = noise;
  const { gMin, gMax } = fit.models[fit.best].params as { gMin: number; gMax: number };
  const directions = DIRECTIONS.filter((d) => d !== fit.unmeasured);
  const formatBoth = (values: NumberByDirection, limit?: NumberByDirection) =>
    directions
      .map((d) => {
        const zero = `not identifiable${limit ? `, at most ${formatPercent(limit[d])}` : ''}`;
        return `${d} ${values[d] === 0 ? zero : formatPercent(values[d])}`;
      })
      .join('; ');
  const { deviceToDevice, cycleToCycle: cycles } = spread;
  const sameInAllStates =
    readNoise.kind === 'absolute'
      ? `${formatSignificantDigits(readNoise.sd)} S, ${formatPercent(readNoise.sd / (gMax - gMin))} of the range`
      : `${formatPercent(readNoise.sd)} of the conductance`;
  const rows = [
    ['variability', 'value'],
    ['device-to-device', deviceToDevice === null ? 'not measured: one device' : formatPercent(deviceToDevice)],
    [
      'cycle-to-cycle',
      cycles === null
        ? 'not measured: no train is repeated'
        : formatBoth(computeCycleToCycleVariability(noise), noiseLimit),
    ],
    ['step, sd', formatBoth(step, gain === null ? noiseLimit : undefined)],
    ...(gain === null ? [] : [['steps common to a cycle, sd', formatBoth(gain)]]),
    ...(start === null ? [] : [['start of trains, sd', `${formatPercent(start)} of the range`]]),
    ['read noise, sd', stateReadNoise ? describeReadNoise(stateReadNoise) : sameInAllStates],
  ];
  if (between === null) return rows;
  const { correlation } = between;
  const [min, max, up, down] = DEVICE_TO_DEVICE_FACTOR_KEYS.map((key) => formatPercent(between[key]));
  return [
    ...rows,
    ['device-to-device sd', `gMin ${min}, gMax ${max}, steps ${up} up, ${down} down`],
    ...(correlation === null ? [] : [['steps up and steps down', `correlation ${correlation.toFixed(2)}`]]),
  ];
}

function describePulseFit(fit: PulseFit, trains: readonly Train[]): FitReportPart[] {
  const { best, models, quality, outliers, lowestRmse } = fit;
  const readings = trains.reduce((sum, { elapsed }) => sum + elapsed.length, 0);
  const { verdict, shareOfRange, noiseFloor, reasons } = quality;
  const without = outliers.length > 0 ? `, ${formatSignificantDigits(fit.rmseWithoutOutliers)} S without outliers` : '';
  const headline = `${best} ${VERDICT_PHRASES[verdict]} the data: RMSE ${formatPercent(shareOfRange)} of the range, ${formatSignificantDigits(quality.rmse)} S${without}; noise floor ${formatSignificantDigits(noiseFloor)} S.`;
  return [
    headline,
    ...reasons.map((reason) => `- ${reason}`),
    ...listFitNotes(fit),
    `${readings} readings in ${trains.length} trains of ${formatCount(listDeviceNames(trains).length, 'device')}`,
    formatModelRows(fit),
    `Lowest RMSE found by least squares over all models: ${formatSignificantDigits(lowestRmse)} S.`,
    ...(outliers.length > 0 ? [`Outliers left out: ${outliers.length}, listed in fit.json.`] : []),
    formatParameterRows(best, models[best], 'not fitted'),
    formatNoiseRows(fit),
  ];
}

function describeTableFit(
  fit: FittedStepTable,
  assumed: MeasurementFit['assumptions'],
  rows: NumberByDirection,
): FitReportPart[] {
  const { gMin, gMax, readNoise, trainGainSd: trainGain } = fit;
  const { min, max } = fit.deviceSpread;
  const headline = `Table of measured steps: ${rows.up} rows upwards, ${rows.down} downwards.`;
  const table = [
    ['table', 'value'],
    ['range', `${formatSignificantDigits(gMin)} to ${formatSignificantDigits(gMax)} S`],
    ...Object.entries(assumed).map(([path, why]) => [path.replace('device.', ''), `assumed: ${why}`]),
    ...(min + max > 0 ? [['device-to-device sd', `${formatPercent(min)} of gMin, ${formatPercent(max)} of gMax`]] : []),
    ...(trainGain.up + trainGain.down > 0
      ? [['steps common to a cycle, sd', `up ${formatPercent(trainGain.up)}; down ${formatPercent(trainGain.down)}`]]
      : []),
    ['read noise, sd', describeReadNoise(readNoise)],
  ];
  return [headline, table];
}

function formatParameterRows(name: string, { params, ci }: Pick<FittedModel, 'params' | 'ci'>, missing: string) {
  return [
    [name, 'value', '95 % interval'],
    ...Object.entries(params).map(([key, value]) => {
      const ends = ci[key];
      const interval =
        ends?.[1] === Infinity
          ? `above ${formatSignificantDigits(ends[0])}`
          : ends?.map(formatSignificantDigits).join(' to ');
      return [key, formatSignificantDigits(value), interval ?? missing];
    }),
  ];
}

function describeKindFit({ models, bestModel, rmseUnit, quality, notes }: MeasurementFit): FitReportPart[] {
  const headline = `${bestModel} ${VERDICT_PHRASES[quality.verdict]} the data: RMSE ${formatPercent(models[0]!.share)} of the span.`;
  const modelRows = models.map(({ name, rmse, share }) => {
    return [name, formatSignificantDigits(rmse), formatPercent(share), name === bestModel ? 'best' : ''];
  });
  return [
    headline,
    ...quality.reasons.map((reason) => `- ${reason}`),
    ...notes,
    [['model', rmseUnit === '' ? 'rmse' : `rmse (${rmseUnit})`, 'of span', ''], ...modelRows],
    formatParameterRows(bestModel, models.find((m) => m.name === bestModel)!, 'not identifiable'),
  ];
}

/** Report of a fit, which begins with the verdict; content of fit.json (`summary`), further files and picture. */
export function createFitReport(
  { sourceFiles, importSummary: understood }: Pick<LoadedMeasurement, 'sourceFiles' | 'importSummary'>,
  { fitResult, addedSections, assumptions: assumed, notes }: Omit<FittedMeasurement, 'file'>,
) {
  const complete = (
    parts: readonly FitReportPart[],
    summary: object,
    drawPicture: () => string,
    writeCsvFiles: () => Readonly<Record<string, string>> = () => ({}),
  ) => {
    const report = [...parts, ...notes];
    const added = describeAddedSections(addedSections);
    return {
      report,
      summary: { ...summary, understood, report },
      addedSections: added,
      drawPicture,
      writeCsvFiles,
    };
  };
  if (fitResult.kind === 'pulses') {
    const { fit, trains } = fitResult;
    const title = `${sourceFiles}: measured pulses and fitted models`;
    return complete(
      describePulseFit(fit, trains),
      { ...summarisePulseFit(fit), assumed, notes: listFitNotes(fit) },
      () => renderPulseFitPicture(trains, fit, title),
      () => ({ 'residuals.csv': formatResidualsCsv(trains, fit) }),
    );
  }
  if (fitResult.kind === 'table') {
    const { fit, trains, simulated } = fitResult;
    const { gMin, gMax, deviceSpread, steps, readNoise } = fit;
    const rows = { up: steps.up.length, down: steps.down.length };
    return complete(
      describeTableFit(fit, assumed, rows),
      { model: 'table', gMin, gMax, between: deviceSpread, assumed, rows, readNoise },
      () => renderStepTablePicture(trains, fit, simulated, `${sourceFiles}: measured steps`),
    );
  }
  const { kind, fit } = fitResult;
  const { bestModel: best, models, quality, addedSections: added } = fit;
  return complete(describeKindFit(fit), { kind, best, models, quality, notes: [...fit.notes, ...notes], added }, () =>
    renderMeasurementFitPicture(fit.plot),
  );
}

function describeAddedSections({ device, ...others }: DeviceSections): string {
  const isWhole = device?.model !== undefined;
  const parameters = isWhole ? ['device'] : Object.keys(device ?? {}).map((key) => `device.${key}`);
  return [...parameters, ...Object.keys(others)].join(', ');
}
