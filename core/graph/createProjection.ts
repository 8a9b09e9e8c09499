import type { Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import { didYouMean } from '../declare/suggest.ts';
import type { DeviceFactory, ModelContext, RuleFactory, ShortTermFactory } from '../factories.ts';
import type { Arena, Floats, Precision } from '../kernels/arena.ts';
import { validateTime } from '../time.ts';
import { connectNeurons } from './connect.ts';
import type { ConnectResult, SelfConnectionMap } from './connectOptions.ts';
import { type Edges, transpose } from './edges.ts';
import { createModulatedShortTerm, createModulatoryProjection, type ModulatorOptions } from './modulation.ts';
import { checkMembers, type Population } from './population.ts';
import { Projection } from './projection.ts';
import type { Connect, Delay } from './schema.ts';
import { type NeuronSubset, type SourceNeurons, selectSourceNeurons } from './sourceNeurons.ts';

const isDrawn = (c: Connect) =>
  !('list' in c || 'edges' in c || 'matrix' in c || 'pairs' in c) &&
  Object.values(c).some(
    ({ weight }: { weight: Distribution | Floats }) => typeof weight !== 'number' && !ArrayBuffer.isView(weight),
  );

function checkBlockSupport({ blocks }: Edges, target: Population, where: string) {
  if (!blocks || (!blocks.hasSharedWeights && blocks.firingBlocks === null)) return;
  if (target.kind === 'neurons' && target.model.supportsEdgeBlocks) return;
  const what = blocks.firingBlocks === null ? 'with a shared kernel (set shared: false)' : 'with a gate';
  throw new UserError(
    `${where} ${what} requires target neurons of model lif with synapse: delta, one common tau, refractoryInput: discard and no firing without arrivals; population ${target.name} does not fulfil this.`,
  );
}

/** Options of `Network.projection`: connection rule, delays (ms), and models of the synapses. */
export interface ProjectionOptions {
  /** Name. Default: `source->target`, with `#2` and so on for further projections between the same populations. */
  readonly name?: string;
  readonly connect: Connect;
  /** Name of the target's receptor. Default: the sign of the weight decides. */
  readonly receptor?: string;
  /** Source neurons that the projection uses; `connect` counts them from 0. Default: all. */
  readonly sources?: NeuronSubset;
  /** Target neurons, which `connect` counts from 0; not with `windows`, `convolution` or `pooling`. Default: all. */
  readonly targets?: NeuronSubset;
  /** Axonal delay from a presynaptic spike to its arrival at the synapse, ms. Default 0. */
  readonly delay?: Delay;
  /**
   * Dendritic delay d, ms. Default 0. Current reaches the target `delay` + d ms after the presynaptic spike; the synapse
   * sees a postsynaptic spike d ms late: Δt = (t_post + d) - (t_pre + delay). In NEST, the whole delay is dendritic. A
   * synaptic quantity recorded at t is its value at t - d.
   */
  readonly dendriticDelay?: number;
  readonly shortTerm?: ShortTermFactory;
  readonly device?: DeviceFactory;
  /** True to count pulses and write energy of each device (`usage.wear`, `usage.writeEnergies`). Default false. */
  readonly itemised?: boolean;
  readonly rule?: RuleFactory;
  readonly modulator?: ModulatorOptions;
}

/** Required methods of models of synapses, and their names in version 0.1. */
const MODEL_METHODS = { resetDynamicState: 'rest' };
const RULE_METHODS = { onPre: 'arrive', onPost: 'fire', ...MODEL_METHODS };

export function createProjection(
  source: Population,
  target: Population,
  options: ProjectionOptions,
  { name, precision, arena, seed }: ModelContext & { readonly precision: Precision },
): { projection: Projection; modulation: Projection | null } {
  const where = `projections.${name}`;
  if (options.rule && !options.device)
    throw new UserError(`${where} has a rule but no device; add a device, which the rule pulses.`);
  const dendriticDelay = validateTime(options.dendriticDelay ?? 0, `${where}.dendriticDelay`);
  const sources = selectSourceNeurons(source, options.sources, `${where}.sources`);
  const targets = options.targets && selectSourceNeurons(target, options.targets, `${where}.targets`);
  if (targets) checkTargetSubset(options.connect, where);
  const selfMap = targets ? createSelfMap(targets, sources) : sources;
  const positions = targets ? (target.positions?.selectSubset(targets) ?? null) : target.positions;
  const connected = connectNeurons({
    preCount: sources.neuronCount,
    postCount: targets?.neuronCount ?? target.size,
    selfMap: source === target ? selfMap : null,
    positions: { pre: source.positions, post: positions, terminals: sources },
    connect: options.connect,
    delay: options.delay ?? 0,
    precision,
    isPlastic: options.device !== undefined,
    seed,
    projectionPath: where,
    arena,
  });
  const { edges, delays: axonal } = targets ? restrictTargets(connected, targets, target.size, arena) : connected;
  checkBlockSupport(edges, target, `${where}.connect.convolution`);
  if (options.receptor !== undefined) edges.receptor = findReceptor(target, options.receptor, where);
  const context = { arena, seed, name: where };
  const back = options.rule && edges.targets !== null ? transpose(edges, arena) : null;
  const devices =
    options.device?.create({
      ...context,
      edges,
      transpose: back,
      hasRandomWeights: isDrawn(options.connect),
      recordsUsagePerDevice: options.itemised ?? false,
    }) ?? null;
  const modulator =
    devices &&
    options.modulator?.model.create({
      ...context,
      name: `${where}.modulator`,
      devices,
      transpose: back,
      modulatingNeuronCount: options.modulator.from.size,
    });
  if (options.modulator && !options.rule && !modulator?.efficacy)
    throw new UserError(
      `${where} has a modulator, which needs a rule${devices ? '' : ' and a device'}; add ${devices ? 'a rule' : 'both'}.`,
    );
  const rule =
    options.rule && devices
      ? options.rule.create({
          ...context,
          devices: modulator ?? devices,
          transpose: back,
          rows: edges.rows,
          columns: edges.columns,
          readPotential: createPotentialReader(target, where),
        })
      : null;
  if (rule) checkMembers(rule, RULE_METHODS, `${where}.rule`);
  if (modulator) checkMembers(modulator, MODEL_METHODS, `${where}.modulator`);
  const dynamics = options.shortTerm?.create({ ...context, rows: edges.rows, edges }) ?? null;
  if (dynamics) checkMembers(dynamics, MODEL_METHODS, `${where}.shortTerm`);
  if (dynamics?.factors && edges.blocks?.hasSharedWeights)
    throw new UserError(
      `${where}.shortTerm has parameters per synapse, but the synapses share one kernel; set shared: false.`,
    );
  const effectiveEdges = dynamics?.factors
    ? { ...edges, weights: arena.floats(precision, edges.count), weight: Number.NaN }
    : null;
  const efficacy = modulator?.efficacy?.bind(modulator);
  const shortTerm = efficacy ? createModulatedShortTerm(dynamics, efficacy) : dynamics;
  const delays = axonal.map((d) => validateTime(d + dendriticDelay, `${where}.delay with its dendriticDelay`));
  const parts = { name, source, sources, target, edges, delays, dendriticDelay, arena };
  const projection = new Projection({ ...parts, shortTerm, effectiveEdges, devices, rule, isModulatory: false });
  const modulation =
    options.modulator && modulator ? createModulatoryProjection(projection, modulator, options.modulator, arena) : null;
  return { projection, modulation };
}

function createPotentialReader(target: Population, where: string) {
  if (target.kind === 'neurons') return (column: number, t: number) => target.model.potential(column, t);
  return () => {
    throw new UserError(`${where}.rule reads potentials of ${target.name}, but a stimulus has none.`);
  };
}

function findReceptor(target: Population, receptor: string, where: string) {
  const known = target.kind === 'neurons' ? (target.model.receptors ?? []) : [];
  const found = known.indexOf(receptor);
  if (found >= 0) return found;
  throw new UserError(
    known.length === 0
      ? `${where}.receptor is ${show(receptor)}, but ${target.name} has no receptors; remove \`receptor\`.`
      : `${where}.receptor is ${show(receptor)}${didYouMean(receptor, known, `receptors of ${target.name}`)}`,
  );
}

/** Connection rules of maps (images, feature maps); they divide the whole target, so `targets` is refused. */
const MAP_RULES = ['windows', 'convolution', 'pooling'];

function checkTargetSubset(connect: Connect, where: string) {
  const map = MAP_RULES.find((way) => way in connect);
  if (map !== undefined)
    throw new UserError(`${where}.targets cannot be given with connect.${map}, which connects to all target neurons.`);
}

const createSelfMap = (targets: SourceNeurons, sources: SourceNeurons): SelfConnectionMap => ({
  getNeuron: (i) => targets.getTerminal(sources.getNeuron(i)),
  getTerminal: (j) => sources.getTerminal(targets.getNeuron(j)),
});

/** Replaces target indices within the subset by indices in the whole population. */
function restrictTargets(
  { edges, delays }: ConnectResult,
  subset: SourceNeurons,
  size: number,
  arena: Arena,
): ConnectResult {
  const { rows, columns, count } = edges;
  const targets = arena.indices(size, count);
  for (let k = 0; k < count; k++)
    targets[k] = subset.getNeuron(edges.targets === null ? k % columns : edges.targets[k]!);
  const starts = edges.starts ?? arena.u32(rows + 1);
  if (edges.starts === null) for (let row = 0; row <= rows; row++) starts[row] = row * columns;
  return { edges: { ...edges, columns: size, targets, starts, isOneToOne: false }, delays };
}
