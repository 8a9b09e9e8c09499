import { csvFormat } from 'd3-dsv';
import { formatCount } from '../../core/declare/show.ts';
import { createVariabilityParams, listFitNotes } from '../devices/fit/deviceFile.ts';
import type { FittedMeasurement, LoadedMeasurement } from '../devices/fit/fitMeasurement.ts';
import { averagePulseSettings, DIRECTIONS, listDeviceNames, type Train } from '../devices/fit/import/trains.ts';
import type { DeviceSections, FittedModel, MeasurementFit } from '../devices/fit/kinds/measurementType.ts';
import { roundForFile } from '../devices/fit/lists.ts';
import { renderMeasurementFitPicture, renderPulseFitPicture, renderStepTablePicture } from '../devices/fit/pictures.ts';
import { DEVICE_FACTOR_KEYS } from '../devices/fit/statistics/curves.ts';
import type { PulseFit } from '../devices/fit/statistics/fitPulses.ts';
import { computeCycleToCycleVariability, type NumberByDirection } from '../devices/fit/statistics/noiseModel.ts';
import { describeReadNoise } from '../devices/fit/statistics/stateReadNoise.ts';
import { STEP_FAMILY_NAMES } from '../devices/fit/statistics/stepFamilies.ts';
import { VERDICT_PHRASES } from '../devices/fit/statistics/verdict.ts';
import type { FittedStepTable } from '../devices/fit/table/fitStepTable.ts';
import { formatPercent, formatSignificantDigits } from '../look/digits.ts';
import { formatColumns } from '../output/formatColumns.ts';

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
  const { step, gain, start } = fit.noise;
  const [cycleToCycle, device] = [computeCycleToCycleVariability(fit.noise), createVariabilityParams(fit)];
  const noise = { reading: fit.reading, cycleToCycle, atMost: fit.noiseLimit, step, gain, start, device };
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
  const { noise, noiseLimit, between, spread, reading, stateReadNoise } = fit;
  const { step, gain, start } = noise;
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
    reading.kind === 'absolute'
      ? `${formatSignificantDigits(reading.sd)} S, ${formatPercent(reading.sd / (gMax - gMin))} of the range`
      : `${formatPercent(reading.sd)} of the conductance`;
  const rows = [
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
  const [min, max, up, down] = DEVICE_FACTOR_KEYS.map((key) => formatPercent(between[key]));
  return [
    ...rows,
    ['device-to-device sd', `gMin ${min}, gMax ${max}, steps ${up} up, ${down} down`],
    ...(correlation === null ? [] : [['steps up and steps down', `correlation ${correlation.toFixed(2)}`]]),
  ];
}

function renderPulseFit(fit: PulseFit, trains: readonly Train[]): string {
  const { best, models, quality, outliers, lowestRmse } = fit;
  const readings = trains.reduce((sum, { elapsed }) => sum + elapsed.length, 0);
  const { verdict, shareOfRange, noiseFloor, reasons } = quality;
  const without = outliers.length > 0 ? `, ${formatSignificantDigits(fit.rmseWithoutOutliers)} S without outliers` : '';
  return [
    `${readings} readings in ${trains.length} trains of ${formatCount(listDeviceNames(trains).length, 'device')}`,
    '',
    formatColumns(formatModelRows(fit)),
    `Lowest RMSE found by least squares over all models: ${formatSignificantDigits(lowestRmse)} S.`,
    ...(outliers.length > 0 ? [`Outliers left out: ${outliers.length}, listed in fit.json.`] : []),
    '',
    renderParameters(best, models[best], 'not fitted'),
    '',
    `${best} ${VERDICT_PHRASES[verdict]} the data: RMSE ${formatPercent(shareOfRange)} of the range, ${formatSignificantDigits(quality.rmse)} S${without}; noise floor ${formatSignificantDigits(noiseFloor)} S.`,
    ...reasons.map((reason) => `- ${reason}`),
    '',
    ...listFitNotes(fit).flatMap((note) => [note, '']),
    formatColumns(formatNoiseRows(fit)),
  ].join('\n');
}

function renderTableFit(fit: FittedStepTable, assumed: MeasurementFit['assumptions'], rows: NumberByDirection) {
  const { gMin, gMax, readNoise, trainGainSd: trainGain } = fit;
  const { min, max } = fit.deviceSpread;
  return formatColumns([
    ['range', `${formatSignificantDigits(gMin)} to ${formatSignificantDigits(gMax)} S`],
    ...Object.entries(assumed).map(([path, why]) => [path.replace('device.', ''), `assumed: ${why}`]),
    ...(min + max > 0 ? [['device-to-device sd', `${formatPercent(min)} of gMin, ${formatPercent(max)} of gMax`]] : []),
    ['rows of the table', `${rows.up} up, ${rows.down} down`],
    ...(trainGain.up + trainGain.down > 0
      ? [['steps common to a cycle, sd', `up ${formatPercent(trainGain.up)}; down ${formatPercent(trainGain.down)}`]]
      : []),
    ['read noise, sd', describeReadNoise(readNoise)],
  ]);
}

function renderParameters(name: string, { params, ci }: Pick<FittedModel, 'params' | 'ci'>, missing: string): string {
  return formatColumns([
    [name, 'value', '95 % interval'],
    ...Object.entries(params).map(([key, value]) => {
      const ends = ci[key];
      const interval =
        ends?.[1] === Infinity
          ? `above ${formatSignificantDigits(ends[0])}`
          : ends?.map(formatSignificantDigits).join(' to ');
      return [key, formatSignificantDigits(value), interval ?? missing];
    }),
  ]);
}

function renderKindFit({ models, bestModel, rmseUnit, quality }: MeasurementFit): string {
  return [
    formatColumns([
      ['model', rmseUnit === '' ? 'rmse' : `rmse (${rmseUnit})`, 'of span', ''],
      ...models.map((m) => [
        m.name,
        formatSignificantDigits(m.rmse),
        formatPercent(m.share),
        m.name === bestModel ? 'best' : '',
      ]),
    ]),
    '',
    renderParameters(bestModel, models.find((m) => m.name === bestModel)!, 'not identifiable'),
    '',
    `${bestModel} ${VERDICT_PHRASES[quality.verdict]} the data: RMSE ${formatPercent(models[0]!.share)} of the span.`,
    ...quality.reasons.map((reason) => `- ${reason}`),
  ].join('\n');
}

export function createFitReport(
  { sourceFiles, importSummary: understood }: LoadedMeasurement,
  { fitResult, addedSections, assumptions, notes: mergeNotes }: FittedMeasurement,
) {
  const csvFiles: Readonly<Record<string, string>> = {};
  const common = { fitNotes: mergeNotes, addedSections: describeAddedSections(addedSections), csvFiles };
  if (fitResult.kind === 'pulses') {
    const { fit, trains } = fitResult;
    return {
      ...common,
      summary: { ...summarisePulseFit(fit), assumed: assumptions, notes: listFitNotes(fit), understood },
      text: renderPulseFit(fit, trains),
      csvFiles: { 'residuals.csv': formatResidualsCsv(trains, fit) },
      drawPicture: () => renderPulseFitPicture(trains, fit, `${sourceFiles}: measured pulses and fitted models`),
    };
  }
  if (fitResult.kind === 'table') {
    const { fit, trains, simulated } = fitResult;
    const { gMin, gMax, deviceSpread, steps, readNoise } = fit;
    const rows = { up: steps.up.length, down: steps.down.length };
    return {
      ...common,
      summary: { model: 'table', gMin, gMax, between: deviceSpread, assumed: assumptions, rows, readNoise, understood },
      text: renderTableFit(fit, assumptions, rows),
      drawPicture: () => renderStepTablePicture(trains, fit, simulated, `${sourceFiles}: measured steps`),
    };
  }
  const { kind, fit } = fitResult;
  const { bestModel: best, models, quality, addedSections: added } = fit;
  const fitNotes = [...fit.notes, ...mergeNotes];
  return {
    ...common,
    summary: { kind, best, models, quality, notes: fitNotes, added, understood },
    text: renderKindFit(fit),
    fitNotes,
    drawPicture: () => renderMeasurementFitPicture(fit.plot),
  };
}

function describeAddedSections({ device, ...others }: DeviceSections): string {
  const isWhole = device?.model !== undefined;
  const parameters = isWhole ? ['device'] : Object.keys(device ?? {}).map((key) => `device.${key}`);
  return [...parameters, ...Object.keys(others)].join(', ');
}
