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

/** Terms that are not searched: numbers, single letters and frequent words. */
const IGNORED_TERM =
  /^(?:[^\p{L}]*|.|the|of|and|is|are|in|to|at|for|by|or|as|an|it|its|with|that|from|on|not|if|be|has|which)$/iu;

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
