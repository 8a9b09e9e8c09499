import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag, integer, object, text } from '../../core/declare/params.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { createDeviceLabels } from '../compare/deviceLabels.ts';
import { DEFAULT_SEED_COUNT, PASSPORT_TRAINING } from '../compare/deviceVariants.ts';
import { listLeagueRows, nameDevice } from '../compare/league.ts';
import { createPassport, type PassportOptions } from '../compare/passport.ts';
import { describeCosts, listCostRows, renderAccuracies } from '../compare/passportCosts.ts';
import { listPassportFigures, renderDeviceCurves, renderPassportPage } from '../compare/passportPicture.ts';
import type { Passport } from '../compare/passportSchema.ts';
import { readJson } from '../logs/runJson.ts';
import { svgToPdf, writeResultPicture } from '../look/plots/write.ts';
import { readTextFile } from '../network/config/text.ts';
import { describeProvenance, formatCommand } from '../output/commandLine.ts';
import { makeDirectory } from '../output/directory.ts';
import { overwriteOption, resolveOutputFile } from '../output/file.ts';
import { formatColumns } from '../output/formatColumns.ts';
import type { ResultDirectory } from '../output/results.ts';
import { readPassports, renderLeague } from '../report/league.ts';
import { renderResultsReport } from '../report/results.ts';
import { mnistSchema } from '../training/unsupervised/config.ts';
import { VERSION } from '../version.ts';
import { defineCommand, UsageError } from './command.ts';
import { resolveDevice } from './device.ts';
import {
  costOption,
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

const { label } = mnistSchema.shape;
const MEASUREMENT_FILE = /\.(csv|tsv|txt|dat|xlsx)$/i;
const [PAGE, PDF_PAGE] = ['passport.html', 'passport.pdf'];

/** Writes the pictures of a device passport, and its page as PDF if the optional PDF package is installed. */
function writePictures(directory: ResultDirectory, passport: Passport, { device }: Pick<PassportOptions, 'device'>) {
  const curves = renderDeviceCurves(device);
  const fitPicture = join(dirname(device.name), 'fit.svg');
  const fit = passport.measurement !== null && existsSync(fitPicture) ? readTextFile(fitPicture) : null;
  const pictures = { accuracy: renderAccuracies(passport, nameDevice(passport)), curves, fit };
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

/** Number of concurrent runs, limited to four per core. */
const limitWorkers = (count: number): number => Math.min(count, 4 * availableParallelism());

const printStop = (out: string): void =>
  console.error(`Stopped; results so far are in ${out}. Resume with: ${describeProvenance().commandLine}`);

function printPassport(passport: Passport, out: string) {
  for (const warning of passport.warnings) console.log(`${warning}\n`);
  console.log(formatColumns(listPassportFigures(passport).map((row) => [...row])));
  if (passport.flaws.length > 0) {
    console.log(`\n${nameDevice(passport)}, ${passport.protocol.seeds} seeds: ${describeCosts(passport)}.\n`);
    console.log(formatColumns(listCostRows(passport)));
  }
  if (passport.missing.length > 0) console.log(`\nMissing\n${passport.missing.map((text) => `  ${text}`).join('\n')}`);
  console.log(`\nIn ${out}: ${PAGE}, ${PDF_PAGE}, passport.json, pictures and the runs, points/.`);
}

/** Writes the page of a league (devices ranked by accuracy) and prints its table. */
function writeLeague(passports: readonly Passport[], path: string, replace: boolean) {
  makeDirectory(dirname(path));
  writeFileAtomic(path, renderLeague(passports), replace);
  console.log(`${formatColumns(listLeagueRows(passports))}\n\nWrote ${path}`);
}

export const passportCommand = defineCommand({
  positionals: object({
    names: defineRequiredListArgument('presets, device files (YAML or JSON), or device models'),
  }),
  options: object({
    out: defineTextOption(
      'directory for the page (passport.html, passport.pdf), passport.json, pictures and runs; default: runs/passport-NAME; with several devices: directory of their directories and of league.html; default: runs/passports',
    ),
    seeds: integer({
      default: DEFAULT_SEED_COUNT,
      min: 1,
      max: 1000,
      help: 'number of runs per variant of the device, with the seeds 1, 2, …; each seed draws its device from the bootstrap of the fit',
    }),
    brief: flag({ help: 'train only the ideal device and the device with all non-idealities' }),
    doubled: flag({ help: 'also train with each non-ideality doubled: twice the noise, half the levels or lifetime' }),
    neurons: integer({ default: PASSPORT_TRAINING.neurons, min: 1, max: 65535, help: 'number of output neurons' }),
    epochs: integer({
      default: PASSPORT_TRAINING.epochs,
      min: 0,
      max: 1000,
      help: 'number of passes over the training images',
    }),
    train: integer({ default: PASSPORT_TRAINING.train, min: 1, help: 'number of training images' }),
    label,
    test: integer({ default: PASSPORT_TRAINING.test, min: 1, help: 'number of test images' }),
    split: defineTextOption('images to test on, as in `memspike mnist`; default: test'),
    cost: costOption,
    models: modelModulesOption,
    data: dataDirectoryOption,
    workers: integer({ default: 1, min: 1, max: 256, help: 'number of concurrent runs; no effect on results' }),
    ...progressOptions,
    json: jsonOption,
    ...pictureOptions,
  }),
  handler: async (args, { signal }) => {
    const { names, seeds, brief, doubled, data, progress, neurons, epochs, train, test } = args;
    const measurement = names.find((name) => MEASUREMENT_FILE.test(name));
    if (measurement !== undefined)
      throw new UsageError(
        `device passport: ${measurement} is a measurement, but must be a device. Next step: ${formatCommand('device', 'fit', measurement, '--out', 'fitted')}, then name fitted/device.yaml.`,
      );
    const devices = names.map(resolveDevice);
    const labels = createDeviceLabels(names);
    const isLeague = names.length > 1;
    const out = args.out ?? (isLeague ? 'runs/passports' : `runs/passport-${labels[0]}`);
    const directories = isLeague ? labels.map((own) => join(out, own)) : [out];
    const optionalSettings = { label: args.label, split: args.split, cost: args.cost };
    const given = Object.fromEntries(Object.entries(optionalSettings).filter(([, value]) => value !== undefined));
    const passports = await printCollectedWarnings(args, async (onWarnings) => {
      const found: Passport[] = [];
      for (const [d, device] of devices.entries()) {
        const options = {
          onWarnings,
          device,
          seeds,
          withFlaws: !brief,
          withDoubled: doubled,
          settings: { neurons, epochs, train, test, ...given },
          workerCount: limitWorkers(args.workers),
          dataDirectory: data,
          outDirectory: directories[d]!,
          progress,
          signal,
        };
        const write = (directory: ResultDirectory, passport: Passport) => writePictures(directory, passport, options);
        const passport = await createPassport(options, write);
        if (passport === null) return null;
        writeFileAtomic(
          join(directories[d]!, PAGE),
          renderResultsReport(directories[d]!, 'passport.json').pageText,
          true,
        );
        found.push(passport);
      }
      return found;
    });
    if (passports === null) return printStop(out);
    if (args.json) {
      const contents = directories.map((directory) => readJson(directory, 'passport.json'));
      return printJson(isLeague ? contents : contents[0]);
    }
    if (isLeague) writeLeague(passports, join(out, 'league.html'), true);
    else printPassport(passports[0]!, out);
  },
});

function requireEqualProtocols(directories: readonly string[], passports: readonly Passport[]) {
  const format = ({ protocol: { seeds: _seeds, cost: _cost, ...training } }: Passport) => JSON.stringify(training);
  const other = passports.findIndex((passport) => format(passport) !== format(passports[0]!));
  if (other >= 0)
    throw new UserError(
      `${directories[other]} has the protocol ${format(passports[other]!)}, but ${directories[0]} has ${format(passports[0]!)}; a league compares passports with one protocol.`,
    );
}

export const leagueCommand = defineCommand({
  positionals: object({ directories: defineRequiredListArgument('directories of `device passport`') }),
  options: object({
    out: text({ help: 'HTML page to write, with the sortable table of devices' }),
    overwrite: overwriteOption,
  }),
  handler: ({ directories, out, overwrite }) => {
    const passports = readPassports(directories);
    requireEqualProtocols(directories, passports);
    const { path, replace } = resolveOutputFile(out, out, overwrite);
    writeLeague(passports, path, replace);
  },
});
