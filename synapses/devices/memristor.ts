import type { Params } from '../../core/declare/define.ts';
import { nonNegative, number } from '../../core/declare/params.ts';
import type { Cell, CellFactory } from './array/cell.ts';
import { createRangeError, resolveWritePulse, type WriteParams, type WritePulse } from './array/range.ts';

/** Physical memristor model: state x from 0 (least conductive) to 1, driven by a voltage. Units: V, A, s. */
export interface Memristor {
  current(x: number, voltage: number): number;
  /** Rate of change dx/dt in state x at the given voltage, 1/s. */
  rate(x: number, voltage: number): number;
  stateAfter(x: number, voltage: number, seconds: number): number;
  /** Charge that flows during `seconds` at a constant voltage, from state x: ∫ I dt, C. */
  charge(x: number, voltage: number, seconds: number): number;
  /** Sign of the voltage that raises the conductance. */
  readonly polarity: 1 | -1;
}

export const createVoltagePulseParams = (volts: number, seconds: number) => ({
  writeVoltageUp: nonNegative(volts, 'V', 'amplitude of an upward pulse (assumed value)'),
  writeVoltageDown: nonNegative(volts, 'V', 'amplitude of a downward pulse (assumed value)'),
  writeTime: nonNegative(
    seconds,
    's',
    'duration of a pulse of strength ±1, proportional to |strength| (assumed value)',
  ),
  schemePulses: nonNegative(
    0,
    '1',
    'number of pulses of a non-identical pulse scheme from one end of the range to the other; the pulse number is g × schemePulses upward and (1 - g) × schemePulses downward; 0: identical pulses',
  ),
  voltageStep: number({ default: 0, unit: 'V', help: 'increase in voltage from pulse to pulse of a pulse scheme' }),
  timeStep: number({ default: 0, unit: 's', help: 'increase in duration from pulse to pulse of a pulse scheme' }),
});

type VoltagePulses = Params<ReturnType<typeof createVoltagePulseParams>> & Pick<WriteParams, 'assumed'>;

/** Write pulse of a memristor. Values equal to the defaults `volts` and `seconds` are reported as assumed values. */
export function resolveMemristorPulse(p: VoltagePulses, volts: number, seconds: number): WritePulse {
  const { writeVoltageUp, writeVoltageDown, writeTime, assumed } = p;
  const voltage = writeVoltageUp === volts && writeVoltageDown === volts;
  const nobodys = {
    ...(!voltage && { writeVoltageUp, writeVoltageDown }),
    ...(writeTime !== seconds && { writeTime }),
  };
  return resolveWritePulse({ ...nobodys, ...(assumed && { assumed }) }, { voltage: volts, time: seconds });
}

/**
 * Creates the cell of a physical memristor, which is driven by voltage pulses.
 * @param stateConversions functions that convert between state x and normalised conductance g, and give the
 * conductance in state g, S
 * @param bend ratio of the conductances at a voltage and at the read voltage, as a function of the voltage
 */
export function createMemristorCell(
  m: Memristor,
  p: VoltagePulses,
  stateConversions: {
    readonly ofState: (x: number) => number;
    readonly toState: (g: number) => number;
    readonly conductance: (g: number) => number;
  },
  bend: (volts: number) => number = () => 1,
): CellFactory {
  const pulse = { volts: 0, seconds: 0 };
  const setPulse = (g: number, strength: number) => {
    const up = strength > 0;
    const number = p.schemePulses * (up ? g : 1 - g);
    pulse.volts = Math.max(0, (up ? p.writeVoltageUp : p.writeVoltageDown) + number * p.voltageStep);
    pulse.seconds = Math.max(0, p.writeTime + number * p.timeStep) * Math.abs(strength);
  };
  const signedVoltage = (strength: number) => (strength > 0 ? m.polarity * pulse.volts : -m.polarity * pulse.volts);
  const last = { g: Number.NaN, strength: Number.NaN, after: 0 };
  const pulseState = (g: number, strength: number): number => {
    setPulse(g, strength);
    if (g !== last.g || strength !== last.strength) {
      last.after = stateConversions.ofState(
        m.stateAfter(stateConversions.toState(g), signedVoltage(strength), pulse.seconds),
      );
      last.g = g;
      last.strength = strength;
    }
    return last.after;
  };
  const create = (): Cell => ({
    state: {},
    pulse: (_k, g, strength) => pulseState(g, strength),
    joulesPerSiemens(g, strength, part) {
      if (part < 1) {
        setPulse(g, strength);
        return pulse.volts * pulse.volts * pulse.seconds * bend(part * pulse.volts);
      }
      const mean = (stateConversions.conductance(g) + stateConversions.conductance(pulseState(g, strength))) / 2;
      const volts = signedVoltage(strength);
      if (mean === 0) return 0;
      return (volts * m.charge(stateConversions.toState(g), volts, pulse.seconds)) / mean;
    },
    mergedPulse(g, strength, part) {
      setPulse(g, strength);
      const volts = part * signedVoltage(strength);
      const x = stateConversions.toState(g);
      const after = m.stateAfter(x, volts, pulse.seconds);
      return after === x ? g : stateConversions.ofState(after);
    },
  });
  return Object.assign(create, { isVoltageDriven: true });
}

interface Resistances {
  readonly rOn: number;
  readonly rOff: number;
}

/** Conversions between state x and conductance, if the resistance falls linearly from rOff (x = 0) to rOn (x = 1). */
export function createOhmicConversions({ rOn, rOff }: Resistances) {
  if (!(rOn < rOff)) throw createRangeError('rOn', rOn, 'rOff', rOff);
  const gMin = 1 / rOff;
  const gMax = 1 / rOn;
  const resistance = (x: number) => rOff - (rOff - rOn) * x;
  const conductance = (g: number) => gMin + g * (gMax - gMin);
  return {
    gMin,
    gMax,
    resistance,
    stateConversions: {
      ofState: (x: number) => (x >= 1 ? 1 : (1 / resistance(x) - gMin) / (gMax - gMin)),
      conductance,
      toState: (g: number) => (g >= 1 ? 1 : (rOff - 1 / conductance(g)) / (rOff - rOn)),
    },
  };
}

export const declareOhmicDevice = <P extends VoltagePulses & Resistances>(
  memristor: (p: P) => Memristor,
  volts: number,
  seconds: number,
) => ({
  range: (p: P) => ({ ...createOhmicConversions(p), pulse: resolveMemristorPulse(p, volts, seconds) }),
  cell: (p: P) => createMemristorCell(memristor(p), p, createOhmicConversions(p).stateConversions),
});
