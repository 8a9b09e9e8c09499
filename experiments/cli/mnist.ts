import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import * as z from 'zod/mini';
import { described, flag, integer, object, optional } from '../../core/declare/params.ts';
import { loadMnist, mnistSizes } from '../data/mnist.ts';
import { programmingText } from '../devices/energy/account.ts';
import { readJson } from '../logs/runJson.ts';
import { loadConfig } from '../network/config/load.ts';
import type { Mapping } from '../network/config/override.ts';
import { quoteForShell } from '../output/quoteForShell.ts';
import { RunDirectory, readRunConfig } from '../run/runDirectory.ts';
import { bindData, requireDataOf } from '../training/dataOrigin.ts';
import { outputsOf } from '../training/unsupervised/architecture.ts';
import { type MnistConfig, mnistSchema, settled } from '../training/unsupervised/config.ts';
import { type MnistOptions, runMnist } from '../training/unsupervised/experiment.ts';
import { handoverOption } from '../training/unsupervised/features/config.ts';
import { elsewhereTuned, loadRecipe, withTuned } from '../training/unsupervised/tuned.ts';
import { type Context, command, UsageError } from './command.ts';
import { deviceNamed } from './device.ts';
import { liveTraining } from './live.ts';
import { know, models } from './models.ts';
import { tellNext } from './next.ts';
import { data, optionalText, port, progress, quiet, texts } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';
import { printRunWarnings, printWarnings } from './warn.ts';

/** Loaded only where pictures are drawn. */
const draw: MnistOptions['draw'] = async (...run) =>
  (await import('../training/unsupervised/pictures.ts')).drawPictures(...run);

const { network, neurons, epochs, seed, train, label, test, split, preprocessing, recordDevices, recordWeights } =
  mnistSchema.shape;
/** A setting as a flag: left out it is undefined, so that a file or --set may decide. */
const asFlag = <T extends z.core.$ZodType>(s: z.core.$ZodDefault<T>) => {
  const { innerType, defaultValue } = s._zod.def;
  const known = z.globalRegistry;
  return described(optional(innerType), { ...known.get(innerType), ...known.get(s), default: defaultValue });
};
const given = {
  network,
  neurons: asFlag(neurons),
  epochs: asFlag(epochs),
  seed: asFlag(seed),
  train,
  label,
  test,
  split: asFlag(split),
  preprocessing: asFlag(preprocessing),
  recordDevices,
  recordWeights,
};
const GIVEN = Object.keys(given) as (keyof typeof given)[];

/** `runs/mnist-400-seed1` after the directory of the data set, or with `-2` and so on where that is taken. */
function freshDirectory(data: string | undefined, neurons: unknown, seed: unknown): string {
  const base = `runs/${data === undefined ? 'mnist' : basename(resolve(data))}-${neurons}-seed${seed}`;
  let path = base;
  for (let n = 2; existsSync(path); n++) path = `${base}-${n}`;
  return path;
}

/** What `memspike mnist` and `memspike learn` have in common. */
export const options = {
  ...given,
  device: optionalText(
    "preset (memspike device list), device file or device model; the recipe is adapted to its range; default: the recipe's own",
  ),
  recipe: optionalText('recipe file, as memspike device tune writes it; config, flags and --set go over it'),
  rule: optionalText(
    'plasticity rule: postTriggered (the default), pairStdp, tripletStdp, diehlCook, stochasticBinary, pulseOverlap, each with a recipe of its own, or any other; the same as --set rule.model=…',
  ),
  handover: handoverOption,
  config: optionalText('file (YAML or JSON) with settings; flags and --set win over it'),
  set: texts('set anything else: homeostasis.gain=0, device.deviceToDevice=0.25 (repeatable)'),
  models,
  data,
  out: optionalText('run directory to write; default: a fresh one under runs/'),
  workers: optional(
    integer({
      min: 1,
      max: 256,
      help: 'threads for labelling and test; any number gives the same bits; default: one for every 30 million pairs of an image and a neuron, at most one a core',
    }),
  ),
  recordInputs: flag({ help: 'log the input spikes too' }),
  checkpointEvery: optional(integer({ min: 1, help: 'training images between checkpoints; default: an epoch' })),
  resume: flag({ help: 'go on from the last checkpoint in --out' }),
  ...pictureOptions,
  pictures: described(z._default(z.boolean(), true), { description: 'draw the pictures' }),
  live: flag({ help: 'show the training on a page of this machine while it goes on' }),
  port,
  progress,
  quiet,
  json: flag({ help: 'print run.json when done' }),
};
const schema = object(options);

/** Images times neurons that are worth a thread: 60,000 at 400 neurons take one some 3 s, and another would hardly save any of them. */
const WORTH_A_THREAD = 3e7;

/** The first stage of network features does not go to threads. */
function threadsFor(c: MnistConfig): number {
  if (c.network === 'features') return 1;
  const worth = Math.ceil((Math.max(c.label, c.test) * outputsOf(c)) / WORTH_A_THREAD);
  return Math.min(Math.max(worth, 1), availableParallelism());
}

/** One layer that learns without labels. @param name the command */
export async function learnLayer(name: string, args: z.output<typeof schema>, { signal }: Context): Promise<void> {
  const { config: file, resume, json } = args;
  const set = [
    ...args.set,
    ...(args.rule === undefined ? [] : [`rule.model=${args.rule}`]),
    ...(args.handover === undefined ? [] : [`features.handover=${args.handover}`]),
  ];
  const elsewhere = file !== undefined || args.set.some((setting) => setting.startsWith('network=')); // may name the network
  if (args.handover !== undefined && args.network !== 'features' && (args.network !== undefined || !elsewhere))
    throw new UsageError(`${name}: --handover goes with --network features, whose two stages it joins.`);
  know(args.models);
  usePictures(args);
  if (resume && args.out === undefined) throw new UsageError(`${name}: --resume needs --out, the run to go on with.`);
  if (resume && RunDirectory.isOver(args.out!)) {
    if (args.data !== undefined) requireDataOf(args.out!, bindData(loadMnist(args.data), args.data));
    console.log(json ? JSON.stringify(readJson(args.out!, 'run.json'), null, 2) : `${args.out} is finished already.`);
    return;
  }
  if (args.port !== undefined && !args.live) throw new UsageError(`${name}: --port goes with --live.`);
  const flags = Object.fromEntries(GIVEN.map((key) => [key, args[key]]));
  const asBegun =
    file === undefined &&
    set.length === 0 &&
    args.device === undefined &&
    args.recipe === undefined &&
    GIVEN.every((key) => args[key] === undefined);
  const loaded = args.device === undefined ? undefined : deviceNamed(args.device);
  const tuned = args.recipe === undefined ? undefined : loadRecipe(args.recipe);
  const sizes = mnistSizes(args.data);
  const complete = (all: Mapping) => {
    const { device: _, ...others } = all; // that of a file: flags win over it
    return withTuned(loaded === undefined ? all : others, { device: loaded, tuned, sizes });
  };
  const config = settled(
    resume && asBegun && RunDirectory.isTaken(args.out!)
      ? readRunConfig(mnistSchema, args.out!)
      : loadConfig(mnistSchema, { file, set, flags, complete, decisive: ['rule'] }, name),
    sizes,
  );
  const note = tuned && elsewhereTuned(tuned, config);
  const warnings = [
    ...(note === undefined ? [] : [note]),
    ...(loaded?.rule
      ? [
          `The rule ${loaded.rule.model} of ${loaded.name} is not used: images are learned by ${config.rule.model}, from --rule or the recipe.`,
        ]
      : []),
  ];
  printWarnings(warnings, args);
  const out = args.out ?? freshDirectory(args.data, config.neurons, config.seed);
  const workers = Math.min(args.workers ?? threadsFor(config), 4 * availableParallelism());
  const result = await runMnist({
    ...args,
    where: name,
    watch: args.live ? liveTraining(args.port ?? 0) : undefined,
    draw: args.pictures ? draw : undefined,
    config,
    warnings,
    out,
    workers,
    signal,
  });
  if (result === null) {
    console.error(
      `Stopped; what was computed is in ${out}. Go on with: memspike ${name} --out ${quoteForShell(out)} --resume${args.data === undefined ? '' : ` --data ${quoteForShell(args.data)}`}`,
    );
  } else if (json) {
    console.log(JSON.stringify(readJson(out, 'run.json'), null, 2));
  } else {
    const { accuracy, interval } = result.evaluation;
    console.log(
      `Accuracy on ${config.test.toLocaleString('en')} ${config.split} images${config.features?.handover === 'poisson' ? ', counts drawn anew between the stages' : ''}: ${accuracy.logProbability.toFixed(2)} % (log-probability vote,`,
    );
    console.log(`95 % interval ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)} %); other readouts:`);
    for (const name of ['maxRate', 'proportion', 'linear'] as const)
      console.log(`  ${name.padEnd(11)}${accuracy[name].toFixed(2)} %`);
    if (result.energy.programming) console.log(programmingText(result.energy.programming, result.energy.assumed));
    if (result.energy.scale !== null) console.log(`Energy of training: ${result.energy.scale}.`);
    console.log(`Results and pictures are in ${out}: run.json${result.pictures.map((name) => `, ${name}`).join('')}.`);
  }
  if (result !== null) printRunWarnings(out, args, warnings);
  if (result !== null && !json) tellNext('look', 'report', out);
}

export default command({
  positionals: object({}),
  options: schema,
  examples: [
    'mnist',
    'mnist --neurons 1600 --epochs 3',
    'mnist --rule pairStdp --set rule.aMinus=0',
    'mnist --device ag-ceo2-pt --neurons 100 --epochs 1',
    'mnist --set device.deviceToDevice=0.25 --set homeostasis.gain=0',
  ],
  handler: (args, context) => learnLayer('mnist', args, context),
});
