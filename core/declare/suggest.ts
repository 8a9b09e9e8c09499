import { levenshteinEditDistance as distance } from 'levenshtein-edit-distance';
import { formatKey, show } from './show.ts';

const MAX_WORD_LENGTH = 64;
const MAX_LISTED_NAMES = 15;
/** Maximum length of a list of names in a message, characters; the first name may be longer. */
const MAX_LIST_LENGTH = 180;

const sortLetters = (word: string) => Array.from(word).sort().join('');

/** Edit distance of two words, ignoring case: Levenshtein distance, but 1 for words of the same letters in another order. */
function countTypingErrors(a: string, b: string) {
  const [word, name] = [a.toLowerCase(), b.toLowerCase()];
  return sortLetters(word) === sortLetters(name) ? Math.min(1, distance(word, name)) : distance(word, name);
}

function findNearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_WORD_LENGTH) return undefined;
  let best: string | undefined;
  let minErrors = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of known) {
    const errors = name.length > MAX_WORD_LENGTH ? Infinity : countTypingErrors(word, name);
    if (errors < minErrors && errors < Math.max(word.length, name.length)) [best, minErrors] = [name, errors];
  }
  return best;
}

/**
 * End of an error message about an unknown word: `, did you mean "tau"?`, the known names, or a full stop.
 * @param kind introduction of the names, such as `known keys`
 */
export function didYouMean(word: string, known: readonly string[], kind: string): string {
  const name = findNearest(word, known);
  if (name !== undefined) return `, did you mean ${show(name)}?`;
  if (known.length === 0) return '.';
  return `; ${kind}: ${joinFirstNames(known.map(formatKey))}.`;
}

/** Joins the first names of a list with commas; appends the total number if names are left out. */
export function joinFirstNames(names: readonly string[]): string {
  let text = names[0] ?? '';
  let count = 1;
  while (count < Math.min(MAX_LISTED_NAMES, names.length) && text.length + names[count]!.length < MAX_LIST_LENGTH)
    text += `, ${names[count++]!}`;
  return names.length > count ? `${text}, … (${names.length} in all)` : text;
}

/** Hints for names from other simulators, by lower-case name; each is the end of an error message "X must be …". */
export const OTHER_SIMULATOR_NAME_HINTS = new Map<string, string>();
