import { UserError } from '../../../core/declare/errors.ts';
import { formatKey } from '../../../core/declare/show.ts';
import { describeNeurons, findCycles } from './describe.ts';
import { findNodeFault, NirNetwork } from './graph.ts';
import { findDuplicateEdge, type NirFileNode, readNirGraph, type Tensor } from './read.ts';
import { listStepCandidates, resolveTiming, type StepCandidate } from './timing.ts';

/** Property of a node that is missing, ambiguous or refused. */
export interface NirFinding {
  /** Name of the node; null for the whole file. */
  readonly node: string | null;
  /** True if the network cannot be simulated exactly because of it. */
  readonly isRefused: boolean;
  readonly text: string;
}

export interface NirCheck {
  readonly nodes: readonly { readonly name: string; readonly type: string }[];
  readonly findings: readonly NirFinding[];
  readonly stepCandidates: readonly StepCandidate[];
}

const valuesOf = ({ fields }: NirFileNode, name: string): readonly number[] => {
  const field = fields[name];
  return field === undefined || typeof field === 'string' ? [] : [...field.values];
};

/** Values that the package nir or PyTorch take for fields that a node lacks; the shape is that of field `like`. */
const DEFAULT_FIELDS: readonly (readonly [type: RegExp, field: string, value: number, like?: string])[] = [
  [/^(CubaLIF|LIF|IF)$/, 'v_reset', 0, 'v_threshold'],
  [/^Cuba/, 'w_in', 1, 'tau_mem'],
  [/^Conv/, 'stride', 1],
  [/^Conv/, 'dilation', 1],
  [/^Conv/, 'groups', 1],
  [/^(Conv|.*Pool)/, 'padding', 0],
];

/** Fields that a node lacks, with the value that the package nir or PyTorch take. */
export const listMissingFields = ({ type, fields }: NirFileNode): (readonly [name: string, value: Tensor])[] =>
  DEFAULT_FIELDS.flatMap(([types, name, value, like]) => {
    if (!types.test(type) || fields[name] !== undefined) return [];
    const model = like === undefined ? undefined : fields[like];
    const { values, shape } = typeof model === 'object' ? model : { values: Float64Array.of(0), shape: [] };
    return [[name, { values: values.map(() => value), shape }] as const];
  });

/** Properties of a node that have no unique value in NIR, and the value that memspike takes. */
export function listAmbiguities(node: NirFileNode): readonly string[] {
  const { type, fields } = node;
  const texts: string[] = [];
  if (fields.v_reset === undefined && fields.v_threshold !== undefined && valuesOf(node, 'v_leak').some((v) => v !== 0))
    texts.push('v_reset is missing; 0 is taken, as in the package nir, although v_leak is not 0');
  if (type === 'AvgPool2d' && valuesOf(node, 'padding').some((p) => p > 0))
    texts.push('padding of an average is not defined in NIR; zeros count');
  if (type.startsWith('Conv') && fields.padding === 'same') {
    const weight = fields.weight;
    const kernel = weight === undefined || typeof weight === 'string' ? [] : weight.shape.slice(2);
    if (kernel.some((size) => size % 2 === 0) || valuesOf(node, 'stride').some((stride) => stride > 1))
      texts.push('padding "same" with an even kernel or a stride is not defined in NIR; the larger half comes last');
  }
  return texts;
}

/** Calls `compute`; returns the message of a UserError, if any. */
function findRefusal(compute: () => unknown): string | undefined {
  try {
    compute();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return undefined;
}

/** Lists what is missing, ambiguous or refused in a NIR file, and the time steps that its numbers suggest. */
export function checkNirFile(path: string): NirCheck {
  const graph = readNirGraph(path);
  const findings: NirFinding[] = [];
  const add = (node: string | null, isRefused: boolean, text: string) =>
    findings.some((one) => one.node === node && one.text === text) || findings.push({ node, isRefused, text });
  for (const [name, node] of graph.nodes) {
    const fault = findNodeFault(node);
    if (fault !== undefined) add(name, true, fault);
    const ambiguities = listAmbiguities(node);
    for (const text of ambiguities) add(name, false, text);
    for (const [field, { values }] of listMissingFields(node))
      if (field !== 'v_reset' || ambiguities.length === 0)
        add(name, false, `${field} is missing; ${values[0]} is taken, as in the package nir or PyTorch`);
  }
  const twice = findDuplicateEdge(graph);
  if (twice !== undefined)
    add(
      null,
      false,
      `the edge ${twice} is there twice; signals of both are added, as the NIR documentation says, but NIR libraries drop or refuse such edges`,
    );
  if (!findings.some(({ isRefused }) => isRefused)) {
    const net = new NirNetwork(graph, path);
    const timing = resolveTiming({ unit: 's', spikeArea: 1 });
    if (net.populations.length === 0) add(null, true, 'the graph has no inputs and no neurons');
    for (const name of net.populations) {
      const isInput = net.getNode(name).type === 'Input';
      const refusal =
        findRefusal(() => (isInput ? undefined : describeNeurons(net, name, timing))) ??
        findRefusal(() => net.findTargets(name));
      if (refusal !== undefined) {
        const node = [...graph.nodes.keys()].find((key) => refusal.startsWith(`${net.formatNodePath(key)}: `)) ?? null;
        const place = node === null ? path : net.formatNodePath(node);
        add(node, true, refusal.replace(`${place}: `, '').replace(/\.$/, ''));
      }
    }
    for (const [name, remark] of net.remarks) add(name, false, remark);
    if (!findings.some(({ isRefused }) => isRefused))
      for (const cycle of findCycles(net))
        add(
          null,
          true,
          `${cycle.split('\n').map(formatKey).join(' -> ')} closes a cycle without delay, which has no unique result: import.mode=step delays it by one step`,
        );
  }
  const times = [...graph.nodes.values()].flatMap((node) =>
    ['tau', 'tau_mem', 'tau_syn', 'delay'].flatMap((field) => valuesOf(node, field)),
  );
  const positive = times.filter((time) => time > 0);
  if (positive.length > 0)
    add(
      null,
      false,
      `the unit of times is not stated: ${Math.min(...positive)} to ${Math.max(...positive)} are seconds with import.unit=s (default), milliseconds with import.unit=ms`,
    );
  add(
    null,
    false,
    'the area of a spike is not stated: set import.dt to the time step of the training, or import.spikeArea=1 for Dirac pulses as NIR defines them',
  );
  return {
    nodes: [...graph.nodes].map(([name, { type }]) => ({ name, type })),
    findings,
    stepCandidates: listStepCandidates(graph.nodes.values()),
  };
}
