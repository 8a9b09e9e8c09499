import type { StimulusReaders } from '../build.ts';
import type { ModelChoice } from '../schema.ts';
import { readEvents, type Sensor } from './atis.ts';
import { readIdxSet } from './idx.ts';
import { readRecording } from './recording.ts';

/** Reads the files that stimuli of network files name. */
export const STIMULUS_READERS: StimulusReaders = {
  replay: ({ log, population }) => ({ log: readRecording(String(log), String(population)) }),
  events: (choice) => ({ file: readEvents(String(choice.file), choice as ModelChoice & Sensor) }),
  images: ({ file }) => ({ file: readIdxSet(String(file)) }),
  retina: ({ file }) => ({ file: readIdxSet(String(file)) }),
};
