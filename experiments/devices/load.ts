import { existsSync, readdirSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { prefixErrors, UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { validate } from '../../core/declare/validate.ts';
import { readConfig } from '../network/config/load.ts';
import { createModel, MODELS, type ModelChoice } from '../network/models.ts';
import { shipped } from '../shipped.ts';
import { type DeviceFile, deviceFileSchema } from './schema.ts';
import { checkSources, type Sourced, type Unsourced } from './sources.ts';
import { withSteps } from './steps.ts';

const PRESETS = shipped('experiments/devices/presets');
const ENDINGS = ['.yaml', '.yml', '.json'];

/** A device as a network takes it, and where its numbers come from. */
export interface LoadedDevice {
  /** Name of the preset, or the file as it was named. */
  readonly name: string;
  /** With every default filled in: what `projections.….device` takes. */
  readonly device: ModelChoice;
  /** What `projections.….shortTerm` takes; null for a device without short-term dynamics. */
  readonly shortTerm: ModelChoice | null;
  /** What `projections.….rule` takes; null where the file does not tell how the device learns. */
  readonly rule: ModelChoice | null;
  readonly about: DeviceFile['about'];
  readonly quoted: readonly Sourced<'reference'>[];
  readonly derived: readonly Sourced<'formula'>[];
  readonly assumed: readonly Sourced<'why'>[];
  /** Values left to the defaults of the models: assumed too. */
  readonly defaults: readonly Unsourced[];
  /** Values that the file gives without saying where they come from. */
  readonly unstated: readonly Unsourced[];
}

/** A name that is neither that of a preset nor that of a file. */
export class UnknownDevice extends UserError {}

/** The names of the presets, in alphabetical order. */
export function presetNames(): string[] {
  return PRESETS.names();
}

const isModelName = (name: string): boolean => Object.hasOwn(MODELS.devices, name);

/** The name of a preset or model, or the path of a device file that `where`, a file, names relative to itself. */
export const nameOrPath = (name: string, where: string): string =>
  presetNames().includes(name) || isModelName(name) ? name : resolve(dirname(where), name);

function isDeviceFile(name: string): boolean {
  return ENDINGS.includes(extname(name));
}

/** Device files beside the one that was meant. */
function filesNear(file: string): string[] {
  try {
    return readdirSync(dirname(file))
      .filter(isDeviceFile)
      .map((name) => join(dirname(file), name));
  } catch {
    return []; // without a directory to look into there is nothing to suggest
  }
}

/** Null for a model. */
function pathOf(nameOrFile: string): string | null {
  const presets = presetNames();
  if (presets.includes(nameOrFile)) return PRESETS.path(nameOrFile);
  if (isModelName(nameOrFile)) return null;
  if (existsSync(nameOrFile)) return nameOrFile;
  const all = [...presets, ...filesNear(nameOrFile), ...Object.keys(MODELS.devices)];
  const begun = all.filter((name) => name.startsWith(nameOrFile)); // "ag-hfox" is too far from "ag-hfox-pt" for a slip
  const known = begun.length > 0 ? begun : all;
  throw new UnknownDevice(
    `${show(nameOrFile)} is neither a preset, a file nor a model${didYouMean(nameOrFile, known, 'presets, files and models')}`,
  );
}

/** What of its write pulse a device file says nobody measured, as the device itself is told it. */
function assumedOf({ device, assumed }: DeviceFile): { readonly assumed?: string } {
  const named = (...paths: readonly string[]) => assumed.some(({ parameter }) => paths.includes(parameter));
  const voltage = named('device.writeVoltage', 'device.writeVoltageUp');
  const time = named('device.writeTime');
  if (device.assumed !== undefined || !(voltage || time)) return {};
  return { assumed: voltage && time ? 'writePulse' : voltage ? 'writeVoltage' : 'writeTime' };
}

/**
 * Reads a device: the preset of that name, else the model with what it takes by default, else the file (YAML or JSON).
 * @throws UnknownDevice if there is none of them, UserError if the file is no device file.
 */
export function loadDevice(nameOrFile: string): LoadedDevice {
  const found = pathOf(nameOrFile);
  const path = found ?? nameOrFile;
  const read = found === null ? { memspike: 1, device: { model: nameOrFile } } : readConfig(found);
  const given = { ...read, device: withSteps(read.device, path) };
  const file = validate(deviceFileSchema, given, path) as DeviceFile;
  const { shortTerm = null, rule = null, about } = file;
  const device = { ...file.device, ...assumedOf(file) };
  prefixErrors(path, () => createModel('device', device)); // limits that one parameter sets to another
  return { name: nameOrFile, device, shortTerm, rule, about, ...checkSources(file, path) };
}
