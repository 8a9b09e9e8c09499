import { listWarnings } from '../../run/summary.ts';
import { OUTPUT_ID } from './evaluate.ts';
import type { Layer } from './network.ts';
import type { Responses } from './respond.ts';

/** Warning if a rule that depresses at arrivals after an output spike never depressed in training. */
function checkDepression({ devices, rule }: Layer['synapses']): string[] {
  const { writesUp, writesDown } = devices!.usage;
  if (writesUp === 0 || writesDown > 0 || !rule!.pulsesAtArrival) return [];
  return [
    'The rule has not depressed any synapse: it depresses at arrivals after an output spike, but the last output spike ends an image and the next image starts from rest. Next step: set `training.keepTraces`.',
  ];
}

const checkResponses = (phase: string, { populations }: Responses): string[] =>
  populations.includes(OUTPUT_ID) ? [] : [`No output neuron fired in ${phase}, so every answer is a guess.`];

/** Warnings about probably unintended behaviour in a run, one sentence each. */
export const listJobWarnings = ({ net, synapses }: Layer, labelling: Responses, testing: Responses): string[] => [
  ...listWarnings(net),
  ...checkDepression(synapses),
  ...checkResponses('labelling', labelling),
  ...checkResponses('the test', testing),
];
