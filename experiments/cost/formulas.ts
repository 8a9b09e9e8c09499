/**
 * Cost of the circuits around an array: energies in J, areas in µm², times in s. Sources: area, lines and SAR latency as in NeuroSim
 * (DNN_NeuroSim_V1.3), circuits as in hwcomponents-library and CiMLoop; docs/reference/system-cost.md names the source of each value.
 */
import { UserError } from '../../core/declare/errors.ts';
import type { ElectricalUsage } from '../../core/usage.ts';
import type { CostSettings } from './settings.ts';

/** Parts of a system with a cost. `lines`: row and column lines with row drivers; `sampling`: sample and hold, integrators. */
export const COST_PARTS = ['cells', 'lines', 'sampling', 'adc', 'shiftAdd', 'neurons', 'writes'] as const;
export type CostParts = Record<(typeof COST_PARTS)[number], number>;

/** Cost of each part of a system; a part that is not given costs 0. */
export const createCostParts = (values: Partial<CostParts>): CostParts =>
  Object.fromEntries(COST_PARTS.map((part) => [part, values[part] ?? 0])) as CostParts;

export const sumParts = (parts: CostParts): number => COST_PARTS.reduce((total, part) => total + parts[part], 0);

/** Energy, area and time of one conversion with `bits` bits. SAR: T = (bits + 1)/clock; ramp: T = 2^bits/clock. */
export function computeConversion({ adc }: CostSettings, bits: number) {
  if (adc === undefined) return { energy: 0, area: 0, time: 0 };
  const isRamp = adc.kind === 'ramp';
  const time = (isRamp ? 2 ** bits : bits + 1) / adc.clock;
  const entry = adc.table?.find((one) => one.bits === bits);
  if (adc.table && !entry)
    throw new UserError(
      `cost.adc.table has no entry for ${bits} bits, only for ${adc.table.map((one) => one.bits).join(', ')}; set output.bits or cost.adc.bits to one of them, or add an entry.`,
    );
  const energy = adc.power * time + adc.stepEnergy * (isRamp ? 2 ** bits : bits);
  return { energy, area: adc.area, ...entry, time };
}

/** Number of input bits applied as pulses: `bits` without the sign bit, at least 1. */
const countMagnitudeBits = ({ input }: CostSettings, bits: number) => Math.max(1, bits - Number(input.signed));

/** Numbers of pulse phases, read pulses and conversions per column of one read with `bits` input bits. */
function countReadSteps(cost: CostSettings, bits: number, coding: CostSettings['input']['coding']) {
  const n = countMagnitudeBits(cost, bits);
  if (coding === 'serial') return { phases: n, pulses: n, conversions: n };
  return { phases: coding === 'width' ? 1 : n, pulses: coding === 'width' ? 1 : 2 ** n - 1, conversions: 1 };
}

/** Number of levels of the magnitude of an input with `bits` bits, without 0. */
export const countInputLevels = (cost: CostSettings, bits: number): number => 2 ** countMagnitudeBits(cost, bits) - 1;

/** Row pulses of an input level of `bits` bits: number of times that its line is switched, and total width in read pulses. */
export function countRowPulses(cost: CostSettings, level: number, bits: number) {
  const { coding } = cost.input;
  if (coding === 'width') return { switches: level > 0 ? 1 : 0, width: level / countInputLevels(cost, bits) };
  let ones = 0;
  for (let rest = level; rest > 0; rest >>= 1) ones += rest & 1;
  return { switches: ones, width: coding === 'serial' ? ones : level };
}

/** Read operations of a layer of devices. */
export interface ArrayReads {
  /** Number of physical rows: inputs × devices per synapse. */
  readonly rows: number;
  readonly columns: number;
  readonly reads: number;
  /** Number of pulses on row lines, summed over the reads. */
  readonly rowPulses: number;
  /** Number of columns that a read converts. */
  readonly readColumns: number;
  /** Energy of the devices, J, summed over the reads. */
  readonly cellEnergy: number;
  /** Voltage (V) and duration (s) of a read pulse. */
  readonly electrical: Pick<ElectricalUsage, 'readVoltage' | 'readTime'>;
  /** Input resolution; null for spikes, which are one pulse each. */
  readonly inputBits: number | null;
  readonly outputBits: number;
}

const countTiles = ({ array }: CostSettings, rows: number, columns: number) => ({
  down: Math.ceil(rows / array.rows),
  across: Math.ceil(columns / array.columns),
});

/** Capacitance of the row line of an array, F. */
export const computeRowCapacitance = ({ lines, array }: CostSettings): number =>
  array.columns * lines.row + lines.driver;

/**
 * Energies and times of the reads of a layer: E = cells + pulses C V² + M (phases E_sh + pulses E_int + conversions (E_adc + E_sa)) and
 * t = pulses t_r + conversions s T_adc per read: M columns, s columns per converter, line capacitance C, sh: sample and hold, int:
 * integrator, sa: shift-add. Without sh, cells and lines are read s times, and t = s (pulses t_r + conversions T_adc).
 */
export function computeReadCost(cost: CostSettings, use: ArrayReads): { energy: CostParts; time: CostParts } {
  const { lines, array, adc, sampleAndHold, integrator } = cost;
  const { readVoltage, readTime } = use.electrical;
  const { down, across } = countTiles(cost, use.rows, use.columns);
  const coding = use.inputBits === null ? 'width' : cost.input.coding;
  const { phases, pulses, conversions } = countReadSteps(cost, use.inputBits ?? 1, coding);
  const conversion = computeConversion(cost, use.outputBits);
  const sharing = Math.min(adc?.columns ?? 1, array.columns);
  const repeats = sampleAndHold || integrator ? 1 : sharing;
  const columnReads = use.reads * use.readColumns * (use.inputBits === null ? 1 : down);
  const rowPulses = (lines.everyRow ? use.reads * phases * use.rows : use.rowPulses) * across * repeats;
  const lineEnergy = computeRowCapacitance(cost) * lines.voltage ** 2;
  const rowEnergy = lineEnergy + (cost.rowDriver?.energy ?? 0);
  return {
    energy: createCostParts({
      cells: use.cellEnergy * repeats,
      lines: rowPulses * rowEnergy + columnReads * phases * array.rows * lines.column * readVoltage ** 2 * repeats,
      sampling: columnReads * (phases * (sampleAndHold?.energy ?? 0) + pulses * (integrator?.energy ?? 0)),
      adc: columnReads * conversions * conversion.energy,
      shiftAdd: adc ? columnReads * conversions * (cost.shiftAdd?.energy ?? 0) : 0,
    }),
    time: createCostParts({
      cells: use.reads * pulses * (cost.stepTime ?? readTime) * repeats,
      adc: use.reads * conversions * sharing * conversion.time,
    }),
  };
}

/** Areas of the arrays of a layer, µm²: whole arrays of `array` size, with their circuits. @param outputBits ADC resolution */
export function computeArea(
  cost: CostSettings,
  rows: number,
  columns: number,
  outputBits: number,
  neurons = 0,
): CostParts {
  const { array, adc } = cost;
  const { down, across } = countTiles(cost, rows, columns);
  const count = down * across;
  const converters = adc ? count * Math.ceil(array.columns / adc.columns) : 0;
  return createCostParts({
    cells: count * array.rows * array.columns * cost.cell.area,
    lines: count * array.rows * (cost.rowDriver?.area ?? 0),
    sampling: count * array.columns * ((cost.sampleAndHold?.area ?? 0) + (cost.integrator?.area ?? 0)),
    adc: converters * computeConversion(cost, outputBits).area,
    shiftAdd: converters * (cost.shiftAdd?.area ?? 0),
    neurons: neurons * (cost.neuron?.area ?? 0),
  });
}
