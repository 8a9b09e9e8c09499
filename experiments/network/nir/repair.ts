import { UserError } from '../../../core/declare/errors.ts';
import { formatKey, formatShape } from '../../../core/declare/show.ts';
import { listAmbiguities, listMissingFields } from './check.ts';
import { findNodeFault } from './graph.ts';
import { NIR_NEURON_TYPES, readNodeShape } from './neurons.ts';
import { countElements, OPERATOR_FACTORIES } from './operators.ts';
import { findDuplicateEdge, type NirFileGraph, type NirFileNode, readNirGraph, type Tensor } from './read.ts';

const toTensor = (values: readonly number[]): Tensor => ({ values: Float64Array.from(values), shape: [values.length] });

/** Input shape that the first node behind an Input requires; undefined if that node accepts any shape. */
function findRequiredShape(node: NirFileNode, where: string): readonly number[] | undefined {
  const { type, fields } = node;
  if (NIR_NEURON_TYPES.includes(type)) return readNodeShape(node, where);
  const { weight, input_shape: size } = fields;
  if (typeof weight !== 'object') return undefined;
  if (type === 'Linear' || type === 'Affine') return weight.shape.slice(-1);
  const groups = typeof fields.groups === 'object' ? fields.groups.values[0]! : 1;
  return typeof size === 'object' ? [weight.shape[1]! * groups, ...size.values] : undefined;
}

/**
 * Reads a NIR graph and fills in what has one right value: missing fields with a default, shapes of inputs, outputs,
 * convolutions and `Flatten`, and single numbers that apply to a layer. `assumptions`: one sentence per change.
 * @throws UserError if a field has no single right value
 */
export function repairNirFile(path: string): { readonly graph: NirFileGraph; readonly assumptions: readonly string[] } {
  const { nodes: read, edges } = readNirGraph(path);
  const nodes = new Map(read);
  const assumptions: string[] = [];
  const where = (name: string) => `${path}: node ${formatKey(name)}`;
  const set = (name: string, field: string, value: Tensor, reason: string) => {
    const { type, fields } = nodes.get(name)!;
    const old = fields[field];
    if (typeof old === 'object' && [...old.values].join() === [...value.values].join()) return;
    nodes.set(name, { type, fields: { ...fields, [field]: value } });
    const shown = value.shape.length === 0 || field.includes('shape') || field.endsWith('type');
    assumptions.push(
      `${formatKey(name)}: ${field} is ${shown ? [...value.values].join(' x ') : value.values[0]} (${reason}).`,
    );
  };
  for (const [name, node] of read) {
    const nodeFault = findNodeFault(node) ?? listAmbiguities(node).map((text) => `has no single repair: ${text}`)[0];
    if (nodeFault !== undefined) throw new UserError(`${where(name)} ${nodeFault}.`);
    for (const [field, value] of listMissingFields(node)) set(name, field, value, 'missing; default of nir or PyTorch');
  }
  const twice = findDuplicateEdge({ edges });
  if (twice !== undefined)
    throw new UserError(
      `${path} has the edge ${twice} twice: the NIR documentation adds the signals of both, but NIR libraries drop or refuse such edges.`,
    );
  const shapes = new Map<string, readonly number[]>();
  const behind = 'shape of the node before';
  /** Completes node `to`, whose input has the shape `received`, and the nodes behind it. */
  const visit = (to: string, received: readonly number[]) => {
    if (shapes.has(to)) return;
    const { type, fields } = nodes.get(to)!;
    const size = countElements(received);
    if (type === 'Output') set(to, 'shape', toTensor(received), behind);
    if (type.startsWith('Conv') && received.length > 1) {
      const { values } = toTensor(received.slice(1));
      set(to, 'input_shape', { values, shape: type === 'Conv1d' ? [] : [values.length] }, behind);
    }
    if (type === 'Flatten') set(to, 'input_type', toTensor(received), behind);
    if (NIR_NEURON_TYPES.includes(type))
      for (const [field, value] of Object.entries(fields)) {
        if (typeof value === 'string' || value.values.length === size) continue;
        if (value.values.length !== 1)
          throw new UserError(
            `${where(to)}: ${field} has shape ${formatShape(value.shape)}, but receives ${formatShape(received)}.`,
          );
        set(to, field, { values: new Float64Array(size).fill(value.values[0]!), shape: received }, behind);
      }
    const node = nodes.get(to)!;
    const createOperator = OPERATOR_FACTORIES[type];
    const shape = createOperator ? createOperator(node, received, where(to)).shape : readNodeShape(node, where(to));
    shapes.set(to, shape);
    for (const [from, next] of edges) if (from === to) visit(next, shape);
  };
  for (const [name, { type, fields }] of read) {
    if (type !== 'Input') continue;
    const next = edges.find(([from]) => from === name)?.[1];
    const required = next === undefined ? undefined : findRequiredShape(nodes.get(next)!, where(next));
    if (fields.shape === undefined && required === undefined)
      throw new UserError(`${where(name)} has no shape, and the next node accepts any shape; add a shape.`);
    if (fields.shape === undefined) set(name, 'shape', toTensor(required!), 'required by the node behind it');
    visit(name, readNodeShape(nodes.get(name)!, where(name)));
  }
  return { graph: { nodes, edges }, assumptions };
}
