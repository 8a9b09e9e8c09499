import { fileIn } from '../../output/file.ts';
import { NO_ANSWER, type Phase, type Presentation, readPresentations } from '../imageLog.ts';

/** Time in a raster that is marked with a line. */
export interface TimeMark {
  /** ms */
  readonly time: number;
  readonly label?: string;
}

const PHASE_NAMES: Readonly<Record<Phase, string>> = { train: 'training', label: 'labelling', test: 'test' };
/** Largest number of images in a window that are marked individually. */
const MAX_IMAGE_MARKS = 60;

/** Class of an image, `7`; with the predicted class if it is wrong, `7→2`. */
const describeAnswer = ({ label, prediction }: Presentation): string =>
  prediction === NO_ANSWER || prediction === label ? String(label) : `${label}→${prediction}`;

/** Presentations that begin in the window, for a run directory with a log of images; otherwise none. `isFirst`: first of its phase. */
export function presentationsIn(path: string, [from, to]: readonly [number, number]) {
  const file = fileIn(path, 'images.arrows');
  const found: (Presentation & { readonly isFirst: boolean })[] = [];
  let phase: Phase | undefined;
  for (const one of file === null ? [] : readPresentations(file, false)) {
    if (one.time >= from && one.time <= to) found.push({ ...one, isFirst: one.phase !== phase });
    phase = one.phase;
  }
  return found;
}

/** Marks of the stimuli in a window: up to 60 images with their class, otherwise only the start of training, labelling and test. */
export function readStimulusMarks(path: string, window: readonly [number, number]): readonly TimeMark[] {
  const found = presentationsIn(path, window);
  return found.length <= MAX_IMAGE_MARKS
    ? found.map((one) => ({ time: one.time, label: describeAnswer(one) }))
    : found.filter(({ isFirst }) => isFirst).map(({ time, phase }) => ({ time, label: PHASE_NAMES[phase] }));
}
