import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { type Experiment, isModuleFile, type Sweep } from '../experiment.ts';

/** Loaders by experiment name: each imports a module and returns the function that opens the experiment. */
const EXPERIMENT_OPENERS: Readonly<
  Record<string, () => Promise<(sweep: Sweep, where: string) => Experiment | Promise<Experiment>>>
> = {
  mnist: async () => (await import('./training.ts')).openMnistExperiment,
  learn: async () => (await import('./training.ts')).openLearnExperiment,
  run: async () => (await import('./network.ts')).openNetworkExperiment,
  characterise: async () => (await import('./characterise.ts')).openCharacteriseExperiment,
};
const EXPERIMENTS = Object.keys(EXPERIMENT_OPENERS);

export async function openExperiment(sweep: Sweep, where: string): Promise<Experiment> {
  const opener = Object.hasOwn(EXPERIMENT_OPENERS, sweep.experiment) ? EXPERIMENT_OPENERS[sweep.experiment] : undefined;
  if (opener) return (await opener())(sweep, where);
  if (isModuleFile(sweep.experiment)) return (await import('./study.ts')).openModuleExperiment(sweep, where);
  throw new UserError(
    `${where}: experiment is ${show(sweep.experiment)}, but must be ${EXPERIMENTS.join(', ')} or a module (.ts, .js)${didYouMean(sweep.experiment, EXPERIMENTS, 'experiments')}`,
  );
}
