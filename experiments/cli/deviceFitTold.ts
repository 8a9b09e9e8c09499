import { rootMeanSquare } from 'simple-statistics';
import { deciles } from '../devices/fit/deciles.ts';
import { notes, scatterParams } from '../devices/fit/deviceFile.ts';
import { FAMILY_NAMES } from '../devices/fit/families.ts';
import type { PulseFit } from '../devices/fit/fit.ts';
import { DIRECTIONS, type Train } from '../devices/fit/readPulses.ts';
import { type ByDirection, byDirection, cycleToCycle } from '../devices/fit/scatter.ts';
import { digits, percent } from '../look/digits.ts';
import { columns } from './columns.ts';

/** Outliers that are told one by one at most; fit.json lists all. */
const TOLD = 3;
const AS_GOOD = { curve: 'the same curve', noise: 'as good: noise tells no difference', no: '' } as const;

/** Sd of a step as NeuroSim has it: as a share of the range, of the root mean square step of the best model's curves. */
function ofRange({ noise, models, best, details }: PulseFit, trains: readonly Train[]): ByDirection {
  const { gMin, gMax } = models[best].params as { gMin: number; gMax: number };
  return byDirection((direction) => {
    const curves = details[best].curves.filter((_, t) => trains[t]!.direction === direction);
    const steps = curves.flatMap((curve) => [...curve.subarray(1)].map((g, i) => g - curve[i]!));
    if (steps.length === 0) return 0;
    return (cycleToCycle(noise)[direction] * rootMeanSquare(steps)) / (gMax - gMin);
  });
}

/** What a fit tells, as `--json` prints it. */
export function summary(fit: PulseFit, trains: readonly Train[], understood: readonly string[]) {
  const { best, models, spread, quality, noise, reading, between, alike, plain, outliers, unmeasured } = fit;
  const { step, gain, wear, start } = noise;
  const scatter = { reading, cycleToCycle: cycleToCycle(noise), step, gain, wear, start };
  return {
    ...{ best, models, spread, quality },
    noise: { ...scatter, ofRange: ofRange(fit, trains), device: scatterParams(fit) },
    ...{ between, alike, plainLeastSquares: plain },
    outliers: outliers.map(({ place: _, ...one }) => one),
    ...{ unmeasured, understood },
  };
}

function modelRows({ best, models, alike }: PulseFit): string[][] {
  const several = models[best].perDevice !== null;
  return [
    [
      ...['model', 'rmse (S)', ...(several ? ['a device (S)'] : []), 'of range', 'R²', 'correlation'],
      ...['held out (S)', 'noise-aware (S)', ''],
    ],
    ...FAMILY_NAMES.map((name) => {
      const m = models[name];
      return [
        ...[name, digits(m.rmse), ...(several ? [digits(m.perDevice!)] : []), percent(m.shareOfRange)],
        ...[m.r2.toFixed(4), m.autocorrelation.toFixed(2), digits(m.crossValidated), digits(m.noiseAware.rmse)],
        name === best ? 'best' : AS_GOOD[alike[name] ?? 'no'],
      ];
    }),
  ];
}

/** What scatters by how much; steps of trains that are not repeated only where they are told from readings. */
function noiseRows(fit: PulseFit, trains: readonly Train[]): string[][] {
  const { noise, between, spread, reading, best, models, unmeasured } = fit;
  const { step, gain, wear, start } = noise;
  const { gMin, gMax } = models[best].params as { gMin: number; gMax: number };
  const ways = DIRECTIONS.filter((d) => d !== unmeasured);
  const untold = gain === null ? 'not told apart from readings: left at 0' : 'none';
  const both = (values: ByDirection, zero: string) =>
    ways.map((d) => `${values[d] === 0 ? zero : percent(values[d])} ${d}`).join(', ');
  const rows = [
    ['device to device', spread.deviceToDevice === null ? 'not measured: one device' : percent(spread.deviceToDevice)],
    [
      'cycle to cycle',
      spread.cycleToCycle === null ? 'not measured: no train is repeated' : both(cycleToCycle(noise), 'none'),
    ],
    ['a step', both(step, untold)],
    ['the same as NeuroSim has it', `${both(ofRange(fit, trains), '0 %')} of the range`],
    ...(gain === null ? [] : [['all steps of a cycle', both(gain, 'none')]]),
    ...(wear === null ? [] : [['from the first to the last cycle', both(wear, 'no change')]]),
    ...(start === null ? [] : [['level that trains start at', `${percent(start)} of the range`]]),
    [
      'a reading',
      reading.kind === 'absolute'
        ? `${digits(reading.sd)} S, ${percent(reading.sd / (gMax - gMin))} of the range`
        : `${percent(reading.sd)} of its value`,
    ],
  ];
  if (between === null) return rows;
  const { min, max, up, down, correlation } = between;
  return [
    ...rows,
    ['between devices', `gMin ${percent(min)}, gMax ${percent(max)}, steps ${percent(up)} up, ${percent(down)} down`],
    ...(correlation === null ? [] : [['steps up with steps down', `correlation ${correlation.toFixed(2)}`]]),
  ];
}

function decileRows(fit: PulseFit, trains: readonly Train[]): string[][] {
  const sd = (v: number | null) => (v === null ? '-' : digits(v));
  return [
    ['', 'from (S)', 'to (S)', 'steps', 'sd (S)', 'simulated (S)'],
    ...deciles(trains, fit.simulation).map((d) => [
      ...[d.direction, digits(d.from), digits(d.to), String(d.steps), sd(d.measured), sd(d.simulated)],
    ]),
  ];
}

/** Tells of a fit in words and tables. */
export function tell(fit: PulseFit, trains: readonly Train[]): void {
  const { best, models, quality, outliers, plain } = fit;
  const readings = trains.reduce((sum, { elapsed }) => sum + elapsed.length, 0);
  const devices = new Set(trains.map(({ device }) => device)).size;
  console.log(`${readings} readings in ${trains.length} trains of ${devices} device${devices === 1 ? '' : 's'}\n`);
  console.log(columns(modelRows(fit)));
  console.log(`Plain least squares comes to ${digits(plain)} S at best, over all models.`);
  for (const { device, cycle, direction, pulse, conductance, off } of outliers.slice(0, TOLD))
    console.log(
      `Left out: device ${device}, cycle ${cycle}, ${direction} ${pulse} reads ${digits(conductance)} S, ${digits(off)} S off the curve.`,
    );
  if (outliers.length > TOLD) console.log(`Left out: ${outliers.length - TOLD} more, which fit.json lists.`);
  const aware = models[best].noiseAware.params;
  console.log(
    `\n${columns([
      [best, 'value', '95 % interval', 'noise-aware'],
      ...Object.entries(models[best].params).map(([name, value]) => [
        ...[name, digits(value), models[best].ci[name]?.map(digits).join(' to ') ?? 'not fitted', digits(aware[name]!)],
      ]),
    ])}\n`,
  );
  const { verdict, shareOfRange, noiseFloor, reasons } = quality;
  const kept = outliers.length > 0 ? `, ${digits(fit.withoutOutliers)} S without what was left out` : '';
  console.log(
    `${best} ${verdict} the readings: rmse ${percent(shareOfRange)} of the range, ${digits(quality.rmse)} S${kept}; noise alone makes ${digits(noiseFloor)} S.`,
  );
  console.log(`${reasons.map((reason) => `- ${reason}`).join('\n')}\n`);
  for (const note of notes(fit)) console.log(`${note}\n`);
  console.log(columns(noiseRows(fit, trains)));
  console.log(
    `\nFrom one reading to the next, by deciles of the conductance, measured and simulated:\n${columns(decileRows(fit, trains))}`,
  );
}
