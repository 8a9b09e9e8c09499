/** Alea by itself: `seedrandom` brings its six other generators along. */
declare module 'seedrandom/lib/alea.js' {
  export default function alea(seed: string): { int32(): number };
}
