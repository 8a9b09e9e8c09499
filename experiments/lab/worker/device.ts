import { stringify } from 'yaml';
import { UserError } from '../../../core/declare/errors.ts';
import { type JsonSchema, toJsonSchema } from '../../../core/declare/jsonSchema.ts';
import type { Part } from '../../devices/characterise/part.ts';
import { PARTS } from '../../devices/characterise/parts/index.ts';
import { throughRange } from '../../devices/characterise/throughRange.ts';
import { type LoadedDevice, loadDevice } from '../../devices/load.ts';
import { readConfig } from '../../network/config/load.ts';
import { isMapping, type Mapping } from '../../network/config/override.ts';
import { indexOf } from '../../network/models.ts';
import { breathe } from '../../run/breathe.ts';
import { shipped } from '../../shipped.ts';
import { putFile } from '../browser/fs.ts';
import type { DeviceChoice } from './deviceFile.ts';
import type { Session } from './session.ts';

/** What a device file is called, here and in the command that the page tells. */
export const DEVICE_FILE = 'device.yaml';

/** A copy of `node` with the value at `path`; sections on the way are made, and null takes a part away. */
function placed(node: unknown, [key, ...rest]: readonly string[], value: unknown): Mapping {
  const own = isMapping(node) ? node : {};
  if (key === undefined || key === '__proto__')
    throw new UserError(`a value is set at ${String(key)}, which is no path.`);
  const { [key]: before, ...others } = own;
  if (rest.length > 0) return { ...own, [key]: placed(before, rest, value) };
  return value === null ? others : { ...own, [key]: value };
}

/** The device file that a choice comes to. What was changed of a preset no longer has the source that the preset tells. */
function fileOf({ preset, model, own, set }: DeviceChoice): Mapping {
  const begun: Mapping =
    own ?? (preset === undefined ? { memspike: 1, device: { model: model ?? 'exponential' } } : readPreset(preset));
  const changed = Object.entries(set).reduce<Mapping>(
    (file, [path, value]) => placed(file, path.split('.'), value),
    begun,
  );
  const isTouched = (entry: unknown) => {
    const { parameter = '' } = entry as { parameter?: string };
    return Object.keys(set).some((path) => parameter === path || parameter.startsWith(`${path}.`));
  };
  const lists = ['quoted', 'derived', 'assumed'].filter((key) => Array.isArray(changed[key]));
  const kept = lists.map((key) => [key, (changed[key] as unknown[]).filter((entry) => !isTouched(entry))]);
  return { ...changed, ...Object.fromEntries(kept) };
}

function readPreset(name: string): Mapping {
  const presets = shipped('experiments/devices/presets');
  if (!presets.names().includes(name)) throw new UserError(`${name} is no preset of this lab.`);
  return readConfig(presets.path(name));
}

/** The YAML of the device file that a choice comes to. */
export const deviceYaml = (choice: DeviceChoice): string => stringify(fileOf(choice), { lineWidth: 110 });

/** The device that a choice comes to. */
export function deviceOfChoice(choice: DeviceChoice): LoadedDevice {
  putFile(`/${DEVICE_FILE}`, new TextEncoder().encode(deviceYaml(choice)));
  return loadDevice(DEVICE_FILE);
}

export interface Described {
  readonly yaml: string;
  readonly device: LoadedDevice;
  /** JSON Schemas of the parameters of device and short-term dynamics. */
  readonly schemas: Readonly<Record<'device' | 'shortTerm', JsonSchema | null>>;
}

/** A device with everything filled in, and what its parameters may be. */
export function describe(choice: DeviceChoice): Described {
  const device = deviceOfChoice(choice);
  const schemaOf = (kind: 'device' | 'shortTerm') => {
    const model = device[kind]?.model;
    return model === undefined ? null : toJsonSchema(indexOf(kind)[model]!.declaration.params);
  };
  return {
    yaml: deviceYaml(choice),
    device,
    schemas: { device: schemaOf('device'), shortTerm: schemaOf('shortTerm') },
  };
}

/** Names of the presets with what each is, and of the device models. */
export function deviceNames() {
  const presets = shipped('experiments/devices/presets').names();
  return {
    presets: presets.map((name) => {
      const { about } = readPreset(name) as { about?: { name?: string; structure?: string } };
      return { name, what: about?.structure ?? about?.name ?? '' };
    }),
    models: Object.entries(indexOf('device')).map(([name, { declaration }]) => ({ name, what: declaration.help })),
  };
}

export interface MeasureArgs {
  readonly choice: DeviceChoice;
  readonly devices: number;
  readonly parts: readonly string[];
}

/** What a part came to: its picture and its table, or why there is none. */
export type Measured = { readonly part: string } & (
  | Pick<Part, 'title' | 'chart' | 'columns'>
  | { readonly leftOut: string }
);

/** Measures a device as `memspike device characterise` does, and tells each part as it is done. */
export async function measure({ choice, devices, parts }: MeasureArgs, session: Session): Promise<void> {
  const device = deviceOfChoice(choice);
  const specimen = { loaded: device, devices, seed: 1, pulses: Math.min(throughRange(device), 1000) };
  for (const part of parts) {
    await breathe();
    if (session.signal.aborted) return;
    const found = PARTS[part]!(specimen);
    session.tell({ part, ...found } satisfies Measured);
  }
}
