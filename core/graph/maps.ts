import type { Distribution } from '../declare/distribution.ts';
import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { Floats } from '../kernels/arena.ts';
import { NO_FIRING_BLOCK } from '../kernels/kernelInputs.ts';
import { validateTime } from '../time.ts';
import { compressEdges } from './compressEdges.ts';
import {
  type ConnectOptions,
  type ConnectResult,
  computeBytesPerSynapse,
  createEdges,
  createWeightSampler,
  getConnectPath,
} from './connectOptions.ts';
import { EdgeBuffer } from './edgeList.ts';
import type { ConvolutionRule, PoolingRule, WindowsRule } from './schema.ts';

function countMapRows(o: ConnectOptions, { columns, channels = 1 }: PoolingRule | WindowsRule) {
  const rows = o.preCount / (columns * channels);
  if (Number.isInteger(rows)) return rows;
  throw new UserError(
    `${getConnectPath(o)} has a map with ${columns} columns and ${channels} channels, but the ${o.preCount} presynaptic neurons do not fill whole rows.`,
  );
}

function countWindows(o: ConnectOptions, length: number, padding: number, side: 0 | 1, { size, stride }: WindowsRule) {
  const available = length + 2 * padding;
  if (size[side] <= available) return Math.floor((available - size[side]) / stride[side]) + 1;
  const map = `a map of ${length} ${side === 0 ? 'rows' : 'columns'}${padding > 0 ? ` with a padding of ${padding}` : ''}`;
  throw new UserError(`${getConnectPath(o)}.size is ${show(size)}, which is larger than ${map}.`);
}

/** Connects each window of a map to an equal part of the target population (rules `windows` and `convolution`). */
export function connectWindows(
  o: ConnectOptions,
  c: WindowsRule & Omit<ConvolutionRule, keyof WindowsRule>,
  isConvolution: boolean,
): ConnectResult {
  const { columns, channels = 1, size, stride, padding = 0 } = c;
  const shared = isConvolution && (c.shared ?? true);
  const rows = countMapRows(o, c);
  const [windowRows, windowColumns] = [countWindows(o, rows, padding, 0, c), countWindows(o, columns, padding, 1, c)];
  const windowCount = windowRows * windowColumns;
  const neuronsPerWindow = o.postCount / windowCount;
  if (!Number.isInteger(neuronsPerWindow))
    throw new UserError(
      `${getConnectPath(o)} has ${windowCount} windows (${windowRows} by ${windowColumns}), but the ${o.postCount} target neurons cannot be divided equally among them.`,
    );
  if (shared && o.isPlastic)
    throw new UserError(
      `${getConnectPath(o)} shares one kernel, but a device belongs to one synapse; set shared: false to give each window its own devices.`,
    );
  if (c.gate !== undefined && c.gate >= channels)
    throw new UserError(`${getConnectPath(o)}.gate is ${c.gate}, but the map has ${channels} channels (from 0).`);
  if (typeof o.delay !== 'number' && (shared || c.gate !== undefined))
    throw new UserError(
      `${o.projectionPath}.delay must be one number for ${shared ? 'a shared kernel (or set shared: false)' : 'connections with a gate'}.`,
    );
  const { arena, preCount: pre } = o;
  const kernel = size[0] * size[1] * channels * neuronsPerWindow;
  let blocks = 0;
  /** Calls `visit` for each window that contains neuron `row`. `offset`: index of the neuron's first weight in the window. */
  const visitWindows = (row: number, visit: (window: number, offset: number) => void) => {
    const channel = row % channels;
    const x = (Math.floor(row / channels) % columns) + padding;
    const y = Math.floor(row / (channels * columns)) + padding;
    const first = (at: number, side: 0 | 1) => Math.max(0, Math.ceil((at - size[side] + 1) / stride[side]));
    for (let py = first(y, 0); py < windowRows && py * stride[0] <= y; py++)
      for (let px = first(x, 1); px < windowColumns && px * stride[1] <= x; px++)
        visit(
          py * windowColumns + px,
          (((y - py * stride[0]) * size[1] + x - px * stride[1]) * channels + channel) * neuronsPerWindow,
        );
  };
  const count = () => {
    blocks++;
  };
  for (let row = 0; row < pre; row++) visitWindows(row, count);
  const synapses = blocks * neuronsPerWindow;
  arena.requireSpaceFor(
    synapses * computeBytesPerSynapse(o, !shared) + blocks * 8 + pre * 12,
    `${o.projectionPath} with ${synapses} synapses`,
  );
  const table = {
    blockStarts: arena.u32(pre + 1),
    targetGroups: arena.u32(blocks),
    weightOffsets: arena.u32(blocks),
  };
  const firingBlocks = c.gate === undefined ? null : arena.u32(pre).fill(NO_FIRING_BLOCK);
  const centre =
    ((size[0] >> 1) * size[1] + (size[1] >> 1)) * channels * neuronsPerWindow + (c.gate ?? 0) * neuronsPerWindow;
  const starts = arena.u32(pre + 1);
  const targets = arena.indices(o.postCount, synapses);
  const kernelOffsets = new Uint32Array(shared ? 0 : blocks); // per block, index of its first weight within the kernel
  let b = 0;
  for (let row = 0; row < pre; row++) {
    visitWindows(row, (window, offset) => {
      table.targetGroups[b] = window;
      table.weightOffsets[b] = shared ? offset : b * neuronsPerWindow;
      if (!shared) kernelOffsets[b] = offset;
      if (firingBlocks !== null && row % channels === c.gate && offset === centre) firingBlocks[row] = b;
      for (let i = 0; i < neuronsPerWindow; i++) targets[b * neuronsPerWindow + i] = window * neuronsPerWindow + i;
      b++;
    });
    table.blockStarts[row + 1] = b;
    starts[row + 1] = b * neuronsPerWindow;
  }
  const weights = arena.floats(o.precision, shared ? kernel : synapses);
  const kernelIndex = (k: number) => kernelOffsets[Math.floor(k / neuronsPerWindow)]! + (k % neuronsPerWindow);
  fillWeights(weights, o, c.weight, kernel, kernelIndex);
  if (typeof o.delay !== 'number') {
    const from = new Uint32Array(synapses);
    for (let row = 0; row < pre; row++) from.fill(row, starts[row], starts[row + 1]);
    return compressEdges(o, { pre: from, post: targets, weight: weights });
  }
  return createEdges(o, [validateTime(o.delay, `${o.projectionPath}.delay`)], {
    weights,
    targets,
    starts,
    blocks: { blockSize: neuronsPerWindow, ...table, hasSharedWeights: shared, firingBlocks },
  });
}

/**
 * Fills `weights` from a distribution, a list with one weight per synapse, or a list for one window (shared weights).
 * @param kernelIndex function that gives the index of synapse k within its window
 */
function fillWeights(
  weights: Floats,
  o: ConnectOptions,
  given: Distribution | Floats,
  kernel: number,
  kernelIndex: (k: number) => number,
) {
  if (given instanceof Float32Array || given instanceof Float64Array) {
    if (given.length === weights.length) weights.set(given);
    else if (given.length === kernel) for (let k = 0; k < weights.length; k++) weights[k] = given[kernelIndex(k)]!;
    else
      throw new UserError(
        `${getConnectPath(o)}.weight has length ${given.length}, but must be ${weights.length} (one per synapse) or ${kernel} (one window).`,
      );
    return;
  }
  const draw = createWeightSampler(o, given);
  for (let k = 0; k < weights.length; k++) weights[k] = draw();
}

export function connectPooling(o: ConnectOptions, p: PoolingRule): ConnectResult {
  const { columns, channels = 1, to, reach, weight } = p;
  const where = getConnectPath(o);
  const rows = countMapRows(o, p);
  if (to[0] * to[1] * channels !== o.postCount)
    throw new UserError(
      `${where}.to is [${to.join(', ')}] with ${channels} channels, but the target has ${o.postCount} neurons instead of ${to[0] * to[1] * channels}.`,
    );
  if (to[0] > rows || to[1] > columns)
    throw new UserError(`${where}.to is [${to.join(', ')}], which is larger than a map of ${rows} by ${columns}.`);
  const [windowRows, windowColumns] = [
    computePoolingFactors(rows, to[0], reach),
    computePoolingFactors(columns, to[1], reach),
  ];
  const edges = new EdgeBuffer(null, false);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (const [yy, a] of windowRows[y]!)
        for (const [xx, b] of windowColumns[x]!)
          for (let c = 0; c < channels; c++)
            edges.push((y * columns + x) * channels + c, (yy * to[1] + xx) * channels + c, weight * a * b, 0);
  return compressEdges(o, edges.edges);
}

/** Weight factors of pooling along one axis: for each of `from` source cells, pairs (target cell in reach, factor). */
function computePoolingFactors(
  from: number,
  to: number,
  reach: number,
): readonly (readonly (readonly [number, number])[])[] {
  return Array.from({ length: from }, (_, y) => {
    const p = ((y + 0.5) * to) / from - 0.5;
    return Array.from({ length: to }, (_, cell) => [cell, 1 - Math.abs(cell - p) / reach] as const).filter(
      ([, factor]) => factor > 0,
    );
  });
}
