import readWorkbook from 'read-excel-file/web-worker';

/** Reads a workbook from its bytes, as `read-excel-file/node` does. */
export default (bytes: Uint8Array<ArrayBuffer>) => readWorkbook(new Blob([bytes]) as File);
