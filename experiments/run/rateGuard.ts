import { UserError } from '../../core/declare/errors.ts';
import type { Network } from '../../core/network.ts';
import type { NetworkDescription, NirSynapseSelection } from '../network/schema.ts';

/** Mean rate of an imported population at which a run stops, spikes per neuron and ms (10 kHz). */
const MAX_RATE = 10;
/** Time over which the mean rate is computed, ms. */
const WINDOW = 1;

/** Maximum simulated time between two checks, ms: rates of a network that runs away grow exponentially. */
const MAX_SLICE = 0.125;

interface RateGuard {
  /** Checks the rates. @param now simulated time, ms */
  readonly check: (now: number) => void;
  readonly maxSlice?: number;
}

/**
 * Creates a check that stops the run of a network from a NIR file if firing rates run away, as they may if a recurrent network
 * trained in time steps runs in continuous time. @throws UserError that names the population
 */
export function createRateGuard(net: Network, { projections }: NetworkDescription): RateGuard {
  const isExact = (
    projections as readonly { readonly connect?: { readonly file?: { readonly nir?: NirSynapseSelection } } }[]
  ).some(({ connect }) => connect?.file?.nir !== undefined && connect.file.nir.mode !== 'step');
  if (!isExact) return { check: () => {} };
  const populations = [...net.populations.values()].filter(({ kind }) => kind === 'neurons');
  let since = net.now;
  let before = populations.map(({ spikes }) => spikes);
  const check = (now: number) => {
    for (const [i, { name, size, spikes }] of populations.entries()) {
      const rate = (spikes - before[i]!) / size / Math.max(now - since, WINDOW);
      if (rate > MAX_RATE)
        throw new UserError(
          `populations.${name} fires at more than ${MAX_RATE} kHz per neuron at ${now} ms, so the run has stopped; a network that was trained in time steps needs import.mode=step and import.dt.`,
        );
    }
    if (now - since < WINDOW) return;
    since = now;
    before = populations.map(({ spikes }) => spikes);
  };
  return { check, maxSlice: MAX_SLICE };
}
