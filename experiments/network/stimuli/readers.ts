import type { ImageSet } from '../../../neurons/stimuli/images.ts';
import { readIdxImages } from '../../data/idx.ts';
import type { StimulusReaders } from '../build.ts';
import type { ModelChoice } from '../models.ts';
import { readEvents, readRecording, type Sensor } from './recording.ts';

export function readImageSet(path: string): ImageSet {
  const { images, rows, columns } = readIdxImages(path);
  return { pixels: images, size: rows * columns, from: path };
}

export const STIMULUS_READERS: StimulusReaders = {
  replay: ({ log, population }) => ({ log: readRecording(String(log), String(population)) }),
  events: (choice) => ({ file: readEvents(String(choice.file), choice as ModelChoice & Sensor) }),
  images: ({ file }) => ({ file: readImageSet(String(file)) }),
  retina: ({ file }) => ({ file: readImageSet(String(file)) }),
};
