/** Rectangle of cells of a crossbar: rows `top` … `bottom - 1`, columns `left` … `right - 1`. */
export interface Block {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Number of nodes that a block shares with its surroundings on each side, in the order of its ports: sources or word
 * nodes (left), word nodes (right), bit nodes (above), bit nodes or outputs (below).
 */
export type Sides = readonly [left: number, right: number, above: number, below: number];

export function blockSides({ top, bottom, left, right }: Block, columns: number): Sides {
  const [height, width] = [bottom - top, right - left];
  return [height, right < columns ? height : 0, top > 0 ? width : 0, width];
}

export const countPorts = ([left, right, above, below]: Sides): number => left + right + above + below;

export const isCell = ({ top, bottom, left, right }: Block): boolean => bottom - top === 1 && right - left === 1;

/** Two halves of a block. Node order of the join: nodes on the cut, then the ports of the whole block. */
interface Halves {
  readonly first: Block;
  readonly second: Block;
  /** Index of the first node of each side of each half. */
  readonly firstAt: Sides;
  readonly secondAt: Sides;
  readonly cut: number;
  readonly nodes: number;
}

/** Cuts a block of more than one cell across its longer side. */
export function halve(block: Block, columns: number): Halves {
  const { top, bottom, left, right } = block;
  const sides = blockSides(block, columns);
  const lower = bottom - top >= right - left;
  const cut = lower ? right - left : bottom - top;
  const atLeft = cut;
  const atRight = atLeft + sides[0];
  const above = atRight + sides[1];
  const below = above + sides[2];
  const nodes = below + sides[3];
  if (lower) {
    const middle = (top + bottom) >> 1;
    const done = middle - top;
    return {
      first: { ...block, bottom: middle },
      second: { ...block, top: middle },
      firstAt: [atLeft, atRight, above, 0],
      secondAt: [atLeft + done, atRight + (sides[1] > 0 ? done : 0), 0, below],
      cut,
      nodes,
    };
  }
  const middle = (left + right) >> 1;
  const done = middle - left;
  return {
    first: { ...block, right: middle },
    second: { ...block, left: middle },
    firstAt: [atLeft, 0, above, below],
    secondAt: [0, atRight, above + (sides[2] > 0 ? done : 0), below + done],
    cut,
    nodes,
  };
}

/** Memory of a block, in doubles: all its stars, the stars of its largest join, and networks not joined yet. */
export interface MemoryNeed {
  readonly stars: number;
  readonly largest: number;
  readonly pending: number;
}

export function estimateMemory(block: Block, columns: number): MemoryNeed {
  if (isCell(block)) {
    const ports = countPorts(blockSides(block, columns));
    return { stars: (4 - ports) * 4, largest: (4 - ports) * 4, pending: ports ** 2 };
  }
  const { first, second, cut, nodes } = halve(block, columns);
  const [a, b] = [estimateMemory(first, columns), estimateMemory(second, columns)];
  const ofFirst = countPorts(blockSides(first, columns)) ** 2;
  const ofSecond = countPorts(blockSides(second, columns)) ** 2;
  return {
    stars: a.stars + b.stars + cut * nodes,
    largest: Math.max(a.largest, b.largest, cut * nodes),
    pending: Math.max(a.pending, ofFirst + b.pending, ofFirst + ofSecond + (nodes - cut) ** 2),
  };
}
