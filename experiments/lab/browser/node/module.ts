/** A page has no packages to look for files in. */
export function createRequire(): never {
  throw new Error('a page has no packages');
}
