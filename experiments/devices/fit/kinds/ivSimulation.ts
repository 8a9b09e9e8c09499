import { linearDriftMemristor } from '../../../../synapses/devices/linearDrift.ts';
import type { Memristor } from '../../../../synapses/devices/memristor.ts';
import { vteamMemristor } from '../../../../synapses/devices/vteam.ts';
import { yakopcicMemristor } from '../../../../synapses/devices/yakopcic.ts';
import type { Loop } from './loop.ts';

/** Currents at the readings of a loop, A, from the state before the first reading. */
type Simulation = (params: Readonly<Record<string, number>>, state: number) => Float64Array;

const MEMRISTORS = { vteam: vteamMemristor, yakopcic: yakopcicMemristor, linearDrift: linearDriftMemristor };

/** Maximum change per step of the state, and of the logarithms of its rate and of its distance from a bound. */
const [MAX_CHANGE, MAX_LOG_CHANGE] = [0.02, 0.25];
/** Difference of states for the derivative of a rate, and distance from a bound that counts as 0, as in the integration of the devices. */
const [DIFFERENCE, BOUND] = [1e-7, 1e-11];

/** State after `seconds` at a constant voltage, by the method of Runge and Kutta of order 4. */
function integrate({ rate }: Memristor, from: number, voltage: number, seconds: number): number {
  let [x, left] = [from, seconds];
  while (left > 0) {
    const speed = rate(x, voltage);
    if (speed === 0) return x;
    const by = x > 0.5 ? -DIFFERENCE : DIFFERENCE;
    const slope = (rate(x + by, voltage) - speed) / by;
    const distance = speed > 0 ? 1 - x : x; // from the bound ahead
    if (distance < BOUND) return speed > 0 ? 1 : 0;
    const change = Math.min(MAX_CHANGE, MAX_LOG_CHANGE * distance);
    const step = Math.min(left, change / Math.abs(speed), MAX_LOG_CHANGE / Math.abs(slope));
    const second = rate(x + (step / 2) * speed, voltage);
    const third = rate(x + (step / 2) * second, voltage);
    x += (step / 6) * (speed + 2 * second + 2 * third + rate(x + step * third, voltage));
    left -= step;
  }
  return x;
}

/**
 * Simulation of a model along a loop.
 * @param sign -1 if the positive voltages of the loop are the negative ones of the model
 */
export function simulationOf(
  name: 'vteam' | 'yakopcic' | 'linearDrift',
  { voltage, drive, seconds }: Loop,
  sign: 1 | -1,
): Simulation {
  return (params, state) => {
    const memristor = MEMRISTORS[name](params as never);
    const isClosedForm = name === 'vteam' || params.window === 0;
    const out = new Float64Array(voltage.length);
    let x = state;
    for (let i = 0; i < out.length; i++) {
      out[i] = sign * memristor.current(x, sign * voltage[i]!);
      const volts = sign * drive[i]!;
      x = isClosedForm ? memristor.stateAfter(x, volts, seconds[i]!) : integrate(memristor, x, volts, seconds[i]!);
    }
    return out;
  };
}
