import type { Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import type { DeviceFactory, RuleFactory, ShortTermFactory } from '../factories.ts';
import type { Arena, Floats, Precision } from '../kernels/arena.ts';
import type { PlasticityRule } from '../model.ts';
import type { Seed } from '../random/random.ts';
import { validateTime } from '../time.ts';
import { connect } from './connect.ts';
import type { Connect, Delay } from './connectOptions.ts';
import { type Edges, transpose } from './edges.ts';
import { GatedDelivery, type ModulatorOptions, modulatorOf } from './modulation.ts';
import type { Population } from './population.ts';
import { Projection } from './projection.ts';
import { findReceptor } from './receptor.ts';
import { type SourcesChoice, selectSources } from './sources.ts';
import { checkTargetSubset, restrictTargets, selfTargets } from './targetSubset.ts';

/** Whether the weights are drawn, not given. */
const isDrawn = (c: Connect): boolean =>
  !('list' in c || 'edges' in c || 'matrix' in c || 'pairs' in c) &&
  Object.values(c).some(
    ({ weight }: { weight: Distribution | Floats }) => typeof weight !== 'number' && !ArrayBuffer.isView(weight),
  );

/** Refuses a shared kernel and gates where the neurons do not know of them. */
function checkBlocks({ blocks }: Edges, target: Population, where: string): void {
  if (!blocks || (!blocks.shared && blocks.gates === null)) return;
  if (target.kind === 'neurons' && target.model.takesBlocks) return;
  const what = blocks.gates === null ? 'with one kernel for all places (set shared: false)' : 'with a gate';
  throw new UserError(
    `${where} ${what} is for neurons of model lif with synapse delta that fire at arrivals only; ${target.name} are others.`,
  );
}

export interface ProjectionOptions {
  /** Default: `source->target`, with `#2` and so on for further ones between the same populations. */
  readonly name?: string;
  readonly connect: Connect;
  /** Which of the target's receptors it leads to. Default: the sign of a weight decides. */
  readonly receptor?: string;
  /** Only these neurons of the source, counted from 0 in `connect`. Default: all. */
  readonly sources?: SourcesChoice;
  /** Only these neurons of the target, counted from 0 in `connect`; not with maps. Default: all. */
  readonly targets?: SourcesChoice;
  /** Axonal delay, ms: the spike reaches the synapse, and the synapse learns of it, this long after it was fired. Default 0. */
  readonly delay?: Delay;
  /**
   * Dendritic delay d, ms: the current reaches the target d after the spike reached the synapse, so delay + d after it was
   * fired; a spike of the target reaches the synapse d after it was fired. The rule's Δt at the synapse is then
   * (t_post + d) - (t_pre + delay). NEST takes the whole of its delay for dendritic. Default 0. What is recorded at t
   * is the synapse as it was at t - d, when it sent off the current that arrives now.
   */
  readonly dendriticDelay?: number;
  readonly shortTerm?: ShortTermFactory;
  readonly device?: DeviceFactory;
  /** Book pulses and write energy for each device, too (`accounts.wear`, `accounts.writeEnergies`). Default: false. */
  readonly itemised?: boolean;
  readonly rule?: RuleFactory;
  readonly modulator?: ModulatorOptions;
}

/** What a projection takes from its network. */
export interface Wiring {
  readonly name: string;
  /** Of the weights. */
  readonly precision: Precision;
  readonly arena: Arena;
  readonly seed: Seed;
}

/** Required methods of a rule with their names in version 0.1. */
const RULE_METHODS = { onPre: 'arrive', onPost: 'fire' } as const;

function checkRuleMethods(rule: PlasticityRule, where: string): void {
  for (const [name, former] of Object.entries(RULE_METHODS))
    if (!(name in rule))
      throw new UserError(
        `${where}.rule has no method \`${name}\`${former in rule ? `; \`${former}\` is now named \`${name}\`` : ''}.`,
      );
}

/** Builds a projection from its options: edges, then the devices on them, then the rule that moves them. */
export function wire(
  source: Population,
  target: Population,
  options: ProjectionOptions,
  { name, precision, arena, seed }: Wiring,
): { projection: Projection; modulation: Projection | null } {
  const where = `projections.${name}`;
  if (options.rule && !options.device)
    throw new UserError(`${where} has a rule but no device for it to pulse; add one.`);
  const dendriticDelay = validateTime(options.dendriticDelay ?? 0, `${where}.dendriticDelay`);
  const sources = selectSources(source, options.sources, `${where}.sources`);
  const listeners = options.targets && selectSources(target, options.targets, `${where}.targets`);
  if (listeners) checkTargetSubset(options.connect, where);
  const selves = listeners ? selfTargets(listeners, sources) : sources;
  const places = listeners ? (target.positions?.of(listeners) ?? null) : target.positions;
  const made = connect({
    pre: sources.count,
    post: listeners?.count ?? target.size,
    selves: source === target ? selves : null,
    places: { pre: source.positions, post: places, terminals: sources },
    connect: options.connect,
    delay: options.delay ?? 0,
    precision,
    plastic: options.device !== undefined,
    seed,
    where,
    arena,
  });
  const { edges, delays: axonal } = listeners ? restrictTargets(made, listeners, target.size, arena) : made;
  checkBlocks(edges, target, `${where}.connect.convolution`);
  if (options.receptor !== undefined) edges.receptor = findReceptor(target, options.receptor, where);
  const context = { arena, seed, name: where };
  const back = options.rule && edges.targets !== null ? transpose(edges, arena) : null;
  const devices =
    options.device?.create({
      ...context,
      edges,
      transpose: back,
      drawn: isDrawn(options.connect),
      itemised: options.itemised ?? false,
    }) ?? null;
  const modulator =
    devices &&
    options.modulator?.model.create({
      ...context,
      name: `${where}.modulator`,
      devices,
      transpose: back,
      neurons: options.modulator.from.size,
    });
  if (options.modulator && !options.rule && !modulator?.efficacy)
    throw new UserError(
      `${where} has a modulator but no rule${devices ? '' : ' or device'} for it to act on; add one.`,
    );
  const rule =
    options.rule && devices
      ? options.rule.create({
          ...context,
          devices: modulator ?? devices,
          transpose: back,
          rows: edges.rows,
          columns: edges.columns,
        })
      : null;
  if (rule) checkRuleMethods(rule, where);
  const own = options.shortTerm?.create({ ...context, rows: edges.rows, edges }) ?? null;
  if (own?.factors && edges.blocks?.shared)
    throw new UserError(
      `${where}.shortTerm has parameters for each synapse, but with one kernel for all places synapses are shared; set shared: false.`,
    );
  const passing = own?.factors ? { ...edges, weights: arena.floats(precision, edges.count), weight: Number.NaN } : null;
  const efficacy = modulator?.efficacy?.bind(modulator);
  const shortTerm = efficacy ? new GatedDelivery(own, efficacy) : own;
  const delays = axonal.map((d) => validateTime(d + dendriticDelay, `${where}.delay with its dendriticDelay`));
  const parts = { name, source, sources, target, edges, delays, dendriticDelay, arena };
  const projection = new Projection({ ...parts, shortTerm, passing, devices, rule, modulatory: false });
  const modulation =
    options.modulator && modulator ? modulatorOf(projection, modulator, options.modulator, arena) : null;
  return { projection, modulation };
}
