import type { ModelContext } from '../core/factories.ts';
import { CounterRandom } from '../core/random/random.ts';

/** Random numbers of a model, for one purpose each. */
export const randomsOf =
  ({ seed, name }: Pick<ModelContext, 'seed' | 'name'>) =>
  (purpose: string): CounterRandom =>
    new CounterRandom(seed, `${name}/${purpose}`);
