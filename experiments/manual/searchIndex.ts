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

export const SEARCH_OPTIONS: Options<SearchDocument> = {
  fields: ['page', 'heading', 'text'],
  storeFields: ['page', 'heading'],
  searchOptions: {
    prefix: true,
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    boost: { heading: 4, page: 3 },
    combineWith: 'AND',
  },
};
