import { defineStimulus } from '../../core/declare/define.ts';
import { choice, described, fromZero, integer } from '../../core/declare/params.ts';
import { requireLoaded } from './recorded.ts';
import { createReplay, recordingParam } from './replay.ts';

/** How the polarity of an event chooses the neuron. */
export const POLARITIES = ['both', 'merged', 'on', 'off'] as const;

/** Neurons of a sensor: one a pixel, twice with both polarities. */
const countSensorNeurons = (p: { width: number; height: number; polarity: (typeof POLARITIES)[number] }): number =>
  p.width * p.height * (p.polarity === 'both' ? 2 : 1);

/** Events of a camera that reports changes of brightness. */
export const events = defineStimulus({
  name: 'events',
  help: 'plays the events of an event camera from a file as N-MNIST or N-Cars have them',
  equation: 'neuron x + width y (+ width height if brighter and both polarities are kept apart) fires at start + t',
  source: 'Orchard et al. 2015, doi:10.3389/fnins.2015.00437 (N-MNIST)',
  params: {
    file: described(recordingParam, {
      description: 'event file (.bin or .dat), relative to the network file; in code also a Recording',
    }),
    width: integer({ default: 34, min: 1, max: 1024, unit: 'pixels', help: 'of the sensor' }),
    height: integer({ default: 34, min: 1, max: 1024, unit: 'pixels', help: 'of the sensor' }),
    polarity: choice(POLARITIES, {
      default: 'both',
      help: 'darker and brighter (on) as two neurons a pixel or as one, or only one of them',
    }),
    start: fromZero(0, 'ms', 'time of the start of the file'),
  },
  create: (p, context) => {
    const file = requireLoaded(p.file, `${context.name}.file`);
    return createReplay({ ...file, times: file.times.map((t) => t + p.start) }, countSensorNeurons(p), context);
  },
});
