import { validate } from '../../../core/declare/validate.ts';
import { loadDevice, nameOrPath } from '../../devices/load.ts';
import { ARCHITECTURES } from '../../learn/architectures.ts';
import { netSchema, withNetRecipe } from '../../learn/config.ts';
import { mnistSchema, settled, withRecipe } from '../../mnist/config.ts';
import { withDevice } from '../../mnist/device.ts';
import { mnistSizes } from '../../mnist/idx.ts';
import type { Mapping } from '../../network/config/override.ts';
import { bindImport } from '../../network/inputs.ts';
import { withOrigins } from '../../network/models.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import { type Experiment, type Sweep, settle } from '../experiment.ts';

/** `memspike mnist`. `device` may be the name of a preset or a device file, to whose range the recipe is then adapted. */
export function mnist({ base, data, dataSha256 }: Sweep, where: string): Experiment {
  const sizes = mnistSizes(data);
  const complete = (given: Mapping): Mapping => {
    const { device, ...others } = given;
    if (typeof device !== 'string') return withRecipe(given, undefined, sizes);
    return withRecipe(others, (recipe) => withDevice(recipe, loadDevice(nameOrPath(device, where))), sizes);
  };
  return {
    schema: mnistSchema,
    resumes: true,
    testSet: ({ split }) => (split === 'validation' ? undefined : 'put split: validation into base'),
    resolve: (settings) => ({ ...settled(settle(mnistSchema, base, settings, where, complete, ['rule']), sizes) }),
    run: async (config, { out, signal, checkpointEvery }) => {
      const { runMnist } = await import('../../mnist/experiment.ts');
      const done = await runMnist({
        ...{ config: settled(validate(mnistSchema, config, out)), data, dataSha256, out, signal, checkpointEvery },
        ...{ workers: 1, recordInputs: false, progress: 'none' },
        resume: RunDirectory.isTaken(out),
      });
      return done !== null;
    },
  };
}

/** `memspike learn`: nets with labels as `base.network` says, else the layers of `memspike mnist`. `device` may be the name of a preset or a device file. */
export function learn(sweep: Sweep, where: string): Experiment {
  const { base, data, dataSha256 } = sweep;
  if (!ARCHITECTURES.some((name) => name === base.network)) return mnist(sweep, where);
  const known = new Map<string, string>();
  const complete = (given: Mapping): Mapping => {
    if (typeof given.device !== 'string') return withNetRecipe(given, null);
    const { device, ...others } = given;
    return withNetRecipe(others, loadDevice(nameOrPath(device as string, where)));
  };
  return {
    schema: netSchema,
    resumes: true,
    testSet: ({ split }) => (split === 'validation' ? undefined : 'put split: validation into base'),
    resolve: (settings) =>
      withOrigins({ ...bindImport(settle(netSchema, base, settings, where, complete), where, known) }),
    run: async (given, { out, signal, checkpointEvery }) => {
      const { runNet } = await import('../../learn/experiment.ts');
      const config = validate(netSchema, given, out);
      const resume = RunDirectory.isTaken(out);
      const how = { signal, checkpointEvery, resume, progress: 'none' } as const;
      return (await runNet({ config, data, dataSha256, out, ...how })) !== null;
    },
  };
}
