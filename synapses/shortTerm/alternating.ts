import { defineShortTerm } from '../../core/declare/models.ts';
import { upAtStart, upParam } from '../../core/declare/twoStates.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { ShortTerm } from '../../core/model.ts';

const params = { up: upParam('presynaptic neurons that are up at the start and at rest') };

class Alternating implements ShortTerm {
  readonly state;
  readonly #start: Uint8Array;
  readonly #up: Uint8Array;

  constructor(up: readonly number[], { arena, name, rows }: ModelContext & { readonly rows: number }) {
    this.#start = upAtStart(up, rows, name);
    this.#up = arena.u8(rows);
    this.state = { up: this.#up };
    this.rest();
  }

  arrive(row: number): number {
    this.#up[row]! ^= 1;
    return this.#up[row] === 1 ? 1 : -1;
  }

  rest(): void {
    this.#up.set(this.#start);
  }
}

/** Spikes are changes of state of neurons with two states (`glauber`): the weight arrives as it is when the source goes up, negative when it goes down. */
export const alternating = defineShortTerm({
  name: 'alternating',
  help: 'passes on changes of state: the weight when its source goes up, minus it when down',
  equation: 'factor +1, -1, +1, ... (-1 first for sources that are up at the start)',
  source: 'ginzburg_neuron and mcculloch_pitts_neuron of NEST',
  params,
  create: ({ up }, context) => new Alternating(up, context),
});
