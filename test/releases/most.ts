/** What the package may take: bytes, bytes, packages, ms. */
export const MOST = { tarball: 4e6, installed: 60e6, packages: 110, import: 150 };
