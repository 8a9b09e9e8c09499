import { describeAssumedPulse } from '../../../look/energyText.ts';
import { formatShareAsPercent } from '../../fit/lists.ts';
import {
  createLongFormatTable,
  createMeanSeries,
  createMedianSeries,
  createStateAxis,
  createTableColumn,
  type MeasurementOutcome,
  type MeasurementReport,
  median,
  toLongFormat,
} from '../measurementReport.ts';
import {
  applyPulses,
  createPulses,
  describeStateAxis,
  findStartState,
  type InitialDeviceState,
  MIN_RANGE_COVERAGE,
  type Pulse,
  readDeviceStatesAtTime,
  type SpecimenSet,
  toFractionOfRange,
} from '../specimens.ts';

const PULSE_PERIOD_MS = 100;

/** Applies a train: states of all devices before the first and after each pulse, and energy of each write, J. */
function recordTrain(specimen: SpecimenSet, train: readonly Pulse[], start: InitialDeviceState) {
  const b = applyPulses(specimen, train, start);
  const states = [readDeviceStatesAtTime(b, 0)];
  const spent = () => b.projections.map(({ devices }) => devices!.energy.write);
  const joules: number[][] = [];
  let last = spent();
  for (const { time: t } of train) {
    states.push(readDeviceStatesAtTime(b, t));
    const now = spent();
    joules.push(now.map((j, i) => j - last[i]!));
    last = now;
  }
  return { states, joules, assumedPulse: b.projections[0]!.devices!.usage.assumed };
}

/**
 * Applies potentiating, then depressing pulses. If depressing pulses have no effect at the upper bound, they form a
 * separate train that starts below it.
 * `startsInsideRange`: true if trains start slightly inside the range, because pulses at the bound have no effect.
 */
function recordTrains(specimen: SpecimenSet) {
  const { pulseCount: pulses } = specimen;
  const train = (count: number, isUp: (i: number) => boolean) => createPulses(count, PULSE_PERIOD_MS, isUp);
  const [low, high] = [findStartState(specimen, true), findStartState(specimen, false)];
  const startsInsideRange = low !== 'low' || high !== 'high';
  if (typeof high === 'number') {
    const [ups, downs] = [true, false].map((isUp) => train(pulses, () => isUp));
    return { startsInsideRange, up: recordTrain(specimen, ups!, low), down: recordTrain(specimen, downs!, high) };
  }
  const both = train(2 * pulses, (i) => i < pulses);
  const { states, joules, assumedPulse } = recordTrain(specimen, both, low);
  return {
    startsInsideRange,
    up: { states: states.slice(0, pulses + 1), joules: joules.slice(0, pulses), assumedPulse },
    down: { states: states.slice(pulses), joules: joules.slice(pulses), assumedPulse },
  };
}

/** Cache of recorded pulse trains, which two measurements share, by set of simulated devices. */
const trains = new WeakMap<SpecimenSet, ReturnType<typeof recordTrains>>();

function measureTrains(specimen: SpecimenSet) {
  const found = trains.get(specimen) ?? recordTrains(specimen);
  trains.set(specimen, found);
  return found;
}

export function measureLtpLtd(specimen: SpecimenSet): MeasurementReport {
  const { pulseCount: pulses } = specimen;
  const { up, down, startsInsideRange } = measureTrains(specimen);
  const axis = describeStateAxis(specimen);
  const { unit } = axis;
  const table = toLongFormat([...up.states.keys()], [up.states, down.states]);
  const [lowest, highest, afterLtd] = [up.states[0]!, up.states.at(-1)!, down.states.at(-1)!].map(median);
  const traversed = toFractionOfRange(specimen, lowest!, highest!);
  const states = [...up.states, ...down.states.slice(1)];
  const numbers = [...states.keys()];
  const series = [
    createMedianSeries('potentiation', numbers, up.states),
    createMedianSeries('depression', numbers.slice(pulses), down.states),
    ...createMeanSeries(numbers, states),
  ];
  const directions = table.group.map((i) => 1 - i);
  const part =
    startsInsideRange && traversed < MIN_RANGE_COVERAGE ? ` (${formatShareAsPercent(traversed, 2)} of its range)` : '';
  const from = startsInsideRange ? ', off the bounds (window 0)' : '';
  return {
    title: `LTP and LTD: ${pulses} pulses each way${part}${from}`,
    columns: {
      device: createTableColumn('1', table.device, 'uint32'),
      cycle: createTableColumn('1', Array<number>(directions.length).fill(0), 'uint32'),
      direction: { ...createTableColumn('1', directions, 'uint8'), valueNames: ['down', 'up'] },
      pulse: createTableColumn('1', table.x, 'uint32'),
      [unit === 'S' ? 'conductance' : 'weight']: createTableColumn(unit, table.y),
    },
    chart: { x: { label: 'pulse number' }, y: createStateAxis(axis, series), series },
    summary: {
      lowest,
      highest,
      afterLtd,
      traversed,
      ...(startsInsideRange && {
        begins: "just off the bounds, where the model's window function is 0 and no pulse moves a device",
      }),
    },
    ...(unit === 'S' && { units: { lowest: unit, highest: unit, afterLtd: unit } }),
  };
}

export function measureWriteEnergy(specimen: SpecimenSet): MeasurementOutcome {
  const { up, down } = measureTrains(specimen);
  const joules = [...up.joules, ...down.joules];
  const known = joules.flat().filter((j) => !Number.isNaN(j));
  if (known.length === 0) return { reason: 'the model has no conductance, so the energy of writes is not known' };
  if (known.every((j) => j === 0)) return { reason: 'writes need no energy with this writeVoltage and writeTime' };
  const { pulseCount: pulses } = specimen;
  const numbers = joules.map((_, i) => i + 1);
  return {
    title: `Write energy of each pulse${up.assumedPulse ? `, ${describeAssumedPulse(up.assumedPulse)}` : ''}`,
    columns: createLongFormatTable(['pulse', '1', 'uint32'], ['energy', 'J'], numbers, [joules]),
    chart: {
      x: { label: 'pulse number' },
      y: { label: 'energy (J)', domain: [0, 0] },
      series: [
        createMedianSeries('potentiation', numbers, joules.slice(0, pulses)),
        createMedianSeries('depression', numbers.slice(pulses), joules.slice(pulses)),
      ],
    },
    summary: {
      ...(up.assumedPulse && { assumed: up.assumedPulse }),
      medianUp: median(joules.slice(0, pulses).flat()),
      medianDown: median(joules.slice(pulses).flat()),
    },
    units: { medianUp: 'J', medianDown: 'J', 'assumed.voltage': 'V', 'assumed.time': 's' },
  };
}
