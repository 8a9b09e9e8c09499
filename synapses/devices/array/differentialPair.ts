import { UserError } from '../../../core/declare/errors.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { getColumnEdge, getColumnLength, getColumnRow, getRowEnd, getRowStart } from '../../../core/graph/edges.ts';
import type { StateArrays } from '../../../core/kernels/arena.ts';
import { createStrengthBuffer } from './array.ts';
import { createMultiDeviceArray, type MultiDeviceArray, type PulseMethod } from './multiDevice.ts';
import type { OneSidedPairParams } from './range.ts';
import { type ProgrammableDevices, writeAndVerifyRow } from './verify.ts';

/**
 * Creates two plastic devices per synapse, weight = weightAtGMax (G+ - G-)/(gMax - gMin). A pulse moves both devices in
 * opposite directions; with `oneSided`, an upward pulse raises G+ and a downward pulse G- (phase-change memory, which
 * resets abruptly). Source: Suri et al. 2011, doi:10.1109/IEDM.2011.6131488; Bichler et al. 2012,
 * doi:10.1109/TED.2012.2197951.
 */
export function createDifferentialPair(
  oneSided: OneSidedPairParams | null,
  wMax: number,
  make: (context: DeviceContext) => ProgrammableDevices,
  context: DeviceContext,
): ProgrammableDevices {
  const { edges, name, startsNearMidRange: centred = false } = context;
  const computeInitialWeight =
    centred && oneSided === null ? (w: number) => (wMax + w) / 2 : (w: number) => Math.max(w, 0);
  const devices = [
    { name: 'plus', sign: 1, computeInitialWeight },
    { name: 'minus', sign: -1, computeInitialWeight: (weight: number) => computeInitialWeight(-weight) },
  ] as const;
  return createMultiDeviceArray(devices, 1, make, context, (members, getArray) => {
    const [plus, minus] = members as [ProgrammableDevices, ProgrammableDevices];
    const splitters = oneSided && {
      pulseRow: createSignSplitter(edges.columns, context),
      pulseColumn: createSignSplitter(edges.rows, context),
    };
    const refresher = oneSided && createRefresher(getArray, [plus, minus], oneSided, wMax, context);
    const sharedState: StateArrays = refresher ? { stays: refresher.cannotReset } : {};
    return {
      sharedState,
      signedArrays: [
        { sign: 1, devices: plus },
        { sign: -1, devices: minus },
      ],
      pulseLine(along, line, trace, scale, mu, t) {
        if (splitters === null) {
          plus[along](line, trace, scale, mu, t);
          minus[along](line, trace, -scale, mu, t);
          return;
        }
        const { up, down, hasUp, hasDown } = splitters[along](trace, scale);
        if (hasUp) plus[along](line, up, 1, mu, t);
        if (hasDown) minus[along](line, down, 1, mu, t);
        if (hasUp || hasDown) refresher!.refreshSaturatedPairs(along, line, t);
      },
      normaliseWeights() {
        throw new UserError(
          `${name}: weights of reading "differential" can be negative, so they cannot be normalised to a sum.`,
        );
      },
    };
  });
}

function createSignSplitter(size: number, { arena, name }: DeviceContext) {
  const result = { up: arena.f64(size), down: arena.f64(size), hasUp: false, hasDown: false };
  const copyStrengths = createStrengthBuffer(arena, size, name);
  return (trace: Float64Array, scale: number) => {
    const strengths = copyStrengths(trace, scale);
    const { up, down } = result;
    result.hasUp = result.hasDown = false;
    for (let i = 0; i < size; i++) {
      const strength = scale * strengths[i]!;
      up[i] = down[i] = 0;
      if (strength > 0) {
        up[i] = strength;
        result.hasUp = true;
      } else if (strength !== 0) {
        down[i] = -strength; // NaN passes and is refused by the target
        result.hasDown = true;
      }
    }
    return result;
  };
}

/**
 * Creates the refresh of differential pairs close to saturation: both devices are reset, then their weight difference
 * is programmed again. The reads and pulses are counted. A pair that cannot be reset is not refreshed again.
 */
function createRefresher(
  getPair: () => MultiDeviceArray,
  sides: readonly [plus: ProgrammableDevices, minus: ProgrammableDevices],
  { refreshAt, tolerance, maxPulses, reset, strength }: OneSidedPairParams,
  wMax: number,
  { edges, transpose, arena }: DeviceContext,
) {
  const cannotReset = arena.u8(edges.count);
  // Target weights per device pair during a refresh: `zero` while both devices are reset, then `wanted` while the
  // weight is written back. NaN: the pair is not refreshed.
  const zero = new Float64Array(edges.count).fill(Number.NaN);
  const wanted = zero.slice();
  const trace = arena.f64(edges.columns);
  const [plus, minus] = sides;
  let isRefreshing = false;

  const isDue = (k: number) => {
    const [a, b] = [plus.edges.weights![k]!, minus.edges.weights![k]!];
    return Math.max(a, b) > refreshAt * wMax && Math.min(a, b) > tolerance * wMax && cannotReset[k] === 0;
  };

  const refresh = (row: number, start: number, end: number, t: number) => {
    const pair = getPair();
    isRefreshing = true;
    for (let k = start; k < end; k++) if (isDue(k)) zero[k] = 0;
    pair.readRow(row, t);
    pair.updateRowWeights(row);
    for (let k = start; k < end; k++) if (zero[k] === 0) wanted[k] = pair.edges.weights![k]!;
    for (const side of sides) {
      writeAndVerifyRow(
        side,
        row,
        zero,
        { tolerance, maxPulses, upPulseStrength: 0, downPulseStrength: reset },
        wMax,
        t,
        trace,
      );
      for (let k = start; k < end; k++)
        if (side.edges.weights![k]! > tolerance * wMax && zero[k] === 0) cannotReset[k] = 1;
    }
    pair.updateRowWeights(row);
    writeAndVerifyRow(
      pair,
      row,
      wanted,
      { tolerance, maxPulses, upPulseStrength: strength, downPulseStrength: strength },
      wMax,
      t,
      trace,
    );
    zero.fill(Number.NaN, start, end);
    wanted.fill(Number.NaN, start, end);
    isRefreshing = false;
  };

  return {
    cannotReset,
    refreshSaturatedPairs(along: PulseMethod, line: number, t: number) {
      if (isRefreshing) return;
      if (along === 'pulseColumn') {
        for (let i = 0; i < getColumnLength(edges, transpose, line); i++) {
          const k = getColumnEdge(edges, transpose, line, i);
          if (isDue(k)) refresh(getColumnRow(transpose, line, i), k, k + 1, t);
        }
        return;
      }
      const [start, end] = [getRowStart(edges, line), getRowEnd(edges, line)];
      let k = start;
      while (k < end && !isDue(k)) k++;
      if (k < end) refresh(line, start, end, t);
    },
  };
}
