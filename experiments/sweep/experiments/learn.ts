import { rmSync } from 'node:fs';
import { validate } from '../../../core/declare/validate.ts';
import { loadDevice, nameOrPath } from '../../devices/load.ts';
import { ARCHITECTURES } from '../../learn/architectures.ts';
import { netSchema, withNetRecipe } from '../../learn/config.ts';
import type { Mapping } from '../../network/config/override.ts';
import { withOrigins } from '../../network/models.ts';
import type { Experiment, Sweep } from '../experiment.ts';
import { settle } from '../settle.ts';
import { mnist } from './mnist.ts';

/** `memspike learn`: nets with labels as `base.network` says, else the layers of `memspike mnist`. `device` may be the name of a preset or a device file. */
export function learn(sweep: Sweep, where: string): Experiment {
  const { base, data } = sweep;
  if (!ARCHITECTURES.some((name) => name === base.network)) return mnist(sweep, where);
  const complete = (given: Mapping): Mapping => {
    if (typeof given.device !== 'string') return withNetRecipe(given, null);
    const { device, ...others } = given;
    return withNetRecipe(others, loadDevice(nameOrPath(device as string, where)));
  };
  return {
    schema: netSchema,
    resumes: false,
    testSet: ({ split }) => (split === 'validation' ? undefined : 'put split: validation into base'),
    resolve: (settings) => withOrigins({ ...settle(netSchema, base, settings, where, complete) }),
    run: async (given, { out, signal }) => {
      const { runNet } = await import('../../learn/experiment.ts');
      const config = validate(netSchema, given, out);
      rmSync(out, { recursive: true, force: true }); // such a net has to begin anew
      return (await runNet({ config, data, out, signal, kernels: 'auto', progress: 'none' })) !== null;
    },
  };
}
