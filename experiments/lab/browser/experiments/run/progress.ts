import type { Progress, ProgressMode, ProgressState } from '../../../../run/progress.ts';

export const PROGRESS_MODES = ['auto', 'json', 'none'] as const;

/** Where progress is told: the page. */
export const told: { tell: (state: Omit<ProgressState, 'text'>) => void } = { tell: () => {} };

const EVERY_MS = 200;

/** As on the command line, told to the page about five times a second. */
export function createProgress({
  label,
  total,
  unit,
  mode,
}: {
  label: string;
  total: number;
  unit: string;
  mode?: ProgressMode;
}): Progress {
  if (mode === 'none') return { update: () => {}, stop: () => {} };
  const started = performance.now();
  let [done, next] = [0, 0];
  const show = (now: number, final: boolean): void => {
    next = now + EVERY_MS;
    const elapsedSeconds = (now - started) / 1000;
    const perSecond = elapsedSeconds > 0 ? done / elapsedSeconds : 0;
    const secondsLeft = perSecond > 0 ? Math.max(0, total - done) / perSecond : null;
    told.tell({ label, done, total, unit, elapsedSeconds, perSecond, secondsLeft, final });
  };
  return {
    update(count) {
      done = count;
      if (performance.now() >= next) show(performance.now(), false);
    },
    stop: () => show(performance.now(), true),
  };
}
