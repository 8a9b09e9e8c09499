import direct from 'ml-direct';

/** DIRECT over a box: calls `value` at places within it until so many `iterations` are done. A file of its own: the library becomes a part of it. */
export const minimise: (
  value: (place: ArrayLike<number>) => number,
  low: number[],
  high: number[],
  options: { readonly iterations: number },
) => unknown = direct;
