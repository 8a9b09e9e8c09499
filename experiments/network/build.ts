import { ErrorCollector, prefixErrors, UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import type { Schedule } from '../../core/engine/timer.ts';
import type { Neurons, Population } from '../../core/graph/population.ts';
import type { Positions } from '../../core/graph/positions.ts';
import type { Projection } from '../../core/graph/projection.ts';
import type { Connect, WinnerTakeAll } from '../../core/graph/schema.ts';
import { POTENTIALS, type RowSink, SPIKES, STATES, type TableSpec, WEIGHTS } from '../../core/log/tables.ts';
import { Network } from '../../core/network.ts';
import type { StateRecording } from '../../core/recorders/states.ts';
import { readConnections } from './connections/read.ts';
import { verifyInputFiles } from './inputs.ts';
import { createModel, type ModelChoice } from './models.ts';
import type { ConnectionFile, NetworkDescription } from './schema.ts';

interface PopulationDescription extends ModelChoice {
  readonly winnerTakeAll?: WinnerTakeAll;
  readonly positions?: Positions;
  readonly record?: {
    readonly potential?: { readonly neurons: number[]; readonly times?: number[]; readonly every?: number };
    readonly state?: StateRecording;
  };
}

/** Function that creates the sink for the rows of a recorded table. */
export type TableOpener = (table: TableSpec) => RowSink;

/** Readers of stimulus data files, by model name. A reader returns parameters that contain the data, not the file path. */
export type StimulusReaders = Readonly<Record<string, (choice: ModelChoice) => Readonly<Record<string, unknown>>>>;

const toSchedule = ({ times, every }: { times?: number[]; every?: number }): Schedule =>
  times === undefined ? { every: every! } : { times };

/** After an error, only projections with at most this number of neuron pairs are built, to find further errors quickly. */
const MAX_PAIRS_AFTER_ERROR = 2 ** 22;

/**
 * Builds a network from its description, without recorders. @param read readers of stimulus data files, by model name
 * @throws UserError if a file in `inputs` has changed, or if the description has errors, of which up to five are listed
 */
export function buildNetwork(d: NetworkDescription, read: StimulusReaders = {}): Network {
  if (d.import !== undefined) throw new UserError('`import` is not resolved: pass the result of loadNetwork(file).');
  if (d.parameters !== undefined)
    throw new UserError('`parameters` are not evaluated: pass the result of loadNetwork(file).');
  verifyInputFiles(d.inputs);
  const errors = new ErrorCollector();
  const net = new Network({ seed: d.seed, delivery: d.delivery, emit: d.emit });
  for (const [name, description] of Object.entries(d.populations) as [string, PopulationDescription][]) {
    errors.tryAndCollectError(() => {
      const choice = { ...description, ...read[description.model]?.(description) };
      const factory = createModel<'neuron' | 'stimulus'>('neuron', choice);
      const { winnerTakeAll, positions } = description;
      if (factory.kind === 'stimulus') net.population(name, factory, { positions });
      else net.population(name, factory, { positions, winnerTakeAll });
    });
  }
  d.projections.forEach((p, i) => {
    const where = `projections.${i}`;
    const find = (name: string, key: string): Population | undefined =>
      errors.tryAndCollectError(() => requirePopulation(d, name, `${where}.${key}`)) && net.populations.get(name);
    const [source, target] = [find(p.from, 'from'), find(p.to, 'to')];
    const {
      from,
      delay = 0,
      ...modulatorChoice
    } = (p.modulator ?? {}) as Partial<ModelChoice & { from: string; delay: number }>;
    const modulating = from === undefined ? undefined : find(from, 'modulator.from');
    if (source === undefined || target === undefined || (p.modulator && modulating === undefined)) return;
    if (errors.hasErrors && source.size * target.size > MAX_PAIRS_AFTER_ERROR) return;
    errors.tryAndCollectError(() =>
      net.projection(source, target, {
        name: p.name,
        connect:
          'file' in p.connect
            ? readConnections(p.connect.file as ConnectionFile, `${where}.connect.file`)
            : (p.connect as Connect),
        receptor: p.receptor,
        sources: p.sources,
        targets: p.targets,
        delay: p.delay,
        dendriticDelay: p.dendriticDelay,
        shortTerm: p.shortTerm ? createModel('shortTerm', p.shortTerm) : undefined,
        device: p.device ? prefixErrors(`${where}.device`, () => createModel('device', p.device)) : undefined,
        itemised: d.record.devices ?? false,
        rule: p.rule ? createModel('rule', p.rule) : undefined,
        modulator: modulating && { from: modulating, delay, model: createModel('modulator', modulatorChoice) },
      }),
    );
  });
  if (errors.hasErrors) recordPopulations(net, d, () => ({ write: () => {} }), errors);
  errors.throwIfAny();
  return net;
}

function requirePopulation({ populations }: NetworkDescription, name: string, where: string): true {
  if (Object.hasOwn(populations, name)) return true;
  throw new UserError(`${where} names population ${show(name)}${didYouMean(name, Object.keys(populations), 'there')}`);
}

export const listRecordedPopulations = (
  { populations }: Network,
  { record }: NetworkDescription,
): readonly Population[] =>
  record.spikes?.flatMap((name) => populations.get(name) ?? []) ??
  [...populations.values()].filter(({ kind }) => kind === 'neurons');

function recordPopulations(net: Network, d: NetworkDescription, open: TableOpener, errors: ErrorCollector) {
  for (const [i, name] of d.record.spikes?.entries() ?? [])
    errors.tryAndCollectError(() => requirePopulation(d, name, `record.spikes.${i}`));
  for (const [name, { record }] of Object.entries(d.populations) as [string, PopulationDescription][]) {
    const population = net.populations.get(name);
    if (population === undefined) continue;
    const { potential, state } = record ?? {};
    if (potential)
      errors.tryAndCollectError(() =>
        net.recordPotential(population as Neurons, potential.neurons, toSchedule(potential), open(POTENTIALS)),
      );
    if (state) errors.tryAndCollectError(() => net.recordState(population as Neurons, state, open(STATES)));
  }
}

/** Attaches the recorders. Call `Network.build` before, which assigns ids. */
export function attachRecorders(net: Network, d: NetworkDescription, open: TableOpener) {
  const errors = new ErrorCollector();
  recordPopulations(net, d, open, errors);
  errors.throwIfAny();
  net.recordSpikes(listRecordedPopulations(net, d), open(SPIKES));
  const made: Projection[] = [...net.projections.values()].filter((p) => !p.isModulatory);
  d.projections.forEach((p, i) => {
    const state = p.record?.state as StateRecording | undefined;
    if (state) errors.tryAndCollectError(() => net.recordState(made[i]!, state, open(STATES)));
    if (!p.record?.weights) return;
    const when = p.record.weights as { every?: number; times?: number[]; on?: 'pre' | 'post' };
    errors.tryAndCollectError(() =>
      net.recordWeights(made[i]!, when.on ? { on: when.on } : toSchedule(when), open(WEIGHTS)),
    );
  });
  errors.throwIfAny();
}
