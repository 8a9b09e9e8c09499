import type * as z from 'zod/mini';
import { choice, object, optional } from '../../core/declare/params.ts';
import { UPDATE_ALGORITHMS } from '../../synapses/crossbar/index.ts';
import { describeSystemCost } from '../cost/systemCost.ts';
import { getTestSetName } from '../data/split.ts';
import { describeWeightProgramming, sumDeviceEnergy } from '../devices/energy/account.ts';
import { describeAssumedPulses, formatJoules } from '../look/energyText.ts';
import { loadConfig } from '../network/config/load.ts';
import type { Mapping } from '../network/config/override.ts';
import { hashTrainingFiles } from '../network/inputs.ts';
import { addModelFiles } from '../network/models.ts';
import { RunDirectory, readRunConfig } from '../run/runDirectory.ts';
import { addEventPropDefaults, type EventPropConfig, eventPropSchema } from '../training/eventprop/config.ts';
import { trainAndTestEventProp } from '../training/eventprop/experiment.ts';
import { addArchitectureDefaults, type NetConfig, netSchema } from '../training/supervised/config.ts';
import { type NetTestResult, type TrainAndTestNetOptions, trainAndTestNet } from '../training/supervised/experiment.ts';
import { ARCHITECTURES, type Architecture } from '../training/supervised/model.ts';
import { type CommandContext, defineCommand, toKebabCase, UsageError } from './command.ts';
import { resolveDevice } from './device.ts';
import { trainingOptions, trainLayer } from './mnist.ts';
import { defineTextOption } from './options.ts';
import { chooseTrainingDirectory, printRunJson, printTrainingInterruption, reportFinishedRun } from './trainingRuns.ts';
import { printRunWarnings } from './warnings.ts';

const draw: TrainAndTestNetOptions['drawPictures'] = async (...run) =>
  (await import('../training/supervised/pictures.ts')).drawNetPictures(...run);

const supervisedOptions = {
  training: optional(netSchema.shape.training),
  update: optional(
    choice(UPDATE_ALGORITHMS, {
      help: 'update algorithm of training on devices; sets update.algorithm: plain pulses, mixedPrecision, or tikiTaka (version 2), choppedTikiTaka, agad with a second device array',
    }),
  ),
  import: defineTextOption(
    'file with trained weights of a perceptron, mlp or cnn: .npz, .safetensors or .onnx; devices are programmed with them (exSitu) unless --training says otherwise',
  ),
};
type SupervisedArgs = z.output<z.ZodMiniObject<typeof trainingOptions & typeof supervisedOptions>>;

/** Options that apply only to training without labels. */
const UNSUPERVISED_OPTIONS = [
  'neurons',
  'label',
  'rule',
  'handover',
  'preprocessing',
  'recordDevices',
  'recordInputs',
  'recordWeights',
  'live',
  'port',
] as const;

async function trainNet(network: Architecture | 'eventprop', args: SupervisedArgs, { signal }: CommandContext) {
  const isGiven = (key: (typeof UNSUPERVISED_OPTIONS)[number]) => args[key] !== undefined && args[key] !== false;
  const unsupported = UNSUPERVISED_OPTIONS.find(isGiven) ?? ((args.workers ?? 1) > 1 ? 'workers' : undefined);
  if (unsupported !== undefined)
    throw new UsageError(`learn: --${toKebabCase(unsupported)} applies only to --network layer, not to ${network}.`);
  if (args.import !== undefined && args.epochs !== undefined && (args.training ?? 'exSitu') === 'exSitu')
    throw new UsageError(
      'learn: --epochs has no effect, because the imported net is not trained; add --training inSitu or hybrid.',
    );
  const isEventProp = network === 'eventprop';
  const inapplicable = (['training', 'import', 'cost', 'testData'] as const).find((key) => args[key] !== undefined);
  if (isEventProp && inapplicable)
    throw new UsageError(`learn: --${toKebabCase(inapplicable)} does not apply to --network eventprop.`);
  const { epochs, seed, split, train, test, testData, training, config: file, update, cost } = args;
  const set = [
    ...(cost === undefined ? [] : [`cost={ preset: ${cost} }`]),
    ...args.set,
    ...(testData === undefined ? [] : [`signals.test=${testData}`]),
    ...(update === undefined ? [] : [`update.algorithm=${update}`]),
  ];
  const loaded = args.device === undefined ? null : resolveDevice(args.device);
  const flags = { network, training, seed, split, train, test, import: args.import };
  const addDefaults = (all: Mapping) =>
    isEventProp
      ? addEventPropDefaults({ ...all, ...(epochs !== undefined && { epochs }) }, loaded, args.data)
      : setEpochs(addArchitectureDefaults(all, loaded), epochs);
  const { data, progress, json, resume, checkpointEvery } = args;
  if (reportFinishedRun('learn', args)) return;
  const given = [file, args.device, epochs, ...Object.values({ ...flags, network: undefined })];
  const hasNoSettings = resume && set.length === 0 && given.every((one) => one === undefined);
  const sources = { file, set, flagValues: flags, addDefaults, earlySections: ['signals'] };
  const readConfig = <C extends NetConfig | EventPropConfig>(schema: z.ZodMiniType<C>): C =>
    hasNoSettings && RunDirectory.holdsRun(args.out!)
      ? readRunConfig(schema, args.out!)
      : addModelFiles(hashTrainingFiles(loadConfig(schema, sources, 'learn'), '.'));
  const config = isEventProp ? readConfig(eventPropSchema) : readConfig(netSchema);
  if (config.network !== network)
    throw new UsageError(`learn: ${args.out} holds a run of --network ${config.network}, not ${network}.`);
  const out = args.out ?? chooseTrainingDirectory(data, network, config.seed);
  const how = { dataDirectory: data, out, progress, signal, resume, checkpointEvery };
  const result =
    config.network === 'eventprop'
      ? await trainAndTestEventProp({ config, ...how })
      : await trainAndTestNet({ config, ...how, drawPictures: args.pictures ? draw : undefined });
  if (result === null) return printTrainingInterruption(out, data, 'learn', '--network', network);
  printRunWarnings(out, args);
  if (json) printRunJson(out, json, '');
  else printResult(result, config.split, out);
}

/** Sets the number of epochs of floating-point training (exSitu) or of training on devices (otherwise). */
function setEpochs(config: Mapping, epochs: number | undefined): Mapping {
  if (epochs === undefined) return config;
  const key = config.training === 'exSitu' ? 'floatingPoint' : 'inSitu';
  return { ...config, [key]: { ...(config[key] as Mapping), epochs } };
}

function printResult(result: NetTestResult, split: string, out: string): void {
  const { accuracy, accuracyInterval, floatAccuracy, programmingResults, energy, testImageCount, drift } = result;
  const interval = `95 % interval ${accuracyInterval.low.toFixed(2)} to ${accuracyInterval.high.toFixed(2)} %`;
  console.log(
    `Accuracy on ${testImageCount.toLocaleString('en')} ${getTestSetName(split)} images: ${accuracy.toFixed(2)} % (${interval}).`,
  );
  if (floatAccuracy !== null) console.log(`The same net in floating point: ${floatAccuracy.toFixed(2)} %.`);
  programmingResults.forEach(({ pulses, missed, clipped, error }, k) => {
    console.log(
      `Layer ${k + 1} programmed with ${pulses.toLocaleString('en')} pulses; rms error ${(100 * error).toFixed(2)} % of the range, ${missed.toLocaleString('en')} missed the tolerance, ${(100 * clipped).toFixed(2)} % of the weights clipped.`,
    );
  });
  for (const { seconds, raw, compensated, interval } of drift ?? [])
    console.log(
      `On phase-change devices after ${seconds.toLocaleString('en')} s: ${compensated.toFixed(2)} % (95 % interval ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)} %), without drift compensation ${raw.toFixed(2)} %.`,
    );
  if (energy.programming) console.log(describeWeightProgramming(energy.programming, energy));
  const joules = sumDeviceEnergy(energy);
  const energies = [`Energy of the devices: ${formatJoules(joules ?? 0)}`, describeAssumedPulses(energy)];
  if (joules !== null) console.log(`${energies.filter((text) => text !== '').join('; ')}.`);
  for (const line of describeSystemCost(result.cost?.figures ?? [])) console.log(line);
  console.log(
    `Results and pictures are in ${out}: run.json, weights.safetensors${result.pictures.map((name) => `, ${name}`).join('')}.`,
  );
}

/** Values of `--network` for networks that learn without labels, as in `memspike mnist`. */
const UNSUPERVISED = ['layer', 'windows', 'features'] as const;

export default defineCommand({
  options: object({
    ...trainingOptions,
    ...supervisedOptions,
    network: choice([...UNSUPERVISED, ...ARCHITECTURES, 'eventprop'], {
      default: 'layer',
      help: 'network to train: layer, windows or features (without labels); perceptron, mlp or cnn (with labels); eventprop (with labels, by exact gradients through spike times)',
    }),
  }),
  handler: ({ network, ...args }, context) => {
    const architecture = [...ARCHITECTURES, 'eventprop' as const].find((name) => name === network);
    if (architecture) return trainNet(architecture, { ...args, network: undefined }, context);
    for (const key of Object.keys(supervisedOptions) as (keyof typeof supervisedOptions)[])
      if (args[key] !== undefined)
        throw new UsageError(
          `learn: --${key} applies only to --network ${ARCHITECTURES.join(', ')}, not to layer, windows or features.`,
        );
    const unsupervised = UNSUPERVISED.slice(1).find((name) => name === network) as 'windows' | 'features' | undefined;
    return trainLayer('learn', { ...args, network: unsupervised }, context);
  },
});
