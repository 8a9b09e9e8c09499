import { getRowLength, getRowStart } from '../../../core/graph/edges.ts';
import { computeSystemCost, type SystemCost } from '../../cost/systemCost.ts';
import { MAX_MEASURED_IMAGES, sumRowConductances } from '../../cost/totals.ts';
import { computeNetworkCost, describeArray } from '../../run/systemCost.ts';
import { OUTPUT_POPULATION_ID } from './evaluate.ts';
import type { MnistJob } from './job.ts';
import type { LearnedState } from './network.ts';
import { Responder } from './respond.ts';

const listUncounted = ({ config }: MnistJob) => (config.features ? ['first stage'] : []);

/** Cost of the system per training image, with write pulses; null without the setting `cost`. */
export function computeTrainingCost(job: MnistJob): SystemCost | null {
  const { config, layer, training } = job;
  const basis = { name: 'training image', count: training.total, notCounted: listUncounted(job) } as const;
  return config.cost ? computeNetworkCost(layer.net, config.cost, basis) : null;
}

/** Cost of the system per test image: input spikes of the first test images, which are shown again, read the learned devices. */
export function computeInferenceCost(job: MnistJob, learned: LearnedState): SystemCost | null {
  const { config: c, layer } = job;
  const { edges, devices, target } = layer.synapses;
  if (c.cost === undefined) return null;
  const count = Math.min(MAX_MEASURED_IMAGES, c.test);
  const responder = new Responder({ ...job.createResponseTask(learned, 'test'), recordInputs: true });
  const { neurons, populations, synapticEvents } = responder.respond(0, count);
  const rows = neurons.filter((_, i) => populations[i] !== OUTPUT_POPULATION_ID);
  const array = describeArray(layer.synapses, c.cost, true);
  const { readVoltage, readTime } = array.electrical;
  const { reading, gMin = 0 } = c.device as { readonly reading?: string; readonly gMin?: number };
  const countReferences = (row: number) =>
    reading === 'pair' ? getRowLength(edges, row) : Number(reading === 'referenceColumn');
  const rowConductances = sumRowConductances(devices!, edges.rows, (row) => getRowStart(edges, row), layer.net.now);
  const sumOverReads = (getValue: (row: number) => number) => rows.reduce((sum, row) => sum + getValue(row), 0);
  const use = {
    ...array,
    reads: rows.length,
    rowPulses: (rows.length * array.rows) / edges.rows,
    readColumns: sumOverReads((row) => getRowLength(edges, row)) / Math.max(1, rows.length),
    cellEnergy:
      sumOverReads((row) => rowConductances[row]! + countReferences(row) * gMin) * readVoltage ** 2 * readTime,
    neurons: { count: target.size, spikes: neurons.length - rows.length, synapticEvents },
    countsWrites: false,
  };
  const simulatedTime = responder.simulatedTime / 1000;
  const basis = { name: 'test image', count, simulatedTime, macs: null, notCounted: listUncounted(job) } as const;
  return computeSystemCost(c.cost, [use], basis);
}
