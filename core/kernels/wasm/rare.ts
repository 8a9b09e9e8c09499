/** What kernels need so seldom that it is left to TypeScript, which has it anyhow. */

/** ln(1 + x); core/elementary.ts. */
@external('env', 'log1p')
export declare function log1p(x: f64): f64;

/** A standard normal number of two words; core/random/random.ts. */
@external('env', 'noiseOf')
export declare function noiseOf(high: u32, low: u32): f64;

/** Writes the edges of its layers; core/random/ziggurat.ts. */
@external('env', 'fillLayers')
export declare function fillLayers(at: usize): void;
