import { readRecording } from '../../run/replay.ts';
import type { StimulusReaders } from '../build.ts';
import type { ModelChoice } from '../schema.ts';
import { readEvents, type Sensor } from './atis.ts';
import { readIdxSet } from './idx.ts';
import { isSpikeList, readSpikeList } from './spikeList.ts';

/** Reads the files that stimuli of network files name. */
export const STIMULUS_READERS: StimulusReaders = {
  replay: ({ log, population }) => {
    const [path, name] = [String(log), String(population)];
    return { log: isSpikeList(path) ? readSpikeList(path, name) : readRecording(path, name) };
  },
  events: (choice) => ({ file: readEvents(String(choice.file), choice as ModelChoice & Sensor) }),
  images: ({ file }) => ({ file: readIdxSet(String(file)) }),
};
