import { validate } from '../../../core/declare/validate.ts';
import { loadDevice, nameOrPath } from '../../devices/load.ts';
import { mnistSchema, settled, withRecipe } from '../../mnist/config.ts';
import { withDevice } from '../../mnist/device.ts';
import { mnistSizes } from '../../mnist/idx.ts';
import type { Mapping } from '../../network/config/override.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import type { Experiment, Sweep } from '../experiment.ts';
import { settle } from '../settle.ts';

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
