import { stringify } from 'yaml';
import { UserError } from '../../../core/declare/errors.ts';
import { type JsonSchema, toJsonSchema } from '../../../core/declare/jsonSchema.ts';
import type { MeasurementReport } from '../../devices/characterise/measurementReport.ts';
import { MEASUREMENTS } from '../../devices/characterise/parts/index.ts';
import { countPulsesThroughRange } from '../../devices/characterise/specimens.ts';
import { type LoadedDevice, loadDevice } from '../../devices/load.ts';
import { readConfig } from '../../network/config/load.ts';
import { isMapping, type Mapping } from '../../network/config/override.ts';
import { getModelsOfKind } from '../../network/models.ts';
import { yieldToEventLoop } from '../../run/interruption.ts';
import { getPackagedYamlFiles } from '../../shipped.ts';
import { putFile } from '../browser/fs.ts';
import type { DeviceChoice } from '../page/state.ts';
import type { CallChannel } from './callChannel.ts';

/** Name of the device file, also in the command line that the page shows. */
export const DEVICE_FILE_NAME = 'device.yaml';

/** Copy of a mapping with another value at a key path. Missing sections are created; null removes an entry. */
function setValueAt(node: unknown, [key, ...rest]: readonly string[], value: unknown): Mapping {
  const own = isMapping(node) ? node : {};
  if (key === undefined || key === '__proto__')
    throw new UserError(`\`set\` has a value at \`${String(key)}\`, which is not a path of a device file.`);
  const { [key]: before, ...others } = own;
  if (rest.length > 0) return { ...own, [key]: setValueAt(before, rest, value) };
  return value === null ? others : { ...own, [key]: value };
}

/** Builds a device file. For each changed value of a preset, the entry in `quoted`, `derived` or `assumed` is removed. */
function buildDeviceFile({ preset, model, own, set }: DeviceChoice): Mapping {
  const original: Mapping =
    own ?? (preset === undefined ? { memspike: 1, device: { model: model ?? 'exponential' } } : readPreset(preset));
  const file = Object.entries(set).reduce<Mapping>(
    (sum, [path, value]) => setValueAt(sum, path.split('.'), value),
    original,
  );
  const isChanged = (entry: unknown) => {
    const { parameter = '' } = entry as { parameter?: string };
    return Object.keys(set).some((path) => parameter === path || parameter.startsWith(`${path}.`));
  };
  const lists = ['quoted', 'derived', 'assumed'].filter((key) => Array.isArray(file[key]));
  const kept = lists.map((key) => [key, (file[key] as unknown[]).filter((entry) => !isChanged(entry))]);
  return { ...file, ...Object.fromEntries(kept) };
}

function readPreset(name: string): Mapping {
  const presets = getPackagedYamlFiles('experiments/devices/presets');
  if (!presets.names().includes(name))
    throw new UserError(`\`${name}\` is not a preset of this lab; choose one from the list.`);
  return readConfig(presets.path(name));
}

export const formatDeviceFile = (choice: DeviceChoice): string =>
  stringify(buildDeviceFile(choice), { lineWidth: 110 });

export function loadChosenDevice(choice: DeviceChoice): LoadedDevice {
  putFile(`/${DEVICE_FILE_NAME}`, new TextEncoder().encode(formatDeviceFile(choice)));
  return loadDevice(DEVICE_FILE_NAME);
}

export interface DeviceDescription {
  readonly device: LoadedDevice;
  readonly schemas: Readonly<Record<'device' | 'shortTerm', JsonSchema | null>>;
}

export function describeDevice(choice: DeviceChoice): DeviceDescription {
  const device = loadChosenDevice(choice);
  const schemaOf = (kind: 'device' | 'shortTerm') => {
    const model = device[kind]?.model;
    return model === undefined ? null : toJsonSchema(getModelsOfKind(kind)[model]!.declaration.params);
  };
  return { device, schemas: { device: schemaOf('device'), shortTerm: schemaOf('shortTerm') } };
}

export function listDevices() {
  const presets = getPackagedYamlFiles('experiments/devices/presets').names();
  return {
    presets: presets.map((name) => {
      const { about } = readPreset(name) as { about?: { name?: string; structure?: string } };
      return { name, description: about?.structure ?? about?.name ?? '' };
    }),
    models: Object.entries(getModelsOfKind('device')).map(([name, { declaration }]) => ({
      name,
      description: declaration.help,
    })),
  };
}

export type MeasurementResult = { readonly part: string } & (
  | Pick<MeasurementReport, 'title' | 'chart'>
  | { readonly reason: string }
);

/**
 * Measures a device like `memspike device characterise`; sends the result of each measurement when it is finished.
 * @param devices number of simulated devices
 * @param parts names of the measurements
 */
export async function measureDevice(
  { choice, devices, parts }: { choice: DeviceChoice; devices: number; parts: readonly string[] },
  session: CallChannel,
) {
  const device = loadChosenDevice(choice);
  const pulseCount = Math.min(countPulsesThroughRange(device), 1000);
  const specimen = { loaded: device, deviceCount: devices, seed: 1, pulseCount };
  for (const part of parts) {
    await yieldToEventLoop();
    if (session.signal.aborted) return;
    const found = MEASUREMENTS[part]!(specimen);
    session.send({ part, ...found } satisfies MeasurementResult);
  }
}
