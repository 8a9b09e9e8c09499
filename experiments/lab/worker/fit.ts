import { parse } from 'yaml';
import { UserError } from '../../../core/declare/errors.ts';
import { deviceFile } from '../../devices/fit/deviceFile.ts';
import { fitPulses, type PulseFit } from '../../devices/fit/fit.ts';
import { rowsOf } from '../../devices/fit/kinds/columns.ts';
import { guessedKind, kindNamed } from '../../devices/fit/kinds/guess.ts';
import type { KindFit } from '../../devices/fit/kinds/kind.ts';
import type { KindName } from '../../devices/fit/kinds/names.ts';
import { added, baseOf, deviceOf, fitted, pulsesAsParts } from '../../devices/fit/kinds/onto.ts';
import { gridsOfAll, sheetNames } from '../../devices/fit/reading/files.ts';
import { kindOptionsOf, readingOf } from '../../devices/fit/reading/options.ts';
import { pulsesOf } from '../../devices/fit/reading/pulses.ts';
import { checkDirections, readMeasurement, type Train } from '../../devices/fit/readPulses.ts';
import { tableParts } from '../../devices/fit/table/deviceParts.ts';
import type { FittedTable } from '../../devices/fit/table/fitted.ts';
import { simulatedTrains } from '../../devices/fit/table/simulate.ts';
import { fitTable } from '../../devices/fit/table/table.ts';
import { loadDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { putFile } from '../browser/fs.ts';
import type { DeviceChoice } from './device.ts';
import { DEVICE_FILE, formatDeviceFile } from './device.ts';

/** Fit without its simulated models, which cannot be sent to the page. */
export type SentFit = Omit<PulseFit, 'fitted'>;

/** Dropped files and the options of `memspike device fit`. */
export interface FitRequest {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Present device, to which the fit is added like `--onto`; pulses make a new device unless `keep`. */
  readonly onto: DeviceChoice;
  readonly keep: boolean;
  /** Kind of measurement; undefined: detected from the column names. */
  readonly kind?: KindName | undefined;
  /** Options of the command for facts that the files do not state. */
  readonly options: Parameters<typeof kindOptionsOf>[0] & { readonly sheet?: string };
}

export interface FitResult {
  readonly name: string;
  /** Resulting device file. */
  readonly file: Mapping;
  /** Notes on how the files were read. */
  readonly notes: readonly string[];
  /** Fit of pulses. Without `pulses`, `table` and `other` the dropped file is a device file, used unchanged. */
  readonly pulses?: { readonly fit: SentFit; readonly trains: readonly Train[] };
  /** Table of measured steps: measured trains and trains simulated with the table. */
  readonly table?: {
    readonly fit: FittedTable;
    readonly trains: readonly Train[];
    readonly simulated: readonly Train[];
  };
  /** Fit of another kind of measurement. */
  readonly other?: { readonly kind: KindName; readonly fit: KindFit };
}

type Options = FitRequest['options'] & { readonly model?: string };

function tableFit(trains: readonly Train[], source: string) {
  const fit = fitTable(trains);
  return { fit, simulated: simulatedTrains(trains, fit, 1), ...tableParts(fit, trains, source) };
}

const isDeviceFile = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

/** Writes dropped files to the disk and returns their paths. */
function writeDroppedFiles(files: FitRequest['files']): string[] {
  const paths = files.map(({ name }) => name.replaceAll(/[/\\]/g, '_'));
  for (const [i, path] of paths.entries()) putFile(`/${path}`, files[i]!.bytes);
  return paths;
}

/** Lists the sheets of a workbook that was dropped alone; several files are read whole. */
export async function listSheets(files: FitRequest['files']): Promise<string[]> {
  const [path, ...others] = writeDroppedFiles(files);
  return others.length > 0 ? [] : sheetNames(path!);
}

/** Reads and fits dropped files like `memspike device fit`; a device file is checked and used unchanged. */
export async function fitFiles({ files, onto, keep, kind: givenKind, options }: FitRequest): Promise<FitResult> {
  const { model }: Options = options;
  const isTable = model === 'table';
  const text = formatDeviceFile(onto);
  const paths = writeDroppedFiles(files);
  const source = paths.join(', ');
  const given = paths.find(isDeviceFile);
  if (given !== undefined) {
    loadDevice(given);
    return { name: given, file: baseOf(given).whole, notes: [] };
  }
  const base = () => {
    putFile(`/${DEVICE_FILE}`, new TextEncoder().encode(text));
    return baseOf(DEVICE_FILE).whole;
  };
  const grids = await gridsOfAll(paths, options.sheet);
  const kind = givenKind ?? guessedKind(grids, options);
  if (kind === 'pulses') {
    const { trains, understood } = await readMeasurement(paths, { ...readingOf(options), sheet: options.sheet });
    checkDirections(source, trains);
    if (isTable) {
      const { fit, simulated, parts, assumed, how } = tableFit(trains, source);
      const { file, notes } = added(keep ? base() : undefined, parts, assumed, how);
      return { name: source, file, notes: [...understood, ...notes], table: { fit, trains, simulated } };
    }
    const whole = fitPulses(trains);
    const { fitted: _, ...found } = whole;
    const own = deviceFile(whole, source, pulsesOf(trains));
    const { parts, how } = pulsesAsParts(own, source);
    const { file, notes } = keep ? added(base(), parts, {}, how) : { file: parse(own) as Mapping, notes: [] };
    return { name: source, file, notes: [...understood, ...notes], pulses: { fit: found, trains } };
  }
  if (isTable)
    throw new UserError(`A table of steps needs a measurement of pulses, but ${source} is a measurement of ${kind}.`);
  const of = kindNamed(kind);
  const reading = kindOptionsOf(options, of);
  const rows = rowsOf(grids, of.columns, reading);
  const before = base();
  const found = of.fit(rows, { source, ...deviceOf(before), options: reading });
  const { file, notes } = added(before, found.added, found.assumed, fitted(source, kind, of));
  return {
    name: source,
    file,
    notes: rows.understood,
    other: { kind, fit: { ...found, notes: [...found.notes, ...notes] } },
  };
}
