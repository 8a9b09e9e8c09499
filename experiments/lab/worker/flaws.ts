import { UserError } from '../../../core/declare/errors.ts';
import { planVariants } from '../../compare/deviceVariants.ts';
import { nameDevice } from '../../compare/league.ts';
import { summariseAccuracies } from '../../compare/passportCosts.ts';
import { usesAssumedValue } from '../../compare/passportFacts.ts';
import type { Passport } from '../../compare/passportSchema.ts';
import { loadMnist } from '../../data/mnist.ts';
import { canonicalJson } from '../../network/config/hash.ts';
import { createProgressOutput } from '../../run/progress.ts';
import type { ProgressState } from '../../run/progressText.ts';
import type { MnistConfig } from '../../training/unsupervised/config.ts';
import { prepareImages } from '../../training/unsupervised/images.ts';
import { testLayer, trainLayer } from '../../training/unsupervised/steps.ts';
import { loadMnistFiles } from '../browser/fetch.ts';
import { progressReceiver } from '../browser/replacements.ts';
import type { DeviceChoice } from '../page/state.ts';
import type { CallChannel } from './callChannel.ts';
import { loadChosenDevice } from './device.ts';

interface NonIdealityRequest {
  readonly choice: DeviceChoice;
  readonly settings: Omit<Passport['protocol'], 'seeds'>;
  readonly seeds: number;
  /** Accuracies of earlier trainings, %, by their configuration as canonical JSON. */
  readonly knownAccuracies: Readonly<Record<string, number>>;
}

export type NonIdealityUpdate =
  | { readonly accuracyByConfig: Readonly<Record<string, number>> }
  | { readonly progress: ProgressState }
  | { readonly costs: Pick<Passport, 'ideal' | 'all' | 'flaws' | 'protocol'>; readonly deviceName: string };

/** Measures the costs of the non-idealities of a device like `memspike device passport`; sends each accuracy and the costs. */
export async function measureCosts(
  { choice, settings, seeds, knownAccuracies }: NonIdealityRequest,
  session: CallChannel,
) {
  const device = loadChosenDevice(choice);
  const { structure, name = choice.preset ?? choice.model ?? 'The device' } = device.about;
  const deviceName = nameDevice({ device: { name, structure: structure ?? null } });
  const { variants } = planVariants({ device, seeds, settings, withFlaws: true, withDoubled: false }, []);
  if (variants.length < 3)
    throw new UserError(
      `${deviceName} has no non-idealities, so it has none to remove; turn one on in the view Device, or choose a preset.`,
    );
  await loadMnistFiles(settings.train);
  const mnist = loadMnist('/mnist');
  const train = async (config: MnistConfig) => {
    const sets = prepareImages(mnist, config);
    const trained = await trainLayer(config, sets.train, session);
    const tested = trained && (await testLayer(config, trained.learned, sets, session));
    return tested?.accuracy.logProbability;
  };
  const accuracies = new Map(Object.entries(knownAccuracies));
  const configs = new Map(variants.flatMap(({ configs }) => configs.map((config) => [canonicalJson(config), config])));
  const left = [...configs].filter(([key]) => !accuracies.has(key));
  progressReceiver.send = (progress) => session.send({ progress } satisfies NonIdealityUpdate);
  const progress = createProgressOutput({ label: 'costs', total: configs.size, unit: 'trainings', mode: 'auto' });
  for (const [i, [key, config]] of left.entries()) {
    progress.update(configs.size - left.length + i);
    const accuracy = await train(config);
    if (accuracy === undefined) return;
    accuracies.set(key, accuracy);
    session.send({ accuracyByConfig: { [key]: accuracy } } satisfies NonIdealityUpdate);
  }
  const results = variants.map(({ name, device: variant, configs }) => ({
    name,
    accuracy: configs.map((config) => accuracies.get(canonicalJson(config))!),
    weightsSha256: [],
    isAssumed: usesAssumedValue(device, variant),
  }));
  const costs = { ...summariseAccuracies(results), protocol: { ...settings, seeds } };
  session.send({ costs, deviceName } satisfies NonIdealityUpdate);
}
