import { UserError } from '../../core/declare/errors.ts';

/**
 * Refuses a threshold that is not above rest (0 mV) and that `level`, the potential without arrivals, reaches: such a neuron
 * would fire by itself. `where` names the threshold. Most likely potentials were given as in other simulators, and not from rest.
 */
export function checkThreshold(threshold: number, level: number, where: string): void {
  if (threshold > 0 || level < threshold) return;
  throw new UserError(
    `${where} is ${threshold} mV, but potentials are counted from rest, which is 0 mV: the neurons would fire without any input; give threshold and reset from rest (-50 mV with rest at -65 mV is 15 mV).`,
  );
}

/** The same for a neuron that fires at random: refuses a threshold below rest where it would fire more than once a ms. `hazard` in Hz. */
export function checkHazard(threshold: number, level: number, hazard: number, name: string): void {
  if (hazard > 1000) checkThreshold(threshold, level, `${name}.threshold`);
}

/** Refuses a current, in pA, that leads to a potential beyond the largest number. `where` names the current. @throws UserError */
export function checkSteadyPotential(pA: number, level: number, where: string): void {
  if (Number.isFinite(level)) return;
  throw new UserError(
    `${where} is ${pA} pA, which with these tau and capacitance leads beyond the largest number of mV; give a smaller current.`,
  );
}
