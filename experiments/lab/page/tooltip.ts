import { Tooltip } from '../../look/report/client/tooltip.ts';

let one: Tooltip | undefined;

/** The page's one tooltip. */
export function tooltip(): Tooltip {
  if (one === undefined) {
    one = new Tooltip();
    const made = one;
    addEventListener('keydown', (event) => event.key === 'Escape' && made.hide());
  }
  return one;
}
