/** Rarely needed functions, which the kernels import from TypeScript. */

/** ln(1 + x); see core/elementary.ts. */
@external('env', 'log1p')
export declare function log1p(x: f64): f64;

/** x^y for x >= 0; see core/elementary.ts. */
@external('env', 'pow')
export declare function pow(x: f64, y: f64): f64;

/** Standard normal number from two random words; see core/random/random.ts. */
@external('env', 'noiseOf')
export declare function noiseOf(high: u32, low: u32): f64;

/** Writes the edges of the ziggurat layers; see core/random/ziggurat.ts. */
@external('env', 'fillLayers')
export declare function fillLayers(at: usize): void;
