import { Tooltip } from '../../look/report/client/tooltip.ts';

let shared: Tooltip | undefined;

/** Returns the one tooltip of the page. */
export function sharedTooltip(): Tooltip {
  if (shared === undefined) {
    shared = new Tooltip();
    const made = shared;
    addEventListener('keydown', (event) => event.key === 'Escape' && made.hide());
  }
  return shared;
}
