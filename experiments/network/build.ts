import { ErrorCollector, prefixErrors, UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import type { Schedule } from '../../core/engine/timer.ts';
import type { Connect, Delay } from '../../core/graph/connectOptions.ts';
import type { ModulatorOptions } from '../../core/graph/modulation.ts';
import type { Neurons, Population, WinnerTakeAll } from '../../core/graph/population.ts';
import type { Positions } from '../../core/graph/positions.ts';
import type { Projection } from '../../core/graph/projection.ts';
import { POTENTIALS, type RowSink, SPIKES, STATES, type TableSpec, WEIGHTS } from '../../core/log/tables.ts';
import { Network, type ProjectionOptions } from '../../core/network.ts';
import type { StateRecording } from '../../core/recorders/states.ts';
import { type ConnectionFile, readConnections } from './connections/read.ts';
import { requireInputs } from './inputs.ts';
import { createModel } from './made.ts';
import type { ModelChoice, NetworkDescription } from './schema.ts';

interface PopulationDescription extends ModelChoice {
  readonly winnerTakeAll?: WinnerTakeAll;
  readonly positions?: Positions;
  readonly record?: {
    readonly potential?: { readonly neurons: number[]; readonly times?: number[]; readonly every?: number };
    readonly state?: StateRecording;
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

const modulatorOptions = ({ from: _, delay, ...choice }: ModulatorDescription, from: Population): ModulatorOptions => ({
  from,
  delay,
  model: createModel('modulator', choice),
});

function toSchedule({ times, every }: { times?: number[]; every?: number }): Schedule {
  return times !== undefined ? { times } : { every: every! };
}

/** A projection of more pairs takes time to build: not only to look for further mistakes. */
const MAX_PAIRS_AFTER_ERROR = 2 ** 22;

/**
 * Builds the network that a description says, without recorders.
 * @param read reads the files that stimuli name, by model.
 * @throws UserError if a file in `inputs` has been changed since; else with the mistakes of all populations and projections, up to five; if there are any, those of recorders too
 */
export function buildNetwork(d: NetworkDescription, read: StimulusReaders = {}): Network {
  if (d.import !== undefined)
    throw new UserError('import names a network that is not here yet: take what loadNetwork(file) returns.');
  requireInputs(d.inputs);
  const mistakes = new ErrorCollector();
  const net = buildWithoutRecorders(d, mistakes, read);
  if (mistakes.hasErrors) recordPopulations(net, d, () => ({ write: () => {} }), mistakes);
  mistakes.throwIfAny();
  return net;
}

/** The network as far as there are no mistakes; projections of populations that have some are left out. */
function buildWithoutRecorders(d: NetworkDescription, mistakes: ErrorCollector, read: StimulusReaders): Network {
  const net = new Network({ seed: d.seed });
  for (const [name, description] of Object.entries(d.populations) as [string, PopulationDescription][]) {
    mistakes.try(() => {
      const choice = { ...description, ...read[description.model]?.(description) };
      const factory = createModel<'neuron' | 'stimulus'>('neuron', choice);
      const { winnerTakeAll, positions } = description;
      const place = positions ? { positions } : {};
      if (factory.kind === 'stimulus') net.population(name, factory, place);
      else net.population(name, factory, { ...place, ...(winnerTakeAll ? { winnerTakeAll } : {}) });
    });
  }
  d.projections.forEach((p, i) => {
    const where = `projections.${i}`;
    const find = (name: string, key: string): Population | undefined =>
      mistakes.try(() => requirePopulation(d, name, `${where}.${key}`)) && net.populations.get(name);
    const [source, target] = [find(p.from, 'from'), find(p.to, 'to')];
    const modulator = p.modulator as ModulatorDescription | undefined;
    const modulating = modulator && find(modulator.from, 'modulator.from');
    if (source === undefined || target === undefined || (modulator && modulating === undefined)) return;
    if (mistakes.hasErrors && source.size * target.size > MAX_PAIRS_AFTER_ERROR) return;
    mistakes.try(() => net.projection(source, target, projectionOptions(p, where, d, modulator, modulating)));
  });
  return net;
}

function projectionOptions(
  p: NetworkDescription['projections'][number],
  where: string,
  { record }: NetworkDescription,
  modulator: ModulatorDescription | undefined,
  modulating: Population | undefined,
): ProjectionOptions {
  return {
    ...(p.name === undefined ? {} : { name: p.name }),
    connect: resolveConnect(p.connect, `${where}.connect.file`),
    ...(p.receptor === undefined ? {} : { receptor: p.receptor }),
    ...(p.sources === undefined ? {} : { sources: p.sources }),
    ...(p.targets === undefined ? {} : { targets: p.targets }),
    delay: p.delay as Delay,
    dendriticDelay: p.dendriticDelay,
    ...(p.shortTerm ? { shortTerm: createModel('shortTerm', p.shortTerm) } : {}),
    ...(p.device ? { device: prefixErrors(`${where}.device`, () => createModel('device', p.device)) } : {}),
    itemised: record.devices ?? false,
    ...(p.rule ? { rule: createModel('rule', p.rule) } : {}),
    ...(modulator && modulating ? { modulator: modulatorOptions(modulator, modulating) } : {}),
  };
}

/** How to connect, with what is in the file that is named in its place. */
const resolveConnect = (connect: object, where: string): Connect =>
  'file' in connect ? readConnections(connect.file as ConnectionFile, where) : (connect as Connect);

/** Whether a description has the population; UserError if not. */
function requirePopulation({ populations }: NetworkDescription, name: string, where: string): true {
  if (Object.hasOwn(populations, name)) return true;
  throw new UserError(`${where} names population ${show(name)}${didYouMean(name, Object.keys(populations), 'there')}`);
}

/** The populations whose spikes are recorded: those that are named, or else all that are no stimulus. */
export const listRecordedPopulations = (
  { populations }: Network,
  { record }: NetworkDescription,
): readonly Population[] =>
  record.spikes?.flatMap((name) => populations.get(name) ?? []) ??
  [...populations.values()].filter(({ kind }) => kind === 'neurons');

/** Calls the recorders of a description that look at single populations. */
function recordPopulations(net: Network, d: NetworkDescription, open: OpenTable, mistakes: ErrorCollector): void {
  for (const [i, name] of d.record.spikes?.entries() ?? [])
    mistakes.try(() => requirePopulation(d, name, `record.spikes.${i}`));
  for (const [name, { record }] of Object.entries(d.populations) as [string, PopulationDescription][]) {
    const population = net.populations.get(name);
    if (population === undefined) continue;
    const { potential, state } = record ?? {};
    if (potential)
      mistakes.try(() =>
        net.recordPotential(population as Neurons, potential.neurons, toSchedule(potential), open(POTENTIALS)),
      );
    if (state) mistakes.try(() => net.recordState(population as Neurons, state, open(STATES)));
  }
}

/**
 * Attaches the recorders that a description asks for. The network's ids must be settled (`Network.build`).
 * @throws UserError with the mistakes of all of them, up to five
 */
export function attachRecorders(net: Network, d: NetworkDescription, open: OpenTable): void {
  const mistakes = new ErrorCollector();
  recordPopulations(net, d, open, mistakes);
  mistakes.throwIfAny();
  net.recordSpikes(listRecordedPopulations(net, d), open(SPIKES));
  const made: Projection[] = [...net.projections.values()].filter((p) => !p.modulatory);
  d.projections.forEach((p, i) => {
    const state = p.record?.state as StateRecording | undefined;
    if (state) mistakes.try(() => net.recordState(made[i]!, state, open(STATES)));
    if (!p.record?.weights) return;
    const when = p.record.weights as { every?: number; times?: number[]; on?: 'pre' | 'post' };
    mistakes.try(() => net.recordWeights(made[i]!, when.on ? { on: when.on } : toSchedule(when), open(WEIGHTS)));
  });
  mistakes.throwIfAny();
}
