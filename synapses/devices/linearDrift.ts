import type * as z from 'zod/mini';
import { integer, type Mapping, positive } from '../../core/declare/params.ts';
import { pow } from '../../core/elementary.ts';
import { defineDevice } from './defineDevice.ts';
import { createOhmicConversions, createVoltagePulseParams, declareOhmicDevice, type Memristor } from './memristor.ts';
import { integrateState } from './ode.ts';

const [VOLTS, SECONDS] = [1, 0.01]; // default write pulse (assumed value)

const params = {
  rOn: positive(100, 'Ω', 'smallest resistance'),
  rOff: positive(16000, 'Ω', 'largest resistance'),
  mobility: positive(1e-14, 'm²/(V s)', 'mobility of the dopants'),
  thickness: positive(1e-8, 'm', 'thickness of the film'),
  window: integer({
    default: 0,
    min: 0,
    help: 'exponent p of the Joglekar window 1 - (2x - 1)^(2p), which holds a device at a bound once reached; 0: no window',
  }),
  ...createVoltagePulseParams(VOLTS, SECONDS),
};
type Parameters = z.output<Mapping<typeof params>>;

/**
 * Linear drift memristor. Without a window function, dx/dt = k v/R(x), with v the voltage and k = mobility
 * rOn/thickness². At constant v, the integral of R over x (`fluxAt`) grows by k v per unit of time.
 */
export function linearDriftMemristor(p: Parameters): Memristor {
  const { resistance } = createOhmicConversions(p);
  const k = (p.mobility * p.rOn) / (p.thickness * p.thickness);
  const dR = p.rOff - p.rOn;
  const window = (x: number) => (p.window === 0 ? 1 : 1 - pow(Math.abs(2 * x - 1), 2 * p.window));
  const rate = (x: number, voltage: number) => ((k * voltage) / resistance(x)) * window(x);
  const fluxAt = (x: number) => p.rOff * x - (dR * x * x) / 2;
  const stateAfter = (x: number, voltage: number, seconds: number): number => {
    if (p.window > 0) return integrateState((y) => rate(y, voltage), x, 0, seconds);
    const square = p.rOff * p.rOff - 2 * dR * (fluxAt(x) + k * voltage * seconds); // resistance², Ω²
    if (square <= p.rOn * p.rOn) return 1;
    return Math.max(0, (p.rOff - Math.sqrt(square)) / dR);
  };
  return {
    polarity: 1,
    current: (x, voltage) => voltage / resistance(x),
    rate,
    stateAfter,
    charge(x, voltage, seconds) {
      if (p.window > 0) {
        const flow = { of: (y: number) => voltage / resistance(y), sum: 0 };
        integrateState((y) => rate(y, voltage), x, 0, seconds, flow);
        return flow.sum;
      }
      const last = stateAfter(x, voltage, seconds);
      const still = last > 0 && last < 1 ? 0 : Math.max(0, seconds - (fluxAt(last) - fluxAt(x)) / (k * voltage)); // time at a bound, s
      return (last - x) / k + (still * voltage) / resistance(last);
    },
  };
}

export const linearDrift = defineDevice({
  name: 'linearDrift',
  help: 'linear ion drift (HP): the state moves with the charge that flows through the device',
  equation: 'dx/dt = mobility rOn/thickness² i (1 - (2x - 1)^(2 window)), R = rOn x + rOff (1 - x)',
  source: 'Strukov et al. 2008, doi:10.1038/nature06932; window: Joglekar & Wolf 2009, doi:10.1088/0143-0807/30/4/001',
  params,
  ...declareOhmicDevice(linearDriftMemristor, VOLTS, SECONDS),
});
