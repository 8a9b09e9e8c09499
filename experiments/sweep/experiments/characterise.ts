import { rmSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { integer, object, optional, seedOption, text } from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import { characteriseDevice } from '../../devices/characterise/characterise.ts';
import { countPulsesThroughRange } from '../../devices/characterise/specimens.ts';
import { type LoadedDevice, loadDevice, resolveDeviceName } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { hashInputFile, verifyInputFiles } from '../../network/inputs.ts';
import { addModelFiles, type HashedFile, MODELS, type ModelChoice } from '../../network/models.ts';
import { createModelSchema, inputFilesSchema, modelFilesSchema } from '../../network/schema.ts';
import { applySettings, type Experiment, type Sweep, writeFinishedRun } from '../experiment.ts';

const schema = object({
  models: modelFilesSchema,
  inputs: inputFilesSchema,
  name: text({ help: 'preset or device file; `device` and `shortTerm` override its values' }),
  device: createModelSchema(MODELS.devices),
  shortTerm: z.nullable(createModelSchema(MODELS.shortTerms)),
  devices: integer({ default: 50, min: 1, max: 1000, help: 'number of simulated devices to measure' }),
  seed: seedOption(),
  pulses: optional(
    integer({
      min: 1,
      max: 10_000,
      help: 'number of pulses per train; default: number that covers the whole range',
    }),
  ),
});

/** Experiment `characterise` of a device (preset or file); parameters such as `device.gMax` override its values. */
export function openCharacteriseExperiment({ base }: Sweep, where: string): Experiment {
  const loadedAs = (config: z.output<typeof schema>): LoadedDevice => ({
    ...loadDevice(config.name),
    device: config.device as ModelChoice,
    shortTerm: config.shortTerm as ModelChoice | null,
  });
  const known = new Map<string, string>();
  const complete = (given: Mapping): Mapping => {
    if (typeof given.device !== 'string')
      throw new UserError(`${where}: base.device must name a preset or a device file.`);
    const name = resolveDeviceName(given.device, where);
    const { device, shortTerm } = loadDevice(name);
    const inputs = isAbsolute(name) ? [hashInputFile(name, known)] : undefined;
    return { ...given, inputs, name, device, shortTerm };
  };
  return {
    schema,
    resolveConfig: (settings) => {
      const config = applySettings(schema, base, settings, where, complete);
      return addModelFiles({ ...config, pulses: config.pulses ?? countPulsesThroughRange(loadedAs(config)) });
    },
    run: async (given, { out }) => {
      const config = validate(schema, given, out);
      verifyInputFiles(config.inputs as HashedFile[] | undefined);
      const loaded = loadedAs(config);
      rmSync(out, { recursive: true, force: true }); // an incomplete measurement cannot be resumed
      const { seed, devices, pulses } = config;
      const started = performance.now();
      const { parts, leftOut } = characteriseDevice({
        loaded,
        outDirectory: out,
        deviceCount: devices,
        seed,
        pulseCount: pulses,
      });
      writeFinishedRun(out, given, { seed, parts, leftOut }, started);
      return true;
    },
  };
}
