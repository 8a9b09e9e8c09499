import {
  type FittedMeasurement,
  type LoadedMeasurement,
  loadMeasurement,
  type MeasurementFitOptions,
} from '../../devices/fit/fitMeasurement.ts';
import type { MeasurementKind } from '../../devices/fit/kinds/measurementType.ts';
import { readBaseDeviceFile } from '../../devices/fit/kinds/mergeDeviceFile.ts';
import type { PulseFit } from '../../devices/fit/statistics/fitPulses.ts';
import { loadDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { putFile } from '../browser/fs.ts';
import type { DeviceChoice } from '../page/state.ts';
import { DEVICE_FILE_NAME, formatDeviceFile } from './device.ts';

export interface FitRequest {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Device to which fitted parameters are added. A pulse fit creates a new device unless `keepsDevice` is true. */
  readonly baseDevice: DeviceChoice;
  readonly keepsDevice: boolean;
  /** Measurement kind; undefined: detected from the column names. */
  readonly kind?: MeasurementKind | undefined;
  readonly options: Omit<MeasurementFitOptions, 'kind'>;
}

export interface FitResult {
  readonly sourceName: string;
  readonly deviceFile: Mapping;
  /** Fit of a measurement and summary of its import; absent for a device file, which is used unchanged. */
  readonly measured?: Pick<LoadedMeasurement, 'importSummary'> & { readonly fitted: Omit<FittedMeasurement, 'file'> };
}

/** Result of a fit without the candidate models of a pulse fit, whose functions cannot be sent to the page. */
const removeFunctions = (result: FittedMeasurement['fitResult']): FittedMeasurement['fitResult'] =>
  result.kind === 'pulses' ? { ...result, fit: { ...result.fit, candidates: {} as PulseFit['candidates'] } } : result;

const isDeviceFile = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

export async function fitFiles({ files, baseDevice, keepsDevice, kind, options }: FitRequest): Promise<FitResult> {
  const text = formatDeviceFile(baseDevice);
  const paths = files.map(({ name }) => name.replaceAll(/[/\\]/g, '_'));
  for (const [i, path] of paths.entries()) putFile(`/${path}`, files[i]!.bytes);
  const given = paths.find(isDeviceFile);
  if (given !== undefined) {
    loadDevice(given);
    return { sourceName: given, deviceFile: readBaseDeviceFile(given).resolvedContent };
  }
  const { sourceFiles, importSummary, trains, fit } = await loadMeasurement(paths, { ...options, kind });
  putFile(`/${DEVICE_FILE_NAME}`, new TextEncoder().encode(text));
  const { file, fitResult, ...others } = fit(
    trains !== undefined && !keepsDevice ? undefined : readBaseDeviceFile(DEVICE_FILE_NAME).resolvedContent,
  );
  const fitted = { ...others, fitResult: removeFunctions(fitResult) };
  return { sourceName: sourceFiles, deviceFile: file, measured: { importSummary, fitted } };
}
