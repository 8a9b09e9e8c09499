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
import { withSteps } from './steps.ts';

const PRESETS = shipped('experiments/devices/presets');
const ENDINGS = ['.yaml', '.yml', '.json'];

/** Device with the sources of its values. */
export interface LoadedDevice {
  /** Name of the preset, or path of the file as given. */
  readonly name: string;
  /** `projections.….device`, with all defaults. */
  readonly device: ModelChoice;
  /** `projections.….shortTerm`; null for a device without short-term dynamics. */
  readonly shortTerm: ModelChoice | null;
  /** `projections.….rule`; null if the file has no learning rule. */
  readonly rule: ModelChoice | null;
  readonly about: DeviceFile['about'];
  readonly quoted: readonly Sourced<'reference'>[];
  readonly derived: readonly Sourced<'formula'>[];
  readonly assumed: readonly Sourced<'why'>[];
  /** Values from the defaults of the models, which are assumed too. */
  readonly defaults: readonly Unsourced[];
  /** Values in the file without a source. */
  readonly unstated: readonly Unsourced[];
}

/** Error of a name that is neither a preset, a file nor a model. */
export class UnknownDevice extends UserError {}

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

/** Device files in the directory of a file. */
function filesNear(file: string): string[] {
  try {
    return readdirSync(dirname(file))
      .filter(isDeviceFile)
      .map((name) => join(dirname(file), name));
  } catch {
    return []; // no directory, so no suggestions
  }
}

/** Path of a preset or device file; null for a model. */
function pathOf(nameOrFile: string): string | null {
  const presets = presetNames();
  if (presets.includes(nameOrFile)) return PRESETS.path(nameOrFile);
  if (isModelName(nameOrFile)) return null;
  if (existsSync(nameOrFile)) return nameOrFile;
  const all = [...presets, ...filesNear(nameOrFile), ...Object.keys(MODELS.devices)];
  const begun = all.filter((name) => name.startsWith(nameOrFile)); // "ag-hfox" is too short to be a misspelling of "ag-hfox-pt"
  const known = begun.length > 0 ? begun : all;
  throw new UnknownDevice(
    `${show(nameOrFile)} is neither a preset, a file nor a model${didYouMean(nameOrFile, known, 'presets, files and models')}`,
  );
}

/** Parameter `assumed` of the device: the parts of the write pulse that the file lists as assumed. */
function assumedOf({ device, assumed }: DeviceFile): { readonly assumed?: string } {
  const named = (...paths: readonly string[]) => assumed.some(({ parameter }) => paths.includes(parameter));
  const voltage = named('device.writeVoltage', 'device.writeVoltageUp');
  const time = named('device.writeTime');
  if (device.assumed !== undefined || !(voltage || time)) return {};
  return { assumed: voltage && time ? 'writePulse' : voltage ? 'writeVoltage' : 'writeTime' };
}

/**
 * Loads a device: the preset of that name, otherwise the model with its defaults, otherwise the file (YAML or JSON).
 * @throws UnknownDevice if there is none of them, UserError if the file is not a device file
 */
export function loadDevice(nameOrFile: string): LoadedDevice {
  const found = pathOf(nameOrFile);
  const path = found ?? nameOrFile;
  const read = found === null ? { memspike: 1, device: { model: nameOrFile } } : readConfig(found);
  const given = { ...read, device: withSteps(read.device, path) };
  const file = validate(deviceFileSchema, given, path) as DeviceFile;
  const { shortTerm = null, rule = null, about } = file;
  const device = { ...file.device, ...assumedOf(file) };
  prefixErrors(path, () => createModel('device', device)); // checks limits between parameters
  return { name: nameOrFile, device, shortTerm, rule, about, ...checkSources(file, path) };
}

/** Device with overriding parameters; a given voltage or time of the write pulse is no longer assumed. */
export function withOwn<D extends Mapping>(found: D, own: Mapping): D & Mapping {
  const { assumed, ...rest } = found;
  const given = Object.keys(own);
  const voltage =
    assumed !== undefined && assumed !== 'writeTime' && !given.some((key) => key.startsWith('writeVoltage'));
  const time = assumed !== undefined && assumed !== 'writeVoltage' && !given.includes('writeTime');
  const left = voltage && time ? 'writePulse' : voltage ? 'writeVoltage' : 'writeTime';
  return { ...rest, ...((voltage || time) && { assumed: left }), ...own } as D & Mapping;
}
