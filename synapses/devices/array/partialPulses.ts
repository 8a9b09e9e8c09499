import type { DeviceContext } from '../../../core/factories.ts';
import type { Arena, StateArrays } from '../../../core/kernels/arena.ts';
import type { WrittenLine } from '../../../core/kernels/devices.ts';
import { allocateRecords, type DevicesRecord, PartialPulsesRecord } from '../../../core/kernels/records.ts';
import { exp } from '../../../core/math.ts';
import { createLogNormalSampler, createRandomStreams } from '../../variability.ts';
import type { Cell } from './cell.ts';
import type { ConductanceScale } from './conductanceScale.ts';
import type { DeviceCounters } from './deviceCounters.ts';
import type { NonIdealities } from './nonidealities.ts';
import { type PartialPulseLog, RUN_CAPACITY } from './partialPulseLog.ts';
import { PARTIAL_VOLTAGE } from './passiveArray.ts';
import type { ConductanceParams } from './range.ts';
import { createSelectorTest } from './readNoise.ts';

/** State of device k, from state g, after n repetitions of partial pulses `first` and `second` (0: none) of one sign. */
export type PartialStep = (k: number, g: number, first: number, second: number, n: number) => number;

/** Kernels that apply partial (half-select) pulses to whole lines of a dense array. */
export interface DisturbKernels {
  pulseWrittenLine(line: WrittenLine): void;
  updateRow(row: number): void;
  updateColumn(column: number): void;
}

/** Devices that partial (half-select) pulses move. */
export interface DisturbedDevices {
  readonly selection: 'half' | 'third';
  /** Closed form of several equal pulses; null if pulses are replayed one by one. */
  readonly partialStep: PartialStep | null;
  /** Creates kernels that apply pulses to whole lines of a dense array. Absent: devices are pulsed one by one. */
  createKernels?(log: PartialPulseLog, positions: Uint32Array): DisturbKernels;
  /** True if the effect of a pulse depends on its time. */
  readonly isTimed: boolean;
  /** Sensitivity of each device to partial pulses: 0, or the sum of `MOVES_UP` and `MOVES_DOWN`. */
  readonly sensitivities: Uint8Array;
  readonly g: Float64Array;
  readonly scale: ConductanceScale;
  readonly counters: DeviceCounters;
  /** Arrays of `replay` that checkpoints save. */
  readonly state: StateArrays;
  /** Applies one partial pulse at time t, ms, to each of the first `count` of the listed devices: changes g only. */
  replay(devices: Uint32Array, strengths: Float64Array, count: number, t: number): void;
}

interface StepScale {
  /** Step by a partial pulse, as a fraction of the step by a full pulse; 1 for models with steps at any voltage. */
  readonly share: number;
  readonly voltageFraction: number;
  /** Step factors of each device; null if all are 1. */
  readonly upFactors: Float32Array | null;
  readonly downFactors: Float32Array | null;
}

/** Effect of n partial pulses in models with `mergedPulse` (autonomous flows): one pulse of their total duration. */
export function createMergedStep(
  { mergedPulse }: Required<Pick<Cell, 'mergedPulse'>>,
  { share, voltageFraction, upFactors, downFactors }: StepScale,
): PartialStep {
  return (k, g, first, second, n) => {
    const factor = share * ((first > 0 ? upFactors : downFactors)?.[k] ?? 1);
    return Math.min(Math.max(mergedPulse(g, n * (first + second) * factor, voltageFraction), 0), 1);
  };
}

/** Numbers per prepared run, see wasm/partialSteps.ts, and number of prepared runs, see wasm/partialPulses.ts. */
const PREPARED_LENGTH = 21;
const PREPARED_COUNT = 129;

/** Largest exponent b of a step for which a table of e^(-b i/m) is made. */
const MAX_TABLE_EXPONENT = 1000;

/** Table of e^(-b i/m) for i from 0 to m, with a power of two m of at least 128 b; null if b is too large. */
function createDecayTable(b: number, arena: Arena): Float64Array | null {
  if (b > MAX_TABLE_EXPONENT) return null;
  const m = 2 ** Math.ceil(Math.log2(Math.max(128 * b, 1)));
  const decays = arena.f64(m + 1);
  for (let i = 0; i <= m; i++) decays[i] = exp((-b * i) / m);
  return decays;
}

/** Half-select pulses of step families in closed form, by kernels for whole lines; see wasm/partialSteps.ts. */
export function createFamilyPulses(
  devices: DevicesRecord,
  sensitivities: Uint8Array,
  { share, upFactors, downFactors }: StepScale,
  { arena, edges: { rows, columns } }: DeviceContext,
): Pick<DisturbedDevices, 'partialStep' | 'createKernels'> {
  const { kernels } = arena;
  const record = allocateRecords(arena, PartialPulsesRecord, 1)[0]!;
  const lists = {
    listed: arena.u32(columns + 1),
    states: arena.f64(columns + 1),
    prepared: arena.f64(PREPARED_COUNT * PREPARED_LENGTH),
  };
  Object.assign(record, { columns, runCapacity: RUN_CAPACITY, share, sensitivities, upFactors, downFactors, ...lists });
  const [upDecays, downDecays] = [createDecayTable(devices.bUp, arena), createDecayTable(devices.bDown, arena)];
  const counts = { upDecayCount: (upDecays?.length ?? 1) - 1, downDecayCount: (downDecays?.length ?? 1) - 1 };
  Object.assign(record, { upDecays, downDecays, ...counts });
  return {
    partialStep: (k, g, first, second, n) => kernels.followPartialRun(devices, record, k, g, first, second, n),
    createKernels({ runCounts, runs }, positions) {
      Object.assign(record, { positions, runCounts, runs });
      return {
        pulseWrittenLine: (line) => kernels.pulseWrittenLine(devices, record, line),
        updateRow: (row) => kernels.updateDisturbedRow(devices, record, row),
        updateColumn: (column) => kernels.updateDisturbedColumn(devices, record, column, rows),
      };
    },
  };
}

/** Number of states g at which the step of a voltage-driven model is compared with 0. */
const TESTED_STATE_COUNT = 33;

export const movesAnyState = (move: (g: number) => number): boolean =>
  Array.from({ length: TESTED_STATE_COUNT }, (_, i) => i / (TESTED_STATE_COUNT - 1)).some((g) => move(g) !== g);

/** Bits of sensitivities: the device moves by upward, or by downward half-select pulses. */
export const MOVES_UP = 1;
export const MOVES_DOWN = 2;

/**
 * Finds the devices that partial pulses move: 0, or the sum of `MOVES_UP` and `MOVES_DOWN`. Devices with `disturb` move
 * if the voltage exceeds their own threshold; voltage models if a partial pulse of full duration moves any state; none
 * that is stuck from the start or whose selector stays off.
 */
export function findSensitivities(
  { selection, disturb, selector, pulse }: ConductanceParams & NonIdealities,
  cell: Cell,
  isStuck: (k: number) => boolean,
  context: DeviceContext,
): Uint8Array {
  const fraction = PARTIAL_VOLTAGE[selection === 'third' ? 'third' : 'half'];
  const factor = createLogNormalSampler(disturb?.thresholdSpread ?? 0, createRandomStreams(context)('disturb'));
  const passes = selector ? createSelectorTest(selector, context) : null;
  const moves = (strength: number) => movesAnyState((g) => cell.mergedPulse!(g, strength, fraction));
  const directions = [
    { bit: MOVES_UP, voltage: fraction * pulse.upVoltage, seconds: pulse.upDuration, strength: 1 },
    { bit: MOVES_DOWN, voltage: fraction * pulse.downVoltage, seconds: pulse.downDuration, strength: -1 },
  ].filter(({ strength }) => (disturb ? disturb.share > 0 : moves(strength)));
  const sensitivities = context.arena.u8(context.edges.count);
  for (let k = 0; k < sensitivities.length; k++) {
    const threshold = disturb ? disturb.threshold * factor(k, 0) : 0;
    for (const { bit, voltage, seconds } of isStuck(k) ? [] : directions)
      if (voltage > threshold && (passes?.(k, { voltage, time: seconds * 1e9 }) ?? true)) sensitivities[k]! += bit;
  }
  return sensitivities;
}
