/** Anything with indices whose entries can be swapped. */
interface List<T> {
  readonly length: number;
  [index: number]: T;
}

function swap<T>(list: List<T>, i: number, j: number): void {
  [list[i], list[j]] = [list[j]!, list[i]!];
}

/**
 * Puts a list into random order, all orders being equally likely (Fisher & Yates).
 * @param below a random integer from 0 to n - 1
 */
export function shuffle<L extends List<T>, T>(list: L, below: (n: number) => number): L {
  for (let i = list.length - 1; i > 0; i--) swap(list, i, below(i + 1));
  return list;
}

/** Brings a random sample of `count` entries, in random order, to the front of a list. */
export function sampleFirst<L extends List<T>, T>(list: L, count: number, below: (n: number) => number): L {
  for (let i = 0; i < count; i++) swap(list, i, i + below(list.length - i));
  return list;
}
