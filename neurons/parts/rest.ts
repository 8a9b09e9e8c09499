import { UserError } from '../../core/declare/errors.ts';

/**
 * Rejects a threshold at or below rest (0 mV) that `level`, the steady potential without arrivals, reaches: the neuron would fire
 * without input. The likely cause is an absolute potential as in other simulators. `where` is the path of the threshold.
 * @throws UserError
 */
export function checkThreshold(threshold: number, level: number, where: string): void {
  if (threshold > 0 || level < threshold) return;
  throw new UserError(
    `${where} is ${threshold} mV, but potentials are relative to rest (0 mV), so the neurons would fire without input. Give threshold and reset relative to rest (-50 mV with rest at -65 mV is 15 mV).`,
  );
}

/** `checkThreshold` for neurons with escape noise, applied if the hazard without input (Hz) exceeds 1 spike per ms. */
export function checkHazard(threshold: number, level: number, hazard: number, name: string): void {
  if (hazard > 1000) checkThreshold(threshold, level, `${name}.threshold`);
}

/** Rejects a current (pA) with a steady potential `level` beyond the number range. `where` is its path. @throws UserError */
export function checkSteadyPotential(pA: number, level: number, where: string): void {
  if (Number.isFinite(level)) return;
  throw new UserError(
    `${where} is ${pA} pA, but with this tau and capacitance the steady potential is not a finite number of mV. Use a smaller current.`,
  );
}
