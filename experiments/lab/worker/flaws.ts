import { UserError } from '../../../core/declare/errors.ts';
import { listFlaws } from '../../compare/flawVariants.ts';
import { type FlawRanking, listVariants, rankFlaws, type VariantTraining } from '../../compare/rankFlaws.ts';
import { loadMnist } from '../../data/mnist.ts';
import { canonicalJson } from '../../network/config/hash.ts';
import type { Mapping } from '../../network/config/override.ts';
import { createProgress, type ProgressState } from '../../run/progress.ts';
import { prepareImages } from '../../training/unsupervised/images.ts';
import { createMnistConfig, testLayer, trainLayer } from '../../training/unsupervised/steps.ts';
import { putImages } from '../browser/fetch.ts';
import { progressReceiver } from '../browser/replacements.ts';
import type { DeviceChoice } from '../page/state.ts';
import { loadChosenDevice } from './device.ts';
import type { Session } from './session.ts';

interface FlawRequest {
  readonly choice: DeviceChoice;
  readonly trainingSettings: Mapping;
  /** Accuracies of earlier trainings, %, by their configuration as canonical JSON. */
  readonly knownAccuracies: Readonly<Record<string, number>>;
}

export type FlawUpdate =
  | { readonly accuracyByConfig: Readonly<Record<string, number>> }
  | { readonly progress: Omit<ProgressState, 'text'> }
  | { readonly ranking: FlawRanking; readonly deviceName: string };

/** Ranks the non-idealities of a device like `memspike device flaws`; sends each accuracy and, at each look, the ranking. */
export async function compareFlaws(request: FlawRequest, session: Session) {
  const { choice, trainingSettings, knownAccuracies } = request;
  const { signal } = session;
  const loaded = loadChosenDevice(choice);
  const deviceName = loaded.about.structure ?? loaded.about.name ?? choice.preset ?? choice.model ?? 'The device';
  const flaws = listFlaws(loaded.device, deviceName, 'turn one on in the view Device, or choose a preset');
  await putImages(createMnistConfig(trainingSettings, loaded).train);
  const mnist = loadMnist('/mnist');
  progressReceiver.send = (progress) => session.send({ progress } satisfies FlawUpdate);
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
    const progress = createProgress({ label, total: trainings.length, unit: 'trainings', mode: 'auto' });
    for (const training of trainings) {
      try {
        const trained = await train(training);
        if (trained === null) return null;
        results.push(trained.accuracy);
        session.send({ accuracyByConfig: { [trained.key]: trained.accuracy } } satisfies FlawUpdate);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        results.push(error);
      }
      progress.update(results.length);
    }
    return results;
  };
  await rankFlaws(flaws, listVariants(loaded.device, flaws, false), trainAll, (ranking) =>
    session.send({ ranking, deviceName } satisfies FlawUpdate),
  );
}
