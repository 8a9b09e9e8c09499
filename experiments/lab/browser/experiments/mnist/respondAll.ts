/** A page's worker labels and tests by itself. */
export { respondAlone as respondAll } from '../../../../mnist/respondAlone.ts';
