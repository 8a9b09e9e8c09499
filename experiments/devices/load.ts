import { existsSync, readdirSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { prefixErrors, UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { validate } from '../../core/declare/validate.ts';
import { findAssumedReadPulse } from '../../synapses/devices/array/range.ts';
import type { CostSettings } from '../cost/settings.ts';
import { readConfig } from '../network/config/load.ts';
import { isMapping, type Mapping } from '../network/config/override.ts';
import { createModel, MODELS, type ModelChoice } from '../network/models.ts';
import { getPackagedYamlFiles } from '../shipped.ts';
import { resolveCost } from './costPresets.ts';
import {
  checkValueSources,
  type DeviceFile,
  deviceFileSchema,
  type SourcedValue,
  type UnsourcedValue,
} from './schema.ts';
import { resolveStepTable } from './steps.ts';

const PRESETS = getPackagedYamlFiles('experiments/devices/presets');
const ENDINGS = ['.yaml', '.yml', '.json'];

/** Contents of a device file: models with all parameters, and the source of each value. */
export interface LoadedDevice {
  readonly name: string;
  /** Device section (as in `projections.….device`), completed with all defaults. */
  readonly device: ModelChoice;
  /** Short-term dynamics, as in `projections.…`; null if the file has none. */
  readonly shortTerm: ModelChoice | null;
  readonly rule: ModelChoice | null;
  /** Circuits around the devices; undefined if the file has none. */
  readonly cost?: CostSettings | undefined;
  readonly about: DeviceFile['about'];
  readonly quoted: readonly SourcedValue<'reference'>[];
  readonly derived: readonly (SourcedValue<'formula'> & Pick<DeviceFile['derived'][number], 'interval'>)[];
  readonly assumed: readonly SourcedValue<'why'>[];
  readonly defaults: readonly UnsourcedValue[];
  readonly unstated: readonly UnsourcedValue[];
}

export class UnknownDeviceError extends UserError {}

/** Names of the built-in device files (presets). */
export function presetNames(): string[] {
  return PRESETS.names();
}

const isModelName = (name: string): boolean => Object.hasOwn(MODELS.devices, name);

/** Preset or model name, or absolute path of a device file. @param where file to which the path is relative */
export const resolveDeviceName = (name: string, where: string): string =>
  presetNames().includes(name) || isModelName(name) ? name : resolve(dirname(where), name);

function listNearbyFiles(file: string): string[] {
  try {
    const names = readdirSync(dirname(file)).filter((name) => ENDINGS.includes(extname(name)));
    return names.map((name) => join(dirname(file), name));
  } catch {
    return []; // no directory, so no suggestions
  }
}

function findDevicePath(nameOrFile: string): string | null {
  if (presetNames().includes(nameOrFile)) return PRESETS.path(nameOrFile);
  if (isModelName(nameOrFile)) return null;
  const fitted = join(nameOrFile, 'device.yaml');
  if (existsSync(fitted))
    throw new UserError(`${show(nameOrFile)} is a directory; name the file ${show(fitted)} in it.`);
  if (existsSync(nameOrFile)) return nameOrFile;
  const all = [...presetNames(), ...listNearbyFiles(nameOrFile), ...Object.keys(MODELS.devices)];
  const begun = all.filter((name) => name.startsWith(nameOrFile)); // "ag-hfox" is too short to be a misspelling of "ag-hfox-pt"
  const known = begun.length > 0 ? begun : all;
  throw new UnknownDeviceError(
    `${show(nameOrFile)} is neither a preset, a file nor a model${didYouMean(nameOrFile, known, 'presets, files and models')}`,
  );
}

/** Creates the device parameter `assumed` if the device file marks voltage or width of the write pulse as assumed. */
function createAssumedPulse({ device, assumed }: DeviceFile): { readonly assumed?: string } {
  const named = (...paths: readonly string[]) => assumed.some(({ parameter }) => paths.includes(parameter));
  if (device.assumed !== undefined) return {};
  return markAssumed(named('device.writeVoltage', 'device.writeVoltageUp'), named('device.writeTime'));
}

function markAssumed(voltage: boolean, time: boolean): { readonly assumed?: string } {
  if (!(voltage || time)) return {};
  return { assumed: voltage && time ? 'writePulse' : voltage ? 'writeVoltage' : 'writeTime' };
}

/** Creates the device parameter `assumedRead`, which names the assumed read values; absent if equal to the model default. */
function createAssumedRead({ device, assumed, quoted, derived }: DeviceFile): { readonly assumedRead?: string } {
  const params = device as Parameters<typeof findAssumedReadPulse>[0];
  if (params.assumedRead !== undefined || params.readVoltage === undefined) return {};
  const defaults = findAssumedReadPulse(params) ?? {};
  const isKnown = (path: string) => [...quoted, ...derived].some(({ parameter }) => parameter === path);
  const isAssumed = (path: string, isDefault: boolean) =>
    assumed.some(({ parameter }) => parameter === path) || (isDefault && !isKnown(path));
  return markAssumedRead(
    device,
    isAssumed('device.readVoltage', defaults.voltage !== undefined),
    isAssumed('device.readTime', defaults.time !== undefined),
  );
}

function markAssumedRead(device: Mapping, voltage: boolean, time: boolean): { readonly assumedRead?: string } {
  const defaults = findAssumedReadPulse({ ...device, assumedRead: undefined }) ?? {};
  if (voltage === 'voltage' in defaults && time === 'time' in defaults) return {};
  return { assumedRead: voltage && time ? 'readPulse' : voltage ? 'readVoltage' : time ? 'readTime' : 'none' };
}

/** Loads a preset, a model with its defaults, or a device file (YAML or JSON). @throws UnknownDeviceError */
export function loadDevice(nameOrFile: string): LoadedDevice {
  const found = findDevicePath(nameOrFile);
  const content = found === null ? { memspike: 1, device: { model: nameOrFile } } : readConfig(found);
  return { ...parseDeviceFile(content, found ?? nameOrFile), name: nameOrFile };
}

/** Checks the content of a device file and adds all defaults. @param path device file, for messages and relative paths */
export function parseDeviceFile(content: Mapping, path: string): LoadedDevice {
  const file = validate(
    deviceFileSchema,
    {
      ...content,
      device: resolveStepTable(content.device, path),
      ...('cost' in content && { cost: resolveCost(content.cost) }),
    },
    path,
  ) as DeviceFile;
  const { shortTerm = null, rule = null, cost, about } = file;
  const device = { ...file.device, ...createAssumedPulse(file), ...createAssumedRead(file) };
  prefixErrors(path, () => createModel('device', device)); // checks limits between parameters
  return { name: path, device, shortTerm, rule, ...(cost && { cost }), about, ...checkValueSources(file, path) };
}

/** Overrides device parameters. Overridden voltages and widths of write and read pulses are not marked as assumed. */
export function overrideDeviceParameters<D extends Mapping>(found: D, own: Mapping): D & Mapping {
  const { assumed, assumedRead, ...rest } = found;
  const given = Object.keys(own);
  const isAssumed = (key: string) => assumed === key || assumed === 'writePulse';
  const voltage = isAssumed('writeVoltage') && !given.some((key) => key.startsWith('writeVoltage'));
  const time = isAssumed('writeTime') && !given.includes('writeTime');
  const read = findAssumedReadPulse(found) ?? {};
  const merged = { ...rest, ...own };
  const marks = {
    ...markAssumed(voltage, time),
    ...(rest.readVoltage !== undefined &&
      markAssumedRead(
        merged,
        'voltage' in read && !given.includes('readVoltage'),
        'time' in read && !given.includes('readTime'),
      )),
  };
  return { ...rest, ...marks, ...own } as D & Mapping;
}

/** Adds missing defaults to settings, also parameters of a model equal to the default model. @param deviceCost section `cost` of the device file */
export function addSettingDefaults(given: Mapping, defaults: Mapping, deviceCost: unknown): Mapping {
  const entries = Object.entries(defaults).map(([key, value]) => {
    const own = given[key];
    if (!isMapping(own) || !isMapping(value)) return [key, own ?? value];
    return [key, own.model === undefined || own.model === value.model ? overrideDeviceParameters(value, own) : own];
  });
  const cost = resolveCost(given.cost) ?? deviceCost;
  return { ...given, ...Object.fromEntries(entries), ...(cost !== undefined && { cost }) };
}
