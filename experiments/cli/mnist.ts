import { availableParallelism } from 'node:os';
import * as z from 'zod/mini';
import { described, flag, object, optional } from '../../core/declare/params.ts';
import { describeSystemCost } from '../cost/systemCost.ts';
import { getTestSetName } from '../data/split.ts';
import { describeWeightProgramming } from '../devices/energy/account.ts';
import { loadConfig } from '../network/config/load.ts';
import type { Mapping } from '../network/config/override.ts';
import { RunDirectory, readRunConfig } from '../run/runDirectory.ts';
import { countTrainingData } from '../training/dataOrigin.ts';
import { countOutputNeurons, secondStageInputOption } from '../training/unsupervised/architecture.ts';
import { addDefaults, type MnistConfig, mnistSchema, resolveMnistConfig } from '../training/unsupervised/config.ts';
import { type RunMnistOptions, runMnist } from '../training/unsupervised/experiment.ts';
import { type CommandContext, defineCommand, UsageError } from './command.ts';
import { resolveDevice } from './device.ts';
import { startLiveTrainingPage } from './live.ts';
import {
  costOption,
  dataDirectoryOption,
  defineCountOption,
  defineListOption,
  defineTextOption,
  livePageOptions,
  modelModulesOption,
  printRunJsonOption,
  progressOptions,
} from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { printNextStep } from './terminal.ts';
import { chooseTrainingDirectory, printRunJson, printTrainingInterruption, reportFinishedRun } from './trainingRuns.ts';
import { printRunWarnings, printWarnings } from './warnings.ts';

const draw: RunMnistOptions['drawPictures'] = async (...run) =>
  (await import('../training/unsupervised/pictures.ts')).drawMnistPictures(...run);

const { network, neurons, epochs, seed, train, label, test, split, preprocessing, recordDevices, recordWeights } =
  mnistSchema.shape;
/** Makes an option optional, so that a configuration file or `--set` can set the value. */
const makeOptional = <T extends z.core.$ZodType>(s: z.core.$ZodDefault<T>) => {
  const { innerType, defaultValue } = s._zod.def;
  const known = z.globalRegistry;
  return described(optional(innerType), { ...known.get(innerType), ...known.get(s), default: defaultValue });
};
const settingOptions = {
  network,
  neurons: makeOptional(neurons),
  epochs: makeOptional(epochs),
  seed: makeOptional(seed),
  train,
  label,
  test,
  split: makeOptional(split),
  preprocessing: makeOptional(preprocessing),
  recordDevices,
  recordWeights,
};
const SETTING_NAMES = Object.keys(settingOptions) as (keyof typeof settingOptions)[];

export const trainingOptions = {
  ...settingOptions,
  device: defineTextOption(
    'preset (memspike device list), device file or device model; default settings are adapted to its range; default: the device of the default settings',
  ),
  rule: defineTextOption(
    'plasticity rule: postTriggered (the default), pairStdp, tripletStdp, diehlCook, stochasticBinary, pulseOverlap, each with its own default settings, or any other rule; same as --set rule.model=…',
  ),
  handover: secondStageInputOption,
  cost: costOption,
  config: defineTextOption('file (YAML or JSON) with settings; options and --set override it'),
  set: defineListOption('value of any other setting: homeostasis.gain=0, device.deviceToDevice=0.25'),
  models: modelModulesOption,
  data: dataDirectoryOption,
  testData: defineTextOption('file with the test examples of signals; same as --set signals.test=FILE'),
  out: defineTextOption('run directory to write; default: a new directory in runs/'),
  workers: defineCountOption(
    'number of threads for labelling and test (no effect on results); default: by workload, at most one per core',
    256,
  ),
  recordInputs: flag({ help: 'also record input spikes in the spike log' }),
  checkpointEvery: defineCountOption('number of training images between checkpoints; default: one epoch'),
  resume: flag({ help: 'resume from the last checkpoint in --out' }),
  ...pictureOptions,
  pictures: described(z._default(z.boolean(), true), { description: 'draw pictures' }),
  ...livePageOptions,
  ...progressOptions,
  json: printRunJsonOption,
};
const schema = object(trainingOptions);

/** Minimum number of pairs (image, neuron) per thread; a thread simulates 24 million pairs (60,000 × 400) in 3 s. */
const PAIRS_PER_THREAD = 3e7;

/** Number of threads for labelling and test; 1 for `features` networks, whose first stage cannot run in threads. */
function chooseThreadCount(c: MnistConfig): number {
  if (c.network === 'features') return 1;
  const count = Math.ceil((Math.max(c.label, c.test) * countOutputNeurons(c)) / PAIRS_PER_THREAD);
  return Math.min(Math.max(count, 1), availableParallelism());
}

export async function trainLayer(
  commandName: string,
  args: z.output<typeof schema>,
  { signal }: CommandContext,
): Promise<void> {
  const { config: file, resume, json } = args;
  const set = [
    ...(args.cost === undefined ? [] : [`cost={ preset: ${args.cost} }`]),
    ...args.set,
    ...(args.testData === undefined ? [] : [`signals.test=${args.testData}`]),
    ...(args.rule === undefined ? [] : [`rule.model=${args.rule}`]),
    ...(args.handover === undefined ? [] : [`features.handover=${args.handover}`]),
  ];
  const mayNameNetwork = file !== undefined || args.set.some((setting) => setting.startsWith('network='));
  if (args.handover !== undefined && args.network !== 'features' && (args.network !== undefined || !mayNameNetwork))
    throw new UsageError(`${commandName}: --handover needs --network features, whose two stages it connects.`);
  if (reportFinishedRun(commandName, args)) return;
  if (args.port !== undefined && !args.live) throw new UsageError(`${commandName}: --port applies only with --live.`);
  const flags = Object.fromEntries(SETTING_NAMES.map((key) => [key, args[key]]));
  const hasNoSettings = [file, args.device, ...set, ...Object.values(flags)].every((one) => one === undefined);
  const loaded = args.device === undefined ? undefined : resolveDevice(args.device);
  const complete = (all: Mapping) => {
    const { device: _, ...others } = all; // `--device` overrides the device of the configuration file
    return addDefaults(loaded === undefined ? all : others, loaded, countTrainingData(args.data, all));
  };
  const chosen =
    resume && hasNoSettings && RunDirectory.holdsRun(args.out!)
      ? readRunConfig(mnistSchema, args.out!)
      : loadConfig(
          mnistSchema,
          { file, set, flagValues: flags, addDefaults: complete, modelSections: ['rule'], earlySections: ['signals'] },
          commandName,
        );
  const config = resolveMnistConfig(chosen, countTrainingData(args.data, chosen));
  const warnings = loaded?.rule
    ? [
        `The rule ${loaded.rule.model} of ${loaded.name} is not used; training uses ${config.rule.model}, from --rule or the recipe.`,
      ]
    : [];
  printWarnings(warnings, args);
  const out = args.out ?? chooseTrainingDirectory(args.data, config.neurons, config.seed);
  const workers = Math.min(args.workers ?? chooseThreadCount(config), 4 * availableParallelism());
  const result = await runMnist({
    ...args,
    commandName,
    dataDirectory: args.data,
    watch: args.live ? startLiveTrainingPage(args.port ?? 0) : undefined,
    drawPictures: args.pictures ? draw : undefined,
    config,
    warnings,
    out,
    workerCount: workers,
    signal,
  });
  if (result === null) return printTrainingInterruption(out, args.data, commandName);
  if (json) printRunJson(out, json, '');
  else {
    const { accuracy, accuracyInterval } = result.evaluation;
    console.log(
      `Accuracy on ${config.test.toLocaleString('en')} ${getTestSetName(config.split)} images${config.features?.handover === 'poisson' ? ', spike counts redrawn between the stages' : ''}: ${accuracy.logProbability.toFixed(2)} % (log-probability vote,`,
    );
    console.log(
      `95 % interval ${accuracyInterval.low.toFixed(2)} to ${accuracyInterval.high.toFixed(2)} %); other readouts:`,
    );
    for (const name of ['maxRate', 'proportion', 'linear'] as const)
      console.log(`  ${name.padEnd(11)}${accuracy[name].toFixed(2)} %`);
    if (result.energy.programming) console.log(describeWeightProgramming(result.energy.programming, result.energy));
    if (result.energy.scale !== null) console.log(`Energy of training: ${result.energy.scale}.`);
    const { cost, trainingCost } = result;
    for (const line of describeSystemCost([...(cost?.figures ?? []), ...(trainingCost?.figures ?? [])]))
      console.log(line);
    console.log(`Results and pictures are in ${out}: run.json${result.pictures.map((name) => `, ${name}`).join('')}.`);
  }
  printRunWarnings(out, args, warnings);
  if (!json) printNextStep('report', out);
}

export default defineCommand({
  options: schema,
  handler: (args, context) => trainLayer('mnist', args, context),
});
