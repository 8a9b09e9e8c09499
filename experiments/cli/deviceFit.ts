import { basename, join } from 'node:path';
import { z } from 'zod';
import { flag, object, optional, text } from '../../core/declare/params.ts';
import { deviceFile } from '../devices/fit/deviceFile.ts';
import { fitPulses, type PulseFit } from '../devices/fit/fit.ts';
import { fitPicture } from '../devices/fit/picture.ts';
import { pulsesOf } from '../devices/fit/reading/pulses.ts';
import { checkDirections, type Measurement, readMeasurement, type Train } from '../devices/fit/readPulses.ts';
import { residualsCsv } from '../devices/fit/residuals.ts';
import { ResultDirectory } from '../output/results.ts';
import { command } from './command.ts';
import { digits, summary, tell } from './deviceFitTold.ts';
import { quoted } from './quoted.ts';
import { readingOf, readingOptions } from './readingOptions.ts';

const DEVICE = 'device.yaml';
/** S. Beyond it no memristor was seen: the readings are then rather in µS or nS. */
const UNLIKELY = 1;

/** Tells of readings that look as if they were not in S, which the fit itself cannot know. */
function doubtUnit(file: string, trains: readonly Train[]): void {
  const most = trains.reduce((top, { conductance }) => conductance.reduce((a, b) => Math.max(a, b), top), 0);
  if (most <= UNLIKELY) return;
  console.error(
    `${file}: conductances reach ${digits(most)} S; are the readings in S, and not in µS or nS (--unit uS)?`,
  );
}

function write(directory: ResultDirectory, file: string, { trains, understood }: Measurement, fit: PulseFit): void {
  const svg = fitPicture(trains, fit, `${file}: measured pulses and fitted models`);
  directory.make();
  directory.text(DEVICE, deviceFile(fit, file, pulsesOf(trains)));
  directory.text('residuals.csv', residualsCsv(trains, fit));
  directory.picture('fit', svg);
  directory.finish(summary(fit, trains, understood));
}

export default command({
  positionals: object({
    files: z.array(z.string()).min(1).meta({
      description:
        'text (CSV) or workbook (.xlsx) of conductances or currents after pulses, long (columns direction, pulse, conductance, device, cycle) or wide (a column a device, cycle or direction); of several files each is a device',
    }),
  }),
  options: object({
    out: optional(
      text({
        help: 'directory for device.yaml, fit.json, residuals.csv and the picture fit.svg (.png)',
      }),
    ),
    ...readingOptions,
    json: flag({ help: 'print JSON' }),
  }),
  examples: [
    'device fit pulses.csv --out fitted',
    'device fit currents.xlsx --read-voltage 0.1 --write-voltage 4/-2 --write-time 10ms --out fitted',
    "device fit export.txt --columns 'pulse=n,up=G set,down=G reset' --unit uS",
    'mnist --device fitted/device.yaml',
  ],
  handler: async ({ files, out, json, ...options }) => {
    const directory =
      out === undefined ? undefined : new ResultDirectory(out, { command: 'device fit', mark: 'fit.json' });
    const file = files.join(', ');
    const measurement = await readMeasurement(files, readingOf(options));
    const { trains, understood } = measurement;
    if (!json) console.log(`${understood.join('\n')}\n`);
    checkDirections(file, trains);
    doubtUnit(file, trains);
    const fit = fitPulses(trains);
    if (directory) write(directory, files.map((f) => basename(f)).join(', '), measurement, fit);
    if (json) return console.log(JSON.stringify(summary(fit, trains, understood), null, 2));
    tell(fit, trains);
    if (out !== undefined) {
      console.log(
        `\nIn ${out}: ${DEVICE}, fit.json, residuals.csv, fit.svg, fit.png. Try it: memspike mnist --device ${quoted(join(out, DEVICE))}`,
      );
      const { up, down } = pulsesOf(trains);
      const unknown = [
        ...(up.voltage && down.voltage ? [] : ['--write-voltage']),
        ...(up.width && down.width ? [] : ['--write-time']),
      ].join(' and ');
      if (unknown !== '')
        console.log(
          `The files do not tell what ${unknown} would: until it is given here, or in ${DEVICE}, energies are those of assumed pulses.`,
        );
    }
  },
});
