/** The Alea generator alone; the main module of `seedrandom` loads six other generators. */
declare module 'seedrandom/lib/alea.js' {
  export default function alea(seed: string): { int32(): number };
}
