import { type MeasurementOptions, openMeasurement } from '../../devices/fit/fitMeasurement.ts';
import type { Train } from '../../devices/fit/import/trains.ts';
import type { MeasurementFit, MeasurementKind } from '../../devices/fit/kinds/measurementType.ts';
import { readBaseDeviceFile } from '../../devices/fit/kinds/mergeDeviceFile.ts';
import type { PulseFit } from '../../devices/fit/statistics/fitPulses.ts';
import type { FittedTable } from '../../devices/fit/table/fitTable.ts';
import { loadDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { putFile } from '../browser/fs.ts';
import { DEVICE_FILE, type DeviceChoice, formatDeviceFile } from './device.ts';

/** Fit result without functions and candidates, which cannot be sent to the page. */
export type TransferableFit = Omit<PulseFit, 'candidates'>;

export interface FitRequest {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Device shown in the page, to which the fit is added (`--onto`). Pulses make a new device unless `keepsDevice` is true. */
  readonly baseChoice: DeviceChoice;
  readonly keepsDevice: boolean;
  /** Kind of measurement; undefined: detected from the column names. */
  readonly kind?: MeasurementKind | undefined;
  readonly options: Omit<MeasurementOptions, 'kind'>;
}

export interface FitResult {
  readonly sourceName: string;
  readonly deviceFile: Mapping;
  readonly notes: readonly string[];
  /** Fit of device models to pulses. If `pulses`, `table` and `otherFit` are absent, a device file was dropped. */
  readonly pulseFit?: { readonly fit: TransferableFit; readonly trains: readonly Train[] };
  readonly tableFit?: {
    readonly fit: FittedTable;
    readonly trains: readonly Train[];
    readonly simulated: readonly Train[];
  };
  readonly otherFit?: { readonly kind: MeasurementKind; readonly fit: MeasurementFit };
}

const isDeviceFile = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

export async function fitFiles({ files, baseChoice, keepsDevice, kind, options }: FitRequest): Promise<FitResult> {
  const text = formatDeviceFile(baseChoice);
  const paths = files.map(({ name }) => name.replaceAll(/[/\\]/g, '_'));
  for (const [i, path] of paths.entries()) putFile(`/${path}`, files[i]!.bytes);
  const given = paths.find(isDeviceFile);
  if (given !== undefined) {
    loadDevice(given);
    return { sourceName: given, deviceFile: readBaseDeviceFile(given).resolvedContent, notes: [] };
  }
  const { source, importSummary, trains, fit } = await openMeasurement(paths, { ...options, kind });
  putFile(`/${DEVICE_FILE}`, new TextEncoder().encode(text));
  const { fitResult, file, notes } = fit(
    trains !== undefined && !keepsDevice ? undefined : readBaseDeviceFile(DEVICE_FILE).resolvedContent,
  );
  const common = { sourceName: source, deviceFile: file };
  if (fitResult.kind === 'table') return { ...common, notes: [...importSummary, ...notes], tableFit: fitResult };
  if (fitResult.kind === 'pulses') {
    const { candidates: _, ...found } = fitResult.fit;
    return { ...common, notes: [...importSummary, ...notes], pulseFit: { fit: found, trains: fitResult.trains } };
  }
  const other = { kind: fitResult.kind, fit: { ...fitResult.fit, notes: [...fitResult.fit.notes, ...notes] } };
  return { ...common, notes: importSummary, otherFit: other };
}
