import type { ImageSet } from '../../../neurons/stimuli/images.ts';
import { readIdxImages } from '../../data/idx.ts';
import type { StimulusReaders } from '../build.ts';
import type { ModelChoice } from '../models.ts';
import { readEvents, type Sensor } from './atis.ts';
import { readRecording } from './recording.ts';

export function readIdxSet(path: string): ImageSet {
  const { images, rows, columns } = readIdxImages(path);
  return { pixels: images, size: rows * columns, from: path };
}

/** Functions that read the data files of stimuli, by model name. */
export const STIMULUS_READERS: StimulusReaders = {
  replay: ({ log, population }) => ({ log: readRecording(String(log), String(population)) }),
  events: (choice) => ({ file: readEvents(String(choice.file), choice as ModelChoice & Sensor) }),
  images: ({ file }) => ({ file: readIdxSet(String(file)) }),
  retina: ({ file }) => ({ file: readIdxSet(String(file)) }),
};
