import { applyStarMesh, computeEliminatedNodeVoltages } from './starMesh.ts';

/** Rectangle of cells of a crossbar. `bottomRow` and `rightColumn` are the first row and column beyond it. */
interface Block {
  readonly topRow: number;
  readonly bottomRow: number;
  readonly leftColumn: number;
  readonly rightColumn: number;
}

/**
 * Number of nodes that a block shares with its surroundings, by side: left (sources or word nodes), right (word nodes),
 * above (bit nodes), below (bit nodes or outputs).
 */
type NodeCounts = readonly [left: number, right: number, above: number, below: number];

function blockSides({ topRow, bottomRow, leftColumn, rightColumn }: Block, columns: number): NodeCounts {
  const [height, width] = [bottomRow - topRow, rightColumn - leftColumn];
  return [height, rightColumn < columns ? height : 0, topRow > 0 ? width : 0, width];
}

const countPorts = ([left, right, above, below]: NodeCounts) => left + right + above + below;

const isCell = ({ topRow, bottomRow, leftColumn, rightColumn }: Block) =>
  bottomRow - topRow === 1 && rightColumn - leftColumn === 1;

/** Two halves of a block, joined along a cut. Node order: nodes on the cut, then nodes shared with other blocks. */
interface Halves {
  readonly firstHalf: Block;
  readonly secondHalf: Block;
  /** Of each side of the first half (left, right, above, below): index of its first node in the joined block. */
  readonly firstHalfOffsets: NodeCounts;
  readonly secondHalfOffsets: NodeCounts;
  readonly cutSize: number;
  readonly nodeCount: number;
}

function halveBlock(block: Block, columns: number): Halves {
  const { topRow, bottomRow, leftColumn, rightColumn } = block;
  const sides = blockSides(block, columns);
  const isTall = bottomRow - topRow >= rightColumn - leftColumn;
  const cutSize = isTall ? rightColumn - leftColumn : bottomRow - topRow;
  const atRight = cutSize + sides[0];
  const above = atRight + sides[1];
  const below = above + sides[2];
  const counts = { cutSize, nodeCount: below + sides[3] };
  if (isTall) {
    const middle = (topRow + bottomRow) >> 1;
    const done = middle - topRow;
    return {
      ...counts,
      firstHalf: { ...block, bottomRow: middle },
      secondHalf: { ...block, topRow: middle },
      firstHalfOffsets: [cutSize, atRight, above, 0],
      secondHalfOffsets: [cutSize + done, atRight + (sides[1] > 0 ? done : 0), 0, below],
    };
  }
  const middle = (leftColumn + rightColumn) >> 1;
  const done = middle - leftColumn;
  return {
    ...counts,
    firstHalf: { ...block, rightColumn: middle },
    secondHalf: { ...block, leftColumn: middle },
    firstHalfOffsets: [cutSize, 0, above, below],
    secondHalfOffsets: [0, atRight, above + (sides[2] > 0 ? done : 0), below + done],
  };
}

/**
 * Memory need in float64 values: conductances of eliminated nodes (stars) in all blocks, the same in the largest
 * block alone, and stack of reduced networks.
 */
function estimateMemory(
  block: Block,
  columns: number,
): Record<'totalStarSize' | 'maxStarSize' | 'networkStackSize', number> {
  if (isCell(block)) {
    const ports = countPorts(blockSides(block, columns));
    return { totalStarSize: (4 - ports) * 4, maxStarSize: (4 - ports) * 4, networkStackSize: ports ** 2 };
  }
  const { firstHalf, secondHalf, cutSize, nodeCount } = halveBlock(block, columns);
  const [a, b] = [estimateMemory(firstHalf, columns), estimateMemory(secondHalf, columns)];
  const ofFirst = countPorts(blockSides(firstHalf, columns)) ** 2;
  const ofSecond = countPorts(blockSides(secondHalf, columns)) ** 2;
  return {
    totalStarSize: a.totalStarSize + b.totalStarSize + cutSize * nodeCount,
    maxStarSize: Math.max(a.maxStarSize, b.maxStarSize, cutSize * nodeCount),
    networkStackSize: Math.max(
      a.networkStackSize,
      ofFirst + b.networkStackSize,
      ofFirst + ofSecond + (nodeCount - cutSize) ** 2,
    ),
  };
}

interface ResistiveLines {
  readonly rows: number;
  readonly columns: number;
  readonly conductances: ArrayLike<number>;
  readonly wordSegmentConductance: number;
  readonly bitSegmentConductance: number;
  /** Conductance between the source of a word line and its first cell, and between the last cell of a bit line and its output, S. */
  readonly wordEndConductance: number;
  readonly bitEndConductance: number;
}

/**
 * Nested dissection (George 1973, doi:10.1137/0710032) of a crossbar of M × N cells with line resistance. Cell (i, j)
 * consists of three resistors: the segment of its word line on its left, the cell between its word and bit node, and
 * the segment of its bit line below. A block of cells is reduced to a network between the nodes that it shares with
 * other blocks. Two blocks are joined along a cut and the nodes on the cut are eliminated (`applyStarMesh`), until
 * only sources and outputs are left. For N × N cells this takes of the order of N³ operations, and N² log N stored
 * numbers for inner voltages.
 */
export class NestedDissection {
  readonly #lines: ResistiveLines;
  readonly #keepsStars: boolean;
  /**
   * Conductances of eliminated nodes, as `applyStarMesh` stores them: of all blocks if `#keepsStars`, otherwise of
   * the present block.
   */
  readonly #stars;
  #starsEnd = 0;
  /**
   * Stack of reduced networks that are not joined yet, each the lower triangle of a square matrix of conductances, S.
   */
  #resistorNetworkStack: Float64Array;
  #stackEnd = 0;
  /** Conductances between terminals (sources first), S: lower triangle of a square matrix, rows + columns wide. */
  readonly terminalConductances: Float64Array;

  /** @param keepsStars true if `computeVoltages` will be called */
  constructor(lines: ResistiveLines, keepsStars: boolean) {
    this.#lines = lines;
    this.#keepsStars = keepsStars;
    const need = NestedDissection.estimateMemory(lines);
    this.#stars = new Float64Array(keepsStars ? need.totalStarSize : need.maxStarSize);
    this.#resistorNetworkStack = new Float64Array(need.networkStackSize);
    this.#reduceBlock(wholeBlock(lines));
    this.terminalConductances = this.#resistorNetworkStack.slice(0, (lines.rows + lines.columns) ** 2);
    this.#resistorNetworkStack = new Float64Array(0);
  }

  static estimateMemory(lines: Pick<ResistiveLines, 'rows' | 'columns'>) {
    return estimateMemory(wholeBlock(lines), lines.columns);
  }

  /**
   * Computes the voltages of all nodes, V, row-major, from the voltages of the line ends (`terminals`), sources first.
   */
  computeVoltages(terminals: Float64Array, words: Float64Array, bits: Float64Array) {
    if (!this.#keepsStars) throw new Error('`computeVoltages` needs a `NestedDissection` with `keepsStars`.');
    this.#starsEnd = this.#stars.length;
    this.#solveBlock(wholeBlock(this.#lines), terminals, words, bits);
  }

  #reduceBlock(block: Block) {
    if (isCell(block)) {
      this.#reduceCell(block);
      return;
    }
    const { firstHalf, secondHalf, firstHalfOffsets, secondHalfOffsets, cutSize, nodeCount } = halveBlock(
      block,
      this.#lines.columns,
    );
    const start = this.#stackEnd;
    this.#reduceBlock(firstHalf);
    const middle = this.#stackEnd;
    this.#reduceBlock(secondHalf);
    const firstStarIndex = this.#allocateStarConductances(cutSize * nodeCount);
    const mesh = this.#allocateMeshConductances(nodeCount - cutSize);
    const join = { firstStarIndex, cutSize, nodeCount, mesh };
    this.#addHalfNetwork(start, firstHalf, firstHalfOffsets, join);
    this.#addHalfNetwork(middle, secondHalf, secondHalfOffsets, join);
    applyStarMesh(this.#stars, firstStarIndex, cutSize, nodeCount, mesh);
    this.#resistorNetworkStack.copyWithin(start, this.#stackEnd, this.#stackEnd + mesh.length);
    this.#stackEnd = start + mesh.length;
  }

  /** Eliminates the word or bit node of a cell if no neighbouring block shares it. */
  #reduceCell(block: Block) {
    const { rows, columns, conductances, ...g } = this.#lines;
    const wordConductance = block.leftColumn === 0 ? g.wordEndConductance : g.wordSegmentConductance;
    const bitConductance = block.bottomRow === rows ? g.bitEndConductance : g.bitSegmentConductance;
    const { cutSize, source, word, bit, output } = cellNodes(blockSides(block, columns));
    const firstStarIndex = this.#allocateStarConductances(cutSize * 4);
    const mesh = this.#allocateMeshConductances(4 - cutSize);
    const into = { firstStarIndex, cutSize, nodeCount: 4, mesh };
    this.#connectNodes(into, source, word, wordConductance);
    this.#connectNodes(into, word, bit, conductances[block.topRow * columns + block.leftColumn]!);
    this.#connectNodes(into, bit, output, bitConductance);
    applyStarMesh(this.#stars, firstStarIndex, cutSize, 4, mesh);
    this.#stackEnd += mesh.length;
  }

  #allocateStarConductances(length: number): number {
    const at = this.#keepsStars ? this.#starsEnd : 0;
    this.#stars.fill(0, at, at + length);
    this.#starsEnd = at + length;
    return at;
  }

  #allocateMeshConductances(ports: number): Float64Array {
    return this.#resistorNetworkStack.subarray(this.#stackEnd, this.#stackEnd + ports ** 2).fill(0);
  }

  /** Adds the network of one half, stored from index `start` of the stack on, to the network of both halves. */
  #addHalfNetwork(start: number, half: Block, offsets: NodeCounts, join: Join) {
    const networks = this.#resistorNetworkStack;
    const sides = blockSides(half, this.#lines.columns);
    const nodeOf = portNodes(sides, offsets);
    const ports = countPorts(sides);
    for (let i = 1; i < ports; i++) {
      const row = start + i * ports;
      for (let j = 0; j < i; j++) {
        const g = networks[row + j]!;
        if (g !== 0) this.#connectNodes(join, nodeOf[i]!, nodeOf[j]!, g);
      }
    }
  }

  /** Adds a conductance between two nodes: to a star if one of them is to be eliminated, otherwise to the mesh. */
  #connectNodes({ firstStarIndex, cutSize, nodeCount, mesh }: Join, i: number, j: number, conductance: number) {
    const [low, high] = i < j ? [i, j] : [j, i];
    if (low < cutSize) this.#stars[firstStarIndex + low * nodeCount + high]! += conductance;
    else mesh[(high - cutSize) * (nodeCount - cutSize) + (low - cutSize)]! += conductance;
  }

  #solveBlock(block: Block, ports: Float64Array, words: Float64Array, bits: Float64Array) {
    const { columns } = this.#lines;
    if (isCell(block)) {
      const { cutSize, word, bit } = cellNodes(blockSides(block, columns));
      const voltages = this.#computeNodeVoltages(cutSize, 4, ports);
      words[block.topRow * columns + block.leftColumn] = voltages[word]!;
      bits[block.topRow * columns + block.leftColumn] = voltages[bit]!;
      return;
    }
    const { firstHalf, secondHalf, firstHalfOffsets, secondHalfOffsets, cutSize, nodeCount } = halveBlock(
      block,
      columns,
    );
    const voltages = this.#computeNodeVoltages(cutSize, nodeCount, ports);
    const portsOfPart = (part: Block, places: NodeCounts) =>
      Float64Array.from(portNodes(blockSides(part, columns), places), (node) => voltages[node]!);
    this.#solveBlock(secondHalf, portsOfPart(secondHalf, secondHalfOffsets), words, bits); // halves in reverse order of elimination
    this.#solveBlock(firstHalf, portsOfPart(firstHalf, firstHalfOffsets), words, bits);
  }

  /**
   * Computes the node voltages of a block from `ports`, the voltages of the nodes that it shares with other blocks.
   * Blocks must be taken in reverse order of elimination.
   */
  #computeNodeVoltages(cut: number, nodes: number, ports: Float64Array): Float64Array {
    const voltages = new Float64Array(nodes);
    voltages.set(ports, cut);
    this.#starsEnd -= cut * nodes;
    computeEliminatedNodeVoltages(this.#stars, this.#starsEnd, cut, nodes, voltages);
    return voltages;
  }
}

interface Join {
  readonly firstStarIndex: number;
  readonly cutSize: number;
  readonly nodeCount: number;
  readonly mesh: Float64Array;
}

const wholeBlock = ({ rows, columns }: Pick<ResistiveLines, 'rows' | 'columns'>): Block => ({
  topRow: 0,
  bottomRow: rows,
  leftColumn: 0,
  rightColumn: columns,
});

/** Lists the indices in the joined block of the nodes that a half shares with its surroundings. */
function portNodes(sides: NodeCounts, places: NodeCounts) {
  const nodes = new Int32Array(countPorts(sides));
  let port = 0;
  for (let side = 0; side < 4; side++) for (let k = 0; k < sides[side]!; k++) nodes[port++] = places[side]! + k;
  return nodes;
}

/** Numbers the nodes of the network of one cell; the first `cutSize` nodes are eliminated. */
function cellNodes([, right, above]: NodeCounts) {
  const cutSize = 2 - right - above;
  const first = cutSize; // index of the first remaining node
  return {
    cutSize,
    source: first,
    word: right > 0 ? first + 1 : 0,
    bit: above > 0 ? first + 1 + right : first - 1,
    output: 3,
  };
}
