import { validate } from '../../../core/declare/validate.ts';
import { readMnistSizes } from '../../data/mnist.ts';
import { type LoadedDevice, loadDevice, nameOrPath } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { bindImport } from '../../network/inputs.ts';
import { addModelOrigins } from '../../network/models.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import { applyNetRecipe, netSchema } from '../../training/supervised/config.ts';
import { ARCHITECTURES } from '../../training/supervised/model.ts';
import { applyRecipe, mnistSchema, resolveConfig } from '../../training/unsupervised/config.ts';
import { applySettings, type Experiment, type Sweep } from '../experiment.ts';

const testSet = ({ split }: Mapping): string | undefined =>
  split === 'validation' ? undefined : 'put split: validation into base';

/** Loads `device`, if it is the name of a preset or device file. `rest`: the other keys. */
function splitDevice(given: Mapping, where: string): { readonly device: LoadedDevice | null; readonly rest: Mapping } {
  const { device, ...rest } = given;
  return typeof device === 'string'
    ? { device: loadDevice(nameOrPath(device, where)), rest }
    : { device: null, rest: given };
}

/**
 * Experiment `mnist`, which corresponds to `memspike mnist`. `device` may be a preset or device file; default settings
 * are then adapted to the range of the device.
 */
export function openMnist({ base, data, dataSha256 }: Sweep, where: string): Experiment {
  const sizes = readMnistSizes(data);
  const complete = (given: Mapping): Mapping => {
    const { device, rest } = splitDevice(given, where);
    return applyRecipe(rest, device, sizes);
  };
  return {
    schema: mnistSchema,
    resumes: true,
    testSet,
    resolve: (settings) => ({
      ...resolveConfig(applySettings(mnistSchema, base, settings, where, complete, ['rule']), sizes),
    }),
    run: async (config, { out, signal, checkpointEvery }) => {
      const { runMnist } = await import('../../training/unsupervised/experiment.ts');
      const done = await runMnist({
        config: resolveConfig(validate(mnistSchema, config, out)),
        data,
        dataSha256,
        out,
        signal,
        checkpointEvery,
        workers: 1,
        recordInputs: false,
        progress: 'none',
        resume: RunDirectory.isTaken(out),
      });
      return done !== null;
    },
  };
}

/**
 * Experiment `learn`, which corresponds to `memspike learn`. `base.network` selects a net trained with labels or a
 * network of `memspike mnist`. `device` may be a preset or device file.
 */
export function openLearn(sweep: Sweep, where: string): Experiment {
  const { base, data, dataSha256 } = sweep;
  if (!ARCHITECTURES.some((name) => name === base.network)) return openMnist(sweep, where);
  const known = new Map<string, string>();
  const complete = (given: Mapping): Mapping => {
    const { device, rest } = splitDevice(given, where);
    return applyNetRecipe(rest, device);
  };
  return {
    schema: netSchema,
    resumes: true,
    testSet,
    resolve: (settings) =>
      addModelOrigins({ ...bindImport(applySettings(netSchema, base, settings, where, complete), where, known) }),
    run: async (given, { out, signal, checkpointEvery }) => {
      const { runNet } = await import('../../training/supervised/experiment.ts');
      const config = validate(netSchema, given, out);
      const resume = RunDirectory.isTaken(out);
      const done = await runNet({ config, data, dataSha256, out, signal, checkpointEvery, resume, progress: 'none' });
      return done !== null;
    },
  };
}
