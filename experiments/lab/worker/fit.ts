import { UserError } from '../../../core/declare/errors.ts';
import { fittedParts } from '../../devices/fit/deviceFile.ts';
import { readRows } from '../../devices/fit/import/columns.ts';
import { readTables } from '../../devices/fit/import/files.ts';
import { parseMeasurement } from '../../devices/fit/import/measurement.ts';
import { checkDirections } from '../../devices/fit/import/order.ts';
import { meanPulseSettings, type Train } from '../../devices/fit/import/trains.ts';
import type { KindFit, KindName } from '../../devices/fit/kinds/kind.ts';
import { detectKind, KINDS } from '../../devices/fit/kinds/kinds.ts';
import { createKindOrigin, getBaseDevice, mergeDeviceFile, readBase } from '../../devices/fit/kinds/mergeDeviceFile.ts';
import { parseKindOptions, parsePulseOptions } from '../../devices/fit/options.ts';
import { fitPulses, type PulseFit } from '../../devices/fit/statistics/fitPulses.ts';
import { fitTable } from '../../devices/fit/table/fitTable.ts';
import { createTableParts, type FittedTable, simulateWithTable } from '../../devices/fit/table/fittedTable.ts';
import { loadDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { putFile } from '../browser/fs.ts';
import { DEVICE_FILE, type DeviceChoice, formatDeviceFile } from './device.ts';

/** Fit result without functions and candidates, which cannot be sent to the page. */
export type TransferableFit = Omit<PulseFit, 'fitted'>;

/** Request for a fit: dropped files, and options of `memspike device fit`. */
export interface FitRequest {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Device shown in the page, to which the fit is added (`--onto`). Pulses make a new device unless `keep` is true. */
  readonly onto: DeviceChoice;
  readonly keep: boolean;
  /** Kind of measurement; undefined: detected from the column names. */
  readonly kind?: KindName | undefined;
  /** Command-line options for properties that the files do not state. */
  readonly options: Parameters<typeof parseKindOptions>[0] & { readonly sheet?: string };
}

export interface FitResult {
  readonly name: string;
  /** Device file with the fitted parameters. */
  readonly file: Mapping;
  /** Remarks on how the files were read. */
  readonly notes: readonly string[];
  /** Fit of device models to pulses. If `pulses`, `table` and `other` are absent, a device file was dropped. */
  readonly pulses?: { readonly fit: TransferableFit; readonly trains: readonly Train[] };
  /** Fit of a step table to pulses: table, measured trains, and trains simulated with the table. */
  readonly table?: {
    readonly fit: FittedTable;
    readonly trains: readonly Train[];
    readonly simulated: readonly Train[];
  };
  /** Fit to a measurement other than pulses. */
  readonly other?: { readonly kind: KindName; readonly fit: KindFit };
}

type Options = FitRequest['options'] & { readonly model?: string };

const isDeviceFile = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

/** Reads and fits dropped files like `memspike device fit`; a device file is only validated. */
export async function fitFiles({ files, onto, keep, kind: givenKind, options }: FitRequest): Promise<FitResult> {
  const { model }: Options = options;
  const isTable = model === 'table';
  const text = formatDeviceFile(onto);
  const paths = files.map(({ name }) => name.replaceAll(/[/\\]/g, '_'));
  for (const [i, path] of paths.entries()) putFile(`/${path}`, files[i]!.bytes);
  const source = paths.join(', ');
  const given = paths.find(isDeviceFile);
  if (given !== undefined) {
    loadDevice(given);
    return { name: given, file: readBase(given).whole, notes: [] };
  }
  const base = () => {
    putFile(`/${DEVICE_FILE}`, new TextEncoder().encode(text));
    return readBase(DEVICE_FILE).whole;
  };
  const tables = await readTables(paths, options);
  const kind = givenKind ?? detectKind(tables, options);
  if (kind === 'pulses') {
    const { trains, importSummary } = parseMeasurement(tables, parsePulseOptions(options));
    checkDirections(source, trains);
    if (isTable) {
      const fit = fitTable(trains);
      const simulated = simulateWithTable(trains, fit, 1);
      const { parts, assumed, origin } = createTableParts(fit, trains, source);
      const { file, notes } = mergeDeviceFile(keep ? base() : undefined, parts, assumed, origin);
      return { name: source, file, notes: [...importSummary, ...notes], table: { fit, trains, simulated } };
    }
    const whole = fitPulses(trains);
    const { fitted: _, ...found } = whole;
    const { parts, origin } = fittedParts(whole, source, meanPulseSettings(trains));
    const { file, notes } = mergeDeviceFile(keep ? base() : undefined, parts, {}, origin);
    return { name: source, file, notes: [...importSummary, ...notes], pulses: { fit: found, trains } };
  }
  if (isTable)
    throw new UserError(`A table of steps needs a measurement of pulses, but ${source} is a measurement of ${kind}.`);
  const of = KINDS[kind];
  const reading = parseKindOptions(options, of);
  const rows = readRows(tables, of.columns, reading);
  const before = base();
  const found = of.fit(rows, { source, ...getBaseDevice(before), options: reading });
  const { file, notes } = mergeDeviceFile(before, found.added, found.assumed, createKindOrigin(source, kind, of));
  return {
    name: source,
    file,
    notes: rows.importSummary,
    other: { kind, fit: { ...found, notes: [...found.notes, ...notes] } },
  };
}
