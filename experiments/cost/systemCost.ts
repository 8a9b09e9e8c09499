import { UserError } from '../../core/declare/errors.ts';
import type { DeviceUsage, Programmed } from '../../core/usage.ts';
import {
  type ArrayReads,
  computeArea,
  computeConversion,
  computeLineCapacitances,
  computeReadCost,
  scaleCircuit,
} from './formulas.ts';
import type { CostSettings } from './settings.ts';

/** Reads of a layer, with its neurons and write pulses. */
export interface LayerUse extends ArrayReads {
  /** Number of neurons, of their spikes, and of the synaptic events; 0 in nets without spikes. */
  readonly neurons: number;
  readonly spikes: number;
  readonly synapticEvents: number;
  readonly usage: DeviceUsage;
  /** Write and verify of the weights; null if they were not programmed. */
  readonly programming: Programmed | null;
  /** True if the write pulses of `usage` belong to the basis of the cost, as in training. */
  readonly countsWrites: boolean;
}

/** What latency and energy refer to. */
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

const sumValues = (parts: Readonly<Record<string, number>>) => Object.values(parts).reduce((a, b) => a + b, 0);

function addParts<Key extends string>(all: readonly Readonly<Record<Key, number>>[]): Record<Key, number> {
  const keys = Object.keys(all[0]!) as Key[];
  return Object.fromEntries(keys.map((key) => [key, all.reduce((sum, one) => sum + one[key], 0)])) as Record<
    Key,
    number
  >;
}

/** Pulses of devices; refuses devices without a conductance. @param where path of the device in errors */
export function requireElectrical({ electrical }: Pick<DeviceUsage, 'electrical'>, where: string) {
  if (electrical === null)
    throw new UserError(
      `cost needs devices with a conductance, but ${where} has a device without; choose another device, or remove cost.`,
    );
  return electrical;
}

function computeWriteCost(cost: CostSettings, { usage, rows }: LayerUse) {
  const { writeVoltage, writeTimeUp, writeTimeDown, hasSerialWrites } = requireElectrical(usage, 'a layer');
  const { writesUp, writesDown, skipped, energy } = usage;
  const updates = (writesUp + writesDown + skipped) / rows; // a rule writes the devices of a column together
  return {
    writes: energy.write + energy.halfSelected,
    writeDrivers: (writesUp + writesDown) * computeLineCapacitances(cost).row * writeVoltage ** 2,
    time: hasSerialWrites
      ? writesUp * writeTimeUp + writesDown * writeTimeDown
      : updates * (writeTimeUp + writeTimeDown),
  };
}

function computeLayerCost(cost: CostSettings, layer: LayerUse) {
  const { energy, time } = computeReadCost(cost, layer);
  const { writes, writeDrivers, time: write } = computeWriteCost(cost, layer);
  const { energy: spikeEnergy, area: neuronArea } = scaleCircuit({ energy: 0, area: 0, ...cost.neuron }, cost.node);
  const { energy: synapticEnergy } = scaleCircuit(
    { area: 0, energy: cost.neuron?.synapticEnergy ?? 0, node: cost.neuron?.node },
    cost.node,
  );
  const counted = Number(layer.countsWrites);
  return {
    energy: {
      ...energy,
      neurons: layer.spikes * spikeEnergy + layer.synapticEvents * synapticEnergy,
      writes: counted * writes,
      writeDrivers: counted * writeDrivers,
    },
    time: { ...time, write: counted * write },
    area: {
      ...computeArea(cost, layer.rows, layer.columns, layer.outputBits),
      neurons: layer.neurons * neuronArea,
    },
    allWrites: { energy: writes + writeDrivers, time: write },
  };
}

/** Energy (J) and time (s) of write and verify: pulses, verify reads with conversions, rows one after the other. */
function computeProgrammingCost(cost: CostSettings, { usage, programming, rows, outputBits }: LayerUse) {
  const { devices } = usage;
  const { writeVoltage, writeTimeUp, readTime } = usage.electrical!;
  if (programming === null) return [];
  const { pulses } = programming;
  const { energy, time } = computeConversion(cost, outputBits);
  return [
    {
      pulses,
      energy: programming.energy + pulses * (computeLineCapacitances(cost).row * writeVoltage ** 2 + energy),
      time: ((rows * pulses) / Math.max(1, devices)) * (writeTimeUp + readTime + time),
    },
  ];
}

/** Ratio of published energies and areas of converters to those of the converter table; null without a published range. */
function computeRangeRatios(cost: CostSettings) {
  const { range } = cost.adc ?? {};
  if (!range) return null;
  const { energy, area } = computeConversion(cost, range.bits);
  return {
    energy: range.energy.map((end) => end / energy),
    area: range.area.map((end) => end / area),
    source: range.source,
  };
}

/**
 * Latency (s), energy (J), area (µm²) and, for nets without spikes, TOPS/W of a system, per image or per run. A multiply-accumulate
 * counts as two operations at the stated bits. Layers of a net work one after the other; arrays of a spiking network work at the same
 * time, so that the busiest one sets the latency. Acceleration: simulated time divided by latency.
 */
export function computeSystemCost(cost: CostSettings, layers: readonly LayerUse[], basis: CostBasis) {
  const all = layers.map((layer) => computeLayerCost(cost, layer));
  const perBasis = <Key extends string>(parts: Record<Key, number>) =>
    Object.fromEntries(Object.entries<number>(parts).map(([key, value]) => [key, value / basis.count])) as Record<
      Key,
      number
    >;
  const energyParts = perBasis(addParts(all.map(({ energy }) => energy)));
  const areaParts = addParts(all.map(({ area }) => area));
  const busiest = all.reduce((a, b) => (sumValues(b.time) > sumValues(a.time) ? b : a));
  const time = perBasis(basis.macs === null ? busiest.time : addParts(all.map((one) => one.time)));
  const [energy, area, latency] = [sumValues(energyParts), sumValues(areaParts), sumValues(time)];
  const devices = energyParts.cells + energyParts.writes;
  const operations = basis.macs === null ? null : 2 * basis.macs;
  const computeTopsPerWatt = (joules: number) => (operations === null ? null : operations / joules / 1e12);
  const ratios = computeRangeRatios(cost);
  const spread = (total: number, part: number, ends: readonly number[]) =>
    ends.map((ratio) => total + part * (ratio - 1));
  const energyRange = ratios && spread(energy, energyParts.adc, ratios.energy);
  const pulses = layers.reduce((sum, { usage }) => sum + usage.writesUp + usage.writesDown, 0);
  const writes = addParts(all.map(({ allWrites }) => allWrites));
  const programming = layers.flatMap((layer) => computeProgrammingCost(cost, layer));
  const hasSpikes = layers.some(({ neurons }) => neurons > 0);
  const simulatedTime = basis.simulatedTime === null ? null : basis.simulatedTime / basis.count;
  return {
    preset: cost.preset ?? null,
    basis: basis.name,
    inputBits: layers[0]!.inputBits,
    outputBits: cost.adc ? layers[0]!.outputBits : null,
    latency,
    perSecond: 1 / latency,
    simulatedTime,
    acceleration: simulatedTime === null ? null : simulatedTime / latency,
    timeParts: time,
    energy: { total: energy, devices, periphery: energy - devices, parts: energyParts },
    area: { total: area, parts: areaParts },
    tops: operations === null ? null : operations / latency / 1e12,
    topsPerWatt: computeTopsPerWatt(energy),
    converterRange: ratios && {
      source: ratios.source,
      energy: energyRange!,
      area: spread(area, areaParts.adc, ratios.area),
      topsPerWatt: operations === null ? null : energyRange!.map(computeTopsPerWatt),
    },
    /** Energy (J) and time (s) of a write pulse, with its driver; null without pulses. */
    write: pulses > 0 ? { pulses, energy: writes.energy / pulses, time: writes.time / pulses } : null,
    programming: programming.length > 0 ? addParts(programming) : null,
    notCounted: [...(hasSpikes && !cost.neuron ? ['neurons'] : []), ...(basis.notCounted ?? [])],
  };
}

export type SystemCost = ReturnType<typeof computeSystemCost>;
