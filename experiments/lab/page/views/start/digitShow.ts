import { signal } from '@preact/signals';
import { unzlibSync } from 'fflate';
import { fetchBytes } from '../../../browser/fetch.ts';
import type { Classification, OpenedNetwork } from '../../../worker/classify.ts';
import { WorkerClient } from '../../workerClient.ts';

const PIXEL_COUNT = 28 * 28;
/** Wall time in which the spikes of one image are shown, ms. */
export const SPIKE_DISPLAY_MS = 2000;
/** Wall time for which the answer is shown before the next image, ms. */
const ANSWER_MS = 900;

export interface ShownDigit {
  /** Index of the test image. */
  readonly imageIndex: number;
  readonly label: number;
  readonly pixels: Uint8Array;
  readonly answer: Classification;
}

const worker = new WorkerClient();

/** Classification of test images one after the other; continues at the same image if the view is opened again. */
export const digitShowState = {
  network: signal<OpenedNetwork | undefined>(undefined),
  digit: signal<ShownDigit | undefined>(undefined),
  imageCount: signal(0),
  tally: signal({ shown: 0, correct: 0 }),
  isPlaying: signal(!matchMedia('(prefers-reduced-motion: reduce)').matches),
};

let records: Uint8Array;
let isOpen = false;
/** Wall time for which the present digit has been shown, ms. */
let elapsed = 0;

async function openNetwork() {
  records = unzlibSync(await fetchBytes('testDigits.bin'));
  digitShowState.imageCount.value = records.length / (1 + PIXEL_COUNT);
  digitShowState.network.value = await worker.call('openNetwork', { isTrained: false }).result;
  isOpen = true;
}

/**
 * Classifies the next test image; after the last one, the tally begins again. A paused show shows all spikes at once.
 * After an error the show pauses, and the next call opens the network again.
 */
export async function showNextDigit() {
  const { digit, imageCount, tally, isPlaying } = digitShowState;
  try {
    if (!isOpen) await openNetwork();
    countShownDigit();
    const index = ((digit.peek()?.imageIndex ?? -1) + 1) % imageCount.peek();
    const start = index * (1 + PIXEL_COUNT);
    const pixels = records.slice(start + 1, start + 1 + PIXEL_COUNT);
    const answer = await worker.call('classify', { pixels }).result;
    if (index === 0) tally.value = { shown: 0, correct: 0 };
    elapsed = isPlaying.peek() ? 0 : SPIKE_DISPLAY_MS;
    digit.value = { imageIndex: index, label: records[start]!, pixels, answer };
  } catch (error) {
    isOpen = false;
    isPlaying.value = false;
    throw error;
  }
}

/** Adds the present digit to the tally, once. */
function countShownDigit() {
  const { digit, tally } = digitShowState;
  const shown = digit.peek();
  const { shown: count, correct } = tally.peek();
  if (shown === undefined || count > shown.imageIndex) return;
  tally.value = { shown: count + 1, correct: correct + (shown.answer.predictedClass === shown.label ? 1 : 0) };
}

/** Advances the show by wall time, ms. Returns the shown fraction of the presentation time of the image. */
export function advanceDigitShow(milliseconds: number) {
  if (digitShowState.isPlaying.peek()) elapsed += milliseconds;
  if (elapsed >= SPIKE_DISPLAY_MS) countShownDigit();
  return { progress: Math.min(1, elapsed / SPIKE_DISPLAY_MS), isNextDue: elapsed >= SPIKE_DISPLAY_MS + ANSWER_MS };
}
