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
  /** Index, in the joined block, of the first node on each side (left, right, above, below) of the first half. */
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
function estimateBlockMemory(
  block: Block,
  columns: number,
): Record<'totalStarSize' | 'maxStarSize' | 'networkStackSize', number> {
  if (isCell(block)) {
    const ports = countPorts(blockSides(block, columns));
    return { totalStarSize: (4 - ports) * 4, maxStarSize: (4 - ports) * 4, networkStackSize: ports ** 2 };
  }
  const { firstHalf, secondHalf, cutSize, nodeCount } = halveBlock(block, columns);
  const [a, b] = [estimateBlockMemory(firstHalf, columns), estimateBlockMemory(secondHalf, columns)];
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

/** Memory need of the nested dissection of a whole crossbar; see `estimateBlockMemory`. */
export const estimateMemory = (lines: Pick<ResistiveLines, 'rows' | 'columns'>) =>
  estimateBlockMemory(wholeBlock(lines), lines.columns);

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
 * @param keepsStars true if `computeVoltages` will be called
 */
export function reduceToTerminals(lines: ResistiveLines, keepsStars: boolean) {
  const { rows, columns, conductances } = lines;
  const whole = wholeBlock(lines);
  const need = estimateMemory(lines);
  /**
   * Conductances of eliminated nodes, as `applyStarMesh` stores them: of all blocks if `keepsStars`, otherwise of the
   * present block.
   */
  const stars = new Float64Array(keepsStars ? need.totalStarSize : need.maxStarSize);
  let starsEnd = 0;
  /** Stack of reduced networks that are not joined yet, each the lower triangle of a square matrix of conductances, S. */
  let networkStack = new Float64Array(need.networkStackSize);
  let stackEnd = 0;

  function reduceBlock(block: Block) {
    if (isCell(block)) {
      reduceCell(block);
      return;
    }
    const { firstHalf, secondHalf, firstHalfOffsets, secondHalfOffsets, cutSize, nodeCount } = halveBlock(
      block,
      columns,
    );
    const start = stackEnd;
    reduceBlock(firstHalf);
    const middle = stackEnd;
    reduceBlock(secondHalf);
    const join = allocateJoin(cutSize, nodeCount);
    addHalfNetwork(start, firstHalf, firstHalfOffsets, join);
    addHalfNetwork(middle, secondHalf, secondHalfOffsets, join);
    const { firstStarIndex, mesh } = join;
    applyStarMesh(stars, firstStarIndex, cutSize, nodeCount, mesh);
    networkStack.copyWithin(start, stackEnd, stackEnd + mesh.length);
    stackEnd = start + mesh.length;
  }

  /** Eliminates the word or bit node of a cell if no neighbouring block shares it. */
  function reduceCell(block: Block) {
    const wordConductance = block.leftColumn === 0 ? lines.wordEndConductance : lines.wordSegmentConductance;
    const bitConductance = block.bottomRow === rows ? lines.bitEndConductance : lines.bitSegmentConductance;
    const { cutSize, source, word, bit, output } = cellNodes(blockSides(block, columns));
    const join = allocateJoin(cutSize, 4);
    connectNodes(join, source, word, wordConductance);
    connectNodes(join, word, bit, conductances[block.topRow * columns + block.leftColumn]!);
    connectNodes(join, bit, output, bitConductance);
    applyStarMesh(stars, join.firstStarIndex, cutSize, 4, join.mesh);
    stackEnd += join.mesh.length;
  }

  /** Allocates a resistor network without conductances: a star per node to be eliminated, a mesh between the others. */
  function allocateJoin(cutSize: number, nodeCount: number) {
    const firstStarIndex = keepsStars ? starsEnd : 0;
    starsEnd = firstStarIndex + cutSize * nodeCount;
    stars.fill(0, firstStarIndex, starsEnd);
    const mesh = networkStack.subarray(stackEnd, stackEnd + (nodeCount - cutSize) ** 2).fill(0);
    return { firstStarIndex, cutSize, nodeCount, mesh };
  }

  type Join = ReturnType<typeof allocateJoin>;

  /** Adds the network of one half, stored from index `start` of the stack on, to the network of both halves. */
  function addHalfNetwork(start: number, half: Block, offsets: NodeCounts, join: Join) {
    const sides = blockSides(half, columns);
    const nodeOf = portNodes(sides, offsets);
    const ports = countPorts(sides);
    for (let i = 1; i < ports; i++) {
      const row = start + i * ports;
      for (let j = 0; j < i; j++) {
        const g = networkStack[row + j]!;
        if (g !== 0) connectNodes(join, nodeOf[i]!, nodeOf[j]!, g);
      }
    }
  }

  /** Adds a conductance between two nodes: to a star if one of them is to be eliminated, otherwise to the mesh. */
  function connectNodes({ firstStarIndex, cutSize, nodeCount, mesh }: Join, i: number, j: number, conductance: number) {
    const [low, high] = i < j ? [i, j] : [j, i];
    if (low < cutSize) stars[firstStarIndex + low * nodeCount + high]! += conductance;
    else mesh[(high - cutSize) * (nodeCount - cutSize) + (low - cutSize)]! += conductance;
  }

  function solveBlock(block: Block, ports: Float64Array, words: Float64Array, bits: Float64Array) {
    if (isCell(block)) {
      const { cutSize, word, bit } = cellNodes(blockSides(block, columns));
      const voltages = computeNodeVoltages(cutSize, 4, ports);
      words[block.topRow * columns + block.leftColumn] = voltages[word]!;
      bits[block.topRow * columns + block.leftColumn] = voltages[bit]!;
      return;
    }
    const { firstHalf, secondHalf, firstHalfOffsets, secondHalfOffsets, cutSize, nodeCount } = halveBlock(
      block,
      columns,
    );
    const voltages = computeNodeVoltages(cutSize, nodeCount, ports);
    const portsOfPart = (part: Block, places: NodeCounts) =>
      Float64Array.from(portNodes(blockSides(part, columns), places), (node) => voltages[node]!);
    solveBlock(secondHalf, portsOfPart(secondHalf, secondHalfOffsets), words, bits); // halves in reverse order of elimination
    solveBlock(firstHalf, portsOfPart(firstHalf, firstHalfOffsets), words, bits);
  }

  /**
   * Computes the node voltages of a block from `ports`, the voltages of the nodes that it shares with other blocks.
   * Blocks must be taken in reverse order of elimination.
   */
  function computeNodeVoltages(cut: number, nodes: number, ports: Float64Array): Float64Array {
    const voltages = new Float64Array(nodes);
    voltages.set(ports, cut);
    starsEnd -= cut * nodes;
    computeEliminatedNodeVoltages(stars, starsEnd, cut, nodes, voltages);
    return voltages;
  }

  reduceBlock(whole);
  const terminalConductances = networkStack.slice(0, (rows + columns) ** 2);
  networkStack = new Float64Array(0);
  return {
    /** Conductances between terminals (sources first), S: lower triangle of a square matrix, rows + columns wide. */
    terminalConductances,
    /**
     * Computes the voltages of all nodes, V, row-major, from the voltages of the line ends (`terminals`), sources first.
     */
    computeVoltages(terminals: Float64Array, words: Float64Array, bits: Float64Array) {
      if (!keepsStars)
        throw new Error(
          '`computeVoltages` needs the conductances of eliminated nodes; create the reduction with `keepsStars: true`.',
        );
      starsEnd = stars.length;
      solveBlock(whole, terminals, words, bits);
    },
  };
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
