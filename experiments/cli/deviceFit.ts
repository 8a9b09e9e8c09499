import { join } from 'node:path';
import { rootMeanSquare } from 'simple-statistics';
import { flag, object, text } from '../../core/declare/params.ts';
import { deciles } from '../devices/fit/deciles.ts';
import { boundsNote, deviceFile } from '../devices/fit/deviceFile.ts';
import { FAMILY_NAMES } from '../devices/fit/families.ts';
import { fitPulses, type PulseFit } from '../devices/fit/fit.ts';
import { fitPicture } from '../devices/fit/picture.ts';
import { checkDirections, type Direction, readPulses, type Train } from '../devices/fit/readPulses.ts';
import { residualsCsv } from '../devices/fit/residuals.ts';
import { ResultDirectory } from '../output/directory.ts';
import { columns } from './columns.ts';
import { command } from './command.ts';
import { quoted } from './quoted.ts';

const DEVICE = 'device.yaml';
/** S. Beyond it no memristor was seen: the readings are then rather in µS or nS. */
const UNLIKELY = 1;
const TOLD = 3;
const AS_GOOD = { curve: 'the same curve', noise: 'as good: noise tells no difference', no: '' } as const;

/** Four digits, as short as they can be written. */
function digits(value: number): string {
  const rounded = Number(value.toPrecision(4));
  const [plain, scientific] = [String(rounded), rounded.toExponential()];
  return scientific.length < plain.length ? scientific : plain;
}

/** Tells of readings that look as if they were not in S, which the fit itself cannot know. */
function doubtUnit(file: string, trains: readonly Train[]): void {
  const most = trains.reduce((top, { conductance }) => conductance.reduce((a, b) => Math.max(a, b), top), 0);
  if (most <= UNLIKELY) return;
  console.error(`${file}: conductances reach ${digits(most)} S; are the readings in S, and not in µS or nS?`);
}

/** What a fit tells, as `--json` prints it. */
const summary = ({ best, models, spread, quality, alike, outliers, plain }: PulseFit) => ({
  best,
  models,
  spread,
  quality,
  alike,
  plainLeastSquares: plain,
  outliers: outliers.map(({ place: _, ...one }) => one),
});

function write(directory: ResultDirectory, file: string, trains: readonly Train[], fit: PulseFit): void {
  const svg = fitPicture(trains, fit, `${file}: measured pulses and fitted models`);
  directory.make();
  directory.text(DEVICE, deviceFile(fit, file));
  directory.text('residuals.csv', residualsCsv(trains, fit));
  directory.picture('fit', svg);
  directory.finish(summary(fit));
}

/** Sd of a step, gain of the cycle included, as a share of the range: of the root mean square step of the best model's curves. */
function ofRange({ noise, models, best, details, directions }: PulseFit, direction: Direction): number {
  const { gMin, gMax } = models[best].params as { gMin: number; gMax: number };
  const curves = details[best].curves.filter((_, t) => directions[t] === direction);
  const steps = curves.flatMap((curve) => [...curve.subarray(1)].map((g, i) => g - curve[i]!));
  return (Math.hypot(noise.step[direction], noise.gain ?? 0) * rootMeanSquare(steps)) / (gMax - gMin);
}

/** Parts of the noise that have no line of their own in the spread, and NeuroSim's measure of it. */
function noiseRows(fit: PulseFit): string[][] {
  const { noise, between } = fit;
  const percent = (share: number) => `${digits(100 * share)} %`;
  const { step, gain, start } = noise;
  const rows = [
    ['a step', `${percent(step.up)} up, ${percent(step.down)} down`],
    [
      'the same as NeuroSim counts it',
      `${percent(ofRange(fit, 'up'))} of the range up, ${percent(ofRange(fit, 'down'))} down`,
    ],
    ...(gain === null ? [] : [['all steps of a cycle', percent(gain)]]),
    ...(start === null ? [] : [['level that trains start at', `${percent(start)} of the range`]]),
  ];
  if (between === null) return rows;
  const { min, max, up, down, correlation } = between;
  return [
    ...rows,
    ['between devices', `gMin ${percent(min)}, gMax ${percent(max)}, steps ${percent(up)} up, ${percent(down)} down`],
    ...(correlation === null ? [] : [['steps up with steps down', `correlation ${correlation.toFixed(2)}`]]),
  ];
}

function tell(fit: PulseFit, trains: readonly Train[]): void {
  const { best, models, alike, spread, reading, quality, outliers, plain } = fit;
  const readings = trains.reduce((sum, { elapsed }) => sum + elapsed.length, 0);
  const devices = new Set(trains.map(({ device }) => device)).size;
  console.log(`${readings} readings in ${trains.length} trains of ${devices} device${devices === 1 ? '' : 's'}\n`);
  const several = models[best].perDevice !== null;
  const percent = (share: number) => `${digits(100 * share)} %`;
  console.log(
    columns([
      ['model', 'rmse (S)', ...(several ? ['a device'] : []), 'of range', 'R²', 'correlation', 'held out (S)', ''],
      ...FAMILY_NAMES.map((name) => {
        const m = models[name];
        return [
          name,
          digits(m.rmse),
          ...(several ? [digits(m.perDevice!)] : []),
          percent(m.shareOfRange),
          m.r2.toFixed(4),
          m.autocorrelation.toFixed(2),
          digits(m.crossValidated),
          name === best ? 'best' : AS_GOOD[alike[name] ?? 'no'],
        ];
      }),
    ]),
  );
  console.log(`Plain least squares comes to ${digits(plain)} S at best, over all models.`);
  for (const { device, cycle, direction, pulse, conductance, off } of outliers.slice(0, TOLD))
    console.log(
      `Left out: device ${device}, cycle ${cycle}, ${direction} ${pulse} reads ${digits(conductance)} S, ${digits(off)} S off the curve.`,
    );
  if (outliers.length > TOLD) console.log(`Left out: ${outliers.length - TOLD} more, which fit.json lists.`);
  console.log(
    `\n${columns([
      [best, 'value', '95 % interval'],
      ...Object.entries(models[best].params).map(([name, value]) => [
        name,
        digits(value),
        models[best].ci[name]?.map(digits).join(' to ') ?? 'as measured',
      ]),
    ])}\n`,
  );
  const { verdict, shareOfRange, noiseFloor, reasons } = quality;
  console.log(
    `${best} ${verdict} the readings: rmse ${percent(shareOfRange)} of the range, ${digits(quality.rmse)} S; noise alone makes ${digits(noiseFloor)} S.`,
  );
  for (const reason of reasons) console.log(`- ${reason}`);
  console.log(verdict === 'misses' ? 'Where no equation holds, a device of model: table does.\n' : '');
  const note = boundsNote(fit);
  if (note !== null) console.log(`${note}\n`);
  console.log(
    columns([
      [
        'device to device',
        spread.deviceToDevice === null ? 'not measured: one device' : percent(spread.deviceToDevice),
      ],
      [
        'cycle to cycle',
        spread.cycleToCycle === null ? 'not measured: no train is repeated' : percent(spread.cycleToCycle),
      ],
      ...noiseRows(fit),
      ['a reading', reading.kind === 'absolute' ? `${digits(reading.sd)} S` : percent(reading.sd)],
    ]),
  );
  const sd = (v: number | null) => (v === null ? '-' : digits(v));
  console.log(
    `\nFrom one reading to the next, by deciles of the conductance:\n${columns([
      ['', 'from (S)', 'to (S)', 'steps', 'sd (S)', 'simulated (S)'],
      ...deciles(trains, fit.simulation).map((d) => [
        d.direction,
        digits(d.from),
        digits(d.to),
        String(d.steps),
        sd(d.measured),
        sd(d.simulated),
      ]),
    ])}`,
  );
}

export default command({
  positionals: object({
    file: text({
      help: 'CSV with the columns direction (up | down), pulse, conductance (S) and, if several, device, cycle',
    }),
  }),
  options: object({
    out: text({
      help: 'directory for device.yaml, fit.json, residuals.csv and the picture fit.svg (.png)',
    }).optional(),
    json: flag({ help: 'print JSON' }),
  }),
  examples: ['device fit pulses.csv --out fitted', 'mnist --device fitted/device.yaml'],
  handler: ({ file, out, json }) => {
    const directory =
      out === undefined ? undefined : new ResultDirectory(out, { command: 'device fit', mark: 'fit.json' });
    const trains = readPulses(file);
    checkDirections(file, trains);
    doubtUnit(file, trains);
    const fit = fitPulses(trains);
    if (directory) write(directory, file, trains, fit);
    if (json) return console.log(JSON.stringify(summary(fit), null, 2));
    tell(fit, trains);
    if (out !== undefined) {
      const voltages = fit.best === 'neuroSim' ? 'writeVoltageUp, writeVoltageDown' : 'writeVoltage';
      console.log(
        `\nIn ${out}: ${DEVICE}, fit.json, residuals.csv, fit.svg, fit.png. Try it: memspike mnist --device ${quoted(join(out, DEVICE))}
Voltage and length of the pulses are not in such a file, so energies are those of assumed pulses until ${DEVICE} has ${voltages} and writeTime.`,
      );
    }
  },
});
