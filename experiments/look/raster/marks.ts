import { openLog } from '../../../core/log/file.ts';
import { IMAGES } from '../../../core/log/tables.ts';
import { fileIn } from '../../output/file.ts';

export interface Mark {
  readonly time: number;
  readonly label?: string;
}

const PHASES = ['training', 'labelling', 'test'];
/** More images than this in a window are not marked one by one. */
const MOST_IMAGES = 60;
const UNKNOWN = 255;

/**
 * Where stimuli begin in the window, for a run directory that knows: few images each with its class ("7", and "7→2" where
 * the answer was wrong), of many only where training, labelling and test begin. None for a log by itself.
 */
export function stimulusMarks(path: string, [from, to]: readonly [number, number]): readonly Mark[] {
  const file = fileIn(path, 'images.arrows');
  if (file === null) return [];
  const images: Mark[] = [];
  const phases: Mark[] = [];
  let phase = -1;
  let count = 0;
  for (const { columns, rows } of openLog(file, { spec: IMAGES, strict: false })) {
    for (let i = 0; i < rows; i++) {
      const time = columns.time![i]!;
      const now = columns.phase![i]!;
      const begins = now !== phase;
      phase = now;
      if (time < from || time > to) continue;
      if (begins) phases.push({ time, label: PHASES[now]! });
      if (++count <= MOST_IMAGES) images.push({ time, label: classes(columns.label![i]!, columns.prediction![i]!) });
    }
  }
  return count <= MOST_IMAGES ? images : phases;
}

interface Shown {
  readonly time: number;
  readonly label: number;
  /** 255: none. */
  readonly answer: number;
}

/** Every image whose presentation begins in the window; none for a log by itself. */
export function imagesIn(path: string, [from, to]: readonly [number, number]): readonly Shown[] {
  const file = fileIn(path, 'images.arrows');
  if (file === null) return [];
  const found: Shown[] = [];
  for (const { columns: c, rows } of openLog(file, { spec: IMAGES, strict: false }))
    for (let i = 0; i < rows; i++)
      if (c.time![i]! >= from && c.time![i]! <= to)
        found.push({ time: c.time![i]!, label: c.label![i]!, answer: c.prediction![i]! });
  return found;
}

const classes = (label: number, answer: number): string =>
  answer === UNKNOWN || answer === label ? String(label) : `${label}→${answer}`;
