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
import { DEVICE_FILE, deviceYaml } from './device.ts';
import type { DeviceChoice } from './deviceFile.ts';

/** A fit as it can be sent: what simulates its models stays here. */
export type SentFit = Omit<PulseFit, 'fitted'>;

export interface FitArgs {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** The device at hand, onto which it is added as `--onto` does; pulses make a device of their own unless `keep`. */
  readonly onto: DeviceChoice;
  readonly keep: boolean;
  /** What was measured; undefined: as the names of the columns tell. */
  readonly kind?: KindName | undefined;
  /** What the files do not tell, in the words of the command's options. */
  readonly options: Parameters<typeof kindOptionsOf>[0] & { readonly sheet?: string };
}

export interface FitTold {
  readonly name: string;
  /** The device file that came out. */
  readonly file: Mapping;
  readonly understood: readonly string[];
  /** Of pulses. Neither this nor `table` nor `other`: a device file, which is taken as it is. */
  readonly pulses?: { readonly fit: SentFit; readonly trains: readonly Train[] };
  /** Of pulses, as they were measured: trains, and the same made from the table. */
  readonly table?: {
    readonly fit: FittedTable;
    readonly trains: readonly Train[];
    readonly simulated: readonly Train[];
  };
  readonly other?: { readonly kind: KindName; readonly fit: KindFit };
}

type Options = FitArgs['options'] & { readonly model?: string };

function tableFit(trains: readonly Train[], source: string) {
  const fit = fitTable(trains);
  return { fit, simulated: simulatedTrains(trains, fit, 1), ...tableParts(fit, trains, source) };
}

const isDeviceFile = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

/** Puts dropped files where they are read, and gives their paths. */
function put(files: FitArgs['files']): string[] {
  const paths = files.map(({ name }) => name.replaceAll(/[/\\]/g, '_'));
  for (const [i, path] of paths.entries()) putFile(`/${path}`, files[i]!.bytes);
  return paths;
}

/** Sheets of a workbook that was dropped alone; several files are read whole. */
export async function sheets(files: FitArgs['files']): Promise<string[]> {
  const [path, ...others] = put(files);
  return others.length > 0 ? [] : sheetNames(path!);
}

/** Reads dropped files as `memspike device fit` does, and fits them; a device file is checked and taken as it is. */
export async function fit({ files, onto, keep, kind: told, options }: FitArgs): Promise<FitTold> {
  const { model }: Options = options;
  const isTable = model === 'table';
  const text = deviceYaml(onto);
  const paths = put(files);
  const source = paths.join(', ');
  const ready = paths.find(isDeviceFile);
  if (ready !== undefined) {
    loadDevice(ready);
    return { name: ready, file: baseOf(ready).whole, understood: [] };
  }
  const base = () => {
    putFile(`/${DEVICE_FILE}`, new TextEncoder().encode(text));
    return baseOf(DEVICE_FILE).whole;
  };
  const grids = await gridsOfAll(paths, options.sheet);
  const kind = told ?? guessedKind(grids, options);
  if (kind === 'pulses') {
    const { trains, understood } = await readMeasurement(paths, { ...readingOf(options), sheet: options.sheet });
    checkDirections(source, trains);
    if (isTable) {
      const { fit, simulated, parts, assumed, how } = tableFit(trains, source);
      const { file, notes } = added(keep ? base() : undefined, parts, assumed, how);
      return { name: source, file, understood: [...understood, ...notes], table: { fit, trains, simulated } };
    }
    const whole = fitPulses(trains);
    const { fitted: _, ...found } = whole;
    const own = deviceFile(whole, source, pulsesOf(trains));
    const { parts, how } = pulsesAsParts(own, source);
    const { file, notes } = keep ? added(base(), parts, {}, how) : { file: parse(own) as Mapping, notes: [] };
    return { name: source, file, understood: [...understood, ...notes], pulses: { fit: found, trains } };
  }
  if (isTable)
    throw new UserError(`A table of steps is made of pulses only, but ${source} is a measurement of ${kind}.`);
  const of = kindNamed(kind);
  const reading = kindOptionsOf(options, of);
  const rows = rowsOf(grids, of.columns, reading);
  const before = base();
  const found = of.fit(rows, { source, ...deviceOf(before), options: reading });
  const { file, notes } = added(before, found.added, found.assumed, fitted(source, kind, of));
  return {
    name: source,
    file,
    understood: rows.understood,
    other: { kind, fit: { ...found, notes: [...found.notes, ...notes] } },
  };
}
