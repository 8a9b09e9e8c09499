import { parseHTML } from 'linkedom';

/** Creates an empty HTML document in which Observable Plot can create elements without a browser. */
export const createEmptyDocument = (): Document =>
  parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;
