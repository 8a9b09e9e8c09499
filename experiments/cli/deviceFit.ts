import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { object } from '../../core/declare/params.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { type FittedMeasurement, loadMeasurement } from '../devices/fit/fitMeasurement.ts';
import { MEASUREMENT_KINDS } from '../devices/fit/kinds/measurementType.ts';
import { type DeviceFileContent, readBaseDeviceFile } from '../devices/fit/kinds/mergeDeviceFile.ts';
import { sum } from '../devices/fit/lists.ts';
import { measurementImportOptions, sheetOption, timeStepOption } from '../devices/fit/options.ts';
import { createFitReport, describeMissingPulseOptions, formatFitReport } from '../devices/fit/report.ts';
import { formatStepTable, type StepTable } from '../devices/steps.ts';
import { listPictureFileNames, writeResultPicture } from '../look/plots/write.ts';
import { readTextFile } from '../network/config/text.ts';
import { formatCommand, quoteForShell } from '../output/commandLine.ts';
import { ResultDirectory } from '../output/results.ts';
import { defineCommand } from './command.ts';
import { defineChoiceOption, defineRequiredListArgument, defineTextOption, jsonOption } from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { printJson } from './terminal.ts';

const DEVICE_FILE = 'device.yaml';
const STEPS_FILE = 'steps.csv';
const YAML_OPTIONS = { lineWidth: 110 };
/** File size, bytes, above which progress is reported, because reading takes long. */
const MIN_LARGE_FILE = 10e6;
/** Number of readings above which progress is reported, because the fit takes long. */
const MIN_LONG_FIT = 1e5;

/** Formats the fitted device file as YAML; unchanged values keep the comments of the base file. */
function renderDevice(base: ReturnType<typeof readBaseDeviceFile> | undefined, next: DeviceFileContent): string {
  if (base === undefined) return stringify(next, YAML_OPTIONS);
  if (extname(base.filePath) === '.json') return `${JSON.stringify(next, null, 2)}\n`;
  const document = parseDocument(readTextFile(base.filePath));
  for (const [key, value] of Object.entries(next))
    if (JSON.stringify(value) !== JSON.stringify(base.fileContent[key])) document.set(key, value);
  for (const key of Object.keys(base.fileContent)) if (!(key in next)) document.delete(key);
  return document.toString(YAML_OPTIONS);
}

function writeDevice(
  { file, addedSections }: FittedMeasurement,
  base: ReturnType<typeof readBaseDeviceFile> | undefined,
  directory: ResultDirectory | undefined,
): string | undefined {
  const { steps } = file.device as { steps?: StepTable };
  const withSteps = (value: unknown): DeviceFileContent => ({ ...file, device: { ...file.device, steps: value } });
  if (directory !== undefined) {
    // A table of conductance steps is long, so it is written to a separate file.
    if (steps !== undefined) directory.writeFile(STEPS_FILE, formatStepTable(steps));
    directory.writeFile(DEVICE_FILE, renderDevice(base, steps === undefined ? file : withSteps(STEPS_FILE)));
    return join(directory.path, DEVICE_FILE);
  }
  if (base === undefined) return undefined;
  const keepsSteps = addedSections.device?.steps === undefined && base.fileContent.device.steps !== undefined;
  writeFileAtomic(
    base.filePath,
    renderDevice(base, keepsSteps ? withSteps(base.fileContent.device.steps) : file),
    true,
  );
  return base.filePath;
}

export default defineCommand({
  positionals: object({
    files: defineRequiredListArgument(
      'text (CSV) or workbook (.xlsx) of conductances or currents after pulses, long (columns direction, pulse, conductance, device, cycle) or wide (one column per device, cycle or direction); each of several files is a device',
    ),
  }),
  options: object({
    out: defineTextOption('directory for device.yaml, fit.json, residuals.csv and the picture fit.svg'),
    kind: defineChoiceOption(
      MEASUREMENT_KINDS,
      'kind of measurement; default: detected from the column names, else pulses',
    ),
    model: defineTextOption(
      'name of the only model to fit; default: all models; table: table of the measured steps, without an equation',
    ),
    onto: defineTextOption('existing device file to which the fit is added; overwritten unless --out is given'),
    ...measurementImportOptions,
    sheet: sheetOption,
    timeStep: timeStepOption,
    json: jsonOption,
    ...pictureOptions,
  }),
  handler: async ({ files, out, json, onto, ...options }) => {
    const directory =
      out === undefined ? undefined : new ResultDirectory(out, { command: 'device fit', markFile: 'fit.json' });
    const base = onto === undefined ? undefined : readBaseDeviceFile(onto);
    const size = sum(files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0));
    if (size > MIN_LARGE_FILE) console.error(`Reading ${Math.round(size / 1e6)} MB …`);
    const measurement = await loadMeasurement(files, options);
    const { importSummary, trains } = measurement;
    if (!json) console.log(`${importSummary.join('\n')}\n`);
    const isLong = sum(trains?.map((t) => t.elapsed.length) ?? []) > MIN_LONG_FIT;
    const fitted = measurement.fit(base?.resolvedContent, (stage) => isLong && console.error(`Fit: ${stage} …`));
    const { summary, report, addedSections, writeCsvFiles, drawPicture } = createFitReport(measurement, fitted);
    const csvFiles = writeCsvFiles();
    directory?.prepareDirectory();
    const isFitted = base !== undefined || Object.keys(fitted.addedSections).length > 0;
    const path = isFitted ? writeDevice(fitted, base, directory) : undefined;
    if (directory) {
      for (const [name, content] of Object.entries(csvFiles)) directory.writeFile(name, content);
      writeResultPicture(directory, 'fit', drawPicture());
      const inputs = files.map((file) => ({
        file: basename(file),
        sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
      }));
      const command = formatCommand(...process.argv.slice(2));
      directory.writeMarkFile({ ...summary, repeat: { command, date: new Date().toISOString(), inputs } });
    }
    if (json) return printJson(summary);
    console.log(formatFitReport(report));
    if (path === undefined) return;
    const tables = [...(fitted.fitResult.kind === 'table' ? [STEPS_FILE] : []), 'fit.json', ...Object.keys(csvFiles)];
    const names = [DEVICE_FILE, ...tables, ...listPictureFileNames('fit')];
    const onward = base === undefined ? '' : `${path}: ${addedSections} added. `;
    const wrote = directory === undefined ? '' : `In ${directory.path}: ${names.join(', ')}. `;
    const next = addedSections === 'device' ? 'mnist --device' : 'device show';
    console.log(`\n${onward}${wrote}Next step: memspike ${next} ${quoteForShell(path)}`);
    const unknown = fitted.fitResult.kind === 'pulses' ? describeMissingPulseOptions(fitted.fitResult.trains) : '';
    if (directory !== undefined && unknown !== '') console.log(unknown);
  },
});
