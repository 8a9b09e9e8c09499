import { parseHTML } from 'linkedom';

/** An empty document of a page, where there is no browser: Observable Plot makes its elements with it. */
export const emptyDocument = (): Document =>
  parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;
