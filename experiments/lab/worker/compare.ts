import { mean } from 'simple-statistics';
import { UserError } from '../../../core/declare/errors.ts';
import { loadMnist } from '../../mnist/idx.ts';
import { imagesOf } from '../../mnist/images.ts';
import { mnistConfig, testLayer, trainLayer } from '../../mnist/steps.ts';
import type { Mapping } from '../../network/config/override.ts';
import { describeDifference, type Estimate, estimateDifference } from '../../statistics/estimate.ts';
import { variantsOf } from '../flaws.ts';
import { deviceOfChoice } from './device.ts';
import type { DeviceChoice } from './deviceFile.ts';
import type { Session } from './session.ts';

export interface FlawsArgs {
  readonly choice: DeviceChoice;
  readonly given: Mapping;
  /** Number of seeds, the same for all variants. */
  readonly seeds: number;
}

/** Result of one variant of the device. */
export interface Compared {
  readonly name: string;
  /** Mean accuracy over the seeds, percent; absent if the variant cannot be trained. */
  readonly accuracy?: number;
  /** Paired difference of accuracy from the device as it is, points; absent for that device. */
  readonly difference?: Estimate;
  /** Difference or, if the variant cannot be trained, the reason. */
  readonly text: string;
  /** Number of variants. */
  readonly of: number;
}

/** Trains the device with each of its flaws taken away or doubled, and reports paired differences over the seeds. */
export async function flaws({ choice, given, seeds }: FlawsArgs, session: Session): Promise<void> {
  const { signal } = session;
  const variants = variantsOf(deviceOfChoice(choice).device);
  const mnist = loadMnist('/mnist');
  let reference: readonly number[] | undefined;
  for (const { name, set } of variants) {
    try {
      const device = deviceOfChoice({ ...choice, set: { ...choice.set, ...set } });
      const accuracies: number[] = [];
      for (let seed = 1; seed <= seeds; seed++) {
        const config = mnistConfig({ ...given, seed }, device);
        const sets = imagesOf(mnist, config);
        const trained = await trainLayer(config, sets.train, { signal });
        const found = trained && (await testLayer(config, trained.learned, sets, { signal }));
        if (!found) return;
        accuracies.push(found.accuracy.logProbability);
      }
      const result = { name, accuracy: mean(accuracies), of: variants.length };
      if (reference === undefined) {
        reference = accuracies;
        session.tell({ ...result, text: '' } satisfies Compared);
        continue;
      }
      const difference = estimateDifference(accuracies, reference);
      const text = describeDifference(difference, 'points', 'no significant effect');
      session.tell({ ...result, difference, text } satisfies Compared);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      session.tell({ name, text: error.message, of: variants.length } satisfies Compared);
      if (reference === undefined) return;
    }
  }
}
