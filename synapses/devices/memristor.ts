import { fromZero, number } from '../../core/declare/params.ts';
import type { CellFactory } from './array/cell.ts';
import { notBelow, type WritePulse, writePulse } from './array/range.ts';

/** A memristor as physics has it: state x from 0 (least conductive) to 1, driven by a voltage. V, A, s. */
export interface Memristor {
  /** Current at this voltage, A. */
  current(x: number, voltage: number): number;
  /** dx/dt at this voltage, 1/s. */
  rate(x: number, voltage: number): number;
  /** State after `seconds` at a constant voltage: in closed form where there is one. */
  hold(x: number, voltage: number, seconds: number): number;
  /** Charge that flows meanwhile, C: ∫ I dt. */
  charge(x: number, voltage: number, seconds: number): number;
  /** Sign of the voltages that make it more conductive. */
  readonly polarity: 1 | -1;
}

/** Pulses of devices that are driven by a voltage. Position: how many of `schemePulses` the device is up (down) already. */
export const voltagePulses = (volts: number, seconds: number) => ({
  writeVoltageUp: fromZero(volts, 'V', 'size of an upward pulse (assumed)'),
  writeVoltageDown: fromZero(volts, 'V', 'size of a downward pulse (assumed)'),
  writeTime: fromZero(seconds, 's', 'length of a pulse of strength ±1; strength scales the length (assumed)'),
  schemePulses: fromZero(
    0,
    '1',
    'pulses of a non-identical scheme from end to end; a device at g upwards (1 - g downwards) gets pulse number g × schemePulses; 0: identical pulses',
  ),
  voltageStep: number({ default: 0, unit: 'V', help: 'by which each further pulse of the scheme is higher' }),
  timeStep: number({ default: 0, unit: 's', help: 'by which each further pulse of the scheme is longer' }),
});

interface VoltagePulses {
  readonly writeVoltageUp: number;
  readonly writeVoltageDown: number;
  readonly writeTime: number;
  readonly schemePulses: number;
  readonly voltageStep: number;
  readonly timeStep: number;
  readonly assumed?: 'writeVoltage' | 'writeTime' | 'writePulse';
}

/** The pulse of a memristor, whose parameters have defaults: a number that is the default is nobody's. */
export function memristorPulse(p: VoltagePulses, volts: number, seconds: number): WritePulse {
  const { writeVoltageUp, writeVoltageDown, writeTime, assumed } = p;
  const voltage = writeVoltageUp === volts && writeVoltageDown === volts;
  const nobodys = {
    ...(!voltage && { writeVoltageUp, writeVoltageDown }),
    ...(writeTime !== seconds && { writeTime }),
  };
  return writePulse({ ...nobodys, ...(assumed && { assumed }) }, { voltage: volts, time: seconds });
}

/** Number of states in which half-selected devices are tried. */
const DISTURBED_STATES = 33;

/** A memristor as the cell of an array, whose g is `share` of x; `bend`: its conductance at a voltage over that at the read voltage. */
export function memristorCell(
  m: Memristor,
  p: VoltagePulses,
  share: {
    readonly ofState: (x: number) => number;
    readonly toState: (g: number) => number;
    readonly conductance: (g: number) => number;
  },
  bend: (volts: number) => number = () => 1,
): CellFactory {
  const pulse = { volts: 0, seconds: 0 };
  const shape = (g: number, strength: number) => {
    const up = strength > 0;
    const number = p.schemePulses * (up ? g : 1 - g);
    pulse.volts = Math.max(0, (up ? p.writeVoltageUp : p.writeVoltageDown) + number * p.voltageStep);
    pulse.seconds = Math.max(0, p.writeTime + number * p.timeStep) * Math.abs(strength);
  };
  const signed = (strength: number) => (strength > 0 ? m.polarity * pulse.volts : -m.polarity * pulse.volts);
  const last = { g: Number.NaN, strength: Number.NaN, after: 0 };
  /** State after a pulse; asked for twice, it is found once. */
  const led = (g: number, strength: number): number => {
    shape(g, strength);
    if (g !== last.g || strength !== last.strength) {
      last.after = share.ofState(m.hold(share.toState(g), signed(strength), pulse.seconds));
      last.g = g;
      last.strength = strength;
    }
    return last.after;
  };
  return () => ({
    state: {},
    pulse: (_k, g, strength) => led(g, strength),
    square(g, strength, part) {
      if (part < 1) {
        shape(g, strength);
        return pulse.volts * pulse.volts * pulse.seconds * bend(part * pulse.volts);
      }
      const mean = (share.conductance(g) + share.conductance(led(g, strength))) / 2;
      const volts = signed(strength);
      if (mean === 0) return 0;
      return (volts * m.charge(share.toState(g), volts, pulse.seconds)) / mean;
    },
    disturbance(part) {
      let largest = 0;
      for (const selected of [0, 1])
        for (const strength of [1, -1]) {
          shape(selected, strength); // the ends of a scheme have its lowest and highest pulse
          for (let i = 0; i < DISTURBED_STATES; i++) {
            const x = share.toState(i / (DISTURBED_STATES - 1));
            const moved = m.hold(x, part * signed(strength), pulse.seconds);
            largest = Math.max(largest, Math.abs(share.ofState(moved) - share.ofState(x)));
          }
        }
      return largest;
    },
  });
}

interface Resistances {
  readonly rOn: number;
  readonly rOff: number;
}

/** Resistance that is linear in the state: rOff at 0, rOn at 1; g is the share of the conductance's range. */
export function ohmic({ rOn, rOff }: Resistances) {
  if (!(rOn < rOff)) throw notBelow('rOn', rOn, 'rOff', rOff);
  const gMin = 1 / rOff;
  const gMax = 1 / rOn;
  return {
    gMin,
    gMax,
    resistance: (x: number) => rOff - (rOff - rOn) * x,
    share: {
      ofState: (x: number) => (x >= 1 ? 1 : (1 / (rOff - (rOff - rOn) * x) - gMin) / (gMax - gMin)),
      conductance: (g: number) => gMin + g * (gMax - gMin),
      toState: (g: number) => (g >= 1 ? 1 : (rOff - 1 / (gMin + g * (gMax - gMin))) / (rOff - rOn)),
    },
  };
}

/** Range and cell of a device whose resistance is linear in the state. */
export const ohmicDevice = <P extends VoltagePulses & Resistances>(
  memristor: (p: P) => Memristor,
  volts: number,
  seconds: number,
) => ({
  range: (p: P) => ({ ...ohmic(p), pulse: memristorPulse(p, volts, seconds) }),
  cell: (p: P) => memristorCell(memristor(p), p, ohmic(p).share),
});
