import type * as z from 'zod';
import { validate } from '../../../core/declare/validate.ts';
import { type LoadedDevice, loadDevice, resolveDeviceName } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { hashTrainingFiles } from '../../network/inputs.ts';
import { addModelFiles } from '../../network/models.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import { countTrainingData } from '../../training/dataOrigin.ts';
import { addArchitectureDefaults, netSchema } from '../../training/supervised/config.ts';
import { ARCHITECTURES } from '../../training/supervised/model.ts';
import { addDefaults, mnistSchema, resolveMnistConfig } from '../../training/unsupervised/config.ts';
import { applySettings, type Experiment, type Sweep } from '../experiment.ts';

interface TrainingJob<S extends z.core.$ZodType> {
  readonly schema: S;
  /** Configuration sections whose `model` determines defaults of other settings. */
  readonly modelDefaultSections?: readonly string[];
  applyRecipe(given: Mapping, device: LoadedDevice | null): Mapping;
  resolveConfig(config: z.output<S>): object;
  run(config: z.output<S>, job: TrainingContext): Promise<object | null>;
}

type TrainingContext = Pick<Sweep, 'dataSha256'> &
  Parameters<Experiment['run']>[1] & {
    readonly dataDirectory: Sweep['data'];
    readonly resume: boolean;
    readonly progress: 'none';
  };

/** Opens a training job as experiment of a sweep. `device` may be a preset or device file. */
function openTraining<S extends z.core.$ZodType>(sweep: Sweep, where: string, job: TrainingJob<S>): Experiment {
  const { base, data, dataSha256 } = sweep;
  const complete = (given: Mapping): Mapping => {
    const { device, ...rest } = given;
    return typeof device === 'string'
      ? job.applyRecipe(rest, loadDevice(resolveDeviceName(device, where)))
      : job.applyRecipe(given, null);
  };
  return {
    schema: job.schema,
    adviseAgainstTestSet: ({ split }) => (split === 'validation' ? undefined : 'put split: validation into base'),
    resolveConfig: (settings) => ({
      ...job.resolveConfig(applySettings(job.schema, base, settings, where, complete, job.modelDefaultSections)),
    }),
    run: async (given, context) => {
      const config = validate(job.schema, given, context.out);
      const resume = RunDirectory.holdsRun(context.out);
      return (
        (await job.run(config, { ...context, dataDirectory: data, dataSha256, resume, progress: 'none' })) !== null
      );
    },
  };
}

export function openMnistExperiment(sweep: Sweep, where: string): Experiment {
  const countSets = (settings: object) => countTrainingData(sweep.data, settings);
  return openTraining(sweep, where, {
    schema: mnistSchema,
    modelDefaultSections: ['rule'],
    applyRecipe: (given, device) => addDefaults(given, device, countSets(given)),
    resolveConfig: (config) => resolveMnistConfig(config, countSets(config)),
    run: async (config, job) => {
      const { runMnist } = await import('../../training/unsupervised/experiment.ts');
      return runMnist({ ...job, config: resolveMnistConfig(config), workerCount: 1, recordInputs: false });
    },
  });
}

/** Opens the experiment `learn`. `base.network` selects a net trained with labels or a network of `memspike mnist`. */
export function openLearnExperiment(sweep: Sweep, where: string): Experiment {
  if (!ARCHITECTURES.some((name) => name === sweep.base.network)) return openMnistExperiment(sweep, where);
  const known = new Map<string, string>();
  return openTraining(sweep, where, {
    schema: netSchema,
    applyRecipe: addArchitectureDefaults,
    resolveConfig: (config) => addModelFiles({ ...hashTrainingFiles(config, where, known) }),
    run: async (config, job) => {
      const { trainAndTestNet } = await import('../../training/supervised/experiment.ts');
      return trainAndTestNet({ ...job, config });
    },
  });
}
