import { UserError, within } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import type { Schedule } from '../../core/engine/timer.ts';
import type { Connect, Delay } from '../../core/graph/connect.ts';
import type { ModulatorOptions } from '../../core/graph/modulation.ts';
import type { Neurons, Population, WinnerTakeAll } from '../../core/graph/population.ts';
import type { Projection } from '../../core/graph/projection.ts';
import type { KernelChoice } from '../../core/kernels/arena.ts';
import { POTENTIALS, type RowSink, SPIKES, type TableSpec, WEIGHTS } from '../../core/log/tables.ts';
import type {
  DeviceFactory,
  ModulatorFactory,
  NeuronFactory,
  RuleFactory,
  ShortTermFactory,
  StimulusFactory,
} from '../../core/model.ts';
import { Network, type ProjectionOptions } from '../../core/network.ts';
import { MODELS } from './models.ts';
import type { ModelChoice, NetworkDescription } from './schema.ts';

interface PopulationDescription extends ModelChoice {
  readonly winnerTakeAll?: WinnerTakeAll;
  readonly record?: {
    readonly potential?: { readonly neurons: number[]; readonly times?: number[]; readonly every?: number };
  };
}

interface ModulatorDescription extends ModelChoice {
  readonly from: string;
  readonly delay: number;
}

/** Opens the sink for a table when something is to be recorded in it. */
export type OpenTable = (table: TableSpec) => RowSink;

/** For each stimulus model that names a file: reads it and returns what the model takes instead of the path. */
export type StimulusReaders = Readonly<Record<string, (choice: ModelChoice) => Readonly<Record<string, unknown>>>>;

/** Calls the model that `choice` names with its parameters. */
export function made<F>(index: Record<string, unknown>, choice: ModelChoice): F {
  const { model, winnerTakeAll: _, record: __, ...params } = choice;
  return (index[model] as (params: object) => F)(params);
}

const deviceOf = (choice: ModelChoice, where: string): DeviceFactory =>
  within(where, () => made<DeviceFactory>(MODELS.devices, choice));

function find(populations: ReadonlyMap<string, Population>, name: string, where: string): Population {
  const found = populations.get(name);
  if (found) return found;
  throw new UserError(`${where} names population ${show(name)}${didYouMean(name, [...populations.keys()], 'there')}`);
}

function modulatorOf(
  { from, delay, ...choice }: ModulatorDescription,
  populations: ReadonlyMap<string, Population>,
  where: string,
): ModulatorOptions {
  const source = find(populations, from, `${where}.from`);
  return { from: source, delay, model: made<ModulatorFactory>(MODELS.modulators, choice) };
}

function scheduleOf({ times, every }: { times?: number[]; every?: number }): Schedule {
  return times !== undefined ? { times } : { every: every! };
}

/**
 * Builds the network that a description says, without recorders.
 * @param read reads the files that stimuli name, by model.
 */
export function buildNetwork(
  d: NetworkDescription,
  read: StimulusReaders = {},
  kernels: KernelChoice = 'auto',
): Network {
  const net = new Network({ seed: d.seed, kernels });
  for (const [name, description] of Object.entries(d.populations) as [string, PopulationDescription][]) {
    const choice = { ...description, ...read[description.model]?.(description) };
    const factory = made<NeuronFactory | StimulusFactory>(MODELS.neurons, choice);
    if (factory.kind === 'stimulus') net.population(name, factory);
    else net.population(name, factory, choice.winnerTakeAll ? { winnerTakeAll: choice.winnerTakeAll } : {});
  }
  d.projections.forEach((p, i) => {
    const source = find(net.populations, p.from, `projections.${i}.from`);
    const target = find(net.populations, p.to, `projections.${i}.to`);
    const options: ProjectionOptions = {
      ...(p.name === undefined ? {} : { name: p.name }),
      connect: p.connect as Connect,
      ...(p.receptor === undefined ? {} : { receptor: p.receptor }),
      ...(p.sources === undefined ? {} : { sources: p.sources }),
      delay: p.delay as Delay,
      dendriticDelay: p.dendriticDelay,
      ...(p.shortTerm ? { shortTerm: made<ShortTermFactory>(MODELS.shortTerms, p.shortTerm as ModelChoice) } : {}),
      ...(p.device ? { device: deviceOf(p.device as ModelChoice, `projections.${i}.device`) } : {}),
      itemised: d.record.devices ?? false,
      ...(p.rule ? { rule: made<RuleFactory>(MODELS.rules, p.rule as ModelChoice) } : {}),
      ...(p.modulator
        ? { modulator: modulatorOf(p.modulator as ModulatorDescription, net.populations, `projections.${i}.modulator`) }
        : {}),
    };
    net.projection(source, target, options);
  });
  return net;
}

/** The populations whose spikes are recorded: those that are named, or else all that are no stimulus. */
export const recordedPopulations = (net: Network, { record }: NetworkDescription): readonly Population[] =>
  record.spikes?.map((name, i) => find(net.populations, name, `record.spikes.${i}`)) ??
  [...net.populations.values()].filter(({ kind }) => kind === 'neurons');

/** Attaches the recorders that a description asks for. The network's ids must be settled (`Network.build`). */
export function attachRecorders(net: Network, d: NetworkDescription, open: OpenTable): void {
  net.recordSpikes(recordedPopulations(net, d), open(SPIKES));
  for (const [name, { record }] of Object.entries(d.populations) as [string, PopulationDescription][]) {
    if (!record?.potential) continue;
    const population = net.populations.get(name) as Neurons;
    net.recordPotential(population, record.potential.neurons, scheduleOf(record.potential), open(POTENTIALS));
  }
  const made: Projection[] = [...net.projections.values()].filter((p) => !p.modulatory);
  d.projections.forEach((p, i) => {
    if (!p.record?.weights) return;
    const when = p.record.weights as { every?: number; times?: number[]; on?: 'pre' | 'post' };
    net.recordWeights(made[i]!, when.on ? { on: when.on } : scheduleOf(when), open(WEIGHTS));
  });
}
