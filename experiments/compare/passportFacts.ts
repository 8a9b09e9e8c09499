/** Facts of a device passport that need no training: measurement, assumed values, lifetime, and what is missing. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { mean } from '../devices/fit/lists.ts';
import { type LoadedDevice, presetNames } from '../devices/load.ts';
import { assumedPulseSchema, readJson, systemCostSchema } from '../logs/runJson.ts';
import { type AssumedPulses, describeAssumedPulses } from '../look/energyText.ts';
import { canonicalJson } from '../network/config/hash.ts';
import { isMapping } from '../network/config/override.ts';
import type { ModelChoice } from '../network/models.ts';
import { findNonIdealities, NON_IDEALITY_NAMES } from './listNonIdealities.ts';
import type { computeArrayLimits } from './passportArray.ts';

/** Schema of the entries of `run.json` that a passport reads. */
export const runSchema = z.looseObject({
  accuracy: z.looseObject({ logProbability: z.number() }),
  presentations: z.number(),
  weightsSha256: z.string(),
  energy: z.looseObject({
    perImage: z.nullable(z.number()),
    read: z.nullable(z.number()),
    write: z.nullable(z.number()),
    assumed: assumedPulseSchema,
    assumedRead: assumedPulseSchema,
    counts: z.looseObject({
      devices: z.number(),
      wornOut: z.number(),
      reads: z.number(),
      writesUp: z.number(),
      writesDown: z.number(),
    }),
  }),
  cost: systemCostSchema,
  trainingCost: systemCostSchema,
});
export type PassportRun = z.output<typeof runSchema>;

const FIT_FILE = 'fit.json';
/** Largest relative difference, due to rounding, between a value in a device file and in `fit.json`. */
const ROUNDING = 1e-5;

const fitSchema = z.looseObject({
  best: z.string(),
  models: z.record(
    z.string(),
    z.looseObject({
      params: z.record(z.string(), z.number()),
      ci: z.record(z.string(), z.nullable(z.array(z.nullable(z.number())))),
    }),
  ),
  quality: z.looseObject({
    verdict: z.string(),
    shareOfRange: z.number(),
    noiseFloor: z.number(),
    reasons: z.array(z.string()),
  }),
  draws: z.array(z.record(z.string(), z.number())),
  repeat: z.looseObject({ command: z.string(), inputs: z.array(z.object({ file: z.string(), sha256: z.string() })) }),
});

/**
 * Reads `fit.json` beside a device file: verdict, intervals, measured files and bootstrap draws of the parameters, one
 * per seed of a passport. `problem`: reason why the file is missing or does not fit the device.
 */
export function readFitFile({ name, device }: LoadedDevice) {
  const nothing = (problem: string) => ({ measurement: null, draws: [], problem });
  if (presetNames().includes(name) || !existsSync(name))
    return nothing('measurement and its intervals: the values are those of a preset or of a model');
  const directory = dirname(name);
  if (!existsSync(join(directory, FIT_FILE)))
    return nothing(`measurement and its intervals: no ${FIT_FILE} is beside the device file`);
  if (!isMapping(readJson(directory, FIT_FILE, z.looseObject({})).noise))
    return nothing(
      `draws of the parameters: the ${FIT_FILE} beside the device file is not a fit of equations to pulses`,
    );
  const { best, models, quality, draws, repeat } = readJson(directory, FIT_FILE, fitSchema);
  const { params, ci } = models[best]!;
  const isEqual = (key: string) => Math.abs(Number(device[key]) - params[key]!) <= ROUNDING * Math.abs(params[key]!);
  const changed = Object.keys(params).find((key) => !isEqual(key));
  if (device.model !== best || changed !== undefined)
    return nothing(
      `measurement and its intervals: the ${FIT_FILE} beside the device file has another ${changed ?? 'model'}`,
    );
  const parameters = Object.entries(params).map(([key, value]) => ({ name: key, value, interval: ci[key] ?? null }));
  const { verdict, shareOfRange, noiseFloor, reasons } = quality;
  const measurement = { model: best, verdict, shareOfRange, noiseFloor, reasons, parameters, ...repeat };
  return { measurement, draws, problem: null };
}

/** Parameters that affect energies only: in models whose steps follow from a voltage, and in other models. */
const ENERGY_PARAMETERS = {
  voltage: /^device\.read(Voltage|Time)/,
  step: /^device\.(read|write)(Voltage|Time)/,
};

/** Lists the assumed values of a device: values that its file marks as assumed or gives without a source. */
export const listAssumedValues = ({ assumed, unstated }: LoadedDevice) =>
  [...assumed, ...unstated.map((value) => ({ ...value, why: 'in the file without a source' }))].map(
    ({ parameter, value, unit, why }) => ({ parameter, value, ...(unit !== undefined && { unit }), why }),
  );

/** SHA-256 of the models and values that a device file states, with the kind of their sources; without texts and defaults. */
export function hashDevice({ device, shortTerm, quoted, derived, assumed, unstated }: LoadedDevice): string {
  const values = Object.entries({ quoted, derived, assumed, unstated }).flatMap(([kind, list]) =>
    list.map(({ parameter, value }) => [kind, parameter, value]),
  );
  const content = { models: [device.model, shortTerm?.model ?? null], values };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** True if learning with a variant of a device uses an assumed value: its file has no sourced value, or a value is assumed. */
export function usesAssumedValue(loaded: LoadedDevice, variant: ModelChoice): boolean {
  const isModelValue = (parameter: string) => /^(device|shortTerm|rule)\./.test(parameter);
  const isSourced = [...loaded.quoted, ...loaded.derived].some(({ parameter }) => isModelValue(parameter));
  const energyOnly = ENERGY_PARAMETERS['voltageStep' in variant ? 'voltage' : 'step'];
  return (
    !isSourced ||
    listAssumedValues(loaded).some(({ parameter }) => {
      const isUnused = variant.selection === 'transistor' && parameter.startsWith('device.disturb');
      if (!isModelValue(parameter) || energyOnly.test(parameter) || isUnused) return false;
      const [section, ...path] = parameter.split('.');
      if (section !== 'device') return true;
      const value = path.reduce<unknown>((node, key) => (isMapping(node) ? node[key] : undefined), variant);
      return value !== undefined && value !== 0;
    })
  );
}

/**
 * Lifetime in training images: pulses that a device endures, divided by the mean number of pulses per device and image.
 * Null without endurance, or if no device was pulsed.
 */
export function estimateLifetime({ device, assumed }: LoadedDevice, runs: readonly PassportRun[]) {
  const cycles = isMapping(device.endurance) ? device.endurance.cycles : undefined;
  if (typeof cycles !== 'number' || !Number.isFinite(cycles)) return null;
  const pulsesPerImage = mean(
    runs.map(
      ({ energy: { counts }, presentations }) => (counts.writesUp + counts.writesDown) / counts.devices / presentations,
    ),
  );
  if (pulsesPerImage === 0) return null;
  const isAssumed = assumed.some(({ parameter }) => parameter === 'device.endurance.cycles');
  const wornOut = mean(runs.map(({ energy: { counts } }) => counts.wornOut / counts.devices));
  return { images: cycles / pulsesPerImage, pulses: cycles, pulsesPerImage, wornOut, isAssumed };
}

/** Lists values missing in a device file, and `warnings`, with which a passport begins: misfit, unknown energies. */
export function listMissing(
  { device }: LoadedDevice,
  {
    energy,
    lifetime,
    retention,
    array,
    measurement,
  }: Pick<ReturnType<typeof readFitFile>, 'measurement'> & {
    readonly energy: AssumedPulses & Readonly<Record<'image' | 'write', number | null>>;
    readonly lifetime: ReturnType<typeof estimateLifetime>;
    readonly retention: { readonly parameters: unknown };
    readonly array: ReturnType<typeof computeArrayLimits>;
  },
  problems: readonly (string | null)[],
) {
  const present = findNonIdealities(device).map(({ name }) => name);
  const pulses = describeAssumedPulses(energy);
  const missing = [
    ...problems,
    energy.image === null && 'energies: the device model has no conductance',
    pulses !== '' && `voltage and time of pulses for the energies: ${pulses}`,
    lifetime === null && 'lifetime: the device file has no endurance, or training sent no pulse',
    retention.parameters === null && 'retention: the device file has none',
    array.halfSelectShare === null && 'half-select disturb: the model has no voltage, and the device file no `disturb`',
    `non-idealities that the device file does not have: ${NON_IDEALITY_NAMES.filter((name) => !present.includes(name)).join(', ')}`,
  ].filter((text) => typeof text === 'string');
  const warnings = [
    measurement?.verdict === 'misses' &&
      `${measurement.model} does not fit the measurement, so accuracies are those of another device: ${measurement.reasons.join('; ')}.`,
    energy.image !== null &&
      energy.write === null &&
      'Training sent no pulse to any device, so the accuracy is that of an untrained network.',
    energy.image === null && 'No energies: the device model has no conductance.',
    energy.image !== null && pulses !== '' && `Energies are not those of the device: pulses are ${pulses}.`,
  ].filter((text) => typeof text === 'string');
  return { missing, warnings };
}
