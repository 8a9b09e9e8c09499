import { csvFormat } from 'd3-dsv';
import { rootMeanSquare } from 'simple-statistics';
import { fitNotes, scatterParams } from '../devices/fit/deviceFile.ts';
import { byDirection, DIRECTIONS, type Direction, type Pulses, type Train } from '../devices/fit/import/trains.ts';
import type { DeviceParts, KindFit } from '../devices/fit/kinds/kind.ts';
import { type DecileChanges, decileChanges, type Moments, momentsOf } from '../devices/fit/statistics/deciles.ts';
import { FAMILY_NAMES } from '../devices/fit/statistics/families.ts';
import type { PulseFit } from '../devices/fit/statistics/fitPulses.ts';
import { type ByDirection, cycleToCycle } from '../devices/fit/statistics/noiseModel.ts';
import type { FittedTable } from '../devices/fit/table/fittedTable.ts';
import { formatDigits, formatPercent } from '../look/digits.ts';
import { formatColumns } from '../output/formatColumns.ts';

/** Conductance above which readings are more likely in µS or nS, S. */
const MAX_LIKELY_CONDUCTANCE = 1;
/** Maximum number of outliers listed one by one; fit.json has all. */
const MAX_LISTED_OUTLIERS = 3;
/** Remark on a model, by equivalence to the best model. */
const EQUIVALENCE = { curve: 'same curve', noise: 'not significantly different', no: '' } as const;

/** Warning about readings that are probably not in S; undefined if they are plausible. */
export function unitWarning(file: string, trains: readonly Train[]): string | undefined {
  const maximum = trains.reduce((top, { conductance }) => conductance.reduce((a, b) => Math.max(a, b), top), 0);
  if (maximum <= MAX_LIKELY_CONDUCTANCE) return undefined;
  return `${file}: conductances reach ${formatDigits(maximum)} S; are the readings in S, and not in µS or nS (--unit uS)?`;
}

/** Note on pulse properties that neither files nor options contain; empty if all are known. */
export function unknownPulses({ up, down }: Readonly<Record<Direction, Pulses>>): string {
  const options = [
    ...(up.voltage && down.voltage ? [] : ['--write-voltage']),
    ...(up.width && down.width ? [] : ['--write-time']),
  ].join(' and ');
  return options === '' ? '' : `Energies assume a write pulse: give ${options}, or the values in device.yaml.`;
}

/** CSV of all readings, with the residual from each model, S. */
export function residualsCsv(trains: readonly Train[], { details }: PulseFit): string {
  const rows = trains.flatMap(({ device, cycle, direction, elapsed, conductance }, t) =>
    elapsed.map((pulse, i) => ({
      device,
      cycle,
      direction,
      pulse,
      conductance: conductance[i]!,
      ...Object.fromEntries(FAMILY_NAMES.map((name) => [name, conductance[i]! - details[name].curves[t]![i]!])),
    })),
  );
  return `${csvFormat(rows)}\n`;
}

/** Cycle-to-cycle sd as defined by NeuroSim: relative to the root mean square step of the best model, as a share of the range. */
function neuroSimVariation({ noise, models, best, details }: PulseFit, trains: readonly Train[]): ByDirection {
  const { gMin, gMax } = models[best].params as { gMin: number; gMax: number };
  return byDirection((direction) => {
    const curves = details[best].curves.filter((_, t) => trains[t]!.direction === direction);
    const steps = curves.flatMap((curve) => [...curve.subarray(1)].map((g, i) => g - curve[i]!));
    if (steps.length === 0) return 0;
    return (cycleToCycle(noise)[direction] * rootMeanSquare(steps)) / (gMax - gMin);
  });
}

/** Content of fit.json for pulses. */
export function pulseSummary(fit: PulseFit, trains: readonly Train[], importSummary: readonly string[]) {
  const { best, models, spread, quality, noise, reading, between, alike, plain, outliers, unmeasured } = fit;
  const { step, gain, wear, start } = noise;
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
      wear,
      start,
      ofRange: neuroSimVariation(fit, trains),
      device: scatterParams(fit),
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
  const hasDevices = models[best].perDevice !== null;
  return [
    [
      'model',
      'rmse (S)',
      ...(hasDevices ? ['per device (S)'] : []),
      'of range',
      'R²',
      'correlation',
      'held out (S)',
      'noise-aware (S)',
      '',
    ],
    ...FAMILY_NAMES.map((name) => {
      const m = models[name];
      return [
        name,
        formatDigits(m.rmse),
        ...(hasDevices ? [formatDigits(m.perDevice!)] : []),
        formatPercent(m.shareOfRange),
        m.r2.toFixed(4),
        m.autocorrelation.toFixed(2),
        formatDigits(m.crossValidated),
        formatDigits(m.noiseAware.rmse),
        name === best ? 'best' : EQUIVALENCE[alike[name] ?? 'no'],
      ];
    }),
  ];
}

/** Sizes of variability and noise. Without repeated trains, step noise is listed only if distinguishable from read noise. */
function noiseRows(fit: PulseFit, trains: readonly Train[]): string[][] {
  const { noise, between, spread, reading, best, models, unmeasured } = fit;
  const { step, gain, wear, start } = noise;
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
    ['cycle-to-cycle (NeuroSim)', `${formatBoth(neuroSimVariation(fit, trains), '0 %')} of the range`],
    ...(gain === null ? [] : [['steps common to a cycle, sd', formatBoth(gain, 'none')]]),
    ...(wear === null ? [] : [['step change, first to last cycle', formatBoth(wear, 'none')]]),
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

/** Text of a number in a table; a dash for unknown numbers. */
const formatCell = (value: number): string => (Number.isNaN(value) ? '-' : formatDigits(value));

function decileRows(fit: PulseFit, trains: readonly Train[]): string[][] {
  return [
    ['', 'from (S)', 'to (S)', 'steps', 'sd (S)', 'simulated (S)'],
    ...decileChanges(trains, fit.simulation, false).map(({ direction, from, to, measured, simulated }) => {
      const sds = [measured, simulated].map((changes) => formatCell(momentsOf(changes).sd));
      return [direction, formatDigits(from), formatDigits(to), String(measured.length), ...sds];
    }),
  ];
}

/** Verb of each verdict in the report. */
const FITS = { describes: 'fits', misses: 'does not fit' } as const;

/** Report of a fit of pulses. */
export function renderPulseFit(fit: PulseFit, trains: readonly Train[]): string {
  const { best, models, quality, outliers, plain } = fit;
  const readings = trains.reduce((sum, { elapsed }) => sum + elapsed.length, 0);
  const devices = new Set(trains.map(({ device }) => device)).size;
  const aware = models[best].noiseAware.params;
  const { verdict, shareOfRange, noiseFloor, reasons } = quality;
  const without = outliers.length > 0 ? `, ${formatDigits(fit.withoutOutliers)} S without outliers` : '';
  const listed = outliers
    .slice(0, MAX_LISTED_OUTLIERS)
    .map(
      ({ device, cycle, direction, pulse, conductance, off }) =>
        `Outlier left out: device ${device}, cycle ${cycle}, ${direction} ${pulse}: ${formatDigits(conductance)} S, ${formatDigits(off)} S off the curve.`,
    );
  const more = outliers.length - MAX_LISTED_OUTLIERS;
  return [
    `${readings} readings in ${trains.length} trains of ${devices} device${devices === 1 ? '' : 's'}`,
    '',
    formatColumns(modelRows(fit)),
    `Plain least squares over all models: at best ${formatDigits(plain)} S.`,
    ...listed,
    ...(more > 0 ? [`Outliers left out: ${more} more, listed in fit.json.`] : []),
    '',
    formatColumns([
      [best, 'value', '95 % interval', 'noise-aware'],
      ...Object.entries(models[best].params).map(([name, value]) => {
        const interval = models[best].ci[name]?.map(formatDigits).join(' to ') ?? 'not fitted';
        return [name, formatDigits(value), interval, formatDigits(aware[name]!)];
      }),
    ]),
    '',
    `${best} ${FITS[verdict]} the data: RMSE ${formatPercent(shareOfRange)} of the range, ${formatDigits(quality.rmse)} S${without}; noise floor ${formatDigits(noiseFloor)} S.`,
    ...reasons.map((reason) => `- ${reason}`),
    '',
    ...fitNotes(fit).flatMap((note) => [note, '']),
    formatColumns(noiseRows(fit, trains)),
    '',
    'Conductance change between readings, by decile of the conductance, measured and simulated:',
    formatColumns(decileRows(fit, trains)),
  ].join('\n');
}

/** Summary of a table of steps, as in fit.json. */
interface TableSummary extends Pick<FittedTable, 'gMin' | 'gMax' | 'between' | 'readNoise'> {
  readonly assumed: KindFit['assumed'];
  /** Number of rows per direction. */
  readonly rows: ByDirection;
  readonly deciles: readonly (Omit<DecileChanges, 'measured' | 'simulated'> & {
    readonly measured: Moments;
    readonly simulated: Moments;
  })[];
}

/** Report of a table of steps. */
export function renderTableFit({ gMin, gMax, between, readNoise, assumed, rows, deciles: all }: TableSummary): string {
  return [
    formatColumns([
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
    ]),
    '',
    'Conductance change between readings, by decile of the conductance:',
    formatColumns([
      ['', 'from (S)', 'to (S)', 'steps', 'mean (S)', 'simulated', 'sd (S)', 'simulated'],
      ...all.map(({ direction, from, to, measured, simulated }) => {
        const moments = [measured.mean, simulated.mean, measured.sd, simulated.sd].map(formatCell);
        return [direction, formatDigits(from), formatDigits(to), String(measured.count), ...moments];
      }),
    ]),
  ].join('\n');
}

/** Report of a fit of a measurement other than pulses. */
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

/** Names of the sections, or of the device parameters, that a fit adds to a device file. */
export function addedSections({ device, ...others }: DeviceParts): string {
  const parameters =
    device === undefined
      ? []
      : device.model === undefined
        ? Object.keys(device).map((key) => `device.${key}`)
        : ['device'];
  return [...parameters, ...Object.keys(others)].join(', ');
}
