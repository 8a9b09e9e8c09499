import type { Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { Floats } from '../kernels/arena.ts';
import { NO_GATE } from '../kernels/blockRows.ts';
import { validateTime } from '../time.ts';
import {
  bytesPerSynapse,
  type ConnectOptions,
  type ConnectResult,
  connectPath,
  createEdges,
  weightSampler,
} from './connectOptions.ts';
import { fromArrays } from './edgeList.ts';
import type { Convolution, MapGeometry, Windows } from './mapTypes.ts';

/** Rows of the source's map. */
export function countMapRows(o: ConnectOptions, { columns, channels = 1 }: MapGeometry): number {
  const rows = o.pre / (columns * channels);
  if (Number.isInteger(rows)) return rows;
  throw new UserError(
    `${connectPath(o)} is of a map with ${columns} columns and ${channels} channels, but there are ${o.pre} presynaptic neurons: not whole rows.`,
  );
}

/** How many windows fit along one side. */
function along(o: ConnectOptions, length: number, padding: number, side: 0 | 1, { size, stride }: Windows): number {
  const room = length + 2 * padding;
  if (size[side] <= room) return Math.floor((room - size[side]) / stride[side]) + 1;
  const map = `a map of ${length} ${side === 0 ? 'rows' : 'columns'}${padding > 0 ? ` with a padding of ${padding}` : ''}`;
  throw new UserError(`${connectPath(o)}.size is ${show(size)}, which is larger than ${map}.`);
}

/** Edges from the windows of a map to equal parts of the target; see `Windows` and `Convolution`. */
export function fromWindows(
  o: ConnectOptions,
  c: Windows & Omit<Convolution, keyof Windows>,
  convolves: boolean,
): ConnectResult {
  const { columns, channels = 1, size, stride, padding = 0 } = c;
  const shared = convolves && (c.shared ?? true);
  const rows = countMapRows(o, c);
  const [down, across] = [along(o, rows, padding, 0, c), along(o, columns, padding, 1, c)];
  const places = down * across;
  const each = o.post / places;
  if (!Number.isInteger(each))
    throw new UserError(
      `${connectPath(o)} has ${places} windows (${down} by ${across}), but the target has ${o.post} neurons: not equally many for each.`,
    );
  if (shared && o.plastic)
    throw new UserError(
      `${connectPath(o)} has one kernel for all places, but a device belongs to one synapse; with shared: false each place has devices of its own.`,
    );
  if (c.gate !== undefined && c.gate >= channels)
    throw new UserError(`${connectPath(o)}.gate is ${c.gate}, but the map has ${channels} channels (from 0).`);
  if (typeof o.delay !== 'number' && (shared || c.gate !== undefined))
    throw new UserError(
      `${o.where}.delay must be a number with ${shared ? 'one kernel for all places (set shared: false)' : 'a gate'}.`,
    );
  const { arena, pre } = o;
  const kernel = size[0] * size[1] * channels * each;
  let blocks = 0;
  /** Calls `visit` for each window that neuron `row` lies in, ascending, with its place in the kernel. */
  const windowsOf = (row: number, visit: (place: number, offset: number) => void): void => {
    const channel = row % channels;
    const x = (Math.floor(row / channels) % columns) + padding;
    const y = Math.floor(row / (channels * columns)) + padding;
    const first = (at: number, side: 0 | 1) => Math.max(0, Math.ceil((at - size[side] + 1) / stride[side]));
    for (let py = first(y, 0); py < down && py * stride[0] <= y; py++)
      for (let px = first(x, 1); px < across && px * stride[1] <= x; px++)
        visit(py * across + px, (((y - py * stride[0]) * size[1] + x - px * stride[1]) * channels + channel) * each);
  };
  const count = () => {
    blocks++;
  };
  for (let row = 0; row < pre; row++) windowsOf(row, count);
  const synapses = blocks * each;
  arena.reserve(synapses * bytesPerSynapse(o, !shared) + blocks * 8 + pre * 12, `${o.where} with ${synapses} synapses`);
  const table = { starts: arena.u32(pre + 1), groups: arena.u32(blocks), offsets: arena.u32(blocks) };
  const gates = c.gate === undefined ? null : arena.u32(pre).fill(NO_GATE);
  const centre = ((size[0] >> 1) * size[1] + (size[1] >> 1)) * channels * each + (c.gate ?? 0) * each;
  const starts = arena.u32(pre + 1);
  const targets = arena.indices(o.post, synapses);
  const inKernel = new Uint32Array(shared ? 0 : blocks); // in the kernel
  let b = 0;
  for (let row = 0; row < pre; row++) {
    windowsOf(row, (place, offset) => {
      table.groups[b] = place;
      table.offsets[b] = shared ? offset : b * each;
      if (!shared) inKernel[b] = offset;
      if (gates !== null && row % channels === c.gate && offset === centre) gates[row] = b;
      for (let i = 0; i < each; i++) targets[b * each + i] = place * each + i;
      b++;
    });
    table.starts[row + 1] = b;
    starts[row + 1] = b * each;
  }
  const weights = arena.floats(o.precision, shared ? kernel : synapses);
  fill(weights, o, c.weight, kernel, (k) => inKernel[Math.floor(k / each)]! + (k % each));
  if (typeof o.delay !== 'number') {
    const from = new Uint32Array(synapses);
    for (let row = 0; row < pre; row++) from.fill(row, starts[row], starts[row + 1]);
    return fromArrays(o, { pre: from, post: targets, weight: weights }, convolves ? 'convolution' : 'windows');
  }
  return createEdges(o, [validateTime(o.delay, `${o.where}.delay`)], {
    weights,
    targets,
    starts,
    blocks: { size: each, ...table, shared, gates },
  });
}

/** Draws weights or takes those given: as many, or one kernel, of which synapse k has number `inKernel`. */
function fill(
  weights: Floats,
  o: ConnectOptions,
  given: Distribution | Floats,
  kernel: number,
  inKernel: (k: number) => number,
): void {
  if (given instanceof Float32Array || given instanceof Float64Array) {
    if (given.length === weights.length) weights.set(given);
    else if (given.length === kernel) for (let k = 0; k < weights.length; k++) weights[k] = given[inKernel(k)]!;
    else
      throw new UserError(
        `${connectPath(o)}.weight has length ${given.length}, but must have one for each of ${weights.length} synapses or of the ${kernel} of one window.`,
      );
    return;
  }
  const draw = weightSampler(o, given);
  for (let k = 0; k < weights.length; k++) weights[k] = draw();
}
