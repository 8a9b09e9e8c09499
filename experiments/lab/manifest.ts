/** IDX files of one set of images, and how much is to be loaded. */
export interface ImageFiles {
  readonly images: number;
  readonly files: readonly { readonly path: string; readonly name: string; readonly bytes: number }[];
}

/** What images the lab can fetch: the first training images, all of them, and the test images. */
export interface Manifest {
  readonly first: ImageFiles;
  readonly all: ImageFiles;
  readonly test: ImageFiles;
}
