/**
 * Cost of the circuits around an array: energies J, areas µm², times s. Sources: area, lines and SAR latency as in NeuroSim
 * (DNN_NeuroSim_V1.3), circuits as in hwcomponents-library and CiMLoop; docs/reference/system-cost.md names the source of each value.
 */
import { UserError } from '../../core/declare/errors.ts';
import type { Circuit, CostSettings } from './settings.ts';

/** Energy per operation against supply voltage, a V² + b V + c, by node, nm: Stillmaker & Baas 2017, doi:10.1016/j.vlsi.2017.02.002. */
const ENERGY_FITS: ReadonlyMap<number, readonly [number, number, number]> = new Map([
  [130, [7.171, -6.709, 2.904]],
  [65, [3.755, -4.398, 1.975]],
  [45, [1.103, -0.362, 0.2767]],
  [32, [0.9559, -0.7823, 0.471]],
]);
/** Area of a circuit at 32 nm relative to its area at another node, from the same article. */
const AREAS_AT_32: ReadonlyMap<number, number> = new Map([
  [130, 0.072],
  [65, 0.31],
  [45, 0.46],
  [32, 1],
]);
const SCALING_VOLTAGE = 0.8;

function lookUpNode<T>(table: ReadonlyMap<number, T>, node: number): T {
  const found = table.get(node);
  if (found === undefined)
    throw new UserError(
      `cost: circuits cannot be scaled from or to ${node} nm, only between ${[...table.keys()].join(', ')} nm; give their values for the node of the array.`,
    );
  return found;
}

/** Scales energy and area of a circuit to a technology node, nm; factor of the energy at 0.8 V, 130 to 32 nm: 0.215. */
export function scaleCircuit({ energy, area, node = 0 }: Circuit, to: number): Circuit {
  if (node === 0 || node === to) return { energy, area };
  const energyAt = (nm: number) => {
    const [a, b, c] = lookUpNode(ENERGY_FITS, nm);
    return (a * SCALING_VOLTAGE + b) * SCALING_VOLTAGE + c;
  };
  const areaAt = (nm: number) => 1 / lookUpNode(AREAS_AT_32, nm);
  return { energy: (energy * energyAt(to)) / energyAt(node), area: (area * areaAt(to)) / areaAt(node) };
}

const NO_CIRCUIT: Circuit = { energy: 0, area: 0 };

/** Energy, area and time of one conversion with `bits` bits. SAR: T = (bits + 1)/clock; ramp: T = 2^bits/clock. */
export function computeConversion({ adc, node }: CostSettings, bits: number) {
  if (adc === undefined) return { ...NO_CIRCUIT, time: 0 };
  const isRamp = adc.kind === 'ramp';
  const time = (isRamp ? 2 ** bits : bits + 1) / adc.clock;
  const entry = adc.table?.find((one) => one.bits === bits);
  if (adc.table && !entry)
    throw new UserError(
      `cost.adc.table has no entry for ${bits} bits, only for ${adc.table.map((one) => one.bits).join(', ')}; set output.bits or cost.adc.bits to one of them, or add an entry.`,
    );
  const energy = adc.power * time + adc.stepEnergy * (isRamp ? 2 ** bits : bits);
  return { ...scaleCircuit({ energy, area: adc.area, ...entry, node: adc.node }, node), time };
}

/** Number of bits that are applied as pulses: without the sign, at least 1. */
const countMagnitudeBits = ({ input }: CostSettings, bits: number) => Math.max(1, bits - Number(input.signed));

/** Numbers of pulse phases, read pulses and conversions per column of one read with `bits` input bits. */
function countReadSteps(cost: CostSettings, bits: number, coding: CostSettings['input']['coding']) {
  const n = countMagnitudeBits(cost, bits);
  if (coding === 'serial') return { phases: n, pulses: n, conversions: n };
  return { phases: coding === 'width' ? 1 : n, pulses: coding === 'width' ? 1 : 2 ** n - 1, conversions: 1 };
}

/** Row pulses of an input level of `bits` bits: number of times that its line is switched, and total width in read pulses. */
export function countRowPulses(cost: CostSettings, level: number, bits: number) {
  const { coding } = cost.input;
  if (coding === 'width')
    return { switches: level > 0 ? 1 : 0, width: level / (2 ** countMagnitudeBits(cost, bits) - 1) };
  let ones = 0;
  for (let rest = level; rest > 0; rest >>= 1) ones += rest & 1;
  return { switches: ones, width: coding === 'serial' ? ones : level };
}

/** Number of levels of the magnitude of an input with `bits` bits, without 0. */
export const countInputLevels = (cost: CostSettings, bits: number): number => 2 ** countMagnitudeBits(cost, bits) - 1;

/** Reads of a layer of devices. */
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
  readonly readVoltage: number;
  /** Duration of a read pulse, s. */
  readonly readTime: number;
  /** Input resolution; null for spikes, which are one pulse each. */
  readonly inputBits: number | null;
  readonly outputBits: number;
}

const countTiles = ({ array }: CostSettings, rows: number, columns: number) => ({
  down: Math.ceil(rows / array.rows),
  across: Math.ceil(columns / array.columns),
});

/** Capacitance of a row line and of a column line of an array, F. */
export const computeLineCapacitances = ({ lines, array }: CostSettings) => ({
  row: array.columns * lines.row + lines.driver,
  column: array.rows * lines.column,
});

/**
 * Energies and times of the reads of a layer: E = cells + pulses C V² + M (phases E_sh + pulses E_int + conversions (E_adc + E_sa)) and
 * t = pulses t_r + conversions s T_adc per read, for M columns, s columns per converter. Without sample and hold, cells and lines are
 * read s times, and t = s (pulses t_r + conversions T_adc).
 */
export function computeReadCost(cost: CostSettings, use: ArrayReads) {
  const { lines, node, adc } = cost;
  const { down, across } = countTiles(cost, use.rows, use.columns);
  const coding = use.inputBits === null ? 'width' : cost.input.coding;
  const steps = countReadSteps(cost, use.inputBits ?? 1, coding);
  const conversion = computeConversion(cost, use.outputBits);
  const sharing = Math.min(adc?.columns ?? 1, cost.array.columns);
  const repeats = cost.sampleAndHold || cost.integrator ? 1 : sharing;
  const { row, column } = computeLineCapacitances(cost);
  const columnReads = use.reads * use.readColumns * (use.inputBits === null ? 1 : down);
  const rowPulses = lines.everyRow ? use.reads * steps.phases * use.rows : use.rowPulses;
  const energyOf = (part: Circuit | undefined) => scaleCircuit(part ?? NO_CIRCUIT, node).energy;
  const linePulses = rowPulses * across * repeats;
  return {
    energy: {
      cells: use.cellEnergy * repeats,
      rows: linePulses * (row * lines.voltage ** 2 + energyOf(cost.rowDriver) + energyOf(cost.dac)),
      columns: columnReads * steps.phases * column * use.readVoltage ** 2 * repeats,
      sampleAndHold: columnReads * steps.phases * energyOf(cost.sampleAndHold),
      integrator: columnReads * steps.pulses * energyOf(cost.integrator),
      adc: columnReads * steps.conversions * conversion.energy,
      shiftAdd: columnReads * steps.conversions * (adc ? energyOf(cost.shiftAdd) : 0),
    },
    time: {
      read: use.reads * steps.pulses * (cost.stepTime ?? use.readTime) * repeats,
      conversion: use.reads * steps.conversions * sharing * conversion.time,
    },
  };
}

/** Areas of the arrays of a layer, µm²: whole arrays of `array` size, with their circuits. @param outputBits ADC resolution */
export function computeArea(cost: CostSettings, rows: number, columns: number, outputBits: number) {
  const { array, cell, node, adc } = cost;
  const { down, across } = countTiles(cost, rows, columns);
  const count = down * across;
  const converters = adc ? count * Math.ceil(array.columns / adc.columns) : 0;
  const areaOf = (part: Circuit | undefined) => scaleCircuit(part ?? NO_CIRCUIT, node).area;
  return {
    cells: count * array.rows * array.columns * cell.area * (node / 1000) ** 2,
    rows: count * array.rows * (areaOf(cost.rowDriver) + areaOf(cost.dac)),
    sampleAndHold: count * array.columns * areaOf(cost.sampleAndHold),
    integrator: count * array.columns * areaOf(cost.integrator),
    adc: converters * computeConversion(cost, outputBits).area,
    shiftAdd: converters * areaOf(cost.shiftAdd),
  };
}
