export const SIDE = 7;

const pixels = (...rows: readonly string[]): boolean[] => rows.flatMap((row) => [...row].map((c) => c === '#'));

/** Row by row, the first on top. */
export const DIGITS = {
  one: pixels('.......', '...#...', '..##...', '...#...', '...#...', '..###..', '.......'),
  two: pixels('.......', '.####..', '.....#.', '...##..', '..#....', '.#####.', '.......'),
};
