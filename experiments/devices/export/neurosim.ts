import { UserError } from '../../../core/declare/errors.ts';
import { computeCurveState } from '../../../core/kernels/devices.ts';
import { createPulseCurve, LINEARITY_ERROR_PER_NONLINEARITY } from '../../../synapses/devices/neuroSim.ts';
import type { ModelChoice } from '../../network/models.ts';
import { type Direction, mapDirections } from '../fit/import/trains.ts';
import { clip, dot, formatShareAsPercent, minimumBy } from '../fit/lists.ts';
import type { LoadedDevice } from '../load.ts';
import {
  describeLostProperties,
  type ExportResult,
  getDeviceToDeviceVariability,
  getNumericParameter,
  measureRangeEnds,
  removeNoise,
  simulateMeanPulseTrain,
} from './steps.ts';

const MAX_LABEL = 9;
const MIN_COVERED_SHARE = 0.98;
const MAX_PULSES = 10_000;

/**
 * Fits NeuroSim's curve to a pulse train of the noiseless mean device through its range. `rmsDistance`: root mean square
 * distance between NeuroSim's curve and that of the device, share of the range.
 */
function fitCurve(device: ModelChoice, direction: Direction, name: string) {
  const { low, high } = measureRangeEnds(device);
  const range = high.conductance - low.conductance;
  const gone = (g: number) => (direction === 'up' ? g - low.conductance : high.conductance - g) / range;
  let train = simulateMeanPulseTrain(device, direction, 16);
  while (gone(train.at(-1)!) < MIN_COVERED_SHARE && train.length <= MAX_PULSES)
    train = simulateMeanPulseTrain(device, direction, 2 * train.length);
  const end = train.findIndex((g) => gone(g) >= MIN_COVERED_SHARE);
  if (end < 1)
    throw new UserError(
      `${name}: ${MAX_PULSES} pulses ${direction} do not cover its range, so there is no NeuroSim curve.`,
    );
  const whole = gone(train[end]!);
  // NeuroSim counts depressing pulses backwards, so that the normalised pulse number x is 1 at gMax.
  const points = train.slice(0, end + 1).map((g, n) => {
    const [x, way] = [n / end, gone(g) / whole];
    return direction === 'up' ? { x, g: way } : { x: 1 - x, g: 1 - way };
  });
  const { g, x } = minimumBy(points, (point) => -Math.abs(point.g - point.x));
  const most = g - x;
  const label = Math.abs(most) < 1e-6 ? 0 : clip(most / LINEARITY_ERROR_PER_NONLINEARITY, -MAX_LABEL, MAX_LABEL);
  const curve = createPulseCurve(label);
  const rms = (values: readonly number[]) => Math.sqrt(dot(values, values) / values.length);
  return {
    pulseCount: end,
    label,
    rmsDistance: rms(points.map(({ x, g }) => computeCurveState(curve, x) - g)),
    rmsStep: rms(points.slice(1).map(({ g }, i) => g - points[i]!.g)),
  };
}

function createNeuroSimCurve(device: ModelChoice, direction: Direction, name: string) {
  if (device.model !== 'neuroSim') return fitCurve(removeNoise(device), direction, name);
  const suffix = direction === 'up' ? 'Up' : 'Down';
  const pulses = getNumericParameter(device, `pulses${suffix}`);
  const label = getNumericParameter(device, `nonlinearity${suffix}`);
  return { pulseCount: Math.round(pulses), label, rmsDistance: 0, rmsStep: 1 / pulses };
}

const literal = (value: number | boolean) => String(typeof value === 'boolean' ? value : Number(value.toPrecision(9)));

/** Exports a device as lines for the constructor of RealDevice in Cell.cpp of MLP+NeuroSim 3.0. */
export function toNeuroSim({ name, device }: LoadedDevice): ExportResult {
  if (device.model === 'binary')
    throw new UserError(
      `${name} is a binary device, whose pulses switch with a probability; NeuroSim's RealDevice does not support it.`,
    );
  const { up, down } = mapDirections((direction) => createNeuroSimCurve(device, direction, name));
  const { low, high } = measureRangeEnds(removeNoise(device));
  const [least, most] = [low.conductance, high.conductance];
  const { range, gMin } = getDeviceToDeviceVariability(device);
  const reading = device.readNoise as { sd: number; of?: string } | undefined;
  const [cycle, write] = [getNumericParameter(device, 'cycleToCycle'), getNumericParameter(device, 'writeNoise')];
  const cycleDown = getNumericParameter(device, 'cycleToCycleDown', cycle);
  const fromCycles = Math.sqrt(((cycle * up.rmsStep) ** 2 + (cycleDown * down.rmsStep) ** 2) / 2);
  const noise = Math.sqrt(write ** 2 + fromCycles ** 2);
  const voltage = (way: 'Up' | 'Down') =>
    getNumericParameter(device, `writeVoltage${way}`, getNumericParameter(device, 'writeVoltage', 1));
  const width = getNumericParameter(device, 'writeTime', 1e-7);
  const widthDown = getNumericParameter(device, 'writeTimeDown', width);
  const [growsUp, growsDown] = [
    getNumericParameter(device, 'voltageStepUp'),
    getNumericParameter(device, 'voltageStepDown'),
  ];
  const grows = growsUp !== 0 || growsDown !== 0;
  const relative = reading !== undefined && reading.of !== 'range';
  const values: Record<string, number | boolean> = {
    maxConductance: most,
    minConductance: least,
    readVoltage: getNumericParameter(device, 'readVoltage', 0.1),
    readPulseWidth: getNumericParameter(device, 'readTime', 1e-8),
    writeVoltageLTP: voltage('Up'),
    writeVoltageLTD: voltage('Down'),
    writePulseWidthLTP: width,
    writePulseWidthLTD: widthDown,
    maxNumLevelLTP: up.pulseCount,
    maxNumLevelLTD: down.pulseCount,
    nonlinearWrite: up.label !== 0 || down.label !== 0,
    NL_LTP: up.label,
    NL_LTD: down.label,
    sigmaDtoD: 0,
    nonIdenticalPulse: grows,
    ...(grows && { VinitLTP: voltage('Up'), VstepLTP: growsUp, VinitLTD: voltage('Down'), VstepLTD: growsDown }),
    ...(grows && { PWinitLTP: width, PWstepLTP: 0, PWinitLTD: widthDown, PWstepLTD: 0 }),
    readNoise: relative,
    sigmaReadNoise: relative ? reading.sd : 0,
    sigmaCtoC: noise * (most - least),
    conductanceRangeVar: range + gMin > 0,
    maxConductanceVar: range * most,
    minConductanceVar: gMin * least,
  };
  const lost = [
    up.rmsDistance + down.rmsDistance > 0 &&
      `NeuroSim's curves are fitted to ${formatShareAsPercent(MIN_COVERED_SHARE, 2)} of the range; their root mean square distance from the device is ${formatShareAsPercent(up.rmsDistance, 2)} (up) and ${formatShareAsPercent(down.rmsDistance, 2)} (down) of the range.`,
    cycle + cycleDown > 0 &&
      'cycleToCycle: the step noise of NeuroSim does not depend on the state; the file has the noise of the root mean square step.',
    range + gMin > 0 && 'Spreads of the range are normal in NeuroSim and log-normal here, with the same sd.',
    ...describeLostProperties('NeuroSim', device, [
      ...['writeNoise', 'cycleToCycle', 'rangeSpread', 'gMinSpread', 'pulse', 'voltageStepUp', 'voltageStepDown'],
      ...(relative ? ['readNoise'] : []),
    ]),
  ].filter((sentence) => sentence !== false);
  const text = [
    `// ${name}, by memspike device export: for the constructor of RealDevice in Cell.cpp of MLP+NeuroSim 3.0.`,
    ...lost.map((sentence) => `// ${sentence}`),
    ...Object.entries(values).map(([key, value]) => `${key} = ${literal(value)};`),
    '',
  ].join('\n');
  return { fileContents: { 'RealDevice.cpp': text }, lostProperties: lost };
}
