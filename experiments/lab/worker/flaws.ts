import { UserError } from '../../../core/declare/errors.ts';
import { listNonIdealities } from '../../compare/listNonIdealities.ts';
import {
  listDeviceVariants,
  type NonIdealityRanking,
  rankNonIdealities,
  type VariantTraining,
} from '../../compare/rankNonIdealities.ts';
import { loadMnist } from '../../data/mnist.ts';
import { canonicalJson } from '../../network/config/hash.ts';
import type { Mapping } from '../../network/config/override.ts';
import { createProgressOutput, type ProgressState } from '../../run/progress.ts';
import { prepareImages } from '../../training/unsupervised/images.ts';
import { createMnistConfig, testLayer, trainLayer } from '../../training/unsupervised/steps.ts';
import { loadMnistFiles } from '../browser/fetch.ts';
import { progressReceiver } from '../browser/replacements.ts';
import type { DeviceChoice } from '../page/state.ts';
import type { CallChannel } from './callChannel.ts';
import { loadChosenDevice } from './device.ts';

interface FlawRequest {
  readonly choice: DeviceChoice;
  readonly trainingSettings: Mapping;
  /** Accuracies of earlier trainings, %, by their configuration as canonical JSON. */
  readonly knownAccuracies: Readonly<Record<string, number>>;
}

export type FlawRankingUpdate =
  | { readonly accuracyByConfig: Readonly<Record<string, number>> }
  | { readonly progress: Omit<ProgressState, 'text'> }
  | { readonly ranking: NonIdealityRanking; readonly deviceName: string };

/** Ranks the non-idealities of a device like `memspike device flaws`; sends each accuracy and, at each look, the ranking. */
export async function rankDeviceNonIdealities(request: FlawRequest, session: CallChannel) {
  const { choice, trainingSettings, knownAccuracies } = request;
  const { signal } = session;
  const loaded = loadChosenDevice(choice);
  const deviceName = loaded.about.structure ?? loaded.about.name ?? choice.preset ?? choice.model ?? 'The device';
  const flaws = listNonIdealities(loaded.device, deviceName, 'turn one on in the view Device, or choose a preset');
  await loadMnistFiles(createMnistConfig(trainingSettings, loaded).train);
  const mnist = loadMnist('/mnist');
  progressReceiver.send = (progress) => session.send({ progress } satisfies FlawRankingUpdate);
  const train = async ({ variant, seed }: VariantTraining) => {
    const config = createMnistConfig({ ...trainingSettings, seed }, { ...loaded, device: variant.device });
    const key = canonicalJson(config);
    const known = knownAccuracies[key];
    if (known !== undefined) return { key, accuracy: known };
    const sets = prepareImages(mnist, config);
    const trained = await trainLayer(config, sets.train, { signal });
    const tested = trained && (await testLayer(config, trained.learned, sets, { signal }));
    return tested && { key, accuracy: tested.accuracy.logProbability };
  };
  const trainAll = async (trainings: readonly VariantTraining[]) => {
    const results: (number | UserError)[] = [];
    const label = `seeds up to ${trainings.at(-1)!.seed}`;
    const progress = createProgressOutput({ label, total: trainings.length, unit: 'trainings', mode: 'auto' });
    for (const training of trainings) {
      try {
        const trained = await train(training);
        if (trained === null) return null;
        results.push(trained.accuracy);
        session.send({ accuracyByConfig: { [trained.key]: trained.accuracy } } satisfies FlawRankingUpdate);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        results.push(error);
      }
      progress.update(results.length);
    }
    return results;
  };
  await rankNonIdealities(flaws, listDeviceVariants(loaded.device, flaws, false), trainAll, (ranking) =>
    session.send({ ranking, deviceName } satisfies FlawRankingUpdate),
  );
}
