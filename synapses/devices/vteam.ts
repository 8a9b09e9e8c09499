import type * as z from 'zod/mini';
import { type Mapping, nonNegative, number, positive } from '../../core/declare/params.ts';
import { log1p, pow } from '../../core/elementary.ts';
import { defineDevice } from './defineDevice.ts';
import { createOhmicConversions, createVoltagePulseParams, declareOhmicDevice, type Memristor } from './memristor.ts';

const [VOLTS, SECONDS] = [0.25, 1e-9]; // default write pulse (assumed value)

const params = {
  rOn: positive(50, 'Ω', 'smallest resistance'),
  rOff: positive(1000, 'Ω', 'largest resistance'),
  thickness: positive(3e-9, 'm', 'range of the internal state w'),
  kOn: number({ default: -10, max: 0, unit: 'm/s', help: 'switching speed of the state w towards on; negative or 0' }),
  kOff: nonNegative(5e-4, 'm/s', 'switching speed of the state w towards off'),
  aOn: nonNegative(3, '1', 'exponent of the switching speed towards on'),
  aOff: nonNegative(1, '1', 'exponent of the switching speed towards off'),
  vOn: number({
    default: -0.2,
    max: 0,
    exclusiveMax: true,
    unit: 'V',
    help: 'threshold voltage of switching on; negative',
  }),
  vOff: positive(0.02, 'V', 'threshold voltage of switching off'),
  readVoltage: nonNegative(0.01, 'V', 'voltage of a read pulse; each arrival is one read; below vOff (assumed value)'),
  ...createVoltagePulseParams(VOLTS, SECONDS),
};
type Parameters = z.output<Mapping<typeof params>>;

/** Memristor model VTEAM; state x = 1 - (w - wOn)/(wOff - wOn), so that x = 1 is on. */
export function vteamMemristor(p: Parameters): Memristor {
  const { resistance } = createOhmicConversions(p);
  const rate = (voltage: number): number => {
    if (voltage >= p.vOff) return (-p.kOff * pow(voltage / p.vOff - 1, p.aOff)) / p.thickness;
    if (voltage <= p.vOn) return (-p.kOn * pow(voltage / p.vOn - 1, p.aOn)) / p.thickness;
    return 0;
  };
  return {
    polarity: -1,
    current: (x, voltage) => voltage / resistance(x),
    rate: (_x, voltage) => rate(voltage),
    stateAfter: (x, voltage, seconds) => Math.min(Math.max(x + rate(voltage) * seconds, 0), 1),
    charge(x, voltage, seconds) {
      const speed = rate(voltage);
      if (speed === 0) return (voltage * seconds) / resistance(x);
      const moving = Math.min(((speed > 0 ? 1 : 0) - x) / speed, seconds);
      const [first, last] = [resistance(x), resistance(x + speed * moving)];
      const ofMotion = -log1p((last - first) / first) / ((p.rOff - p.rOn) * speed); // ∫ dt/R while R is linear in t
      return voltage * (ofMotion + (seconds - moving) / last);
    },
  };
}

/** VTEAM memristor without a window function; its state is computed in closed form. */
export const vteam = defineDevice({
  name: 'vteam',
  help: 'threshold memristor (VTEAM): the state changes only beyond threshold voltages; pulses that raise the conductance are negative',
  equation:
    'dw/dt = kOff (v/vOff - 1)^aOff for v >= vOff, kOn (v/vOn - 1)^aOn for v <= vOn, else 0; R = rOn + (rOff - rOn) w/thickness',
  source: 'Kvatinsky et al. 2015, doi:10.1109/TCSII.2015.2433536; defaults of MemTorch',
  params,
  ...declareOhmicDevice(vteamMemristor, VOLTS, SECONDS),
});
