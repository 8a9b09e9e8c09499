import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { NeuronModel } from '../model.ts';

/** The clock of a network; while it runs, models look ahead. */
interface Clock {
  readonly now: number;
  readonly running: boolean;
}

/**
 * Lets `model.potential` refuse neurons that are not there and times that have not been simulated: its closed form would
 * go on past spikes and arrivals to come.
 */
export function guardPotential(model: NeuronModel, where: string, clock: Clock): void {
  const read = model.potential;
  model.potential = (neuron, t) => {
    if (!clock.running) check(model.size, neuron, t, where, clock.now);
    return read.call(model, neuron, t);
  };
}

function check(size: number, neuron: number, t: number, where: string, now: number): void {
  if (!(Number.isInteger(neuron) && neuron >= 0 && neuron < size)) {
    throw new UserError(
      `${where} has no neuron ${show(neuron)} to read a potential of: there are ${size} (0 to ${size - 1}).`,
    );
  }
  if (!(t <= now)) {
    throw new UserError(
      `${where}: the potential of neuron ${neuron} at ${show(t)} ms is not known yet: the clock is at ${now} ms; run until then first.`,
    );
  }
}
