import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type * as z from 'zod';
import { loadMnist } from '../data/mnist.ts';
import { programmingText, totalOf } from '../devices/energy/account.ts';
import { readJson } from '../logs/runJson.ts';
import { formatJoules } from '../look/energyText.ts';
import { loadConfig } from '../network/config/load.ts';
import type { Mapping } from '../network/config/override.ts';
import { bindImport } from '../network/inputs.ts';
import { withOrigins } from '../network/models.ts';
import { quoteForShell } from '../output/quoteForShell.ts';
import { RunDirectory, readRunConfig } from '../run/runDirectory.ts';
import { bindData, requireDataOf } from '../training/dataOrigin.ts';
import type { Architecture } from '../training/supervised/architectures.ts';
import { netSchema, withNetRecipe } from '../training/supervised/config.ts';
import { type NetOptions, type NetResult, runNet } from '../training/supervised/experiment.ts';
import { type Context, UsageError } from './command.ts';
import { deviceNamed } from './device.ts';
import type { options } from './mnist.ts';
import { know } from './models.ts';
import { printRunWarnings } from './warn.ts';

/** Loaded only where pictures are drawn. */
const draw: NetOptions['draw'] = async (...run) => (await import('../training/supervised/pictures.ts')).drawNet(...run);

/** Flags of layers that learn without labels. */
const OTHERS = [
  'neurons',
  'label',
  'rule',
  'handover',
  'preprocessing',
  'recordDevices',
  'recordWeights',
  'port',
] as const;
const SWITCHES = ['recordInputs', 'live'] as const;

type Args = z.output<z.ZodObject<typeof options>> & {
  readonly training?: string | undefined;
  readonly import?: string | undefined;
};

const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

/** A net that is trained with labels, on devices or for them. */
export async function learnNet(network: Architecture, args: Args, { signal }: Context): Promise<void> {
  const foreign = [
    ...OTHERS.filter((key) => args[key] !== undefined),
    ...SWITCHES.filter((key) => args[key]),
    ...((args.workers ?? 1) > 1 ? ['workers'] : []),
  ][0];
  if (foreign !== undefined)
    throw new UsageError(`learn: ${flagOf(foreign)} does not go with --network ${network}, but with --network layer.`);
  if (args.import !== undefined && args.epochs !== undefined && (args.training ?? 'exSitu') === 'exSitu')
    throw new UsageError('learn: --epochs has nothing to do where a net is imported and not trained; see --training.');
  know(args.models);
  const { epochs, seed, split, train, test, training, config: file, set } = args;
  const loaded = args.device === undefined ? null : deviceNamed(args.device);
  const flags = { network, training, seed, split, train, test, import: args.import };
  const complete = (all: Mapping) => withEpochs(withNetRecipe(all, loaded), epochs);
  const { data, progress, json, resume, checkpointEvery } = args;
  if (resume && args.out === undefined) throw new UsageError('learn: --resume needs --out, the run to go on with.');
  if (resume && RunDirectory.isOver(args.out!)) {
    if (args.data !== undefined) requireDataOf(args.out!, bindData(loadMnist(args.data), args.data));
    console.log(json ? JSON.stringify(readJson(args.out!, 'run.json'), null, 2) : `${args.out} is finished already.`);
    return;
  }
  const given = [file, args.device, epochs, ...Object.values({ ...flags, network: undefined })];
  const asBegun = resume && set.length === 0 && given.every((one) => one === undefined);
  const config =
    asBegun && RunDirectory.isTaken(args.out!)
      ? readRunConfig(netSchema, args.out!)
      : withOrigins(bindImport(loadConfig(netSchema, { file, set, flags, complete }, 'learn'), '.'));
  if (config.network !== network)
    throw new UsageError(`learn: ${args.out} holds a run of --network ${config.network}, not ${network}.`);
  const out = args.out ?? freshDirectory(data, network, config.seed);
  const how = { progress, signal, resume, checkpointEvery, draw: args.pictures ? draw : undefined };
  const result = await runNet({ config, data, out, ...how });
  if (result !== null) printRunWarnings(out, args);
  if (result === null)
    console.error(
      `Stopped; what was computed is in ${out}. Go on with: memspike learn --network ${network} --out ${quoteForShell(out)} --resume${data === undefined ? '' : ` --data ${quoteForShell(data)}`}`,
    );
  else if (json) console.log(JSON.stringify(readJson(out, 'run.json'), null, 2));
  else tell(result, config.split, out);
}

/** --epochs is that of the training which --training names: in floating point for what is programmed, else on devices. */
function withEpochs(config: Mapping, epochs: number | undefined): Mapping {
  if (epochs === undefined) return config;
  const key = config.training === 'exSitu' ? 'floatingPoint' : 'inSitu';
  return { ...config, [key]: { ...(config[key] as Mapping), epochs } };
}

function freshDirectory(data: string | undefined, network: string, seed: unknown): string {
  const base = `runs/${data === undefined ? 'mnist' : basename(resolve(data))}-${network}-seed${seed}`;
  let path = base;
  for (let n = 2; existsSync(path); n++) path = `${base}-${n}`;
  return path;
}

function tell(result: NetResult, split: string, out: string): void {
  const { accuracy, interval, floatingPoint, programmed, energy, testImages } = result;
  const between = `95 % interval ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)} %`;
  console.log(`Accuracy on ${testImages.toLocaleString('en')} ${split} images: ${accuracy.toFixed(2)} % (${between}).`);
  if (floatingPoint !== null) console.log(`The same net in floating point: ${floatingPoint.toFixed(2)} %.`);
  programmed.forEach(({ pulses, missed, clipped, error }, k) => {
    console.log(
      `Layer ${k + 1} programmed with ${pulses.toLocaleString('en')} pulses; off by ${(100 * error).toFixed(2)} % of the range (rms), ${missed.toLocaleString('en')} missed the tolerance, ${(100 * clipped).toFixed(2)} % of the weights clipped.`,
    );
  });
  if (energy.programming) console.log(programmingText(energy.programming, energy.assumed));
  const joules = totalOf(energy);
  if (joules !== null) console.log(`Energy of the devices: ${formatJoules(joules)}.`);
  console.log(
    `Results and pictures are in ${out}: run.json, weights.safetensors${result.pictures.map((name) => `, ${name}`).join('')}.`,
  );
}
