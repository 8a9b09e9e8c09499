import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag, integer, object, text } from '../../core/declare/params.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { createDeviceLabels } from '../compare/compareDevices.ts';
import { createPassport, type PassportOptions } from '../compare/passport.ts';
import {
  listPassportFigures,
  renderAccuracies,
  renderDeviceCurves,
  renderPassportPage,
} from '../compare/passportPicture.ts';
import type { Passport } from '../compare/passportSchema.ts';
import { readJson } from '../logs/runJson.ts';
import { svgToPdf, writeResultPicture } from '../look/plots/write.ts';
import { readTextFile } from '../network/config/text.ts';
import { describeProvenance, formatCommand } from '../output/commandLine.ts';
import { overwriteOption, resolveOutputFile } from '../output/file.ts';
import { formatColumns } from '../output/formatColumns.ts';
import type { ResultDirectory } from '../output/results.ts';
import { readPassports, renderLeague } from '../report/league.ts';
import { renderResultsReport } from '../report/results.ts';
import { VERSION } from '../version.ts';
import { defineCommand, UsageError } from './command.ts';
import { deviceArgument, resolveDevice } from './device.ts';
import { limitWorkers, printStop } from './deviceComparison.ts';
import {
  dataDirectoryOption,
  defineRequiredListArgument,
  defineTextOption,
  jsonOption,
  modelModulesOption,
  progressOptions,
} from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { printJson } from './terminal.ts';
import { printCollectedWarnings } from './warnings.ts';

const MEASUREMENT_FILE = /\.(csv|tsv|txt|dat|xlsx)$/i;
const [PAGE, PDF_PAGE] = ['passport.html', 'passport.pdf'];

/** Writes the pictures of a passport, and the page as PDF if its optional package is installed. */
function writePictures(directory: ResultDirectory, passport: Passport, { device }: Pick<PassportOptions, 'device'>) {
  const curves = renderDeviceCurves(device);
  const fitPicture = join(dirname(device.name), 'fit.svg');
  const fit = passport.measurement !== null && existsSync(fitPicture) ? readTextFile(fitPicture) : null;
  const pictures = { accuracy: renderAccuracies(passport), curves, fit };
  const drawn = Object.entries(pictures).flatMap(([name, svg]) => (svg === null ? [] : [[name, svg] as const]));
  for (const [name, svg] of drawn) writeResultPicture(directory, name, svg);
  const { commandLine, date } = describeProvenance();
  const page = renderPassportPage(
    passport,
    `${commandLine}, memspike ${VERSION}, ${date}`,
    drawn.map(([, svg]) => svg),
  );
  try {
    const pdf = svgToPdf(page);
    directory.writeFiles([PDF_PAGE], (path) => writeFileAtomic(join(path, PDF_PAGE), pdf, true));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`${PDF_PAGE} is not written: ${error.message}`);
  }
}

export const passportCommand = defineCommand({
  positionals: object({ name: deviceArgument }),
  options: object({
    out: defineTextOption(
      'directory for the page (passport.html, passport.pdf), passport.json, pictures and runs; default: runs/passport-NAME',
    ),
    seeds: integer({
      default: 3,
      min: 1,
      max: 1000,
      help: 'number of runs per variant of the device, with the seeds 1, 2, …; each seed draws its device from the bootstrap of the fit',
    }),
    brief: flag({ help: 'train only the ideal device and the device with all non-idealities' }),
    models: modelModulesOption,
    data: dataDirectoryOption,
    workers: integer({ default: 1, min: 1, max: 256, help: 'number of concurrent runs; no effect on results' }),
    ...progressOptions,
    json: jsonOption,
    ...pictureOptions,
  }),
  handler: async (args, { signal }) => {
    const { name, seeds, brief, data, progress } = args;
    if (MEASUREMENT_FILE.test(name))
      throw new UsageError(
        `device passport: ${name} is a measurement, but must be a device. Next step: ${formatCommand('device', 'fit', name, '--out', 'fitted')}, then name fitted/device.yaml.`,
      );
    const device = resolveDevice(name);
    const out = args.out ?? `runs/passport-${createDeviceLabels([name])[0]}`;
    const passport = await printCollectedWarnings(args, (onWarnings) => {
      const options = {
        onWarnings,
        device,
        seeds,
        withFlaws: !brief,
        workerCount: limitWorkers(args.workers),
        dataDirectory: data,
        outDirectory: out,
        progress,
        signal,
      };
      return createPassport(options, (directory, found) => writePictures(directory, found, options));
    });
    if (passport === null) return printStop(out);
    writeFileAtomic(join(out, PAGE), renderResultsReport(out, 'passport.json').pageText, true);
    if (args.json) return printJson(readJson(out, 'passport.json'));
    for (const warning of passport.warnings) console.log(`${warning}\n`);
    console.log(formatColumns(listPassportFigures(passport).map((row) => [...row])));
    if (passport.missing.length > 0)
      console.log(`\nMissing\n${passport.missing.map((text) => `  ${text}`).join('\n')}`);
    console.log(`\nIn ${out}: ${PAGE}, ${PDF_PAGE}, passport.json, pictures and the runs, points/.`);
  },
});

function requireEqualProtocols(directories: readonly string[], passports: readonly Passport[]) {
  const format = ({ protocol: { seeds: _, ...training } }: Passport) => JSON.stringify(training);
  const other = passports.findIndex((passport) => format(passport) !== format(passports[0]!));
  if (other >= 0)
    throw new UserError(
      `${directories[other]} has the protocol ${format(passports[other]!)}, but ${directories[0]} has ${format(passports[0]!)}; a league compares passports with one protocol.`,
    );
}

export const leagueCommand = defineCommand({
  positionals: object({ directories: defineRequiredListArgument('directories of `device passport`') }),
  options: object({
    out: text({ help: 'page (HTML) with the sortable table' }),
    overwrite: overwriteOption,
  }),
  handler: ({ directories, out, overwrite }) => {
    const passports = readPassports(directories);
    requireEqualProtocols(directories, passports);
    const { path, replace } = resolveOutputFile(out, out, overwrite);
    writeFileAtomic(path, renderLeague(passports), replace);
    console.log(`Wrote ${path}`);
  },
});
