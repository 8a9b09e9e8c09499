import { UserError } from '../../core/declare/errors.ts';
import type { Devices } from '../../core/model.ts';
import type { DeviceUsage, ElectricalUsage, Programmed } from '../../core/usage.ts';
import {
  type ArrayReads,
  COST_PARTS,
  type CostParts,
  computeArea,
  computeConversion,
  computeReadCost,
  computeRowCapacitance,
  createCostParts,
  sumParts,
} from './formulas.ts';
import type { CostSettings } from './settings.ts';

/** Reads of a layer, with its write pulses and neurons. */
export interface LayerUse extends ArrayReads {
  readonly electrical: ElectricalUsage;
  readonly usage: DeviceUsage;
  /** Write and verify of the weights; null if they were not programmed. */
  readonly programming: Programmed | null;
  /** True if the cost includes the write pulses of `usage`, as in training. */
  readonly countsWrites: boolean;
  /** Number of neurons, of their spikes, and of synaptic events; absent in nets without spikes. */
  readonly neurons?: { readonly count: number; readonly spikes: number; readonly synapticEvents: number };
}

/** Reference of latency and energy: per image or per run. */
export interface CostBasis {
  readonly name: 'test image' | 'training image' | 'run';
  /** Number of images, or 1, over which the counters of the layers are summed. */
  readonly count: number;
  /** Simulated time, s, of all images or of the run; null for nets without time. */
  readonly simulatedTime: number | null;
  /** Number of multiply-accumulate operations of an image; null for spiking networks. */
  readonly macs: number | null;
  /** Circuits that the cost leaves out. */
  readonly notCounted?: readonly string[];
}

/** Maximum number of test images whose reads are measured. */
export const MAX_MEASURED_IMAGES = 100;

const addUp = <T>(all: readonly T[], getValue: (one: T) => number) => all.reduce((sum, one) => sum + getValue(one), 0);
const addParts = (all: readonly CostParts[]) =>
  Object.fromEntries(COST_PARTS.map((part) => [part, addUp(all, (one) => one[part])])) as CostParts;

/** Sum of the conductances in each row of an array, S. @param rowStart index of the first edge of a row */
export const sumRowConductances = (
  devices: Pick<Devices, 'conductance'>,
  rows: number,
  rowStart: (row: number) => number,
  now: number,
): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let k = rowStart(row); k < rowStart(row + 1); k++) sum += devices.conductance(k, now);
    return sum;
  });

/** Returns the pulse settings of a device. @param where path of the device in errors @throws UserError without conductance */
export function requireElectrical({ electrical }: Pick<DeviceUsage, 'electrical'>, where: string): ElectricalUsage {
  if (electrical === null)
    throw new UserError(
      `cost needs devices with a conductance, but ${where} has a device without; choose another device, or remove cost.`,
    );
  return electrical;
}

/** Energies (J) and times (s) of the write pulses of a layer, and of one step of program-and-verify: pulse, read, conversion. */
function computeWriteCost(cost: CostSettings, { usage, electrical, programming, rows, outputBits }: LayerUse) {
  const { writeVoltage, writeTimeUp, writeTimeDown, readTime, hasSerialWrites } = electrical;
  const { writesUp, writesDown, skipped, energy, devices } = usage;
  const pulses = writesUp + writesDown;
  const updates = (pulses + skipped) / rows; // a rule writes the devices of a column together
  const lineEnergy = computeRowCapacitance(cost) * writeVoltage ** 2;
  const conversion = computeConversion(cost, outputBits);
  const pulseTime = Math.max(writeTimeUp, writeTimeDown);
  const verifyTime = pulseTime + readTime + conversion.time;
  const deviceEnergy = energy.write + energy.halfSelected;
  return {
    pulses,
    deviceEnergy,
    energy: deviceEnergy + pulses * lineEnergy,
    time: hasSerialWrites
      ? writesUp * writeTimeUp + writesDown * writeTimeDown
      : updates * (writeTimeUp + writeTimeDown),
    pulseTime,
    verifyTime,
    /** Cost of program-and-verify: rows one after the other, the columns of a row at the same time. */
    programming: programming && {
      pulses: programming.pulses,
      energy: programming.energy + programming.pulses * (lineEnergy + conversion.energy),
      time: ((rows * programming.pulses) / Math.max(1, devices)) * verifyTime,
    },
  };
}

function computeLayerCost(cost: CostSettings, layer: LayerUse) {
  const { countsWrites, neurons } = layer;
  const { energy, time } = computeReadCost(cost, layer);
  const write = computeWriteCost(cost, layer);
  const { energy: perSpike = 0, synapticEnergy = 0 } = cost.neuron ?? {};
  const neuronEnergy = neurons ? neurons.spikes * perSpike + neurons.synapticEvents * synapticEnergy : 0;
  return {
    write,
    readTime: layer.reads > 0 ? sumParts(time) / layer.reads : 0,
    deviceEnergy: energy.cells + (countsWrites ? write.deviceEnergy : 0),
    energy: { ...energy, neurons: neuronEnergy, writes: countsWrites ? write.energy : 0 },
    time: { ...time, writes: countsWrites ? write.time : 0 },
    area: computeArea(cost, layer.rows, layer.columns, layer.outputBits, neurons?.count),
  };
}

/** Energy, area and TOPS/W at the ends of the published range of converters; null without a published range. */
function computeConverterRange(cost: CostSettings, energy: CostParts, area: CostParts, operations: number | null) {
  const { range } = cost.adc ?? {};
  if (!range) return null;
  const conversion = computeConversion(cost, range.bits);
  const replaceConverters = (parts: CostParts, ends: readonly number[], own: number) =>
    ends.map((end) => sumParts(parts) + parts.adc * (end / own - 1));
  const energies = replaceConverters(energy, range.energy, conversion.energy);
  return {
    source: range.source,
    energy: energies,
    area: replaceConverters(area, range.area, conversion.area),
    topsPerWatt: operations === null ? null : energies.map((joules) => operations / joules / 1e12),
  };
}

/**
 * Latency (s), energy (J), area (µm²) and, for nets without spikes, TOPS/W of a system, per image or per run. A multiply-accumulate
 * counts as two operations at the stated bits. Layers of a net work one after the other; arrays of a spiking network work at the same
 * time, so that the busiest one sets the latency. Acceleration: simulated time divided by latency.
 */
export function computeCostTotals(cost: CostSettings, layers: readonly LayerUse[], basis: CostBasis) {
  const all = layers.map((layer) => computeLayerCost(cost, layer));
  const { count, macs } = basis;
  const meanOf = (parts: CostParts) =>
    createCostParts(Object.fromEntries(COST_PARTS.map((part) => [part, parts[part] / count])));
  const energyParts = meanOf(addParts(all.map((one) => one.energy)));
  const areaParts = addParts(all.map((one) => one.area));
  const busiest = all.reduce((a, b) => (sumParts(b.time) > sumParts(a.time) ? b : a));
  const timeParts = meanOf(macs === null ? busiest.time : addParts(all.map((one) => one.time)));
  const [energy, latency] = [sumParts(energyParts), sumParts(timeParts)];
  const devices = addUp(all, (one) => one.deviceEnergy) / count;
  const operations = macs === null ? null : 2 * macs;
  const writes = all.map(({ write }) => write);
  const pulses = addUp(writes, (one) => one.pulses);
  const programmed = writes.flatMap(({ programming }) => programming ?? []);
  const simulatedTime = basis.simulatedTime === null ? null : basis.simulatedTime / count;
  return {
    name: cost.name ?? null,
    basis: basis.name,
    inputBits: layers[0]!.inputBits,
    outputBits: cost.adc ? layers[0]!.outputBits : null,
    latency,
    perSecond: 1 / latency,
    simulatedTime,
    acceleration: simulatedTime === null ? null : simulatedTime / latency,
    timeParts,
    energy: { total: energy, devices, periphery: energy - devices, parts: energyParts },
    area: { total: sumParts(areaParts), parts: areaParts },
    topsPerWatt: operations === null ? null : operations / energy / 1e12,
    converterRange: computeConverterRange(cost, energyParts, areaParts, operations),
    /** Times, s, of a read of the busiest layer, a write pulse, and a step of program-and-verify (pulse, read, conversion). */
    steps: { read: busiest.readTime, write: busiest.write.pulseTime, verify: busiest.write.verifyTime },
    /** Number of write pulses, energy (J) of a pulse with its driver; null without pulses. */
    write: pulses > 0 ? { pulses, energy: addUp(writes, (one) => one.energy) / pulses } : null,
    /** Pulses, energy (J) and time (s) of program-and-verify of all layers; null without programming. */
    programming:
      programmed.length === 0
        ? null
        : {
            pulses: addUp(programmed, (one) => one.pulses),
            energy: addUp(programmed, (one) => one.energy),
            time: addUp(programmed, (one) => one.time),
          },
    notCounted: [
      ...(layers.some(({ neurons }) => neurons) && !cost.neuron ? ['neurons'] : []),
      ...(basis.notCounted ?? []),
    ],
  };
}

export type CostTotals = ReturnType<typeof computeCostTotals>;
