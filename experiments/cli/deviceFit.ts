import { basename, extname, join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import * as z from 'zod/mini';
import { prefixErrors } from '../../core/declare/errors.ts';
import { choice, described, flag, object, optional, text } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { fittedParts } from '../devices/fit/deviceFile.ts';
import { readRows } from '../devices/fit/import/columns.ts';
import { readTables } from '../devices/fit/import/files.ts';
import { type Measurement, parseMeasurement } from '../devices/fit/import/measurement.ts';
import { checkDirections } from '../devices/fit/import/order.ts';
import type { Table } from '../devices/fit/import/table.ts';
import { meanPulseSettings } from '../devices/fit/import/trains.ts';
import { type DeviceParts, KIND_NAMES, type KindFit, type KindName } from '../devices/fit/kinds/kind.ts';
import { detectKind, KINDS } from '../devices/fit/kinds/kinds.ts';
import {
  type BaseDeviceFile,
  createKindOrigin,
  type FitOrigin,
  getBaseDevice,
  mergeDeviceFile,
  readBase,
  type Written,
} from '../devices/fit/kinds/mergeDeviceFile.ts';
import { parseKindOptions, parsePulseOptions, readingOptions, sheet, timeStep } from '../devices/fit/options.ts';
import { renderFitPicture, renderKindPicture, renderTablePicture } from '../devices/fit/pictures.ts';
import { fitPulses } from '../devices/fit/statistics/fitPulses.ts';
import { fitTable } from '../devices/fit/table/fitTable.ts';
import { createTableParts, simulateWithTable } from '../devices/fit/table/fittedTable.ts';
import { formatStepTable, type Steps } from '../devices/steps.ts';
import { listPictureFileNames, writeResultPicture } from '../look/plots/write.ts';
import { readText } from '../network/config/text.ts';
import { quoteForShell } from '../output/quoteForShell.ts';
import { ResultDirectory } from '../output/results.ts';
import { defineCommand, UsageError } from './command.ts';
import {
  describeAddedSections,
  describeImplausibleUnit,
  describeUnknownPulses,
  formatResidualsCsv,
  renderKindFit,
  renderPulseFit,
  renderTableFit,
  summarisePulseFit,
} from './deviceFitReport.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';

const DEVICE = 'device.yaml';
const STEPS = 'steps.csv';
const YAML = { lineWidth: 110 };

/** Text of the new device file; comments in the base file are kept where values do not change. */
function renderDevice(base: BaseDeviceFile | undefined, next: Written): string {
  if (base === undefined) return stringify(next, YAML);
  if (extname(base.file) === '.json') return `${JSON.stringify(next, null, 2)}\n`;
  const document = parseDocument(readText(base.file));
  for (const [key, value] of Object.entries(next))
    if (JSON.stringify(value) !== JSON.stringify(base.given[key])) document.set(key, value);
  for (const key of Object.keys(base.given)) if (!(key in next)) document.delete(key);
  return document.toString(YAML);
}

/** Measurement and options in one call of `device fit`. */
interface FitCall {
  /** Name of the measurement: names of its files and, if given, of the workbook sheet. */
  readonly source: string;
  /** Existing device file to which the fit is added (`--onto`). */
  readonly base: BaseDeviceFile | undefined;
  /** Directory for the results (`--out`). */
  readonly directory: ResultDirectory | undefined;
  readonly json: boolean;
}

/**
 * Merges fitted parameters into the device file and writes it to the result directory, or else over the base file. The
 * returned `path` is undefined if neither exists; `notes` are sentences on side effects.
 */
function writeDevice({ base, directory }: FitCall, parts: DeviceParts, assumed: KindFit['assumed'], origin: FitOrigin) {
  const { file: next, notes } = mergeDeviceFile(base?.whole, parts, assumed, origin);
  const { steps } = next.device as { steps?: Steps };
  const withSteps = (value: unknown): Written => ({ ...next, device: { ...next.device, steps: value } });
  if (directory !== undefined) {
    // A step table is long, so it is written to a separate file.
    if (steps !== undefined) directory.text(STEPS, formatStepTable(steps));
    directory.text(DEVICE, renderDevice(base, steps === undefined ? next : withSteps(STEPS)));
    return { path: join(directory.path, DEVICE), notes };
  }
  if (base === undefined) return { path: undefined, notes };
  const keepsSteps = parts.device?.steps === undefined && base.given.device.steps !== undefined;
  writeFileAtomic(base.file, renderDevice(base, keepsSteps ? withSteps(base.given.device.steps) : next), true);
  return { path: base.file, notes };
}

/** Prints the summary as JSON, or else the report, the names of the written files and the next step. */
function printReport(
  { base, directory, json }: FitCall,
  summary: object,
  report: string,
  notes: readonly string[],
  next: { readonly path: string | undefined; readonly files: readonly string[]; readonly added: string },
): void {
  if (json) {
    console.log(JSON.stringify(summary, null, 2));
    return;
  }
  console.log(report);
  if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
  const { path, files, added } = next;
  if (path === undefined) return;
  const onto = base === undefined ? '' : `${path}: ${added} added. `;
  const wrote = directory === undefined ? '' : `In ${directory.path}: ${files.join(', ')}. `;
  const step =
    added === 'device'
      ? `memspike mnist --device ${quoteForShell(path)}`
      : `memspike device show ${quoteForShell(path)}`;
  console.log(`\n${onto}${wrote}Next step: ${step}`);
}

/** Fits all device models (equations) to a pulse measurement. */
function fitEquations(call: FitCall, { trains, importSummary }: Measurement): void {
  const { source, directory } = call;
  const fit = prefixErrors(source, () => fitPulses(trains));
  const pulses = meanPulseSettings(trains);
  const { parts, origin } = fittedParts(fit, source, pulses);
  const summary = summarisePulseFit(fit, importSummary);
  directory?.make();
  const { path, notes } = writeDevice(call, parts, {}, origin);
  directory?.text('residuals.csv', formatResidualsCsv(trains, fit));
  if (directory)
    writeResultPicture(directory, 'fit', renderFitPicture(trains, fit, `${source}: measured pulses and fitted models`));
  directory?.finish(summary);
  const files = [DEVICE, 'fit.json', 'residuals.csv', ...listPictureFileNames('fit')];
  printReport(call, summary, renderPulseFit(fit, trains), notes, { path, files, added: 'device' });
  const unknown = describeUnknownPulses(pulses);
  if (directory !== undefined && !call.json && unknown !== '') console.log(unknown);
}

/** Fits a step table to a pulse measurement. */
function fitSteps(call: FitCall, { trains, importSummary }: Measurement): void {
  const { source, directory } = call;
  const fit = fitTable(trains);
  const simulation = simulateWithTable(trains, fit, 1);
  const { gMin, gMax, between, steps, readNoise } = fit;
  const rows = { up: steps.up.length, down: steps.down.length };
  const { parts, assumed, origin } = createTableParts(fit, trains, source);
  const summary = { model: 'table', gMin, gMax, between, assumed, rows, readNoise, understood: importSummary };
  directory?.make();
  const { path, notes } = writeDevice(call, parts, assumed, origin);
  if (directory)
    writeResultPicture(directory, 'fit', renderTablePicture(trains, fit, simulation, `${source}: measured steps`));
  directory?.finish(summary);
  const files = [DEVICE, STEPS, 'fit.json', ...listPictureFileNames('fit')];
  printReport(call, summary, renderTableFit(summary), notes, { path, files, added: 'device' });
}

/** Fits a measurement other than pulses. */
function fitKind(
  call: FitCall,
  name: Exclude<KindName, 'pulses'>,
  tables: readonly Table[],
  options: Parameters<typeof parseKindOptions>[0],
  model: string | undefined,
): void {
  const kind = KINDS[name];
  const { source, base, directory } = call;
  if (model !== undefined && !kind.models.includes(model))
    throw new UsageError(
      `device fit: --model is ${show(model)}, which is not a model of ${name}${didYouMean(model, kind.models, 'it takes')}`,
    );
  const parsed = parseKindOptions(options, kind);
  const rows = readRows(tables, kind.columns, parsed);
  if (!call.json) console.log(`${rows.importSummary.join('\n')}\n`);
  const input = { source, ...getBaseDevice(base?.whole), options: parsed, ...(model !== undefined && { model }) };
  const fit = prefixErrors(rows.name, () => kind.fit(rows, input));
  directory?.make();
  const written = writeDevice(call, fit.added, fit.assumed, createKindOrigin(source, name, kind));
  const notes = [...fit.notes, ...written.notes];
  const summary = { kind: name, best: fit.best, models: fit.models, notes, added: fit.added };
  if (directory) writeResultPicture(directory, 'fit', renderKindPicture(fit.plot));
  directory?.finish(summary);
  const files = [DEVICE, 'fit.json', ...listPictureFileNames('fit')];
  printReport(call, summary, renderKindFit(fit), notes, {
    path: written.path,
    files,
    added: describeAddedSections(fit.added),
  });
}

export default defineCommand({
  positionals: object({
    files: described(z.array(z.string()).check(z.minLength(1)), {
      description:
        'text (CSV) or workbook (.xlsx) of conductances or currents after pulses, long (columns direction, pulse, conductance, device, cycle) or wide (one column per device, cycle or direction); each of several files is a device',
    }),
  }),
  options: object({
    out: optional(text({ help: 'directory for device.yaml, fit.json, residuals.csv and the picture fit.svg' })),
    kind: optional(
      choice(KIND_NAMES, { help: 'kind of measurement; default: detected from the column names, else pulses' }),
    ),
    model: optional(
      text({
        help: 'fit only this model; default: all models; for pulses: table (measured steps, no equation)',
      }),
    ),
    onto: optional(text({ help: 'existing device file to which the fit is added; overwritten unless --out is given' })),
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
  handler: async ({ files, out, json, kind: kindOption, model, onto, width, format, font, panel, ...options }) => {
    usePictures({ width, format, font, panel });
    const directory =
      out === undefined ? undefined : new ResultDirectory(out, { command: 'device fit', mark: 'fit.json' });
    const base = onto === undefined ? undefined : readBase(onto);
    const tables = await readTables(files, options);
    const kind = kindOption ?? detectKind(tables, options);
    const names = files.map((f) => basename(f)).join(', ');
    const source = options.sheet === undefined ? names : `${names} --sheet ${quoteForShell(options.sheet)}`;
    const call: FitCall = { source, base, directory, json };
    if (kind !== 'pulses') return fitKind(call, kind, tables, options, model);
    if (model !== undefined && model !== 'table')
      throw new UsageError(
        `device fit: --model is ${show(model)}, but for pulses it must be table; without --model all equations are fitted.`,
      );
    const measurement = parseMeasurement(tables, parsePulseOptions(options));
    const { trains, importSummary } = measurement;
    if (!json) console.log(`${importSummary.join('\n')}\n`);
    const file = files.join(', ');
    checkDirections(file, trains);
    const warning = describeImplausibleUnit(file, trains);
    if (warning !== undefined) console.error(warning);
    return model === 'table' ? fitSteps(call, measurement) : fitEquations(call, measurement);
  },
});
