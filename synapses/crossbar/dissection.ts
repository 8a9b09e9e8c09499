import { applyStarMesh, computeStarVoltages } from './starMesh.ts';

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
  /** Index, in each half, of the first node on each side. */
  readonly firstNodes: NodeCounts;
  readonly secondNodes: NodeCounts;
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
      firstNodes: [cutSize, atRight, above, 0],
      secondNodes: [cutSize + done, atRight + (sides[1] > 0 ? done : 0), 0, below],
    };
  }
  const middle = (leftColumn + rightColumn) >> 1;
  const done = middle - leftColumn;
  return {
    ...counts,
    firstHalf: { ...block, rightColumn: middle },
    secondHalf: { ...block, leftColumn: middle },
    firstNodes: [cutSize, 0, above, below],
    secondNodes: [0, atRight, above + (sides[2] > 0 ? done : 0), below + done],
  };
}

/** Memory, in float64 values: stars (conductances of eliminated nodes), stars of one block, networks not yet joined. */
interface MemoryNeed {
  readonly starValueCount: number;
  readonly maxJoinSize: number;
  readonly unjoinedNetworkSize: number;
}

function estimateMemory(block: Block, columns: number): MemoryNeed {
  if (isCell(block)) {
    const ports = countPorts(blockSides(block, columns));
    return { starValueCount: (4 - ports) * 4, maxJoinSize: (4 - ports) * 4, unjoinedNetworkSize: ports ** 2 };
  }
  const { firstHalf, secondHalf, cutSize, nodeCount } = halveBlock(block, columns);
  const [a, b] = [estimateMemory(firstHalf, columns), estimateMemory(secondHalf, columns)];
  const ofFirst = countPorts(blockSides(firstHalf, columns)) ** 2;
  const ofSecond = countPorts(blockSides(secondHalf, columns)) ** 2;
  return {
    starValueCount: a.starValueCount + b.starValueCount + cutSize * nodeCount,
    maxJoinSize: Math.max(a.maxJoinSize, b.maxJoinSize, cutSize * nodeCount),
    unjoinedNetworkSize: Math.max(
      a.unjoinedNetworkSize,
      ofFirst + b.unjoinedNetworkSize,
      ofFirst + ofSecond + (nodeCount - cutSize) ** 2,
    ),
  };
}

interface ResistiveLines {
  readonly rows: number;
  readonly columns: number;
  readonly conductances: ArrayLike<number>;
  /** Conductance of one word line segment, S. */
  readonly wordConductance: number;
  /** Conductance of one bit line segment, S. */
  readonly bitConductance: number;
}

/**
 * Nested dissection (George 1973, doi:10.1137/0710032) of a crossbar of M × N cells with line resistance. Cell (i, j)
 * consists of three resistors: the segment of its word line on its left, the cell between its word and bit node, and the
 * segment of its bit line below. A block of cells is reduced to a network between the nodes that it shares with other
 * blocks. Two blocks are joined along a cut and the nodes on the cut are eliminated (`applyStarMesh`), until only sources
 * and outputs are left. A cut has half as many nodes as in two coupled grids, because it crosses word lines or bit lines
 * only. For N × N cells this takes of the order of N³ operations, and N² log N stored numbers for inner voltages.
 */
export class Dissection {
  readonly #lines: ResistiveLines;
  readonly #keepsStars: boolean;
  /** Conductances of eliminated nodes (see starMesh.ts): of all blocks in order, or of one if not `#keepsStars`. */
  readonly #stars;
  #starsEnd = 0;
  /** Networks of blocks that are still to be joined: lower triangles of square matrices, one after the other. */
  #networkStack: Float64Array;
  #stackEnd = 0;
  /** Conductances between terminals (sources first), S: lower triangle of a square matrix, rows + columns wide. */
  readonly terminalMesh: Float64Array;

  /** @param keepsStars true if `computeVoltages` will be called */
  constructor(lines: ResistiveLines, keepsStars: boolean) {
    this.#lines = lines;
    this.#keepsStars = keepsStars;
    const need = Dissection.estimateMemory(lines);
    this.#stars = new Float64Array(keepsStars ? need.starValueCount : need.maxJoinSize);
    this.#networkStack = new Float64Array(need.unjoinedNetworkSize);
    this.#reduceBlock(wholeBlock(lines));
    this.terminalMesh = this.#networkStack.slice(0, (lines.rows + lines.columns) ** 2);
    this.#networkStack = new Float64Array(0);
  }

  static estimateMemory(lines: Pick<ResistiveLines, 'rows' | 'columns'>): MemoryNeed {
    return estimateMemory(wholeBlock(lines), lines.columns);
  }

  /**
   * Computes the voltages of all nodes, V, row-major, from the voltages of the line ends (`terminals`), sources first.
   */
  computeVoltages(terminals: Float64Array, words: Float64Array, bits: Float64Array) {
    if (!this.#keepsStars) throw new Error('Dissection: computeVoltages() needs keepsStars = true');
    this.#starsEnd = this.#stars.length;
    this.#solveBlock(wholeBlock(this.#lines), terminals, words, bits);
  }

  /** Reduces a block to a network between its shared nodes and pushes the network onto the stack. */
  #reduceBlock(block: Block) {
    if (isCell(block)) {
      this.#reduceCell(block);
      return;
    }
    const { firstHalf, secondHalf, firstNodes, secondNodes, cutSize, nodeCount } = halveBlock(
      block,
      this.#lines.columns,
    );
    const start = this.#stackEnd;
    this.#reduceBlock(firstHalf);
    const middle = this.#stackEnd;
    this.#reduceBlock(secondHalf);
    const firstStar = this.#allocateStars(cutSize * nodeCount);
    const mesh = this.#allocateMesh(nodeCount - cutSize);
    const join = { firstStar, cutSize, nodeCount, mesh };
    this.#addHalfNetwork(start, firstHalf, firstNodes, join);
    this.#addHalfNetwork(middle, secondHalf, secondNodes, join);
    applyStarMesh(this.#stars, firstStar, cutSize, nodeCount, mesh);
    this.#networkStack.copyWithin(start, this.#stackEnd, this.#stackEnd + mesh.length);
    this.#stackEnd = start + mesh.length;
  }

  /**
   * Pushes the resistor network of one cell onto the stack. Eliminates the word or bit node of the cell if no
   * neighbouring block shares it.
   */
  #reduceCell(block: Block) {
    const { columns, conductances, wordConductance, bitConductance } = this.#lines;
    const { cutSize, source, word, bit, output } = cellNodes(blockSides(block, columns));
    const firstStar = this.#allocateStars(cutSize * 4);
    const mesh = this.#allocateMesh(4 - cutSize);
    const into = { firstStar, cutSize, nodeCount: 4, mesh };
    this.#connectNodes(into, source, word, wordConductance);
    this.#connectNodes(into, word, bit, conductances[block.topRow * columns + block.leftColumn]!);
    this.#connectNodes(into, bit, output, bitConductance);
    applyStarMesh(this.#stars, firstStar, cutSize, 4, mesh);
    this.#stackEnd += mesh.length;
  }

  #allocateStars(length: number): number {
    const at = this.#keepsStars ? this.#starsEnd : 0;
    this.#stars.fill(0, at, at + length);
    this.#starsEnd = at + length;
    return at;
  }

  #allocateMesh(ports: number): Float64Array {
    return this.#networkStack.subarray(this.#stackEnd, this.#stackEnd + ports ** 2).fill(0);
  }

  /** Adds the network of one half, stored at index `from` of the stack, to the network of both halves. */
  #addHalfNetwork(from: number, part: Block, places: NodeCounts, into: Join) {
    const networks = this.#networkStack;
    const sides = blockSides(part, this.#lines.columns);
    const nodeOf = portNodes(sides, places);
    const ports = countPorts(sides);
    for (let i = 1; i < ports; i++) {
      const row = from + i * ports;
      for (let j = 0; j < i; j++) {
        const g = networks[row + j]!;
        if (g !== 0) this.#connectNodes(into, nodeOf[i]!, nodeOf[j]!, g);
      }
    }
  }

  /** Adds a conductance between two nodes: to a star if one of them is to be eliminated, otherwise to the mesh. */
  #connectNodes({ firstStar, cutSize, nodeCount, mesh }: Join, i: number, j: number, conductance: number) {
    const [low, high] = i < j ? [i, j] : [j, i];
    if (low < cutSize) this.#stars[firstStar + low * nodeCount + high]! += conductance;
    else mesh[(high - cutSize) * (nodeCount - cutSize) + (low - cutSize)]! += conductance;
  }

  #solveBlock(block: Block, ports: Float64Array, words: Float64Array, bits: Float64Array) {
    const { columns } = this.#lines;
    if (isCell(block)) {
      const { cutSize, word, bit } = cellNodes(blockSides(block, columns));
      const voltages = this.#solveNextJoin(cutSize, 4, ports);
      words[block.topRow * columns + block.leftColumn] = voltages[word]!;
      bits[block.topRow * columns + block.leftColumn] = voltages[bit]!;
      return;
    }
    const { firstHalf, secondHalf, firstNodes, secondNodes, cutSize, nodeCount } = halveBlock(block, columns);
    const voltages = this.#solveNextJoin(cutSize, nodeCount, ports);
    const portsOfPart = (part: Block, places: NodeCounts) =>
      Float64Array.from(portNodes(blockSides(part, columns), places), (node) => voltages[node]!);
    this.#solveBlock(secondHalf, portsOfPart(secondHalf, secondNodes), words, bits); // reverse order of elimination
    this.#solveBlock(firstHalf, portsOfPart(firstHalf, firstNodes), words, bits);
  }

  /**
   * Computes the node voltages of the next joined block, in reverse order of elimination. `ports`: voltages of shared
   * nodes.
   */
  #solveNextJoin(cut: number, nodes: number, ports: Float64Array): Float64Array {
    const voltages = new Float64Array(nodes);
    voltages.set(ports, cut);
    this.#starsEnd -= cut * nodes;
    computeStarVoltages(this.#stars, this.#starsEnd, cut, nodes, voltages);
    return voltages;
  }
}

interface Join {
  readonly firstStar: number;
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

/** Index, in the joined block, of each node that a half shares with its surroundings. */
function portNodes(sides: NodeCounts, places: NodeCounts) {
  const nodes = new Int32Array(countPorts(sides));
  let port = 0;
  for (let side = 0; side < 4; side++) for (let k = 0; k < sides[side]!; k++) nodes[port++] = places[side]! + k;
  return nodes;
}

/** Node indices of the network of a cell; the first `cutSize` nodes are eliminated. */
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
