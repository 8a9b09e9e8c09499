import { loadMnist } from '../../mnist/idx.ts';
import { imagesOf } from '../../mnist/images.ts';
import { mnistConfig, testLayer, trainLayer } from '../../mnist/steps.ts';
import type { Mapping } from '../../network/config/override.ts';
import { compareVariants, type VariantResult, variantsOf } from '../flaws.ts';
import { deviceOfChoice } from './device.ts';
import type { DeviceChoice } from './deviceFile.ts';
import type { Session } from './session.ts';

export interface FlawsArgs {
  readonly choice: DeviceChoice;
  readonly given: Mapping;
  readonly seeds: readonly number[];
}

export interface Compared extends VariantResult {
  /** Number of variants. */
  readonly of: number;
}

/** Trains the device with each of its flaws taken away or doubled, and reports paired differences over the seeds. */
export async function flaws({ choice, given, seeds }: FlawsArgs, session: Session): Promise<void> {
  const { signal } = session;
  const variants = variantsOf(deviceOfChoice(choice).device);
  const mnist = loadMnist('/mnist');
  const train = async (set: Mapping, seed: number) => {
    const device = deviceOfChoice({ ...choice, set: { ...choice.set, ...set } });
    const config = mnistConfig({ ...given, seed }, device);
    const sets = imagesOf(mnist, config);
    const trained = await trainLayer(config, sets.train, { signal });
    const found = trained && (await testLayer(config, trained.learned, sets, { signal }));
    return found === null ? null : found.accuracy.logProbability;
  };
  await compareVariants(variants, seeds, train, (result) =>
    session.tell({ ...result, of: variants.length } satisfies Compared),
  );
}
