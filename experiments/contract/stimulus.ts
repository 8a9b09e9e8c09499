import type { StimulusFactory } from '../../core/factories.ts';
import type { Stimulus } from '../../core/graph/population.ts';
import { Arena } from '../../core/kernels/arena.ts';
import { createTestNetwork, formatSpikeRows } from './network.ts';
import { collectCheckErrors } from './requirements.ts';

/** Checks that a stimulus sorts spikes by (time, neuron) with valid neuron indices and that `nextSpikeTime` is right. */
export const checkSpikeEmission = (factory: StimulusFactory, label: string): readonly string[] =>
  collectCheckErrors(label, () => {
    const arena = new Arena();
    const model = factory.create({ arena, seed: 11, name: 'noise' });
    const [times, neurons] = [arena.f64(16), arena.u32(16)];
    let [t, j] = [-Infinity, 0];
    for (let block = 0; block < 8; block++) {
      const due = model.nextSpikeTime;
      const count = model.emit(times, neurons, 16);
      if (count > 0 && times[0] !== due)
        return [`${label}: its next spike is announced for ${due} ms, but comes at ${times[0]} ms.`];
      for (let i = 0; i < count; i++) {
        const [time, neuron] = [times[i]!, neurons[i]!];
        if (neuron >= model.size) return [`${label}: neuron ${neuron} spikes, but there are only ${model.size}.`];
        if (!(time > t || (time === t && neuron >= j)))
          return [
            `${label}: a spike of neuron ${neuron} at ${time} ms comes after one of neuron ${j} at ${t} ms, but must be in the order of (time, neuron).`,
          ];
        [t, j] = [time, neuron];
      }
      if (count < 16) break;
    }
    return [];
  });

/** Checks that a change of stimulus parameters during a run affects only later spikes. */
export const checkParameterChange = (factory: StimulusFactory, label: string): readonly string[] =>
  collectCheckErrors(label, () => {
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
      return [`${label}: a restart at 10 ms changes earlier spikes.`];
    if (!/poisson/i.test(label) && was.join() !== is.join())
      return [`${label}: a restart at 10 ms with equal parameters changes later spikes.`];
    return [];
  });
