import { basename, join } from 'node:path';
import * as z from 'zod/mini';
import { choice, described, flag, object, optional, text } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { deviceFile } from '../devices/fit/deviceFile.ts';
import { fitPulses, type PulseFit } from '../devices/fit/fit.ts';
import { guessedKind } from '../devices/fit/kinds/guess.ts';
import { KIND_NAMES } from '../devices/fit/kinds/names.ts';
import { type Base, baseOf, pulsesAsParts } from '../devices/fit/kinds/onto.ts';
import { fitPicture } from '../devices/fit/picture.ts';
import { gridsOfAll } from '../devices/fit/reading/files.ts';
import { readingOf, readingOptions, sheet, timeStep } from '../devices/fit/reading/options.ts';
import { pulsesOf } from '../devices/fit/reading/pulses.ts';
import { checkDirections, type Measurement, readMeasurement, type Train } from '../devices/fit/readPulses.ts';
import { residualsCsv } from '../devices/fit/residuals.ts';
import { digits } from '../look/digits.ts';
import { pictureFiles } from '../look/plots/write.ts';
import { ResultDirectory } from '../output/results.ts';
import { command, UsageError } from './command.ts';
import { DEVICE, fitKind, writeDevice } from './deviceFitKind.ts';
import { fitAsTable } from './deviceFitTable.ts';
import { summary, tell } from './deviceFitTold.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';
import { quoted } from './quoted.ts';

/** S. Beyond it no memristor was seen: the readings are then rather in µS or nS. */
const UNLIKELY = 1;

/** What was measured, by name. */
const sourceOf = (files: readonly string[], sheet: string | undefined): string =>
  `${files.map((f) => basename(f)).join(', ')}${sheet === undefined ? '' : ` --sheet ${quoted(sheet)}`}`;

/** Tells of readings that look as if they were not in S, which the fit itself cannot know. */
function doubtUnit(file: string, trains: readonly Train[]): void {
  const most = trains.reduce((top, { conductance }) => conductance.reduce((a, b) => Math.max(a, b), top), 0);
  if (most <= UNLIKELY) return;
  console.error(
    `${file}: conductances reach ${digits(most)} S; are the readings in S, and not in µS or nS (--unit uS)?`,
  );
}

/** Writes the results; the device also onto a file that is added to, of which is returned what has changed beside. */
function write(
  directory: ResultDirectory | undefined,
  base: Base | undefined,
  file: string,
  { trains, understood }: Measurement,
  fit: PulseFit,
): readonly string[] {
  const device = deviceFile(fit, file, pulsesOf(trains));
  directory?.make();
  let notes: readonly string[] = [];
  if (base === undefined) directory?.text(DEVICE, device);
  else {
    const { parts, how } = pulsesAsParts(device, file);
    notes = writeDevice(base, parts, {}, how, directory).notes;
  }
  if (directory === undefined) return notes;
  const svg = fitPicture(trains, fit, `${file}: measured pulses and fitted models`);
  directory.text('residuals.csv', residualsCsv(trains, fit));
  directory.picture('fit', svg);
  directory.finish(summary(fit, trains, understood));
  return notes;
}

export default command({
  positionals: object({
    files: described(z.array(z.string()).check(z.minLength(1)), {
      description:
        'text (CSV) or workbook (.xlsx) of conductances or currents after pulses, long (columns direction, pulse, conductance, device, cycle) or wide (a column a device, cycle or direction); of several files each is a device',
    }),
  }),
  options: object({
    out: optional(
      text({
        help: 'directory for device.yaml, fit.json, residuals.csv and the picture fit.svg',
      }),
    ),
    kind: optional(
      choice(KIND_NAMES, { help: 'what was measured; default: as the names of the columns tell, else pulses' }),
    ),
    model: optional(
      text({ help: 'the only model to fit; of pulses: table, their steps as they were measured, with no equation' }),
    ),
    onto: optional(text({ help: 'device file that the fit is added to; without --out it is changed itself' })),
    ...readingOptions,
    sheet,
    timeStep,
    json: flag({ help: 'print JSON' }),
    ...pictureOptions,
  }),
  examples: [
    'device fit pulses.csv --out fitted',
    'device fit currents.xlsx --read-voltage 0.1 --write-voltage 4/-2 --write-time 10ms --out fitted',
    "device fit export.txt --columns 'pulse=n,up=G set,down=G reset' --unit uS",
    'device fit steps.csv --model table --out measured',
    'device fit book.xlsx --sheet loop --out fitted',
    'device fit retention.csv --onto fitted/device.yaml',
    'mnist --device fitted/device.yaml',
  ],
  handler: async ({ files, out, json, kind: told, model, onto, width, format, font, panel, ...options }) => {
    usePictures({ width, format, font, panel });
    const directory =
      out === undefined ? undefined : new ResultDirectory(out, { command: 'device fit', mark: 'fit.json' });
    const file = files.join(', ');
    const base = onto === undefined ? undefined : baseOf(onto);
    const grids = await gridsOfAll(files, options.sheet);
    const kind = told ?? guessedKind(grids, options);
    const source = sourceOf(files, options.sheet);
    if (kind !== 'pulses') return fitKind({ kind, grids, source, options, model, base, directory, json });
    if (model !== undefined && model !== 'table')
      throw new UsageError(
        `device fit: --model is ${show(model)}, but of pulses it must be table; all equations are fitted anyway.`,
      );
    const measurement = await readMeasurement(files, { ...readingOf(options), sheet: options.sheet });
    const { trains, understood } = measurement;
    if (!json) console.log(`${understood.join('\n')}\n`);
    checkDirections(file, trains);
    doubtUnit(file, trains);
    if (model === 'table') return fitAsTable({ source, measurement, base, directory, json });
    const fit = fitPulses(trains);
    const notes = write(directory, base, source, measurement, fit);
    if (json) return console.log(JSON.stringify(summary(fit, trains, understood), null, 2));
    tell(fit, trains);
    if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
    if (out === undefined && base !== undefined)
      console.log(`\n${base.file}: device added. Look at it: memspike device show ${quoted(base.file)}`);
    if (out !== undefined) {
      console.log(
        `\nIn ${out}: ${DEVICE}, fit.json, residuals.csv, ${pictureFiles('fit').join(', ')}. Try it: memspike mnist --device ${quoted(join(out, DEVICE))}`,
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
