/** Search index of the manual: written by the build, read by the page. */
import type { Options } from 'minisearch';

/** Part of a page: text below one heading. */
export interface SearchDocument {
  /** Address relative to the manual, with the anchor of the heading. */
  readonly id: string;
  readonly page: string;
  readonly heading: string;
  readonly text: string;
}

/** Terms that are not searched: those that begin with a digit, single letters and frequent words. */
const IGNORED_TERM = new RegExp(
  `^(?:[^\\p{L}]*|[\\d.+-].*|.|${[
    'a|after|all|an|and|are|as|at|be|between|by|can|each|for|from|has|have|if|in|is|it|its|memspike|no|not|of|on|one|only',
    'or|other|out|per|readonly|same|so|than|that|the|their|then|these|they|this|to|two|under|until|up|use|where|which',
    'with|without',
  ].join('|')})$`,
  'iu',
);

export const SEARCH_OPTIONS: Options<SearchDocument> = {
  fields: ['page', 'heading', 'text'],
  processTerm: (term) => (IGNORED_TERM.test(term) ? null : term.toLowerCase()),
  storeFields: ['page', 'heading'],
  searchOptions: {
    prefix: true,
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    boost: { heading: 4, page: 3 },
    combineWith: 'AND',
  },
};
