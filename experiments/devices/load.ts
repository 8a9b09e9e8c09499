import { existsSync, readdirSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { prefixErrors, UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { validate } from '../../core/declare/validate.ts';
import { readConfig } from '../network/config/load.ts';
import type { Mapping } from '../network/config/override.ts';
import { createModel, MODELS, type ModelChoice } from '../network/models.ts';
import { shipped } from '../shipped.ts';
import { checkSources, type DeviceFile, deviceFileSchema, type Sourced, type Unsourced } from './schema.ts';
import { resolveStepTable } from './steps.ts';

const PRESETS = shipped('experiments/devices/presets');
const ENDINGS = ['.yaml', '.yml', '.json'];

/** Device parameters, and the sources of their values. */
export interface LoadedDevice {
  /** Name of the preset, or path of the file as the user gave it. */
  readonly name: string;
  /** Device section (as in `projections.….device`), completed with all defaults. */
  readonly device: ModelChoice;
  /** Short-term dynamics (as in `projections.….shortTerm`); null if the device has none. */
  readonly shortTerm: ModelChoice | null;
  /** Learning rule (as in `projections.….rule`); null if the file has none. */
  readonly rule: ModelChoice | null;
  readonly about: DeviceFile['about'];
  readonly quoted: readonly Sourced<'reference'>[];
  readonly derived: readonly Sourced<'formula'>[];
  readonly assumed: readonly Sourced<'why'>[];
  /** Values that are defaults of the models, and therefore assumed. */
  readonly defaults: readonly Unsourced[];
  /** Values for which the file gives no source. */
  readonly unstated: readonly Unsourced[];
}

/** Error: a name is not a preset, a model or an existing file. */
export class UnknownDeviceError extends UserError {}

/** Names of the presets, in alphabetical order. */
export function presetNames(): string[] {
  return PRESETS.names();
}

const isModelName = (name: string): boolean => Object.hasOwn(MODELS.devices, name);

/** Name of a preset or model, or absolute path of a device file. @param where file to which the path is relative */
export const nameOrPath = (name: string, where: string): string =>
  presetNames().includes(name) || isModelName(name) ? name : resolve(dirname(where), name);

function isDeviceFile(name: string): boolean {
  return ENDINGS.includes(extname(name));
}

/** Paths of the device files in the directory of a file. */
function filesNear(file: string): string[] {
  try {
    return readdirSync(dirname(file))
      .filter(isDeviceFile)
      .map((name) => join(dirname(file), name));
  } catch {
    return []; // no directory, so no suggestions
  }
}

/** Path of a preset or device file; null if the name is that of a model. */
function pathOf(nameOrFile: string): string | null {
  const presets = presetNames();
  if (presets.includes(nameOrFile)) return PRESETS.path(nameOrFile);
  if (isModelName(nameOrFile)) return null;
  if (existsSync(nameOrFile)) return nameOrFile;
  const all = [...presets, ...filesNear(nameOrFile), ...Object.keys(MODELS.devices)];
  const begun = all.filter((name) => name.startsWith(nameOrFile)); // "ag-hfox" is too short to be a misspelling of "ag-hfox-pt"
  const known = begun.length > 0 ? begun : all;
  throw new UnknownDeviceError(
    `${show(nameOrFile)} is neither a preset, a file nor a model${didYouMean(nameOrFile, known, 'presets, files and models')}`,
  );
}

/** Value of the device parameter `assumed`: states if voltage or width of the write pulse are listed as assumed. */
function assumedOf({ device, assumed }: DeviceFile): { readonly assumed?: string } {
  const named = (...paths: readonly string[]) => assumed.some(({ parameter }) => paths.includes(parameter));
  const voltage = named('device.writeVoltage', 'device.writeVoltageUp');
  const time = named('device.writeTime');
  if (device.assumed !== undefined || !(voltage || time)) return {};
  return { assumed: voltage && time ? 'writePulse' : voltage ? 'writeVoltage' : 'writeTime' };
}

/**
 * Loads a device by name: a preset, a model with its defaults, or else a file (YAML or JSON).
 * @throws UnknownDevice if the name is none of these, UserError if the file is not a device file
 */
export function loadDevice(nameOrFile: string): LoadedDevice {
  const found = pathOf(nameOrFile);
  const path = found ?? nameOrFile;
  const read = found === null ? { memspike: 1, device: { model: nameOrFile } } : readConfig(found);
  const given = { ...read, device: resolveStepTable(read.device, path) };
  const file = validate(deviceFileSchema, given, path) as DeviceFile;
  const { shortTerm = null, rule = null, about } = file;
  const device = { ...file.device, ...assumedOf(file) };
  prefixErrors(path, () => createModel('device', device)); // checks limits between parameters
  return { name: nameOrFile, device, shortTerm, rule, about, ...checkSources(file, path) };
}

/** Overrides device parameters; an overridden voltage or width of the write pulse is no longer marked as assumed. */
export function overrideParameters<D extends Mapping>(found: D, own: Mapping): D & Mapping {
  const { assumed, ...rest } = found;
  const given = Object.keys(own);
  const voltage =
    assumed !== undefined && assumed !== 'writeTime' && !given.some((key) => key.startsWith('writeVoltage'));
  const time = assumed !== undefined && assumed !== 'writeVoltage' && !given.includes('writeTime');
  const left = voltage && time ? 'writePulse' : voltage ? 'writeVoltage' : 'writeTime';
  return { ...rest, ...((voltage || time) && { assumed: left }), ...own } as D & Mapping;
}
