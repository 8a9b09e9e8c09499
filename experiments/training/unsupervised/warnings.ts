import { listWarnings } from '../../run/summary.ts';
import { OUTPUT_ID } from './evaluate.ts';
import type { Layer } from './network.ts';
import type { Responses } from './respond.ts';

/** A rule that depresses at an input after an output spike has nothing to do in training. */
function checkDepression({ devices, rule }: Layer['synapses']): string[] {
  const { writesUp, writesDown } = devices!.usage;
  if (writesUp === 0 || writesDown > 0 || !rule!.pulsesAtArrival) return [];
  return [
    'This rule has not depressed: it does so at inputs after an output spike, but an image ends with its last one and the next starts from rest (training.keepTraces lets rules go on).',
  ];
}

const checkResponses = (phase: string, { populations }: Responses): string[] =>
  populations.includes(OUTPUT_ID) ? [] : [`No output neuron fired in ${phase}, so every answer is a guess.`];

/** What a run of the job has done that is hardly meant, one sentence each. */
export const listJobWarnings = ({ net, synapses }: Layer, labelling: Responses, testing: Responses): string[] => [
  ...listWarnings(net),
  ...checkDepression(synapses),
  ...checkResponses('labelling', labelling),
  ...checkResponses('the test', testing),
];
