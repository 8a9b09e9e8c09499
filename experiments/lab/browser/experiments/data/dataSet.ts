/** Images of the page are IDX files. */
export { idxSizesOf as sizesOf, loadIdxSet as loadDataSet } from '../../../../data/idxSet.ts';
