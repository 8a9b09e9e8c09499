import type { Neurons } from '../graph/population.ts';
import type { RowSink } from '../log/tables.ts';

/** Writes the potentials (mV from rest) of chosen neurons at the times a timer asks for. */
export class PotentialRecorder {
  readonly #population: Neurons;
  readonly #neurons: readonly number[];
  readonly #sink: RowSink;

  constructor(population: Neurons, neurons: readonly number[], sink: RowSink) {
    this.#population = population;
    this.#neurons = neurons;
    this.#sink = sink;
  }

  sample(t: number): void {
    const { model, id } = this.#population;
    const rows = this.#neurons.length;
    this.#sink.write(
      {
        time: new Float64Array(rows).fill(t),
        neuron: Uint32Array.from(this.#neurons),
        potential: Float64Array.from(this.#neurons, (neuron) => model.potential(neuron, t)),
        population: new Uint8Array(rows).fill(id),
      },
      rows,
    );
  }
}
