/** What the commands take of `node:zlib`. */
export { gunzipSync } from 'fflate';
