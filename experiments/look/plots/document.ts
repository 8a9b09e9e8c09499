import { parseHTML } from 'linkedom';

/** Lets Observable Plot create elements without a browser. */
export const createEmptyDocument = (): Document =>
  parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;
