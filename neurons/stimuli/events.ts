import { defineStimulus } from '../../core/declare/define.ts';
import { choice, described, fromZero, integer } from '../../core/declare/params.ts';
import { requireLoaded } from './recorded.ts';
import { createReplay, recordingParam } from './replay.ts';

/** Options for the use of the polarity of events. */
export const POLARITIES = ['both', 'merged', 'on', 'off'] as const;

/** Number of neurons of a sensor: one per pixel, or two with polarity `both`. */
const countSensorNeurons = (p: { width: number; height: number; polarity: (typeof POLARITIES)[number] }): number =>
  p.width * p.height * (p.polarity === 'both' ? 2 : 1);

/** Stimulus from the events of an event camera (dynamic vision sensor). */
export const events = defineStimulus({
  name: 'events',
  help: 'events of an event camera from a file in N-MNIST or N-Cars format',
  equation: 'neuron x + width y (+ width height for ON events with polarity both) fires at start + t',
  source: 'Orchard et al. 2015, doi:10.3389/fnins.2015.00437 (N-MNIST)',
  params: {
    file: described(recordingParam, {
      description: 'event file (.bin or .dat), relative to the network file; in code also a Recording',
    }),
    width: integer({ default: 34, min: 1, max: 1024, unit: 'pixels', help: 'width of the sensor' }),
    height: integer({ default: 34, min: 1, max: 1024, unit: 'pixels', help: 'height of the sensor' }),
    polarity: choice(POLARITIES, {
      default: 'both',
      help: 'both: two neurons per pixel (OFF, ON); merged: one neuron per pixel; on, off: events of one polarity only',
    }),
    start: fromZero(0, 'ms', 'simulation time of time 0 of the file'),
  },
  create: (p, context) => {
    const file = requireLoaded(p.file, `${context.name}.file`);
    return createReplay({ ...file, times: file.times.map((t) => t + p.start) }, countSensorNeurons(p), context);
  },
});
