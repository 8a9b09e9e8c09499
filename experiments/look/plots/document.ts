import { parseHTML } from 'linkedom';

/** Empty HTML document, in which Observable Plot creates elements without a browser. */
export const emptyDocument = (): Document =>
  parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;
