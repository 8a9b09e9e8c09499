import { basename } from 'node:path';
import { prefixErrors, UsageError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { quoteForShell } from '../../output/quoteForShell.ts';
import { fittedParts } from './deviceFile.ts';
import { readRows } from './import/columns.ts';
import { readTables } from './import/files.ts';
import { parseMeasurement } from './import/measurement.ts';
import { checkDirections } from './import/order.ts';
import { meanPulseSettings, type Train } from './import/trains.ts';
import type { DeviceParts, KindFit, KindName } from './kinds/kind.ts';
import { detectKind, KINDS } from './kinds/kinds.ts';
import { createKindOrigin, getBaseDevice, mergeDeviceFile, type Written } from './kinds/mergeDeviceFile.ts';
import { type KindFitOptions, parseKindOptions, parsePulseOptions } from './options.ts';
import { fitPulses, type PulseFit } from './statistics/fitPulses.ts';
import { createTableParts, type FittedTable, fitTable, simulateWithTable } from './table/fitTable.ts';

export interface MeasurementOptions extends KindFitOptions {
  readonly sheet?: string | undefined;
  readonly kind?: KindName | undefined;
  readonly model?: string | undefined;
}

export type FitResult =
  | { readonly kind: 'pulses'; readonly trains: readonly Train[]; readonly fit: PulseFit }
  | {
      readonly kind: 'table';
      readonly trains: readonly Train[];
      readonly fit: FittedTable;
      readonly simulated: readonly Train[];
    }
  | { readonly kind: Exclude<KindName, 'pulses'>; readonly fit: KindFit };

/** Fit, sections that it adds to a device file, and that file; `notes`: side effects on the file. */
export interface FittedMeasurement extends ReturnType<typeof mergeDeviceFile> {
  readonly result: FitResult;
  readonly parts: DeviceParts;
  readonly assumed: KindFit['assumed'];
}

export interface OpenMeasurement {
  /** Names of the files and, if given, of the workbook sheet. */
  readonly source: string;
  readonly importSummary: readonly string[];
  readonly trains?: readonly Train[];
  readonly fit: (base: Written | undefined, onStage?: (stage: string) => void) => FittedMeasurement;
}

/** Reads a measurement of any kind. @throws UserError for unreadable files, UsageError for wrong options */
export async function openMeasurement(files: readonly string[], options: MeasurementOptions): Promise<OpenMeasurement> {
  const { model, sheet } = options;
  const tables = await readTables(files, options);
  const kind = options.kind ?? detectKind(tables, options);
  const names = files.map((f) => basename(f)).join(', ');
  const source = sheet === undefined ? names : `${names} --sheet ${quoteForShell(sheet)}`;
  if (kind !== 'pulses') {
    const { models, columns, fit } = KINDS[kind];
    if (model === 'table')
      throw new UsageError(
        `A table of steps needs a measurement of pulses, but ${source} is a measurement of ${kind}.`,
      );
    if (model !== undefined && !models.includes(model))
      throw new UsageError(
        `device fit: --model is ${show(model)}, which is not a model of ${kind}${didYouMean(model, models, 'it takes')}`,
      );
    const parsed = parseKindOptions(options, columns);
    const rows = readRows(tables, columns, parsed);
    return {
      source,
      importSummary: rows.importSummary,
      fit(base) {
        const input = { source, ...getBaseDevice(base), options: parsed, ...(model !== undefined && { model }) };
        const found = prefixErrors(rows.name, () => fit(rows, input));
        const merged = mergeDeviceFile(base, found.added, found.assumed, createKindOrigin(source, kind, KINDS[kind]));
        return { result: { kind, fit: found }, parts: found.added, assumed: found.assumed, ...merged };
      },
    };
  }
  if (model !== undefined && model !== 'table')
    throw new UsageError(
      `device fit: --model is ${show(model)}, but for pulses it must be table; without --model all equations are fitted.`,
    );
  const { trains, importSummary } = parseMeasurement(tables, parsePulseOptions(options));
  return {
    source,
    importSummary,
    trains,
    fit(base, onStage) {
      checkDirections(files.join(', '), trains);
      if (model === 'table') {
        const fit = fitTable(trains);
        const simulated = simulateWithTable(trains, fit, 1);
        const { parts, assumed, origin } = createTableParts(fit, trains, source);
        const merged = mergeDeviceFile(base, parts, assumed, origin);
        return { result: { kind: 'table', trains, fit, simulated }, parts, assumed, ...merged };
      }
      const fit = prefixErrors(source, () => fitPulses(trains, onStage));
      const { parts, origin } = fittedParts(fit, source, meanPulseSettings(trains));
      const merged = mergeDeviceFile(base, parts, {}, origin);
      return { result: { kind: 'pulses', trains, fit }, parts, assumed: {}, ...merged };
    },
  };
}
