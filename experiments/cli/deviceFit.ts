import { join } from 'node:path';
import { flag, object, optional, text } from '../../core/declare/params.ts';
import { boundsNote, deviceFile } from '../devices/fit/deviceFile.ts';
import { FAMILY_NAMES } from '../devices/fit/families.ts';
import { fitPulses, type PulseFit } from '../devices/fit/fit.ts';
import { fitPicture } from '../devices/fit/picture.ts';
import { checkDirections, readPulses, type Train } from '../devices/fit/readPulses.ts';
import { residualsCsv } from '../devices/fit/residuals.ts';
import { ResultDirectory } from '../output/results.ts';
import { columns } from './columns.ts';
import { command } from './command.ts';
import { quoted } from './quoted.ts';

const DEVICE = 'device.yaml';
/** S. Beyond it no memristor was seen: the readings are then rather in µS or nS. */
const UNLIKELY = 1;

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
const summary = ({ best, models, spread }: PulseFit) => ({ best, models, spread });

function write(directory: ResultDirectory, file: string, trains: readonly Train[], fit: PulseFit): void {
  const svg = fitPicture(trains, fit, `${file}: measured pulses and fitted models`);
  directory.make();
  directory.text(DEVICE, deviceFile(fit, file));
  directory.text('residuals.csv', residualsCsv(trains, fit));
  directory.picture('fit', svg);
  directory.finish(summary(fit));
}

function tell(fit: PulseFit, trains: readonly Train[]): void {
  const { best, models, details, spread, reading } = fit;
  const readings = trains.reduce((sum, { elapsed }) => sum + elapsed.length, 0);
  const devices = new Set(trains.map(({ device }) => device)).size;
  console.log(`${readings} readings in ${trains.length} trains of ${devices} device${devices === 1 ? '' : 's'}\n`);
  console.log(
    columns([
      ['model', 'rmse (S)', 'BIC'],
      ...FAMILY_NAMES.map((name) => [
        name === best ? `${name} (best)` : name,
        digits(models[name].rmse),
        `${details[name].bic > details[best].bic ? '+' : ''}${(details[name].bic - details[best].bic).toFixed(0)}`,
      ]),
    ]),
  );
  console.log(
    `\n${columns([
      [best, 'value', '95 % interval'],
      ...Object.entries(models[best].params).map(([name, value]) => [
        name,
        digits(value),
        models[best].ci[name]!.map(digits).join(' to '),
      ]),
    ])}\n`,
  );
  const note = boundsNote(fit);
  if (note !== null) console.log(`${note}\n`);
  const percent = (share: number | null, why: string) => (share === null ? why : `${digits(100 * share)} %`);
  console.log(
    columns([
      ['device to device', percent(spread.deviceToDevice, 'not measured: one device')],
      ['cycle to cycle', percent(spread.cycleToCycle, 'not measured: no train is repeated')],
      ['a reading', reading.kind === 'absolute' ? `${digits(reading.sd)} S` : percent(reading.sd, '')],
    ]),
  );
}

export default command({
  positionals: object({
    file: text({
      help: 'CSV with the columns direction (up | down), pulse, conductance (S) and, if several, device, cycle',
    }),
  }),
  options: object({
    out: optional(
      text({
        help: 'directory for device.yaml, fit.json, residuals.csv and the picture fit.svg (.png)',
      }),
    ),
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
