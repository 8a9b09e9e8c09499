import { levenshteinEditDistance as distance } from 'levenshtein-edit-distance';
import { show, showKey } from './show.ts';

const LONGEST = 64;
const LISTED = 15;

const letters = (word: string) => Array.from(word).sort().join('');

/** Slips of the fingers between two words: letters changed, or all of them there in another order; capitals do not count. */
function slips(a: string, b: string): number {
  const [word, name] = [a.toLowerCase(), b.toLowerCase()];
  return letters(word) === letters(name) ? Math.min(1, distance(word, name)) : distance(word, name);
}

/** The known name nearest to `word`, if it is near enough to be meant. */
function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of known) {
    const steps = name.length > LONGEST ? Infinity : slips(word, name);
    if (steps < least && steps < Math.max(word.length, name.length)) [best, least] = [name, steps];
  }
  return best;
}

/**
 * Ends a sentence about an unknown word: `, did you mean "tau"?`, or the known names if none is near, or just the stop.
 * @param kind how the names are introduced, such as `known keys`.
 */
export function didYouMean(word: string, known: readonly string[], kind: string): string {
  const name = nearest(word, known);
  if (name !== undefined) return `, did you mean ${show(name)}?`;
  if (known.length === 0) return '.';
  const names = known.slice(0, LISTED).map(showKey).join(', ');
  return `; ${kind}: ${names}${known.length > LISTED ? `, … (${known.length} in all)` : ''}.`;
}
