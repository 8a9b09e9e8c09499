import { UserError } from '../../../core/declare/errors.ts';
import { loadMnist } from '../../mnist/idx.ts';
import { imagesOf } from '../../mnist/images.ts';
import { mnistConfig, testLayer, trainLayer } from '../../mnist/steps.ts';
import type { Mapping } from '../../network/config/override.ts';
import { variantsOf } from '../flaws.ts';
import { deviceOfChoice } from './device.ts';
import type { DeviceChoice } from './deviceFile.ts';
import type { Session } from './session.ts';

export interface FlawsArgs {
  readonly choice: DeviceChoice;
  readonly given: Mapping;
}

/** What one variant of the device came to; without accuracy: it cannot be trained, and why. */
export interface Compared {
  readonly name: string;
  readonly accuracy?: number;
  readonly low?: number;
  readonly high?: number;
  readonly why?: string;
  readonly of: number;
}

/** Trains the device with each of its flaws taken away or doubled, and tells what each comes to. */
export async function flaws({ choice, given }: FlawsArgs, session: Session): Promise<void> {
  const { signal } = session;
  const variants = variantsOf(deviceOfChoice(choice).device);
  const mnist = loadMnist('/mnist');
  for (const { name, set } of variants) {
    try {
      const device = deviceOfChoice({ ...choice, set: { ...choice.set, ...set } });
      const config = mnistConfig(given, device);
      const sets = imagesOf(mnist, config);
      const trained = await trainLayer(config, sets.train, { signal });
      const found = trained && (await testLayer(config, trained.learned, sets, { signal }));
      if (!found) return;
      const { low, high } = found.interval;
      session.tell({
        name,
        accuracy: found.accuracy.logProbability,
        low,
        high,
        of: variants.length,
      } satisfies Compared);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      session.tell({ name, why: error.message, of: variants.length } satisfies Compared);
    }
  }
}
