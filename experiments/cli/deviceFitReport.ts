import { csvFormat } from 'd3-dsv';
import { fitNotes, variabilityParams } from '../devices/fit/deviceFile.ts';
import { DIRECTIONS, type Direction, type Pulses, type Train } from '../devices/fit/import/trains.ts';
import type { DeviceParts, KindFit } from '../devices/fit/kinds/kind.ts';
import { FAMILY_NAMES } from '../devices/fit/statistics/families.ts';
import type { PulseFit } from '../devices/fit/statistics/fitPulses.ts';
import { type ByDirection, cycleToCycle } from '../devices/fit/statistics/noiseModel.ts';
import type { FittedTable } from '../devices/fit/table/fittedTable.ts';
import { formatDigits, formatPercent } from '../look/digits.ts';
import { formatColumns } from '../output/formatColumns.ts';

/** Largest plausible conductance, S; larger readings are probably in µS or nS. */
const MAX_LIKELY_CONDUCTANCE = 1;
/** Remark on a model that is equivalent to the best model, by the reason. */
const EQUIVALENCE = { curve: 'same curve', noise: 'not significantly different', no: '' } as const;

/** Warning about readings that are probably not in S; undefined if they are plausible. */
export function describeImplausibleUnit(file: string, trains: readonly Train[]): string | undefined {
  const maximum = trains.reduce((top, { conductance }) => conductance.reduce((a, b) => Math.max(a, b), top), 0);
  if (maximum <= MAX_LIKELY_CONDUCTANCE) return undefined;
  return `${file}: conductances reach ${formatDigits(maximum)} S; are the readings in S, and not in µS or nS (--unit uS)?`;
}

/** Remark on pulse voltages and widths that neither files nor options give; empty if all are known. */
export function describeUnknownPulses({ up, down }: Readonly<Record<Direction, Pulses>>): string {
  const options = [
    ...(up.voltage && down.voltage ? [] : ['--write-voltage']),
    ...(up.width && down.width ? [] : ['--write-time']),
  ].join(' and ');
  return options === '' ? '' : `Energies assume a write pulse: give ${options}, or the values in device.yaml.`;
}

/** CSV text with all readings and their residuals from each model, S. */
export function formatResidualsCsv(trains: readonly Train[], { curves }: PulseFit): string {
  const rows = trains.flatMap(({ device, cycle, direction, elapsed, conductance }, t) =>
    elapsed.map((pulse, i) => ({
      device,
      cycle,
      direction,
      pulse,
      conductance: conductance[i]!,
      ...Object.fromEntries(FAMILY_NAMES.map((name) => [name, conductance[i]! - curves[name][t]![i]!])),
    })),
  );
  return `${csvFormat(rows)}\n`;
}

/** Content of fit.json for a pulse measurement. */
export function summarisePulseFit(fit: PulseFit, importSummary: readonly string[]) {
  const { best, models, spread, quality, noise, reading, between, alike, plain, outliers, unmeasured } = fit;
  const { step, gain, start } = noise;
  return {
    best,
    models,
    spread,
    quality,
    noise: {
      reading,
      cycleToCycle: cycleToCycle(noise),
      step,
      gain,
      start,
      device: variabilityParams(fit),
    },
    between,
    alike,
    plainLeastSquares: plain,
    outliers: outliers.map(({ place: _, ...one }) => one),
    unmeasured,
    understood: importSummary,
  };
}

function modelRows({ best, models, alike }: PulseFit): string[][] {
  return [
    ['model', 'rmse (S)', 'of range', 'R²', 'correlation', 'held out (S)', ''],
    ...FAMILY_NAMES.map((name) => {
      const m = models[name];
      return [
        name,
        formatDigits(m.rmse),
        formatPercent(m.shareOfRange),
        m.r2.toFixed(4),
        m.autocorrelation.toFixed(2),
        formatDigits(m.crossValidated),
        name === best ? 'best' : EQUIVALENCE[alike[name] ?? 'no'],
      ];
    }),
  ];
}

/** Table rows on variability and noise. If no train is repeated, step noise is stated only if identifiable. */
function noiseRows({ noise, between, spread, reading, best, models, unmeasured }: PulseFit): string[][] {
  const { step, gain, start } = noise;
  const { gMin, gMax } = models[best].params as { gMin: number; gMax: number };
  const directions = DIRECTIONS.filter((d) => d !== unmeasured);
  const zeroStep = gain === null ? 'not identifiable from read noise; set to 0' : 'none';
  const formatBoth = (values: ByDirection, zero: string) =>
    directions.map((d) => `${values[d] === 0 ? zero : formatPercent(values[d])} ${d}`).join(', ');
  const rows = [
    [
      'device-to-device',
      spread.deviceToDevice === null ? 'not measured: one device' : formatPercent(spread.deviceToDevice),
    ],
    [
      'cycle-to-cycle',
      spread.cycleToCycle === null ? 'not measured: no train is repeated' : formatBoth(cycleToCycle(noise), 'none'),
    ],
    ['step, sd', formatBoth(step, zeroStep)],
    ...(gain === null ? [] : [['steps common to a cycle, sd', formatBoth(gain, 'none')]]),
    ...(start === null ? [] : [['start of trains, sd', `${formatPercent(start)} of the range`]]),
    [
      'read noise, sd',
      reading.kind === 'absolute'
        ? `${formatDigits(reading.sd)} S, ${formatPercent(reading.sd / (gMax - gMin))} of the range`
        : `${formatPercent(reading.sd)} of the conductance`,
    ],
  ];
  if (between === null) return rows;
  const { min, max, up, down, correlation } = between;
  return [
    ...rows,
    [
      'device-to-device sd',
      `gMin ${formatPercent(min)}, gMax ${formatPercent(max)}, steps ${formatPercent(up)} up, ${formatPercent(down)} down`,
    ],
    ...(correlation === null ? [] : [['steps up and steps down', `correlation ${correlation.toFixed(2)}`]]),
  ];
}

/** Verb that expresses the verdict in the report. */
const FITS = { describes: 'fits', misses: 'does not fit' } as const;

/** Report on the fit of device models to pulses. */
export function renderPulseFit(fit: PulseFit, trains: readonly Train[]): string {
  const { best, models, quality, outliers, plain } = fit;
  const readings = trains.reduce((sum, { elapsed }) => sum + elapsed.length, 0);
  const devices = new Set(trains.map(({ device }) => device)).size;
  const { verdict, shareOfRange, noiseFloor, reasons } = quality;
  const without = outliers.length > 0 ? `, ${formatDigits(fit.withoutOutliers)} S without outliers` : '';
  return [
    `${readings} readings in ${trains.length} trains of ${devices} device${devices === 1 ? '' : 's'}`,
    '',
    formatColumns(modelRows(fit)),
    `Plain least squares over all models: at best ${formatDigits(plain)} S.`,
    ...(outliers.length > 0 ? [`Outliers left out: ${outliers.length}, listed in fit.json.`] : []),
    '',
    formatColumns([
      [best, 'value', '95 % interval'],
      ...Object.entries(models[best].params).map(([name, value]) => {
        const interval = models[best].ci[name]?.map(formatDigits).join(' to ') ?? 'not fitted';
        return [name, formatDigits(value), interval];
      }),
    ]),
    '',
    `${best} ${FITS[verdict]} the data: RMSE ${formatPercent(shareOfRange)} of the range, ${formatDigits(quality.rmse)} S${without}; noise floor ${formatDigits(noiseFloor)} S.`,
    ...reasons.map((reason) => `- ${reason}`),
    '',
    ...fitNotes(fit).flatMap((note) => [note, '']),
    formatColumns(noiseRows(fit)),
  ].join('\n');
}

/** Summary of a fitted step table, as in fit.json. */
interface TableSummary extends Pick<FittedTable, 'gMin' | 'gMax' | 'between' | 'readNoise'> {
  readonly assumed: KindFit['assumed'];
  /** Number of table rows per direction. */
  readonly rows: ByDirection;
}

/** Report on a fitted step table. */
export function renderTableFit({ gMin, gMax, between, readNoise, assumed, rows }: TableSummary): string {
  return formatColumns([
    ['range', `${formatDigits(gMin)} to ${formatDigits(gMax)} S`],
    ...Object.entries(assumed).map(([path, why]) => [path.replace('device.', ''), `assumed: ${why}`]),
    ...(between.min + between.max > 0
      ? [
          [
            'device-to-device sd',
            `${formatDigits(100 * between.min)} % of gMin, ${formatDigits(100 * between.max)} % of gMax`,
          ],
        ]
      : []),
    ['rows of the table', `${rows.up} up, ${rows.down} down`],
    ['read noise, sd', `${formatPercent(readNoise.sd)} of the ${readNoise.of === 'range' ? 'range' : 'conductance'}`],
  ]);
}

/** Report on the fit to a measurement other than pulses. */
export function renderKindFit({ models, best, unit }: KindFit): string {
  const { params, ci } = models.find((m) => m.name === best)!;
  return [
    formatColumns([
      ['model', unit === '' ? 'rmse' : `rmse (${unit})`, 'of span', ''],
      ...models.map((m) => [m.name, formatDigits(m.rmse), formatPercent(m.share), m.name === best ? 'best' : '']),
    ]),
    '',
    formatColumns([
      [best, 'value', '95 % interval'],
      ...Object.entries(params).map(([name, value]) => {
        const interval = ci[name]?.map(formatDigits).join(' to ') ?? 'not identifiable';
        return [name, formatDigits(value), interval];
      }),
    ]),
  ].join('\n');
}

/** Names of the sections or device parameters that a fit adds to the device file, as a text. */
export function describeAddedSections({ device, ...others }: DeviceParts): string {
  const parameters =
    device === undefined
      ? []
      : device.model === undefined
        ? Object.keys(device).map((key) => `device.${key}`)
        : ['device'];
  return [...parameters, ...Object.keys(others)].join(', ');
}
