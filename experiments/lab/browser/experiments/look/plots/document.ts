/** Pictures are drawn with the page's own document. */
export const emptyDocument = (): Document => document;
