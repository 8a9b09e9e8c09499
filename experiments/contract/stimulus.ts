import type { StimulusFactory } from '../../core/factories.ts';
import type { Stimulus } from '../../core/graph/population.ts';
import { Arena } from '../../core/kernels/arena.ts';
import { createTestNetwork, formatSpikeRows } from './network.ts';
import { collectCheckErrors } from './requirements.ts';

/** Checks that spikes are sorted by (time, neuron), neuron indices are valid, and `next` is the next spike time. */
export const checkSpikeEmission = (factory: StimulusFactory, who: string): readonly string[] =>
  collectCheckErrors(who, () => {
    const arena = new Arena();
    const model = factory.create({ arena, seed: 11, name: 'noise' });
    const [times, neurons] = [arena.f64(16), arena.u32(16)];
    let [t, j] = [-Infinity, 0];
    for (let block = 0; block < 8; block++) {
      const due = model.next;
      const count = model.emit(times, neurons, 16);
      if (count > 0 && times[0] !== due)
        return [`${who}: its next spike is announced for ${due} ms, but comes at ${times[0]} ms.`];
      for (let i = 0; i < count; i++) {
        const [time, neuron] = [times[i]!, neurons[i]!];
        if (neuron >= model.size) return [`${who}: neuron ${neuron} spikes, but there are only ${model.size}.`];
        if (!(time > t || (time === t && neuron >= j)))
          return [
            `${who}: a spike of neuron ${neuron} at ${time} ms comes after one of neuron ${j} at ${t} ms, but must be in the order of (time, neuron).`,
          ];
        [t, j] = [time, neuron];
      }
      if (count < 16) break;
    }
    return [];
  });

/** Checks that a parameter change during a run affects only later spikes. */
export const checkParameterChange = (factory: StimulusFactory, who: string): readonly string[] =>
  collectCheckErrors(who, () => {
    const [plain, changed] = [createTestNetwork({ stimulus: factory }), createTestNetwork({ stimulus: factory })];
    for (const { net } of [plain, changed]) net.run(10);
    changed.net.change(changed.net.populations.get('noise') as Stimulus, () => {});
    for (const { net } of [plain, changed]) {
      net.run(10);
      net.flush();
    }
    const until = (t: number) => (row: string) => Number.parseFloat(row) <= t;
    const [was, is] = [formatSpikeRows(plain.spikes), formatSpikeRows(changed.spikes)];
    if (was.filter(until(10)).join() !== is.filter(until(10)).join())
      return [`${who}: a restart at 10 ms changes earlier spikes.`];
    if (who !== 'poisson' && was.join() !== is.join())
      return [`${who}: a restart at 10 ms with equal parameters changes later spikes.`];
    return [];
  });
